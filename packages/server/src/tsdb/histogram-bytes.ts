/** One histogram by itself, as the log holds it (docs/formats/wal.md), and what is asked of one. */
import {
  type CounterReset,
  CUSTOM_BUCKETS_SCHEMA,
  EXPONENTIAL_SCHEMA_MAX,
  EXPONENTIAL_SCHEMA_MIN,
  type Histogram,
  type HistogramBuckets,
  NO_BUCKETS,
} from '../series/index.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { HISTOGRAM_BUCKETS_MAX, HISTOGRAM_INTEGER_MAX, SPAN_OFFSET_MAX } from './limits.ts';

const RESETS: readonly CounterReset[] = ['unknown', 'notReset', 'reset', 'gauge'];
const IS_INTEGER = 4;
/** Counts are written as differences of whole numbers, not as doubles. */
const HAS_WHOLE_COUNTS = 8;

/** Why a histogram cannot be stored; undefined where it can. */
export function findHistogramFault(histogram: Histogram): string | undefined {
  const { schema, positive, negative, customBounds } = histogram;
  const isCustom = schema === CUSTOM_BUCKETS_SCHEMA;
  const isExponential = schema >= EXPONENTIAL_SCHEMA_MIN && schema <= EXPONENTIAL_SCHEMA_MAX;
  if (!isCustom && !isExponential) return `schema ${schema} is not known`;
  if (isCustom !== (customBounds !== undefined)) return 'bounds and schema do not fit';
  if (!(histogram.zeroThreshold >= 0)) return `zero threshold is ${histogram.zeroThreshold}`;
  const buckets = positive.counts.length + negative.counts.length + (customBounds?.length ?? 0);
  if (buckets > HISTOGRAM_BUCKETS_MAX) {
    return `histogram has ${buckets} buckets and bounds; at most ${HISTOGRAM_BUCKETS_MAX} are kept`;
  }
  if (histogram.isInteger && !hasWholeCounts(histogram))
    return 'counts are no whole numbers that fit together';
  return findSpanFault(positive) ?? findSpanFault(negative) ?? findBoundFault(histogram);
}

/** Buckets with bounds of their own: bounds rise, and no bucket lies beyond the one after the last. */
function findBoundFault({ positive, negative, customBounds }: Histogram): string | undefined {
  if (customBounds === undefined) return undefined;
  for (let i = 0; i < customBounds.length; i++) {
    const isRising = i === 0 || customBounds[i] > customBounds[i - 1];
    if (!isRising || !Number.isFinite(customBounds[i])) return `bound ${i} is ${customBounds[i]}`;
  }
  if (negative.spanLengths.length > 0) return 'negative buckets have no bounds of their own';
  const { spanOffsets, spanLengths } = positive;
  let bucketEnd = 0;
  for (let i = 0; i < spanLengths.length; i++) bucketEnd += spanOffsets[i] + spanLengths[i];
  const isInside = (spanOffsets.at(0) ?? 0) >= 0 && bucketEnd <= customBounds.length + 1;
  return isInside ? undefined : `buckets reach beyond the ${customBounds.length} bounds`;
}

function findSpanFault({ spanOffsets, spanLengths, counts }: HistogramBuckets): string | undefined {
  const isParallel =
    spanOffsets.length === spanLengths.length && spanLengths.length <= HISTOGRAM_BUCKETS_MAX;
  if (!isParallel) return 'spans are not parallel lists';
  let sum = 0;
  for (let i = 0; i < spanLengths.length; i++) {
    const offset = spanOffsets[i];
    const isOffset = Number.isInteger(offset) && Math.abs(offset) <= SPAN_OFFSET_MAX;
    if (!isOffset || (i > 0 && offset < 0)) return `span begins at an offset of ${offset}`;
    if (!Number.isInteger(spanLengths[i]) || spanLengths[i] < 0) {
      return `span is ${spanLengths[i]} buckets long`;
    }
    sum += spanLengths[i];
  }
  return sum === counts.length
    ? undefined
    : `spans hold ${sum} buckets, but there are ${counts.length} counts`;
}

/** Whether a histogram's counts are whole numbers from 0, and its buckets hold no more than all. */
function hasWholeCounts({ count, zeroCount, positive, negative }: Histogram): boolean {
  if (!isWhole(count) || !isWhole(zeroCount)) return false;
  let sum = zeroCount;
  for (const { counts } of [positive, negative]) {
    for (const bucket of counts) {
      if (!isWhole(bucket)) return false;
      sum += bucket;
    }
  }
  // Beyond, sums of doubles are not exact, and such counts are not stored as integers anyway.
  return sum <= count || count > HISTOGRAM_INTEGER_MAX;
}

function isWhole(count: number): boolean {
  return Number.isInteger(count) && count >= 0;
}

