/**
 * Quantiles and fractions of native histograms (Prometheus, promql/quantile.go).
 *
 * Within a bucket, observations are taken to be spread evenly: on a logarithmic scale where buckets
 * are exponential, because there all of them are equally wide; on a linear one where bounds are
 * custom, as for classic histograms, and in the zero bucket, in which a logarithmic scale has no
 * end. A zero bucket counts to one side only where the histogram has buckets on that side only.
 *
 * Observations that are NaN are in no bucket but in the count. They make the sum NaN, and are told
 * by that.
 */
import { type BoundedBucket, hasCustomBounds, shareBelow } from './bounds.ts';
import { BucketCursor } from './bucket-cursor.ts';
import type { Histogram } from './histogram.ts';

/** What an answer has to say of observations that are NaN. */
export type NanNote =
  | 'none'
  /** The quantile lies among them: the answer is NaN. */
  | 'isResult'
  /** They count as larger than all others, which pushes the quantile up. */
  | 'hasSkew';

export interface HistogramQuantile {
  readonly value: number;
  readonly note: NanNote;
}

/** The φ-quantile; -Inf and +Inf for a φ out of range, NaN of a histogram without observations. */
export function histogramQuantile(phi: number, histogram: Histogram): HistogramQuantile {
  if (phi < 0) return { value: -Infinity, note: 'none' };
  if (phi > 1) return { value: Infinity, note: 'none' };
  if (histogram.count === 0 || Number.isNaN(phi)) return { value: Number.NaN, note: 'none' };
  const hasNan = Number.isNaN(histogram.sum);
  // Ranks are taken from the nearer end. NaN observations are at the upper one and in no bucket.
  const isAscending = hasNan || phi < 0.5;
  const rank = (isAscending ? phi : 1 - phi) * histogram.count;
  const order = isAscending ? 'ascending' : 'descending';
  const cursor = new BucketCursor(histogram, order);
  const found = findRank(cursor, rank) ?? findLast(histogram, order);
  const bucket = clipForQuantile(histogram, found.bucket);
  if (hasCustomBounds(histogram)) {
    const isFirst = found.bucket.lower === -Infinity;
    if (isFirst && bucket.upper <= 0) return { value: bucket.upper, note: 'none' };
    if (!isFirst && bucket.upper === Infinity) return { value: bucket.lower, note: 'none' };
  }
  // Rounding may have added buckets up to more than the count.
  const reached = Math.min(found.reached, histogram.count);
  if (reached < rank) {
    if (hasNan) return { value: Number.NaN, note: 'isResult' };
    // This is rounding, or a histogram that contradicts itself.
    return { value: bucket.upper, note: 'none' };
  }
  const inBucket = isAscending ? rank - (reached - bucket.count) : reached - rank;
  const note = hasNan && totalFrom(cursor, reached) < histogram.count ? 'hasSkew' : 'none';
  return { value: interpolate(histogram, bucket, inBucket / bucket.count), note };
}

interface FoundBucket {
  readonly bucket: BoundedBucket;
  /** Observations up to the bucket's far end. */
  readonly reached: number;
}

/** The populated bucket in which a rank is reached. */
function findRank(cursor: BucketCursor, rank: number): FoundBucket | undefined {
  let reached = 0;
  while (cursor.next()) {
    if (cursor.count === 0) continue;
    reached += cursor.count;
    if (reached >= rank) return { bucket: bucketAt(cursor), reached };
  }
  return undefined;
}

/** The last bucket of the walk, for a rank beyond all of them. */
function findLast(histogram: Histogram, order: 'ascending' | 'descending'): FoundBucket {
  const cursor = new BucketCursor(histogram, order);
  let bucket: BoundedBucket = { lower: 0, upper: 0, count: 0 };
  let reached = 0;
  while (cursor.next()) {
    bucket = bucketAt(cursor);
    reached += bucket.count;
  }
  return { bucket, reached };
}

function bucketAt({ lower, upper, count }: BucketCursor): BoundedBucket {
  return { lower, upper, count };
}

/** What is counted by the end of the walk. */
function totalFrom(cursor: BucketCursor, reached: number): number {
  let total = reached;
  while (cursor.next()) total += cursor.count;
  return total;
}

function clipForQuantile(histogram: Histogram, bucket: BoundedBucket): BoundedBucket {
  if (!hasCustomBounds(histogram)) return clipAtZero(histogram, bucket);
  // The first bucket begins at 0, unless it ends there or before.
  return bucket.lower === -Infinity && bucket.upper > 0 ? { ...bucket, lower: 0 } : bucket;
}

/** A bucket around zero, without the side on which the histogram has no buckets. */
function clipAtZero(histogram: Histogram, bucket: BoundedBucket): BoundedBucket {
  if (!(bucket.lower <= 0 && bucket.upper >= 0)) return bucket;
  const hasPositive = histogram.positive.counts.length > 0;
  const hasNegative = histogram.negative.counts.length > 0;
  if (hasPositive && !hasNegative) return { ...bucket, lower: 0 };
  return hasNegative && !hasPositive ? { ...bucket, upper: 0 } : bucket;
}

/** The value below which a share of a bucket's observations lies. */
function interpolate(histogram: Histogram, { lower, upper }: BoundedBucket, share: number): number {
  if (hasCustomBounds(histogram) || (lower <= 0 && upper >= 0))
    return lower + (upper - lower) * share;
  const low = Math.log2(Math.abs(lower));
  const high = Math.log2(Math.abs(upper));
  return lower > 0
    ? 2 ** (low + (high - low) * share)
    : -(2 ** (high + (low - high) * (1 - share)));
}

export interface HistogramFraction {
  readonly value: number;
  /** Whether there are observations that are NaN; they are in no fraction but in the whole. */
  readonly hasNan: boolean;
}

/** The share of observations between two values; the inverse of the quantile. */
export function histogramFraction(
  lower: number,
  upper: number,
  histogram: Histogram,
): HistogramFraction {
  if (histogram.count === 0 || Number.isNaN(lower) || Number.isNaN(upper)) {
    return { value: Number.NaN, hasNan: false };
  }
  if (lower >= upper) return { value: 0, hasNan: false };
  const isNanSum = Number.isNaN(histogram.sum);
  const inBuckets = isNanSum ? totalFrom(new BucketCursor(histogram), 0) : histogram.count;
  const upperRank = Math.min(rankOf(upper, histogram, inBuckets), inBuckets);
  const lowerRank = Math.min(rankOf(lower, histogram, inBuckets), inBuckets);
  return {
    value: (upperRank - lowerRank) / histogram.count,
    hasNan: isNanSum && inBuckets < histogram.count,
  };
}

/** How many observations lie at or below a value; `total` where no bucket reaches beyond it. */
function rankOf(value: number, histogram: Histogram, total: number): number {
  const isCustom = hasCustomBounds(histogram);
  const cursor = new BucketCursor(histogram);
  let rank = 0;
  while (cursor.next()) {
    const whole = bucketAt(cursor);
    // Of custom bounds too, the bucket around zero begins at zero here; a quantile clips only the
    // first bucket. Prometheus does so.
    const bucket = clipAtZero(histogram, whole);
    if (bucket.lower >= value) return rank;
    if (bucket.upper > value) {
      // A bucket without a lower end cannot be divided: all of it counts.
      if (isCustom && bucket.lower === -Infinity) return bucket.count;
      const isLinear = isCustom || (whole.lower <= 0 && whole.upper >= 0);
      return rank + bucket.count * shareBelow(bucket, value, isLinear);
    }
    rank += bucket.count;
  }
  return total;
}
