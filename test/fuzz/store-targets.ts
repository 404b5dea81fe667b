/** Blocks, of Prometheus' format and dense ones, and the contents of the log's records. */
import {
  BLOCKS_DIR,
  compact,
  EVERYTHING,
  openBlocks,
  ulidOf,
  writeBlock,
} from '../../packages/server/src/tsdb/block/block-fixture.ts';
import { ChunkDecoder } from '../../packages/server/src/tsdb/block/chunk-decoder.ts';
import { parseMeta } from '../../packages/server/src/tsdb/block/meta.ts';
import {
  formatTombstones,
  parseTombstones,
} from '../../packages/server/src/tsdb/block/tombstones.ts';
import { ByteReader, ByteWriter } from '../../packages/server/src/tsdb/bytes.ts';
import { DenseEncoder } from '../../packages/server/src/tsdb/dense/dense-encoder.ts';
import { CHUNK_DENSE } from '../../packages/server/src/tsdb/dense/dense-format.ts';
import { createMemoryDisk, type MemoryDisk } from '../../packages/server/src/tsdb/memory-disk.ts';
import { SampleBuffer } from '../../packages/server/src/tsdb/sample-buffer.ts';
import { START_MS } from '../../packages/server/src/tsdb/store-fixture.ts';
import { SampleRuns } from '../../packages/server/src/tsdb/sample-runs.ts';
import {
  putExemplar,
  putSeries,
  readExemplars,
  readMixed,
  readSeries,
} from '../../packages/server/src/tsdb/wal-records.ts';
import { createLabels } from '../../packages/server/src/series/index.ts';
import { splitIndex, splitSegment, splitTombstones } from './block-corpus.ts';
import { type FuzzTarget, ofBytes, ofPieces } from './target.ts';

const LABELS = createLabels({ __name__: 'up', job: 'é' });

function recordsOf(write: (to: ByteWriter) => void): Uint8Array {
  const to = new ByteWriter(64);
  write(to);
  return to.written().slice();
}

const SERIES_RECORD = recordsOf((to) => {
  for (const id of [1, 2, 4_000_000_000]) putSeries(to, id, LABELS);
});
const EXEMPLARS_RECORD = recordsOf((to) => {
  putExemplar(to, 1, { labels: LABELS, value: 1, timeMs: START_MS });
});
/** Bits of which small numbers and signs are plausible deltas, so that many read as samples. */
const SAMPLES_RECORD = Uint8Array.from({ length: 120 }, (_, i) => (i * 37) & 0x3f);

/** Contents of records whose checksums are right. */
function walRecord(bytes: Uint8Array): void {
  const nothing = (): void => {};
  readSeries(bytes, 0, bytes.length, nothing);
  readExemplars(new ByteReader(bytes, 0, bytes.length), nothing);
  new SampleRuns().read(bytes, 0, bytes.length, nothing);
  readMixed(bytes, 0, bytes.length, { sample: nothing, extended: nothing });
}

const BLOCK_DIR = `${BLOCKS_DIR}/${ulidOf(1)}`;

/** Few, so that inputs are small; a second chunk for each series. */
const SAMPLES = 125;

async function createBlock(): Promise<MemoryDisk> {
  const disk = createMemoryDisk();
  const series = Array.from({ length: 4 }, (_, i) => ({
    labels: { __name__: i % 2 === 0 ? 'up' : 'down', host: `h${i}`, 'ä.b': `z${i % 3}` },
    samples: Array.from(
      { length: SAMPLES },
      (_unused, k) => [START_MS + k * 15_000, i + k] as const,
    ),
  }));
  await writeBlock(disk, ulidOf(1), series);
  return disk;
}

const BLOCK = await createBlock();

/** A dense block whose series share times that do not stand in their chunks. */
async function createDenseBlock(): Promise<MemoryDisk> {
  const disk = createMemoryDisk();
  const series = Array.from({ length: 4 }, (_, i) => ({
    labels: { __name__: 'up', host: `h${i}` },
    samples: Array.from({ length: 80 }, (_unused, k) => [START_MS + k * k, (i + k) / 4] as const),
  }));
  await writeBlock(disk, ulidOf(2), series);
  await compact(disk, [2], { to: 1, isDense: true });
  disk.removeDir(`${BLOCKS_DIR}/${ulidOf(2)}`);
  return disk;
}

const DENSE_BLOCK = await createDenseBlock();
const TOMBSTONES = formatTombstones(
  new Map([
    [1, [{ fromMs: -5, toMs: START_MS }]],
    [900, [{ fromMs: 1, toMs: 2 }]],
  ]),
);

/** Reads all of a block of which one file is the input. */
function blockFile(
  name: string,
  file: string,
  { block, split }: { readonly block: MemoryDisk; readonly split: typeof splitIndex },
): FuzzTarget {
  const path = `${BLOCK_DIR}/${file}`;
  const disk = block.copy();
  const range = { matchers: EVERYTHING, fromMs: -Infinity, toMs: Infinity };
  return ofPieces({
    name,
    corpus: [split(block.content(path) ?? new Uint8Array(8))],
    read(bytes) {
      disk.setContent(path, bytes);
      const { reader, blocks } = openBlocks(disk);
      for (const _ of reader.select(range));
      reader.labelNames(range);
      reader.labelValues('host', { ...range, matchers: [] });
      blocks.close();
    },
  });
}

/** Dense chunks: of decimals, all digits, values that are no numbers, values beside decimals. */
const DENSE_CHUNKS = [
  (i: number) => 1000 + i * 0.25,
  (i: number) => Math.sqrt(i),
  (i: number) => (i % 3 === 0 ? Number.NaN : i % 5),
  (i: number) => i * 0.1,
].map((valueAt) => {
  const values = Float64Array.from({ length: 200 }, (_, i) => valueAt(i));
  const timesMs = values.map((_, i) => START_MS + i * 15_000);
  return new DenseEncoder().encode(timesMs, new Uint32Array(values.buffer)) ?? new Uint8Array(0);
});

function denseChunk(bytes: Uint8Array): void {
  const buffer = new SampleBuffer();
  const chunk = { encoding: CHUNK_DENSE, data: bytes, counterStartMs: 0 };
  new ChunkDecoder().decode(chunk, { fromMs: -Infinity, toMs: Infinity }, buffer);
}

export const STORE_TARGETS: readonly FuzzTarget[] = [
  ofBytes({
    name: 'dense-chunk',
    corpus: DENSE_CHUNKS,
    refusals: ['BlockDamage'],
    read: denseChunk,
  }),
  ofBytes({
    name: 'wal-record',
    corpus: [SERIES_RECORD, EXEMPLARS_RECORD, SAMPLES_RECORD],
    read: walRecord,
  }),
  ofBytes({
    name: 'block-meta',
    corpus: [BLOCK.content(`${BLOCK_DIR}/meta.json`) ?? new Uint8Array(0)],
    refusals: ['BlockDamage'],
    read: parseMeta,
  }),
  ofPieces({
    name: 'block-tombstones',
    corpus: [splitTombstones(TOMBSTONES)],
    refusals: ['BlockDamage'],
    read: parseTombstones,
  }),
  blockFile('block-index', 'index', { block: BLOCK, split: splitIndex }),
  blockFile('block-chunks', 'chunks/000001', { block: BLOCK, split: splitSegment }),
  blockFile('dense-block-chunks', 'chunks/000001', { block: DENSE_BLOCK, split: splitSegment }),
];
