/** Random histograms, for tests of what holds for all of them. */
import { createSeededRandom, type Random } from '../../platform/index.ts';
import { CUSTOM_BUCKETS_SCHEMA, type Histogram, type HistogramBuckets } from './histogram.ts';
import { NO_BUCKETS } from './histogram.ts';
import { spansOf } from './layout.ts';

/** Randomness with its seed, which a failed check names. */
export function createTestRandom(seed = 4711): { readonly random: Random; readonly seed: number } {
  return { random: createSeededRandom(seed), seed };
}

function below(random: Random, limit: number): number {
  return Math.floor(random.float() * limit);
}

/** A histogram of integers that no rule of `createHistogram` refuses. */
export function randomHistogram(
  random: Random,
  isCustom: boolean = random.float() < 0.3,
): Histogram {
  const bounds = Float64Array.from(
    { length: 1 + below(random, 6) },
    (_, i) => i + 1 + below(random, 2) / 2,
  );
  const zeroThreshold = isCustom ? 0 : [0, 2 ** -128, 0.001, 0.3][below(random, 4)];
  // No bucket begins within the zero bucket.
  const from = (): number => (zeroThreshold > 1e-9 ? 1 : -10) + below(random, 20);
  const positive = isCustom
    ? randomSide(random, 0, bounds.length + 1)
    : randomSide(random, from(), 30);
  const negative = isCustom ? NO_BUCKETS : randomSide(random, from(), 10);
  const zeroCount = isCustom ? 0 : below(random, 5);
  const inBuckets = [...positive.counts, ...negative.counts].reduce((sum, n) => sum + n, 0);
  return {
    schema: isCustom ? CUSTOM_BUCKETS_SCHEMA : below(random, 6) - 2,
    counterReset: 'unknown',
    isInteger: true,
    zeroThreshold,
    zeroCount,
    count: zeroCount + inBuckets,
    sum: below(random, 1000) / 4,
    positive,
    negative,
    customBounds: isCustom ? bounds : undefined,
  };
}

function randomSide(random: Random, from: number, length: number): HistogramBuckets {
  const indexes = Array.from({ length }, (_, i) => from + i).filter(() => random.float() < 0.4);
  if (indexes.length === 0) return NO_BUCKETS;
  const counts = Float64Array.from(indexes, () => below(random, 9));
  return { ...spansOf(Int32Array.from(indexes)), counts };
}
