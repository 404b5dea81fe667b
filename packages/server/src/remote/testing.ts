/** For tests: a store in memory that is as strict as a real one, and requests to send to it. */
import {
  EMPTY_LABELS,
  formatSeries,
  type Labels,
  labelsKey,
  type SampleBatch,
} from '../series/index.ts';
import type { LogFile, LogFolder } from './log-folder.ts';
import { createReadHandler, type ReadStore } from './read-handler.ts';
import { packSnappy } from './snappy.ts';
import type { AppendOutcome, WriteStore } from './store.ts';
import { createSentSeries, createWriteEncoder, type WriteEncoder } from './write-encoder.ts';
import type { WriteVersion } from './receiver.ts';

export interface TestStore extends WriteStore {
  /** Rows by series: `time value`, `time stale`, `time {count, sum}`, with `@start` where known. */
  readonly rows: Map<string, string[]>;
  readonly exemplars: string[];
  /** How often labels were looked up. */
  resolveCount: number;
  flushCount: number;
  /** Series that were resolved before are unknown from now on. */
  forget(): void;
}

/** Builds an empty store. */
export function createTestStore(): TestStore {
  const refs = new Map<string, number>();
  const series = new Map<number, { readonly labels: Labels; lastMs: number; lastBits: string }>();
  let next = 1;
  const store: TestStore = {
    rows: new Map(),
    exemplars: [],
    resolveCount: 0,
    flushCount: 0,
    forget() {
      refs.clear();
      series.clear();
    },
    resolve(labels) {
      store.resolveCount++;
      const key = labelsKey(labels);
      const ref = refs.get(key) ?? next++;
      if (!refs.has(key)) series.set(ref, { labels, lastMs: -Infinity, lastBits: '' });
      refs.set(key, ref);
      return ref;
    },
    append(batch) {
      const tally = {
        appendedCount: 0,
        outOfOrderCount: 0,
        duplicateCount: 0,
        invalidCount: 0,
        overBudgetCount: 0,
      };
      const unknownRefs: number[] = [];
      for (let i = 0; i < batch.count; i++) {
        const one = series.get(batch.refs[i]);
        if (one === undefined) unknownRefs.push(batch.refs[i]);
        else takeOne(store, tally, { batch, at: i, one });
      }
      for (const { ref, exemplar } of batch.exemplars ?? []) {
        const { labels } = series.get(ref) ?? { labels: exemplar.labels };
        const { timeMs, value } = exemplar;
        const text = `${formatSeries(labels)} ${formatSeries(exemplar.labels)} ${timeMs} ${value}`;
        store.exemplars.push(text);
      }
      return { ...tally, unknownRefs };
    },
    async flush() {
      store.flushCount++;
    },
  };
  return store;
}

type Tally = { -readonly [K in Exclude<keyof AppendOutcome, 'unknownRefs'>]: number };

function takeOne(
  store: TestStore,
  tally: Tally,
  what: {
    readonly batch: SampleBatch;
    readonly at: number;
    readonly one: { readonly labels: Labels; lastMs: number; lastBits: string };
  },
): void {
  const { batch, at, one } = what;
  const timeMs = batch.timesMs[at];
  const histogram = batch.histograms?.[at];
  const low = batch.bits[2 * at];
  const high = batch.bits[2 * at + 1];
  const bits = histogram === undefined ? `${high}:${low}` : JSON.stringify(histogram);
  if (timeMs === one.lastMs && bits === one.lastBits) return;
  if (timeMs === one.lastMs) tally.duplicateCount++;
  else if (timeMs < one.lastMs) tally.outOfOrderCount++;
  if (timeMs <= one.lastMs) return;
  one.lastMs = timeMs;
  one.lastBits = bits;
  const isStale = high === 0x7ff00000 && low === 2;
  const shown =
    histogram === undefined
      ? isStale
        ? 'stale'
        : String(batch.values[at])
      : `{${histogram.count}, ${histogram.sum}}`;
  const startMs = batch.startTimesMs?.[at] ?? 0;
  const key = formatSeries(one.labels);
  const rows = store.rows.get(key) ?? [];
  rows.push(`${timeMs} ${shown}${startMs === 0 ? '' : ` @${startMs}`}`);
  store.rows.set(key, rows);
  tally.appendedCount++;
}

/** The words of a number. */
export function bitsOf(value: number): readonly [number, number] {
  const words = new Uint32Array(Float64Array.of(value).buffer);
  return [words[0], words[1]];
}

/** A packed request. */
export function createRequest(
  version: WriteVersion,
  fill: (encoder: WriteEncoder, series: typeof createSentSeries) => void,
): Uint8Array {
  const encoder = createWriteEncoder(version);
  encoder.begin();
  fill(encoder, createSentSeries);
  return packSnappy(encoder.finish());
}

/** A folder in memory; `failWrites` makes it full, `failReads` breaks its disk. */
export interface MemoryFolder extends LogFolder {
  readonly files: Map<string, Buffer>;
  failWrites: boolean;
  failReads: boolean;
}

/** Builds an empty folder, or one with the files of another, as after a kill. */
export function createMemoryFolder(from?: MemoryFolder): MemoryFolder {
  const files = new Map(from?.files);
  const fileOf = (name: string): LogFile => ({
    write(bytes, at) {
      if (folder.failWrites) throw new Error('ENOSPC: no space left on device');
      const old = files.get(name) ?? Buffer.alloc(0);
      const larger = Buffer.alloc(Math.max(old.length, at + bytes.length));
      old.copy(larger);
      larger.set(bytes, at);
      files.set(name, larger);
    },
    read(into, at) {
      if (folder.failReads) throw new Error('EIO: i/o error, read');
      return (files.get(name) ?? Buffer.alloc(0)).copy(into, 0, at);
    },
    sizeBytes: () => files.get(name)?.length ?? 0,
    sync: async () => {},
    close() {},
  });
  const folder: MemoryFolder = {
    files,
    failWrites: false,
    failReads: false,
    list: () => [...files.keys()].sort(),
    create(name) {
      files.set(name, Buffer.alloc(0));
      return fileOf(name);
    },
    open(name) {
      if (files.has(name)) return fileOf(name);
      throw Object.assign(new Error(`ENOENT: no such file, open '${name}'`), { code: 'ENOENT' });
    },
    remove: (name) => void files.delete(name),
    readText: (name) => files.get(name)?.toString(),
    writeText: (name, text) => void files.set(name, Buffer.from(text)),
  };
  return folder;
}

/** What a store answers to a request of remote read that takes samples. */
export async function answerSamples(
  store: ReadStore,
  request: Uint8Array,
  external: Labels = EMPTY_LABELS,
): Promise<Uint8Array> {
  const encodeChunks = (): never => {
    throw new Error('no chunks were asked for');
  };
  const options = { store, externalLabels: () => external, encodeChunks };
  const answer = await createReadHandler(options)(request);
  if (answer.kind !== 'samples') throw new Error('samples were asked for');
  return answer.body;
}
