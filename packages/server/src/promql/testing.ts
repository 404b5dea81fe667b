/**
 * A store of series in memory, for tests of queries.
 *
 * It keeps whatever it is given, in any order, and looks at everything on each call; nothing about
 * it is fast. `memory-store.ts` is the one that is.
 */
import {
  compareLabels,
  createLabelsFromPairs,
  createSamples,
  type Histogram,
  isMatch,
  type Labels,
  labelsKey,
  setStale,
} from '../series/index.ts';
import { answerLabels, withResetHint } from './memory-store.ts';
import { parseSelector } from './parser.ts';
import type { Queryable, SelectedSeries, SelectRange } from './queryable.ts';

/** One sample to be stored. */
export interface TestSample {
  readonly timeMs: number;
  /** Undefined for the staleness marker; says nothing where there is a histogram. */
  readonly value: number | undefined;
  readonly histogram?: Histogram | undefined;
  /** When its counter began; 0 where that is not known. */
  readonly startMs?: number;
}

export interface TestStore extends Queryable {
  /** Adds samples to a series; a sample at a time that is taken replaces the old one. */
  append(labels: Labels, samples: readonly TestSample[]): void;
}

interface StoredSeries {
  readonly labels: Labels;
  samples: readonly TestSample[];
}

/** Builds an empty store. */
export function createTestStore(): TestStore {
  const byKey = new Map<string, StoredSeries>();
  const find = (range: SelectRange): StoredSeries[] =>
    [...byKey.values()]
      .filter(({ labels }) => isMatch(range.matchers, labels))
      .filter(({ samples }) => samples.some((sample) => isWithin(sample, range)))
      .filter(({ samples }) => !hasEnded(samples.at(-1), range.liveFromMs))
      .sort((a, b) => compareLabels(a.labels, b.labels));
  return {
    append(labels, samples) {
      const key = labelsKey(labels);
      const known = byKey.get(key) ?? { labels, samples: [] };
      const merged = new Map([...known.samples, ...samples].map((one) => [one.timeMs, one]));
      known.samples = [...merged.values()].sort((a, b) => a.timeMs - b.timeMs);
      byKey.set(key, known);
    },
    select: (range) =>
      find(range)
        .map((series) => (range.countOnly === true ? count(series, range) : cut(series, range)))
        .filter(({ sampleCount }) => sampleCount !== 0),
    estimate(range) {
      const found = find(range);
      const sampleCount = found.reduce((sum, { samples }) => sum + samples.length, 0);
      return { seriesCount: found.length, sampleCount };
    },
    ...answerLabels(find),
  };
}

function isMarker({ value, histogram }: TestSample): boolean {
  return value === undefined && histogram === undefined;
}

function hasEnded(newest: TestSample | undefined, byMs = -Infinity): boolean {
  return newest !== undefined && isMarker(newest) && newest.timeMs <= byMs;
}

function isWithin({ timeMs }: TestSample, { fromMs, toMs }: SelectRange): boolean {
  return timeMs >= fromMs && timeMs <= toMs;
}

function count({ labels, samples }: StoredSeries, range: SelectRange): SelectedSeries {
  const kept = samples.filter((sample) => isWithin(sample, range) && !isMarker(sample));
  return { labels, samples: createSamples(0), sampleCount: kept.length };
}

function cut({ labels, samples }: StoredSeries, range: SelectRange): SelectedSeries {
  const kept = samples.filter((sample) => isWithin(sample, range));
  const out = createSamples(kept.length);
  const startTimesMs = new Float64Array(kept.length);
  kept.forEach((sample, i) => {
    out.timesMs[i] = sample.timeMs;
    startTimesMs[i] = sample.startMs ?? 0;
    if (isMarker(sample)) setStale(out.bits, i);
    else out.values[i] = sample.value ?? 0;
  });
  out.count = kept.length;
  const hasHistograms = kept.some(({ histogram }) => histogram !== undefined);
  if (!hasHistograms) return { labels, samples: out, startTimesMs };
  const histograms = kept.map((sample) => {
    const previous = samples[samples.indexOf(sample) - 1]?.histogram;
    return sample.histogram && withResetHint(sample.histogram, previous);
  });
  return { labels, samples: { ...out, histograms }, startTimesMs };
}

/** A value of a series in a test: a float, a gap, a staleness marker or a histogram. */
export type TestValue = number | null | 'stale' | Histogram;

/** A store of evenly spaced samples: `{'up{job="a"}': [1, null, 'stale']}`; null is a gap. */
export function createTestStoreOf(
  stepMs: number,
  series: Readonly<Record<string, readonly TestValue[]>>,
): TestStore {
  const store = createTestStore();
  for (const [text, values] of Object.entries(series)) {
    const pairs = parseSelector(text).map(({ name, value }): [string, string] => [name, value]);
    const samples = values.flatMap((value, i) => createTestSample(i * stepMs, value));
    store.append(createLabelsFromPairs(pairs), samples);
  }
  return store;
}

function createTestSample(timeMs: number, value: TestValue): TestSample[] {
  if (value === null) return [];
  if (typeof value === 'object') return [{ timeMs, value: undefined, histogram: value }];
  return [{ timeMs, value: value === 'stale' ? undefined : value }];
}
