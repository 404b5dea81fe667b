/** For tests: a small store on a disk in memory, and plain ways to fill and read it. */
import { createManualClock, createSilentLog, type ManualClock } from '../platform/index.ts';
import {
  createLabels,
  createMatcher,
  formatSeries,
  type Histogram,
  isStale,
  type Labels,
  type SampleBatch,
  type Samples,
} from '../series/index.ts';
import { formatHistogram } from './histogram-fixture.ts';
import { createMemoryDisk, type MemoryDisk } from './memory-disk.ts';
import type { TsdbLimits, TsdbOptions } from './options.ts';
import type { AppendOutcome } from './append-outcome.ts';
import { recoverStore } from './recovery-thread.ts';
import { openTsdb, type Tsdb } from './tsdb.ts';

/** A Thursday, ten minutes into a window of two hours. */
export const START_MS = Date.UTC(2026, 0, 1, 2, 10);

/** Bounds so small that everything happens often. */
export const SMALL: Partial<TsdbLimits> = {
  segmentBytes: 4 * 1024,
  chunkFileBytes: 16 * 1024,
  checkpointWalBytes: 16 * 1024,
  cacheBytes: 64 * 1024,
  spillChunksMin: 4,
};

export interface Fixture {
  readonly db: Tsdb;
  readonly disk: MemoryDisk;
  readonly clock: ManualClock;
}

/** Opens a store; with `disk` and `clock` of another fixture, the same store once more. */
export function openFixture(
  options: Partial<Omit<TsdbOptions, 'disk' | 'clock'>> & {
    readonly disk?: MemoryDisk;
    readonly clock?: ManualClock;
    /** Whether the folder is read as another thread would read it, and then taken over. */
    readonly isReadAside?: boolean;
  } = {},
): Fixture {
  const disk = options.disk ?? createMemoryDisk();
  const clock = options.clock ?? createManualClock(START_MS);
  const all = { dir: '/data', log: createSilentLog(), ...options, disk, clock };
  const recovered = options.isReadAside === true ? passToThread(recoverStore(all)) : undefined;
  const db = openTsdb({ ...all, recovered });
  return { db, disk, clock };
}

/** What another thread gets of it. */
function passToThread<T>(message: T): T {
  return structuredClone(message);
}

/** One value to append: a number, or the two words of its bits (low, high), or a histogram. */
export type Value = number | readonly [number, number] | Histogram;

/** A sample to append, and when its counter began where that is known. */
type Entry = readonly [ref: number, timeMs: number, value: Value, startTimeMs?: number];

/** Builds a batch; what no entry needs is left out. */
export function createBatch(entries: readonly Entry[]): SampleBatch {
  const values = new Float64Array(entries.length);
  const bits = new Uint32Array(values.buffer);
  const histograms: (Histogram | undefined)[] = entries.map(() => undefined);
  entries.forEach(([, , value], i) => {
    if (typeof value === 'number') values[i] = value;
    else if ('schema' in value) histograms[i] = value;
    else bits.set(value, 2 * i);
  });
  const hasHistogram = histograms.some((histogram) => histogram !== undefined);
  const hasStart = entries.some(([, , , startTimeMs]) => startTimeMs !== undefined);
  return {
    count: entries.length,
    refs: Uint32Array.from(entries, ([ref]) => ref),
    timesMs: Float64Array.from(entries, ([, timeMs]) => timeMs),
    values,
    bits,
    ...(hasHistogram && { histograms }),
    ...(hasStart && { startTimesMs: Float64Array.from(entries, ([, , , start]) => start ?? 0) }),
  };
}

/** Appends one sample of a series. */
export function appendOne(
  db: Tsdb,
  labels: Readonly<Record<string, string>>,
  timeMs: number,
  value: Value,
): AppendOutcome {
  return db.append(createBatch([[db.resolve(createLabels(labels)), timeMs, value]]));
}

/** Everything that a store has, as text by series; rows as `formatRow` and `formatValue` write. */
export function readAll(
  db: Pick<Tsdb, 'select'>,
  fromMs = -Infinity,
  toMs = Infinity,
  liveFromMs = -Infinity,
): Map<string, string[]> {
  const all = new Map<string, string[]>();
  const matchers = [createMatcher('__name__', '=~', '.+')];
  for (const { labels, samples, startTimesMs } of db.select({
    matchers,
    fromMs,
    toMs,
    liveFromMs,
  })) {
    const rows: string[] = [];
    for (let i = 0; i < samples.count; i++) {
      const timeMs = samples.timesMs[i];
      const bits = [samples.bits[2 * i], samples.bits[2 * i + 1]] as const;
      rows.push(formatValue(timeMs, samples.histograms?.[i] ?? bits, startTimesMs?.[i]));
    }
    all.set(formatSeries(labels), rows);
  }
  return all;
}

/**
 * How many samples series have in a range, markers apart: as a selection of counts tells, and as all
 * samples do. What of the first the index told is counted.
 */
export function countBoth(
  db: Pick<Tsdb, 'select'>,
  fromMs: number,
  toMs: number,
): { readonly told: Map<string, number>; readonly read: Map<string, number>; indexed: number } {
  const range = { matchers: [createMatcher('__name__', '=~', '.+')], fromMs, toMs };
  const counts = { told: new Map<string, number>(), read: new Map<string, number>(), indexed: 0 };
  for (const countOnly of [true, false]) {
    for (const { labels, samples, sampleCount } of db.select({ ...range, countOnly })) {
      const count = sampleCount ?? countUnmarked(samples);
      if (count > 0) counts[countOnly ? 'told' : 'read'].set(formatSeries(labels), count);
      if (sampleCount !== undefined) counts.indexed++;
    }
  }
  return counts;
}

function countUnmarked({ count, bits }: Samples): number {
  let markers = 0;
  for (let i = 0; i < count; i++) if (isStale(bits, i)) markers++;
  return count - markers;
}

/** A sample of any kind as `readAll` writes it. */
export function formatValue(timeMs: number, value: Value, startTimeMs = 0): string {
  const start = startTimeMs === 0 ? '' : ` since ${startTimeMs}`;
  if (typeof value === 'number') return formatRow(timeMs, ...bitsOf(value)) + start;
  if ('schema' in value) return `${timeMs} ${formatHistogram(value)}${start}`;
  return formatRow(timeMs, ...value) + start;
}

/** A float as `readAll` writes it: `time high:low`, bits in hexadecimal. */
export function formatRow(timeMs: number, low: number, high: number): string {
  return `${timeMs} ${high.toString(16)}:${low.toString(16)}`;
}

/** The words of a number. */
export function bitsOf(value: number): readonly [number, number] {
  const words = new Uint32Array(Float64Array.of(value).buffer);
  return [words[0], words[1]];
}

/** Labels of a metric with one more label. */
export function named(name: string, instance = ''): Labels {
  return createLabels({ __name__: name, instance });
}
