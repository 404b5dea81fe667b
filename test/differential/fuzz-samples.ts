/**
 * Samples of every kind for random expressions: counters with resets, gauges, NaN and infinities,
 * series that come and go, classic and native histograms of both kinds, and series that change from
 * one kind to the other. Samples stand on whole steps, so that they fall onto the edges of ranges.
 */
import { createSeededRandom, type Random } from '../../packages/server/src/platform/index.ts';
import {
  createHistogram,
  createLabels,
  type Histogram,
  type Labels,
  NO_BUCKETS,
} from '../../packages/server/src/series/index.ts';
import type { Vocabulary } from './random-expressions.ts';

/** One value of a series; undefined: no sample; `stale`: the series has ended. */
export type FuzzValue = number | Histogram | 'stale' | undefined;

export interface FuzzSeries {
  readonly labels: Labels;
  /** One for each step. */
  readonly values: readonly FuzzValue[];
}

export interface FuzzSamples {
  readonly startMs: number;
  readonly stepMs: number;
  readonly series: readonly FuzzSeries[];
  readonly vocabulary: Vocabulary;
}

export const FUZZ_STEP_MS = 15_000;
/** Half an hour. */
const STEPS = 120;
const JOBS = ['a', 'b'];
const INSTANCES = ['1', '2', '3'];
const CODES = ['200', '404', '500'];
const BOUNDS = ['0.1', '0.5', '1', '5', '+Inf'];
const ODD = [Number.NaN, Infinity, -Infinity, -0.5, 0, -0, 1e-300, 1e300];
const METRICS =
  'requests_total load odd flaky latency_bucket latency_sum latency_count size width mixed'.split(
    ' ',
  );

/** Makes them; the first step is at `startMs`. */
export function createFuzzSamples(seed: number, startMs: number): FuzzSamples {
  const random = createSeededRandom(seed);
  const series = [
    ...createCounters(random),
    ...createGauges(random),
    ...createClassic(random),
    ...createNative(random),
  ];
  const fromSeconds = startMs / 1000;
  const toSeconds = fromSeconds + (STEPS * FUZZ_STEP_MS) / 1000;
  const labels = { job: JOBS, instance: INSTANCES, code: CODES, le: BOUNDS, kind: ['x', 'y'] };
  const vocabulary = { metrics: METRICS, distinctMetric: 'load', labels, fromSeconds, toSeconds };
  return { startMs, stepMs: FUZZ_STEP_MS, series, vocabulary };
}

type ValueAt = (step: number) => FuzzValue;

function seriesOf(labels: Record<string, string>, valueAt: ValueAt): FuzzSeries {
  const values = Array.from({ length: STEPS }, (_, step) => valueAt(step));
  return { labels: createLabels(labels), values };
}

/** A counter that rises by what is drawn, and begins anew now and then. */
function rising(random: Random, draw: () => number): ValueAt {
  let total = Math.floor(random.float() * 1000);
  return () => {
    total = random.float() < 0.02 ? 0 : total + draw();
    return total;
  };
}

function createCounters(random: Random): readonly FuzzSeries[] {
  return JOBS.flatMap((job) =>
    INSTANCES.flatMap((instance) =>
      CODES.map((code) => {
        const draw = (): number => Math.floor(random.float() * 40);
        const name = { __name__: 'requests_total', job, instance, code };
        return seriesOf(name, rising(random, draw));
      }),
    ),
  );
}

function createGauges(random: Random): readonly FuzzSeries[] {
  const load = JOBS.flatMap((job) =>
    INSTANCES.map((instance) => {
      let value = random.float() * 10;
      return seriesOf({ __name__: 'load', job, instance }, () => {
        value += random.float() - 0.5;
        return value;
      });
    }),
  );
  const odd = ['x', 'y'].map((kind) =>
    seriesOf({ __name__: 'odd', kind }, () => ODD[Math.floor(random.float() * ODD.length)]),
  );
  const flaky = JOBS.map((job) =>
    seriesOf({ __name__: 'flaky', job }, (step) => {
      const chance = random.float();
      if (chance < 0.1) return 'stale';
      return chance < 0.45 || (step > 50 && step < 80) ? undefined : Math.floor(chance * 100);
    }),
  );
  return [...load, ...odd, ...flaky];
}

