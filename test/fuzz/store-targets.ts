/** Blocks, of Prometheus' format and dense ones, and the contents of the log's records. */
import {
  BLOCKS_DIR,
  compact,
  EVERYTHING,
  openBlocks,
  ulidOf,
  writeBlock,
} from '../../packages/server/src/tsdb/block/block-fixture.ts';
import { BlockFiles } from '../../packages/server/src/tsdb/block/block-files.ts';
import { ChunkDecoder } from '../../packages/server/src/tsdb/block/chunk-decoder.ts';
import { SegmentReader } from '../../packages/server/src/tsdb/block/chunk-segments.ts';
import { BlockDamage } from '../../packages/server/src/tsdb/block/damage.ts';
import { IndexReader } from '../../packages/server/src/tsdb/block/index-reader.ts';
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
import { contentOf } from './store-corpus.ts';
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

const RUNS = new SampleRuns();

/** Contents of records whose checksums are right. */
function walRecord(bytes: Uint8Array): void {
  const nothing = (): void => {};
  readSeries(bytes, 0, bytes.length, nothing);
  readExemplars(new ByteReader(bytes, 0, bytes.length), nothing);
  RUNS.read(bytes, 0, bytes.length, nothing);
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

/** Reads all of a block of which one file is the input, as queries do. */
function wholeBlock(name: string, file: string, split: typeof splitIndex): FuzzTarget {
  const path = `${BLOCK_DIR}/${file}`;
  const disk = BLOCK.copy();
  const range = { matchers: EVERYTHING, fromMs: -Infinity, toMs: Infinity };
  return ofPieces({
    name,
    corpus: [split(contentOf(BLOCK, path))],
    inputsMax: BLOCKS_MAX,
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

const BLOCKS_MAX = 100_000;
const CACHE_BYTES = 64 * 1024;
const INDEX_PATH = `${BLOCK_DIR}/index`;
const SEGMENT_PATH = `${BLOCK_DIR}/chunks/000001`;

/** Reads all of an index. */
function createReadIndex(): (bytes: Uint8Array) => void {
  const disk = createMemoryDisk();
  return (bytes) => {
    disk.setContent(INDEX_PATH, bytes);
    const index = new IndexReader(new BlockFiles(disk, CACHE_BYTES).open(INDEX_PATH));
    for (const _ of index.symbols.all());
    for (const name of ['', ...index.table.names()]) {
      for (const { value } of index.table.values(name)) {
        const place = index.table.find(name, value);
        if (place === undefined) continue;
        for (const id of index.table.postings(place)) index.labels(index.series(id).labels);
      }
    }
  };
}

/** Where the chunks of a block lie, by its index. */
function listRefs(block: MemoryDisk): readonly number[] {
  const index = new IndexReader(new BlockFiles(block, CACHE_BYTES).open(INDEX_PATH));
  const ids = [...index.table.postings(index.table.find('', '') ?? 0)];
  return ids.flatMap((id) => [...index.series(id).refs]);
}

/** Reads the chunks of a block at their places. */
function segment(name: string, block: MemoryDisk): FuzzTarget {
  const disk = block.copy();
  const refs = listRefs(block);
  const buffer = new SampleBuffer();
  const decoder = new ChunkDecoder();
  const range = { fromMs: -Infinity, toMs: Infinity };
  return ofPieces({
    name,
    corpus: [splitSegment(contentOf(block, SEGMENT_PATH))],
    refusals: ['BlockDamage'],
    read(bytes) {
      disk.setContent(SEGMENT_PATH, bytes);
      const reader = new SegmentReader(new BlockFiles(disk, CACHE_BYTES), `${BLOCK_DIR}/chunks`);
      buffer.clear();
      // One that is damaged does not keep the others from being read.
      const faults = refs.flatMap((ref) => {
        try {
          decoder.decode({ ...reader.read(ref), counterStartMs: 0 }, range, buffer);
          return [];
        } catch (error) {
          return [error];
        }
      });
      for (const fault of faults) if (!(fault instanceof BlockDamage)) throw fault;
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
  ofPieces({
    name: 'block-index',
    corpus: [splitIndex(contentOf(BLOCK, INDEX_PATH))],
    refusals: ['BlockDamage'],
    read: createReadIndex(),
  }),
  segment('block-chunks', BLOCK),
  segment('dense-block-chunks', DENSE_BLOCK),
  wholeBlock('block-of-index', 'index', splitIndex),
  wholeBlock('block-of-chunks', 'chunks/000001', splitSegment),
];
