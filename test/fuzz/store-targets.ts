/** What stands on a disk: the log, the checkpoint, chunk files, and blocks (also Prometheus' own). */
import {
  BLOCKS_DIR,
  compact,
  openBlocks,
  readRows,
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
import {
  appendOne,
  openFixture,
  readAll,
  SMALL,
  START_MS,
} from '../../packages/server/src/tsdb/store-fixture.ts';
import { SampleRuns } from '../../packages/server/src/tsdb/sample-runs.ts';
import {
  putExemplar,
  putSeries,
  readExemplars,
  readMixed,
  readSeries,
} from '../../packages/server/src/tsdb/wal-records.ts';
import { createLabels } from '../../packages/server/src/series/index.ts';
import { type FuzzTarget, ofBytes } from './target.ts';

const SEGMENT = '/data/wal/00000001';
const CHUNKS = '/data/chunks/000001';
const CHECKPOINT = '/data/checkpoint';

/** A store with floats and histograms in chunk files, in the checkpoint and in the log. */
async function createStore(): Promise<MemoryDisk> {
  const { db, disk, clock } = openFixture({ limits: SMALL });
  for (let i = 0; i < 300; i++) {
    for (const name of ['a', 'b', 'c']) appendOne(db, { __name__: name }, clock.now(), i);
    clock.advance(15_000);
  }
  await db.maintain(clock.now());
  appendOne(db, { __name__: 'a', x: 'é' }, clock.now(), 0.1);
  return disk.copy();
}

const STORE = await createStore();
/** Opens a store of which one file is the input, appends to it and reads all of it. */
function storeFile(name: string, path: string): FuzzTarget {
  return ofBytes({
    name,
    corpus: [STORE.content(path) ?? new Uint8Array(8)],
    refusals: ['Error'],
    read(bytes) {
      const disk = STORE.copy();
      disk.setContent(path, bytes);
      const { db } = openFixture({ disk });
      appendOne(db, { __name__: 'after' }, START_MS + 10 * 3_600_000, 1);
      readAll(db);
    },
  });
}

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

async function createBlock(): Promise<MemoryDisk> {
  const disk = createMemoryDisk();
  const series = Array.from({ length: 8 }, (_, i) => ({
    labels: { __name__: i % 2 === 0 ? 'up' : 'down', host: `h${i}`, 'ä.b': `z${i % 3}` },
    samples: Array.from({ length: 140 }, (_unused, k) => [START_MS + k * 15_000, i + k] as const),
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
function blockFile(name: string, file: string, block = BLOCK): FuzzTarget {
  const path = `${BLOCK_DIR}/${file}`;
  return ofBytes({
    name,
    corpus: [block.content(path) ?? new Uint8Array(8)],
    read(bytes) {
      const disk = block.copy();
      disk.setContent(path, bytes);
      const { reader } = openBlocks(disk);
      readRows(reader);
      const range = { matchers: [], fromMs: -Infinity, toMs: Infinity };
      reader.labelNames(range);
      reader.labelValues('host', range);
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
  storeFile('wal', SEGMENT),
  storeFile('checkpoint', CHECKPOINT),
  storeFile('chunk-file', CHUNKS),
  ofBytes({
    name: 'block-meta',
    corpus: [BLOCK.content(`${BLOCK_DIR}/meta.json`) ?? new Uint8Array(0)],
    refusals: ['BlockDamage'],
    read: parseMeta,
  }),
  ofBytes({
    name: 'block-tombstones',
    corpus: [TOMBSTONES],
    refusals: ['BlockDamage'],
    read: parseTombstones,
  }),
  blockFile('block-index', 'index'),
  blockFile('block-chunks', 'chunks/000001'),
  blockFile('dense-block-chunks', 'chunks/000001', DENSE_BLOCK),
];
