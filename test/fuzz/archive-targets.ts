/** What is packed: bodies of answers, and the archives of backups. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { createTarPacker } from 'modern-tar';
import { readArchive } from '../../packages/server/src/backup/archive-reader.ts';
import {
  CHECKSUMS_NAME,
  FORMAT,
  HEAD_NAME,
  parseChecksums,
  parseHead,
  RECORDS_NAME,
} from '../../packages/server/src/backup/model.ts';
import { unpack } from '../../packages/server/src/scrape/http-body.ts';
import { type Piece, plainPiece } from './pieces.ts';
import { type FuzzTarget, ofBytes, ofPieces, ofText } from './target.ts';

const BODY = Buffer.from('# TYPE up gauge\nup{job="a"} 1\n'.repeat(20));
const BODY_BYTES_MAX = 100_000;

const RECORDS = Buffer.from('what stands in the records');
const HEAD = JSON.stringify({
  format: FORMAT,
  version: '1.2.3',
  createdAt: 1_700_000_000_000,
  records: 'sqlite',
  rowsByTable: { alerts: 5 },
  seriesCount: 3,
  files: [{ name: RECORDS_NAME, sizeBytes: RECORDS.length }],
  notIncluded: ['a secret'],
});
const sumOf = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex');
const CHECKSUMS = JSON.stringify({
  sha256: { [HEAD_NAME]: sumOf(HEAD), [RECORDS_NAME]: sumOf(RECORDS) },
});

async function createTar(): Promise<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const bytes = buffer(readable);
  for (const [name, content] of [
    [HEAD_NAME, Buffer.from(HEAD)],
    [RECORDS_NAME, RECORDS],
    [CHECKSUMS_NAME, Buffer.from(CHECKSUMS)],
  ] as const) {
    const writer = controller.add({ name, size: content.length, type: 'file' }).getWriter();
    await writer.write(new Uint8Array(content));
    await writer.close();
  }
  controller.finalize();
  return bytes;
}

/** Level 1: that it is packed matters, and not how well. */
const PACKING = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const ARCHIVE: readonly Piece[] = [
  plainPiece(new Uint8Array(0)),
  { content: await createTar(), seal: (tar) => zstdCompressSync(tar, PACKING) },
];

/** Streams and threads take 2 ms for each; what stands in its entries has a target of its own. */
const ARCHIVES_MAX = 20_000;

/** Reads an archive to nowhere. */
async function readBackup(bytes: Uint8Array): Promise<void> {
  await readArchive(Readable.from([bytes]), {
    begin: async () => {},
    async take(_file, body) {
      for await (const _ of body);
    },
  });
}

export const ARCHIVE_TARGETS: readonly FuzzTarget[] = [
  ofBytes({
    name: 'scrape-gzip',
    corpus: [gzipSync(BODY)],
    read: async (bytes) => unpack(Buffer.from(bytes), 'gzip', BODY_BYTES_MAX),
  }),
  ofText({
    name: 'backup-head',
    corpus: [HEAD, CHECKSUMS],
    pieces: ['null', '[]', '{}', '"', ',', '"__proto__":', '"../x"', '1e999'],
    read(text) {
      parseChecksums(text.includes('sha256') ? text : CHECKSUMS);
      parseHead(text);
    },
  }),
  ofPieces({
    name: 'backup-archive',
    corpus: [ARCHIVE],
    inputsMax: ARCHIVES_MAX,
    read: readBackup,
  }),
];
