/** How far observations spread around their mean. */
import { hasCustomBounds } from './bounds.ts';
import { BucketCursor } from './bucket-cursor.ts';
import type { Histogram } from './histogram.ts';
import { addExactly } from './indexed-buckets.ts';

/**
 * The variance, with all observations of a bucket at its middle: the geometric mean of its bounds,
 * zero in the zero bucket, the arithmetic mean where bounds are custom.
 */
export function histogramVariance(histogram: Histogram): number {
  const mean = histogram.sum / histogram.count;
  const isCustom = hasCustomBounds(histogram);
  const total = new Float64Array(1);
  const loss = new Float64Array(1);
  const cursor = new BucketCursor(histogram);
  while (cursor.next()) {
    if (cursor.count === 0) continue;
    const distance = middleOf(cursor, isCustom) - mean;
    addExactly(total, loss, 0, cursor.count * distance * distance);
  }
  return (total[0] + loss[0]) / histogram.count;
}

function middleOf({ lower, upper }: BucketCursor, isCustom: boolean): number {
  if (isCustom) return (upper + lower) / 2;
  if (lower <= 0 && upper >= 0) return 0;
  const middle = Math.sqrt(upper * lower);
  return upper < 0 ? -middle : middle;
}
