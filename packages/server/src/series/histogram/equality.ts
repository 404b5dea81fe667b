/** Whether two histograms hold the same data. */
import { compactHistogram } from './arithmetic.ts';
import type { Histogram, HistogramBuckets } from './histogram.ts';
import { hasSameLayout } from './layout.ts';

/**
 * Whether two histograms are the same, as PromQL's `==` compares them: empty buckets and what is
 * said of counter resets make no difference, NaN is the same as NaN.
 */
export function isEqualHistogram(a: Histogram, b: Histogram): boolean {
  return isSameHistogram(a, b, Object.is);
}

/** The same with a tolerance of the caller's for counts and sums; layouts must be the same. */
export function isSameHistogram(
  a: Histogram,
  b: Histogram,
  isSame: (a: number, b: number) => boolean,
): boolean {
  if (a === b) return true;
  const left = compactHistogram(a);
  const right = compactHistogram(b);
  return (
    hasSameLayout(left, right) &&
    isSame(left.count, right.count) &&
    isSame(left.sum, right.sum) &&
    isSame(left.zeroCount, right.zeroCount) &&
    hasSameCounts(left.positive, right.positive, isSame) &&
    hasSameCounts(left.negative, right.negative, isSame)
  );
}

function hasSameCounts(
  { counts }: HistogramBuckets,
  others: HistogramBuckets,
  isSame: (a: number, b: number) => boolean,
): boolean {
  for (let i = 0; i < counts.length; i++) {
    if (!isSame(counts[i], others.counts[i])) return false;
  }
  return true;
}
