/** What a start reads of our own files: the log, the checkpoint, chunk files. */
import assert from 'node:assert/strict';
import { createManualClock, createSilentLog } from '../../packages/server/src/platform/index.ts';
import { createMatcher } from '../../packages/server/src/series/index.ts';
import { BlockCache } from '../../packages/server/src/tsdb/block-cache.ts';
import { ChunkFiles } from '../../packages/server/src/tsdb/chunk-files.ts';
import { findChunkFiles } from '../../packages/server/src/tsdb/chunk-load.ts';
import { Head } from '../../packages/server/src/tsdb/head.ts';
import { LogReader } from '../../packages/server/src/tsdb/log-reader.ts';
import { createMemoryDisk } from '../../packages/server/src/tsdb/memory-disk.ts';
import { createSettings } from '../../packages/server/src/tsdb/options.ts';
import { Reader } from '../../packages/server/src/tsdb/reader.ts';
import { createLayout, recover } from '../../packages/server/src/tsdb/recovery.ts';
import { SampleBuffer } from '../../packages/server/src/tsdb/sample-buffer.ts';
import {
  appendOne,
  openFixture,
  readAll,
  START_MS,
} from '../../packages/server/src/tsdb/store-fixture.ts';
import { contentOf, createLog, createStore, splitChunkFile, splitRecords } from './store-corpus.ts';
import { type FuzzTarget, ofBytes, ofPieces } from './target.ts';

const LOG_PATH = '/data/wal/00000001';
const NEWER_LOG_PATH = '/data/wal/00000002';
const CHUNKS_PATH = '/data/chunks/000001';
const CHECKPOINT_PATH = '/data/checkpoint';
const LOG_ROUNDS = 6;

const STORE = await createStore();
const LOG = contentOf(createLog(LOG_ROUNDS), LOG_PATH);
const CHECKPOINT = contentOf(STORE, CHECKPOINT_PATH);
const CHUNKS = contentOf(STORE, CHUNKS_PATH);
const CORPUS = {
  [LOG_PATH]: splitRecords(LOG),
  [CHECKPOINT_PATH]: splitRecords(CHECKPOINT),
  [CHUNKS_PATH]: splitChunkFile(CHUNKS),
};

const LAYOUT = createLayout('/data');
const CLOCK = createManualClock(START_MS);
const LIMITS = { seriesMax: 1_000, slabsMax: 2, cacheBytes: 64 * 1024 };
const EVERYTHING = {
  matchers: [createMatcher('__name__', '=~', '.*')],
  fromMs: -Infinity,
  toMs: Infinity,
};
const LATER_MS = START_MS + 10 * 3_600_000;
/** The high word of 1. */
const VALUE_HIGH = 0x3ff0_0000;

/** What is kept for as many inputs: its memory costs more than to read one of them. */
const INPUTS_EACH = 256;

function openParts() {
  const disk = createMemoryDisk();
  disk.makeDir(LAYOUT.walDir);
  disk.makeDir(LAYOUT.chunkDir);
  const log = createSilentLog();
  const head = new Head(LIMITS);
  const cache = new BlockCache(LIMITS.cacheBytes);
  const files = new ChunkFiles({ disk, dir: LAYOUT.chunkDir, log, cache });
  const settings = createSettings({ dir: '/data', clock: CLOCK, log, disk, limits: LIMITS });
  return { disk, head, files, settings, reader: new Reader(head, files) };
}

/** Starts from files as a store does, reads all that is there and adds to it, and forgets it. */
class Starts {
  #parts = openParts();
  #inputs = 0;

  run(contents: ReadonlyMap<string, Uint8Array>): void {
    if (++this.#inputs % INPUTS_EACH === 0) this.#parts = openParts();
    const { disk, head, files, settings, reader } = this.#parts;
    // Copies: files are cut back, and must be as they were for the next input.
    for (const [path, content] of contents) disk.setContent(path, content.slice());
    recover(settings, LAYOUT, { head, files });
    for (const _ of reader.select(EVERYTHING));
    this.#append();
    for (const _ of reader.select({ ...EVERYTHING, newestOnly: true }));
    head.removeSeries(Array.from(head.table.allIds(), (id) => head.table.ids.find(id)));
    files.deleteFiles([...files.files]);
    for (const path of contents.keys()) if (disk.content(path) !== undefined) disk.remove(path);
  }

  #append(): void {
    const { head } = this.#parts;
    for (const id of head.table.allIds()) {
      const slot = head.table.ids.find(id);
      if (head.judge(slot, LATER_MS, 0, VALUE_HIGH) !== 'accepted') continue;
      head.add(slot, LATER_MS, 0, VALUE_HIGH);
    }
  }
}