function createClassic(random: Random): readonly FuzzSeries[] {
  return JOBS.flatMap((job) => {
    const counts = BOUNDS.map(() => 0);
    const rows = Array.from({ length: STEPS }, () => {
      for (let i = 0, more = 0; i < counts.length; i++) {
        more += Math.floor(random.float() * 5);
        counts[i] += more;
      }
      return [...counts];
    });
    const buckets = BOUNDS.map((le, i) =>
      seriesOf({ __name__: 'latency_bucket', job, le }, (step) => rows[step][i]),
    );
    const count = (step: number): number => rows[step][BOUNDS.length - 1];
    return [
      ...buckets,
      seriesOf({ __name__: 'latency_count', job }, count),
      seriesOf({ __name__: 'latency_sum', job }, (step) => count(step) * 0.75),
    ];
  });
}

function createNative(random: Random): readonly FuzzSeries[] {
  const size = JOBS.flatMap((job) =>
    INSTANCES.map((instance) =>
      seriesOf({ __name__: 'size', job, instance }, growing(random, exponential)),
    ),
  );
  const width = JOBS.map((job) =>
    seriesOf({ __name__: 'width', job }, growing(random, withBounds)),
  );
  const mixed = JOBS.map((job) => {
    const histogramAt = growing(random, exponential);
    return seriesOf({ __name__: 'mixed', job }, (step) => {
      const histogram = histogramAt(step);
      if (random.float() < 0.05) return undefined;
      return Math.floor(step / 15) % 2 === 0 ? histogram : step * 2;
    });
  });
  return [...size, ...width, ...mixed];
}

/** Counts of a histogram that was observed by one process, started anew now and then. */
function growing(
  random: Random,
  build: (counts: readonly number[], step: number) => Histogram,
): ValueAt {
  let counts = Array.from({ length: 6 }, () => Math.floor(random.float() * 20));
  return (step) => {
    const isNew = random.float() < 0.03;
    counts = counts.map((count) => (isNew ? 0 : count) + Math.floor(random.float() * 6));
    return build(counts, step);
  };
}

/** Two spans above zero and one below; the resolution halves in the last third. */
function exponential(counts: readonly number[], step: number): Histogram {
  const [zeroCount, ...buckets] = counts;
  return createHistogram({
    schema: step < 80 ? 2 : 1,
    counterReset: 'unknown',
    isInteger: true,
    zeroThreshold: 0.001,
    zeroCount,
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: buckets.reduce((sum, count, i) => sum + count * (i + 0.5), 0),
    positive: {
      spanOffsets: [0, 2],
      spanLengths: [2, 2],
      counts: Float64Array.from(buckets.slice(0, 4)),
    },
    negative: { spanOffsets: [1], spanLengths: [1], counts: Float64Array.from(buckets.slice(4)) },
    customBounds: undefined,
  });
}

function withBounds(counts: readonly number[]): Histogram {
  const buckets = counts.slice(0, 4);
  return createHistogram({
    schema: -53,
    counterReset: 'unknown',
    isInteger: true,
    zeroThreshold: 0,
    zeroCount: 0,
    count: buckets.reduce((sum, count) => sum + count, 0),
    sum: buckets.reduce((sum, count, i) => sum + count * (i + 0.5), 0),
    positive: { spanOffsets: [0], spanLengths: [4], counts: Float64Array.from(buckets) },
    negative: NO_BUCKETS,
    customBounds: Float64Array.of(1, 2, 4),
  });
}
