/** Whether a counter began anew between two histograms of a series. */
import { hasCustomBounds } from './bounds.ts';
import type { Histogram, HistogramBuckets } from './histogram.ts';
import {
  commonBounds,
  type IndexedBuckets,
  outsideZero,
  reduceBuckets,
  regroupByBounds,
  toIndexed,
} from './indexed-buckets.ts';
import { hasSameLayout } from './layout.ts';
import { widenZero } from './zero-bucket.ts';

/**
 * Whether a histogram follows a counter reset: whether a count is below the one before, or a
 * populated bucket is gone. What the histogram itself says of resets is believed; a gauge is looked
 * at like a counter, because a user may ask for its rate. The sum is not looked at: observations
 * may be negative.
 *
 * A finer schema or a narrower zero bucket come with a reset only. With a coarser schema or a wider
 * zero bucket, the previous histogram is seen through them; should the zero bucket then end within
 * one of its populated buckets, that too comes with a reset only.
 */
export function isCounterReset(current: Histogram, previous: Histogram): boolean {
  if (current.counterReset === 'reset') return true;
  if (current.counterReset === 'notReset') return false;
  if (current.count < previous.count) return true;
  if (hasSameLayout(current, previous)) {
    return (
      current.zeroCount < previous.zeroCount ||
      hasFallen(current.positive, previous.positive) ||
      hasFallen(current.negative, previous.negative)
    );
  }
  if (current.customBounds !== undefined) {
    return previous.customBounds === undefined
      ? true
      : hasLostCustom(current, previous, [current.customBounds, previous.customBounds]);
  }
  return hasCustomBounds(previous) || hasLostExponential(current, previous);
}

function hasFallen(current: HistogramBuckets, previous: HistogramBuckets): boolean {
  const now = current.counts;
  const before = previous.counts;
  for (let i = 0; i < now.length; i++) if (now[i] < before[i]) return true;
  return false;
}

/** With bounds that differ, only what lies between the common ones can be compared. */
function hasLostCustom(
  current: Histogram,
  previous: Histogram,
  [boundsNow, boundsBefore]: readonly [Float64Array, Float64Array],
): boolean {
  const common = commonBounds(boundsNow, boundsBefore);
  return hasLost(
    regroupByBounds(toIndexed(current.positive), boundsNow, common),
    regroupByBounds(toIndexed(previous.positive), boundsBefore, common),
  );
}

function hasLostExponential(current: Histogram, previous: Histogram): boolean {
  const { schema, zeroThreshold } = current;
  if (schema > previous.schema || zeroThreshold < previous.zeroThreshold) return true;
  const positive = toIndexed(previous.positive);
  const negative = toIndexed(previous.negative);
  const before = { schema: previous.schema, zeroCount: previous.zeroCount, zeroLoss: 0 };
  if (zeroThreshold > previous.zeroThreshold) {
    const widened = widenZero({ ...before, positive, negative }, zeroThreshold);
    if (widened.threshold !== zeroThreshold || current.zeroCount < widened.zeroCount) return true;
  } else if (current.zeroCount < previous.zeroCount) {
    return true;
  }
  const visible = (buckets: IndexedBuckets): IndexedBuckets =>
    reduceBuckets(outsideZero(buckets, previous.schema, zeroThreshold), previous.schema - schema);
  return (
    hasLost(outsideZero(toIndexed(current.positive), schema, zeroThreshold), visible(positive)) ||
    hasLost(outsideZero(toIndexed(current.negative), schema, zeroThreshold), visible(negative))
  );
}

/** Whether a bucket holds less than before; one that is gone holds nothing. */
function hasLost(current: IndexedBuckets, previous: IndexedBuckets): boolean {
  let at = 0;
  for (let i = 0; i < previous.indexes.length; i++) {
    const index = previous.indexes[i];
    while (at < current.indexes.length && current.indexes[at] < index) at++;
    const isHere = at < current.indexes.length && current.indexes[at] === index;
    const before = previous.counts[i];
    if (isHere ? current.counts[at] < before : before !== 0) return true;
  }
  return false;
}
