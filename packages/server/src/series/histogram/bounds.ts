/** Bounds of single buckets, on either side and of either kind of schema. */
import { exponentialBound } from './exponential-bounds.ts';
import { CUSTOM_BUCKETS_SCHEMA, type Histogram } from './histogram.ts';

type Schema = Pick<Histogram, 'schema' | 'customBounds'>;

/** Whether the bounds of a histogram's buckets are listed in it. */
export function hasCustomBounds({ schema }: { readonly schema: number }): boolean {
  return schema === CUSTOM_BUCKETS_SCHEMA;
}

/** The upper bound of a bucket on the positive side; on the other one, the negated lower bound. */
export function boundOf({ schema, customBounds }: Schema, index: number): number {
  return customBounds === undefined
    ? exponentialBound(index, schema)
    : customBound(index, customBounds);
}

/** The upper bound of a bucket whose bounds are listed; the first one has no lower end. */
export function customBound(index: number, bounds: Float64Array): number {
  if (index < 0) return -Infinity;
  return index < bounds.length ? bounds[index] : Infinity;
}

/** A bucket with its bounds. */
export interface BoundedBucket {
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/**
 * Which share of a bucket lies at or below a value within it. Observations are spread evenly
 * where `isLinear` says so (custom bounds, the zero bucket), else evenly on a logarithmic scale,
 * on which all exponential buckets are equally wide. The bounds are finite.
 */
export function shareBelow(
  { lower, upper }: BoundedBucket,
  value: number,
  isLinear: boolean,
): number {
  if (isLinear) return (value - lower) / (upper - lower);
  const low = Math.log2(Math.abs(lower));
  const high = Math.log2(Math.abs(upper));
  const at = Math.log2(Math.abs(value));
  return value > 0 ? (at - low) / (high - low) : 1 - (at - high) / (low - high);
}