/** Writes a histogram without a fault. */
export function putHistogram(writer: ByteWriter, histogram: Histogram): void {
  const { positive, negative, customBounds } = histogram;
  const isSmall = histogram.isInteger && histogram.count <= HISTOGRAM_INTEGER_MAX;
  const reset = RESETS.indexOf(histogram.counterReset);
  writer.byte(reset | (histogram.isInteger ? IS_INTEGER : 0) | (isSmall ? HAS_WHOLE_COUNTS : 0));
  writer.zigzag(histogram.schema);
  writer.double(histogram.zeroThreshold);
  writer.double(histogram.sum);
  if (isSmall) {
    writer.varint(histogram.count);
    writer.varint(histogram.zeroCount);
  } else {
    writer.double(histogram.count);
    writer.double(histogram.zeroCount);
  }
  putBuckets(writer, positive, isSmall);
  putBuckets(writer, negative, isSmall);
  if (histogram.schema !== CUSTOM_BUCKETS_SCHEMA) return;
  writer.varint(customBounds?.length ?? 0);
  for (const bound of customBounds ?? []) writer.double(bound);
}

function putBuckets(writer: ByteWriter, buckets: HistogramBuckets, isSmall: boolean): void {
  const { spanOffsets, spanLengths, counts } = buckets;
  writer.varint(spanLengths.length);
  for (let i = 0; i < spanLengths.length; i++) {
    writer.zigzag(spanOffsets[i]);
    writer.varint(spanLengths[i]);
  }
  let before = 0;
  for (const count of counts) {
    if (isSmall) writer.zigzag(count - before);
    else writer.double(count);
    before = count;
  }
}

/** Reads what `putHistogram` wrote; undefined where it makes no sense. */
export function readHistogram(reader: ByteReader): Histogram | undefined {
  const flags = reader.byte();
  const isSmall = (flags & HAS_WHOLE_COUNTS) !== 0;
  const schema = reader.zigzag();
  const zeroThreshold = reader.double();
  const sum = reader.double();
  const count = isSmall ? reader.varint() : reader.double();
  const zeroCount = isSmall ? reader.varint() : reader.double();
  const positive = readBuckets(reader, isSmall);
  const negative = positive && readBuckets(reader, isSmall);
  if (positive === undefined || negative === undefined) return undefined;
  const hasBounds = schema === CUSTOM_BUCKETS_SCHEMA;
  const customBounds = hasBounds ? readBounds(reader) : undefined;
  if (reader.isShort) return undefined;
  const histogram: Histogram = {
    schema,
    counterReset: RESETS[flags & 3],
    isInteger: (flags & IS_INTEGER) !== 0,
    zeroThreshold,
    zeroCount,
    count,
    sum,
    positive,
    negative,
    customBounds,
  };
  return findHistogramFault(histogram) === undefined ? histogram : undefined;
}

function readBuckets(reader: ByteReader, isSmall: boolean): HistogramBuckets | undefined {
  const spanCount = reader.varint();
  if (spanCount === 0) return NO_BUCKETS;
  if (spanCount > HISTOGRAM_BUCKETS_MAX) return undefined;
  const spanOffsets: number[] = [];
  const spanLengths: number[] = [];
  let bucketCount = 0;
  for (let i = 0; i < spanCount && !reader.isShort; i++) {
    spanOffsets.push(reader.zigzag());
    spanLengths.push(reader.varint());
    bucketCount += spanLengths[i];
  }
  if (bucketCount > HISTOGRAM_BUCKETS_MAX) return undefined;
  const counts = new Float64Array(bucketCount);
  let before = 0;
  for (let i = 0; i < bucketCount && !reader.isShort; i++) {
    before = isSmall ? before + reader.zigzag() : reader.double();
    counts[i] = before;
  }
  return { spanOffsets, spanLengths, counts };
}

function readBounds(reader: ByteReader): Float64Array | undefined {
  const count = reader.varint();
  if (count > HISTOGRAM_BUCKETS_MAX) {
    reader.isShort = true;
    return undefined;
  }
  const bounds = new Float64Array(count);
  for (let i = 0; i < count; i++) bounds[i] = reader.double();
  return bounds;
}

/** Whether two histograms are the same sample; what is known of resets does not count. */
export function isSameHistogram(a: Histogram, b: Histogram): boolean {
  return (
    a.schema === b.schema &&
    a.zeroThreshold === b.zeroThreshold &&
    a.count === b.count &&
    a.zeroCount === b.zeroCount &&
    Object.is(a.sum, b.sum) &&
    isSameBuckets(a.positive, b.positive) &&
    isSameBuckets(a.negative, b.negative) &&
    isSameList(a.customBounds ?? [], b.customBounds ?? [])
  );
}

function isSameBuckets(a: HistogramBuckets, b: HistogramBuckets): boolean {
  return (
    isSameList(a.counts, b.counts) &&
    isSameList(a.spanOffsets, b.spanOffsets) &&
    isSameList(a.spanLengths, b.spanLengths)
  );
}

function isSameList(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false;
  return true;
}
