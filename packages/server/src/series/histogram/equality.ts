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
  const isSameSide = ({ counts }: HistogramBuckets, others: HistogramBuckets): boolean =>
    counts.every((count, i) => isSame(count, others.counts[i]));
  return (
    hasSameLayout(left, right) &&
    isSame(left.count, right.count) &&
    isSame(left.sum, right.sum) &&
    isSame(left.zeroCount, right.zeroCount) &&
    isSameSide(left.positive, right.positive) &&
    isSameSide(left.negative, right.negative)
  );
}
