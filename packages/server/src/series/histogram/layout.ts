/**
 * Where populated buckets lie: spans, and the same as one index per bucket.
 *
 * Spans are what is stored and shared. Whatever changes a layout (merging, coarser schemas, wider
 * zero buckets) works on lists of indexes, which are simple to walk, and turns them back.
 */
import { type HistogramBuckets, NO_BUCKETS } from './histogram.ts';

type Spans = Pick<HistogramBuckets, 'spanOffsets' | 'spanLengths'>;

/** Whether two sides have the same spans; then their counts belong together one by one. */
export function hasSameSpans(a: Spans, b: Spans): boolean {
  return isSameList(a.spanOffsets, b.spanOffsets) && isSameList(a.spanLengths, b.spanLengths);
}

function isSameList(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** What says where buckets lie, and nothing of what is in them. */
interface Layout {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly positive: Spans;
  readonly negative: Spans;
  readonly customBounds: Float64Array | undefined;
}

/** Whether the counts of two histograms belong together one by one. */
export function hasSameLayout(a: Layout, b: Layout): boolean {
  return (
    hasSameGrid(a, b) &&
    hasSameSpans(a.positive, b.positive) &&
    hasSameSpans(a.negative, b.negative)
  );
}

/** Whether buckets of the same index are the same buckets, whichever of them are there. */
export function hasSameGrid(
  a: Omit<Layout, 'positive' | 'negative'>,
  b: Omit<Layout, 'positive' | 'negative'>,
): boolean {
  return a.schema === b.schema && a.zeroThreshold === b.zeroThreshold && hasSameBounds(a, b);
}

/**
 * Finds the buckets of one side among those of another, run by run: from position `from` on in the
 * inner one, `length` buckets are those from `at` on in the outer one. False where one is missing.
 */
export function eachSharedRun(
  outer: Spans,
  inner: Spans,
  visit: (at: number, from: number, length: number) => void,
): boolean {
  let span = -1;
  let start = 0;
  let end = 0;
  let before = 0;
  let index = 0;
  let from = 0;
  for (let i = 0; i < inner.spanLengths.length; i++) {
    index += inner.spanOffsets[i];
    const length = inner.spanLengths[i];
    while (span < 0 || (end < index + length && span < outer.spanLengths.length)) {
      before += end - start;
      span++;
      start = end + (outer.spanOffsets[span] ?? 0);
      end = start + (outer.spanLengths[span] ?? 0);
    }
    if (length > 0 && (index < start || index + length > end)) return false;
    if (length > 0) visit(before + index - start, from, length);
    index += length;
    from += length;
  }
  return true;
}

/** Whether two lists of custom bounds are the same; both absent counts as the same. */
export function hasSameBounds(
  a: { readonly customBounds: Float64Array | undefined },
  b: { readonly customBounds: Float64Array | undefined },
): boolean {
  if (a.customBounds === undefined || b.customBounds === undefined) {
    return a.customBounds === b.customBounds;
  }
  return isSameList(a.customBounds, b.customBounds);
}

/** The index of each bucket in the spans, rising. */
export function indexesOf({ spanOffsets, spanLengths }: Spans, count: number): Int32Array {
  const indexes = new Int32Array(count);
  let index = 0;
  let at = 0;
  for (let span = 0; span < spanOffsets.length; span++) {
    index += spanOffsets[span];
    for (let i = 0; i < spanLengths[span]; i++) indexes[at++] = index++;
  }
  return indexes;
}

/** The spans of buckets that are given by their rising indexes. */
export function spansOf(indexes: Int32Array): {
  readonly spanOffsets: readonly number[];
  readonly spanLengths: readonly number[];
} {
  const spanOffsets: number[] = [];
  const spanLengths: number[] = [];
  let next = 0;
  for (const index of indexes) {
    if (spanOffsets.length > 0 && index === next) {
      spanLengths[spanLengths.length - 1]++;
    } else {
      spanOffsets.push(spanOffsets.length === 0 ? index : index - next);
      spanLengths.push(1);
    }
    next = index + 1;
  }
  return { spanOffsets, spanLengths };
}

/**
 * The same buckets without empty ones, except where no more than `emptyMax` lie between two
 * populated ones: those are written out, which saves a span.
 */
export function compactBuckets(buckets: HistogramBuckets, emptyMax = 0): HistogramBuckets {
  if (isCompact(buckets, emptyMax)) return buckets;
  const from = indexesOf(buckets, buckets.counts.length);
  const indexes: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < from.length; i++) {
    if (buckets.counts[i] === 0) continue;
    const gap = indexes.length === 0 ? 0 : from[i] - indexes[indexes.length - 1] - 1;
    for (let empty = gap <= emptyMax ? gap : 0; empty > 0; empty--) {
      indexes.push(from[i] - empty);
      counts.push(0);
    }
    indexes.push(from[i]);
    counts.push(buckets.counts[i]);
  }
  if (indexes.length === 0) return NO_BUCKETS;
  return { ...spansOf(Int32Array.from(indexes)), counts: Float64Array.from(counts) };
}

function isCompact({ spanOffsets, spanLengths, counts }: HistogramBuckets, emptyMax: number) {
  if (counts.includes(0)) return false;
  for (let span = 0; span < spanLengths.length; span++) {
    if (spanLengths[span] === 0 || (span > 0 && spanOffsets[span] <= emptyMax)) return false;
  }
  return true;
}
