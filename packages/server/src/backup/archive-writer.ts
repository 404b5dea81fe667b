/** Writes an archive: files as they are read, checksums as they come, nothing kept. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { constants, createZstdCompress } from 'node:zlib';
import { createTarPacker, type TarPackController } from 'modern-tar';
import { BLOCK_BYTES } from './limits.ts';
import { type BackupHead, CHECKSUMS_NAME, type FileEntry, HEAD_NAME } from './model.ts';

export interface ArchiveSource {
  readonly head: BackupHead;
  /** Where the files lie, under the names that the head has. */
  readonly dir: string;
  /** Called whenever a piece was taken. */
  readonly onProgress: () => void;
}

/** Chunks are compressed already; level 3 finds what there is to find in records and log. */
const COMPRESSION = {
  params: {
    [constants.ZSTD_c_compressionLevel]: 3,
    [constants.ZSTD_c_checksumFlag]: 1,
  },
};

/** The archive as a stream; it reads on only as fast as it is read. */
export function createArchive(source: ArchiveSource): Readable {
  const { readable, controller } = createTarPacker();
  const compressed = createZstdCompress(COMPRESSION);
  feed(controller, source).catch((error: unknown) => controller.error(error));
  // A failure on the way ends the stream with it, and so tells its reader.
  pipeline(Readable.from(readable, { objectMode: false }), compressed, () => {});
  return compressed;
}

async function feed(controller: TarPackController, source: ArchiveSource): Promise<void> {
  const { head } = source;
  const mtime = new Date(head.createdAt);
  const sha256: Record<string, string> = {};
  const addText = async (name: string, text: string): Promise<void> => {
    const bytes = Buffer.from(text);
    sha256[name] = createHash('sha256').update(bytes).digest('hex');
    const writer = controller.add({ ...ENTRY, name, size: bytes.length, mtime }).getWriter();
    await writer.write(new Uint8Array(bytes));
    await writer.close();
  };
  await addText(HEAD_NAME, `${JSON.stringify(head)}\n`);
  for (const file of head.files) {
    const { name, sizeBytes } = file;
    const body = controller.add({ ...ENTRY, name, size: sizeBytes, mtime });
    sha256[name] = await addFile(body, file, source);
  }
  await addText(CHECKSUMS_NAME, `${JSON.stringify({ sha256 })}\n`);
  controller.finalize();
}

const ENTRY = { type: 'file', mode: 0o600 } as const;

/** Answers the checksum. */
async function addFile(
  body: WritableStream<Uint8Array>,
  { name, sizeBytes }: FileEntry,
  { dir, onProgress }: ArchiveSource,
): Promise<string> {
  const hash = createHash('sha256');
  const writer = body.getWriter();
  await using file = await open(join(dir, name));
  for (let at = 0; at < sizeBytes; ) {
    // A block of its own each time: the one before may wait in the stream still.
    const block = new Uint8Array(Math.min(BLOCK_BYTES, sizeBytes - at));
    const { bytesRead } = await file.read(block, 0, block.length, at);
    if (bytesRead === 0) throw new Error(`${name} is cut short`);
    const part = block.subarray(0, bytesRead);
    hash.update(part);
    await writer.write(part);
    onProgress();
    at += bytesRead;
  }
  await writer.close();
  return hash.digest('hex');
}
