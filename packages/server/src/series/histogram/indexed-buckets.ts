/**
 * Buckets of one side by their index, while their layout is being changed.
 *
 * Each count comes with what rounding has lost of it (Neumaier's variant of Kahan's summation), so
 * that a long sum may change its layout on the way without becoming less exact. Who adds two
 * histograms only, ignores the losses.
 */
import { customBound } from './bounds.ts';
import { exponentialBound } from './exponential-bounds.ts';
import type { HistogramBuckets } from './histogram.ts';
import { indexesOf, spansOf } from './layout.ts';

export interface IndexedBuckets {
  /** Rising. */
  readonly indexes: Int32Array;
  /** Parallel to the indexes, as are the losses. */
  readonly counts: Float64Array;
  readonly losses: Float64Array;
}

/** Buckets in spans, with losses. */
export interface LossyBuckets extends HistogramBuckets {
  readonly losses: Float64Array;
}

/** Adds to a count, and what is lost by it to the loss; an infinite count has none. */
export function addExactly(
  counts: Float64Array,
  losses: Float64Array,
  at: number,
  value: number,
): void {
  const count = counts[at];
  const next = count + value;
  if (next === Infinity || next === -Infinity) losses[at] = 0;
  else if (Math.abs(count) >= Math.abs(value)) losses[at] += count - next + value;
  else losses[at] += value - next + count;
  counts[at] = next;
}

/** The buckets of spans by their index. */
export function toIndexed(
  buckets: HistogramBuckets,
  losses: Float64Array = new Float64Array(buckets.counts.length),
): IndexedBuckets {
  return { indexes: indexesOf(buckets, buckets.counts.length), counts: buckets.counts, losses };
}

/** The buckets in spans again. */
export function toSpans({ indexes, counts, losses }: IndexedBuckets): LossyBuckets {
  return { ...spansOf(indexes), counts, losses };
}

/** The bucket of a coarser schema that a bucket falls into. */
function coarserIndex(index: number, schemaDrop: number): number {
  return ((index - 1) >> schemaDrop) + 1;
}

/** Joins neighbours, as a schema that is lower by `schemaDrop` has them in one bucket. */
export function reduceBuckets(buckets: IndexedBuckets, schemaDrop: number): IndexedBuckets {
  if (schemaDrop === 0) return buckets;
  return regroup(buckets, (index) => coarserIndex(index, schemaDrop));
}

/** Moves buckets to other indexes, which rise with the old ones; who meets there is added up. */
function regroup(
  { indexes, counts, losses }: IndexedBuckets,
  targetOf: (index: number) => number,
): IndexedBuckets {
  const into = emptyBuckets(indexes.length);
  let last = -1;
  for (let i = 0; i < indexes.length; i++) {
    const target = targetOf(indexes[i]);
    if (last < 0 || into.indexes[last] !== target) into.indexes[++last] = target;
    addExactly(into.counts, into.losses, last, counts[i]);
    addExactly(into.counts, into.losses, last, losses[i]);
  }
  return take(into, last + 1);
}

function emptyBuckets(capacity: number): IndexedBuckets {
  return {
    indexes: new Int32Array(capacity),
    counts: new Float64Array(capacity),
    losses: new Float64Array(capacity),
  };
}

function take({ indexes, counts, losses }: IndexedBuckets, count: number): IndexedBuckets {
  if (count === indexes.length) return { indexes, counts, losses };
  return {
    indexes: indexes.slice(0, count),
    counts: counts.slice(0, count),
    losses: losses.slice(0, count),
  };
}

/** The buckets from a position on. */
function skip({ indexes, counts, losses }: IndexedBuckets, from: number): IndexedBuckets {
  return {
    indexes: indexes.slice(from),
    counts: counts.slice(from),
    losses: losses.slice(from),
  };
}

/** Both sides' buckets; those of the second are added `sign` times. */
export function mergeBuckets(a: IndexedBuckets, b: IndexedBuckets, sign: 1 | -1): IndexedBuckets {
  const into = emptyBuckets(a.indexes.length + b.indexes.length);
  let i = 0;
  let j = 0;
  let at = 0;
  while (i < a.indexes.length || j < b.indexes.length) {
    const left = i < a.indexes.length ? a.indexes[i] : Infinity;
    const right = j < b.indexes.length ? b.indexes[j] : Infinity;
    into.indexes[at] = Math.min(left, right);
    if (left <= right) {
      into.counts[at] = a.counts[i];
      into.losses[at] = a.losses[i++];
    }
    if (right <= left) {
      addExactly(into.counts, into.losses, at, sign * b.counts[j]);
      addExactly(into.counts, into.losses, at, sign * b.losses[j++]);
    }
    at++;
  }
  return take(into, at);
}

/** The exponential buckets that do not lie within a zero bucket of the given width. */
export function outsideZero(
  buckets: IndexedBuckets,
  schema: number,
  zeroThreshold: number,
): IndexedBuckets {
  const { indexes } = buckets;
  let first = 0;
  while (first < indexes.length && exponentialBound(indexes[first], schema) <= zeroThreshold) {
    first++;
  }
  return first === 0 ? buckets : skip(buckets, first);
}

/** Bounds that two lists have in common. */
export function commonBounds(a: Float64Array, b: Float64Array): Float64Array {
  const common = new Float64Array(Math.min(a.length, b.length));
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const left = a[i];
    const right = b[j];
    if (left < right) i++;
    else if (right < left) j++;
    else {
      common[count++] = left;
      i++;
      j++;
    }
  }
  return common.slice(0, count);
}

/** Buckets with custom bounds, joined so that only the given ones of their bounds are left. */
export function regroupByBounds(
  buckets: IndexedBuckets,
  from: Float64Array,
  to: Float64Array,
): IndexedBuckets {
  let target = 0;
  return regroup(buckets, (index) => {
    const bound = customBound(index, from);
    while (target < to.length && to[target] < bound) target++;
    return target;
  });
}