/** A start from a folder in which one file is the input. */
function startFrom(
  name: string,
  path: keyof typeof CORPUS,
  others: ReadonlyMap<string, Uint8Array> = new Map(),
): FuzzTarget {
  const starts = new Starts();
  return ofPieces({
    name,
    corpus: [CORPUS[path]],
    read: (bytes) => starts.run(new Map([...others, [path, bytes]])),
  });
}

/** Reads a segment of the log to nowhere. */
function createReadLog(): (bytes: Uint8Array) => void {
  const disk = createMemoryDisk();
  const nothing = (): void => {};
  const sink = { series: nothing, run: nothing, sample: nothing };
  const reader = new LogReader({ ...sink, extended: nothing, exemplar: nothing });
  return (bytes) => {
    disk.setContent(LOG_PATH, bytes);
    reader.read(disk.open(LOG_PATH, 'read'));
  };
}

const SERIES_COUNT = 3;

/** The chunk file of the store, sealed. */
function sealChunks(): Uint8Array {
  const { disk, head, files, settings } = openParts();
  disk.setContent(CHECKPOINT_PATH, CHECKPOINT.slice());
  disk.setContent(CHUNKS_PATH, CHUNKS.slice());
  recover(settings, LAYOUT, { head, files });
  for (const file of files.files) files.seal(file, head.table);
  return contentOf(disk, CHUNKS_PATH);
}

/** Finds the chunks of a file as a start does, and reads them as queries do. */
function createReadChunks(): (bytes: Uint8Array) => void {
  const disk = createMemoryDisk();
  disk.makeDir(LAYOUT.chunkDir);
  const dir = LAYOUT.chunkDir;
  const log = createSilentLog();
  const files = new ChunkFiles({ disk, dir, log, cache: new BlockCache(LIMITS.cacheBytes) });
  const buffer = new SampleBuffer();
  return (bytes) => {
    disk.setContent(CHUNKS_PATH, bytes.slice());
    const found = findChunkFiles({ disk, dir, log, known: undefined });
    for (const file of found.files) files.add(file);
    for (const [id, chunks] of found.fresh) {
      // Numbers stand for slots, which only a head gives.
      if (id > SERIES_COUNT) continue;
      for (const chunk of chunks) chunk.file.index?.add(id, chunk);
    }
    for (let id = 1; id <= SERIES_COUNT; id++) {
      buffer.clear();
      files.read({ id, slot: id }, EVERYTHING, { buffer, late: [] });
      files.count({ id, slot: id }, EVERYTHING);
    }
    files.deleteFiles([...files.files]);
    if (disk.content(CHUNKS_PATH) !== undefined) disk.remove(CHUNKS_PATH);
  };
}

/** Damage that checksums find, in a whole store: it works on, and what it has it keeps. */
function wholeStore(name: string, path: string): FuzzTarget {
  return ofBytes({
    name,
    corpus: [contentOf(STORE, path)],
    inputsMax: 2_000,
    async read(bytes) {
      const disk = STORE.copy();
      disk.setContent(path, bytes.slice());
      const { db, clock } = openFixture({ disk });
      appendOne(db, { __name__: 'after' }, LATER_MS, 1);
      const before = readAll(db);
      clock.advance(LATER_MS - START_MS);
      await db.maintain(clock.now());
      await db.close();
      const again = openFixture({ disk, clock });
      assert.deepEqual(readAll(again.db), before);
      await again.db.close();
    },
  });
}

const CHUNKS_BESIDE = new Map([[CHUNKS_PATH, CHUNKS]]);
const CHECKPOINT_BESIDE = new Map([[CHECKPOINT_PATH, CHECKPOINT]]);
/** A whole start for each input. */
const STARTS_MAX = 100_000;

export const RECOVERY_TARGETS: readonly FuzzTarget[] = [
  ofPieces({ name: 'wal', corpus: [CORPUS[LOG_PATH]], read: createReadLog() }),
  ofPieces({
    name: 'chunk-file',
    corpus: [CORPUS[CHUNKS_PATH], splitChunkFile(sealChunks())],
    read: createReadChunks(),
  }),
  startFrom('checkpoint', CHECKPOINT_PATH, CHUNKS_BESIDE),
  { ...startFrom('start-of-wal', LOG_PATH), inputsMax: STARTS_MAX },
  { ...startFrom('start-of-chunk-file', CHUNKS_PATH, CHECKPOINT_BESIDE), inputsMax: STARTS_MAX },
  wholeStore('store-of-wal', NEWER_LOG_PATH),
  wholeStore('store-of-checkpoint', CHECKPOINT_PATH),
  wholeStore('store-of-chunk-file', CHUNKS_PATH),
];
