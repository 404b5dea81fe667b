/**
 * PromQL's `</` and `>/`: a histogram without the observations above, or below, a value.
 *
 * Buckets beyond the value are emptied; the one that it lies in keeps the share that interpolation
 * gives it. The sum is then no longer known and is estimated from the middles of what is left.
 * What lies in a bucket without end cannot be divided: see `keepOfEndless`.
 */
import { type BoundedBucket, boundOf, hasCustomBounds, shareBelow } from './bounds.ts';
import { compactHistogram } from './arithmetic.ts';
import type { Histogram, HistogramBuckets } from './histogram.ts';
import { indexesOf } from './layout.ts';

/** Which observations are kept: those up to the value, or those from it on. */
export type TrimKeep = 'below' | 'above';

interface Cut {
  readonly value: number;
  readonly keep: TrimKeep;
  readonly isCustom: boolean;
}

/** What is left of a bucket, and the value that its observations are taken to have. */
interface Rest {
  readonly count: number;
  readonly middle: number;
}

/** The histogram with only the observations on one side of a value. */
export function trimHistogram(histogram: Histogram, value: number, keep: TrimKeep): Histogram {
  const cut: Cut = { value, keep, isCustom: hasCustomBounds(histogram) };
  const positive = trimSide(histogram, cut, true);
  const negative = trimSide(histogram, cut, false);
  const lowest = positive.hasAny && !negative.hasAny ? 0 : -histogram.zeroThreshold;
  const highest = negative.hasAny && !positive.hasAny ? 0 : histogram.zeroThreshold;
  const zero = trimZero({ lower: lowest, upper: highest, count: histogram.zeroCount }, cut);
  const isTrimmed = positive.isTrimmed || negative.isTrimmed || zero.count !== histogram.zeroCount;
  if (!isTrimmed) return compactHistogram(histogram);
  return compactHistogram({
    ...histogram,
    isInteger: false,
    zeroCount: zero.count,
    count: positive.count + negative.count + zero.count,
    sum: positive.sum + negative.sum + zero.middle * zero.count,
    positive: positive.buckets,
    negative: negative.buckets,
  });
}

interface TrimmedSide {
  readonly buckets: HistogramBuckets;
  readonly count: number;
  readonly sum: number;
  readonly hasAny: boolean;
  readonly isTrimmed: boolean;
}

function trimSide(histogram: Histogram, cut: Cut, isPositive: boolean): TrimmedSide {
  const side = isPositive ? histogram.positive : histogram.negative;
  const indexes = indexesOf(side, side.counts.length);
  const counts = side.counts.slice();
  let count = 0;
  let sum = 0;
  let hasAny = false;
  let isTrimmed = false;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    hasAny = true;
    const far = boundOf(histogram, indexes[i]);
    const near = boundOf(histogram, indexes[i] - 1);
    const [lower, upper] = isPositive ? [near, far] : [-far, -near];
    const rest = trimBucket({ lower, upper, count: counts[i] }, cut, isPositive);
    if (rest.count !== counts[i]) isTrimmed = true;
    counts[i] = rest.count;
    count += rest.count;
    sum += rest.middle * rest.count;
  }
  return { buckets: { ...side, counts }, count, sum, hasAny, isTrimmed };
}

function trimBucket(bucket: BoundedBucket, cut: Cut, isPositive: boolean): Rest {
  const { lower, upper, count } = bucket;
  const { value, keep, isCustom } = cut;
  const isBelow = keep === 'below';
  if (isBelow ? upper <= value : lower >= value) {
    return { count, middle: middleOf(lower, upper, { isPositive, isCustom }) };
  }
  // Negated, so that a value that is no number keeps nothing.
  if (isBelow ? !(lower < value) : !(upper > value)) return { count: 0, middle: 0 };
  if (lower === -Infinity || upper === Infinity) return keepOfEndless(bucket, cut);
  const below = count * shareBelow(bucket, value, isCustom);
  return isBelow
    ? { count: below, middle: middleOf(lower, value, { isPositive, isCustom }) }
    : { count: count - below, middle: middleOf(value, upper, { isPositive, isCustom }) };
}

/**
 * What is kept of a bucket without end that the value lies in. Nobody knows how far its
 * observations reach. One that ends above zero is taken to begin at zero (only custom bounds have
 * such a bucket). Else the open side is cut off whole, and nothing is cut off on the other side.
 */
function keepOfEndless({ lower, upper, count }: BoundedBucket, { value, keep }: Cut): Rest {
  const isBelow = keep === 'below';
  if (lower !== -Infinity) return isBelow ? { count: 0, middle: 0 } : { count, middle: value };
  const isFromZero = upper > 0 && upper !== Infinity;
  if (isBelow) {
    if (isFromZero && value > 0) return { count: (count * value) / upper, middle: value / 2 };
    return upper <= 0 ? { count, middle: value } : { count: 0, middle: 0 };
  }
  if (isFromZero && value >= 0) {
    return { count: count * (1 - value / upper), middle: (value + upper) / 2 };
  }
  return { count: 0, middle: 0 };
}

/** The zero bucket, spread evenly; one without width goes with what is kept above. */
function trimZero({ lower, upper, count }: BoundedBucket, { value, keep }: Cut): Rest {
  if (!(count > 0)) return { count, middle: 0 };
  const middle = (lower + upper) / 2;
  if (keep === 'below') {
    if (value <= lower) return { count: 0, middle: 0 };
    if (value >= upper) return { count, middle };
    return { count: (count * (value - lower)) / (upper - lower), middle: (lower + value) / 2 };
  }
  if (value <= lower) return { count, middle };
  if (value >= upper) return { count: 0, middle: 0 };
  return { count: (count * (upper - value)) / (upper - lower), middle: (value + upper) / 2 };
}

/** The value that observations between two bounds are taken to have. */
function middleOf(
  lower: number,
  upper: number,
  { isPositive, isCustom }: { readonly isPositive: boolean; readonly isCustom: boolean },
): number {
  if (Number.isFinite(lower) && Number.isFinite(upper)) {
    if (isCustom) return (lower + upper) / 2;
    const middle = Math.sqrt(Math.abs(lower * upper));
    return isPositive ? middle : -middle;
  }
  if (Number.isFinite(lower)) return lower;
  if (!Number.isFinite(upper)) return 0;
  return upper > 0 ? upper / 2 : upper;
}
