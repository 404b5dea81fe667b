/**
 * Histograms from outside: scraped, received, or read from disk.
 *
 * Everything that the rest of the code relies on is checked here, once: a histogram that comes out
 * has spans that fit its buckets, bounds that rise, indexes within range. The words of the faults
 * are Prometheus' where it has any (model/histogram/generic.go).
 */
import { invalid } from '../../platform/index.ts';
import { formatShort } from '../float-text.ts';
import { reduceResolution } from './arithmetic.ts';
import { hasCustomBounds } from './bounds.ts';
import {
  CUSTOM_BUCKETS_SCHEMA,
  EXPONENTIAL_SCHEMA_MAX,
  EXPONENTIAL_SCHEMA_MIN,
  type Histogram,
  type HistogramBuckets,
} from './histogram.ts';
import { indexesOf, spansOf } from './layout.ts';
import { BUCKETS_MAX, INDEX_MAX } from './limits.ts';

/** Schemas up to here are known and finer than what is kept: they are reduced. */
const SCHEMA_KNOWN_MAX = 52;

/**
 * Checks a histogram and brings it into the form that all code expects: no empty or adjoining
 * spans, and a schema of at most 8. Throws `HISTOGRAM_INVALID` with the first fault that it finds.
 */
export function createHistogram(parts: Histogram): Histogram {
  const fault = findShapeFault(parts) ?? findCountFault(parts);
  if (fault !== undefined) throw invalid('HISTOGRAM_INVALID', `invalid histogram: ${fault}`);
  const histogram: Histogram = {
    ...parts,
    positive: joinSpans(parts.positive),
    negative: joinSpans(parts.negative),
  };
  return histogram.schema > EXPONENTIAL_SCHEMA_MAX
    ? reduceResolution(histogram, EXPONENTIAL_SCHEMA_MAX)
    : histogram;
}

/** Absolute counts of what is sent as the first count and the difference to each next one. */
export function countsFromDeltas(deltas: ArrayLike<number | bigint>): Float64Array {
  const counts = new Float64Array(deltas.length);
  let count = 0;
  for (let i = 0; i < deltas.length; i++) {
    count += Number(deltas[i]);
    counts[i] = count;
  }
  return counts;
}

/** What is wrong with where the buckets of a histogram lie; undefined where nothing is. */
export function findShapeFault(parts: Histogram): string | undefined {
  const { schema, zeroThreshold, customBounds, positive, negative } = parts;
  if (hasCustomBounds(parts)) return findCustomFault(parts);
  const isKnown =
    Number.isInteger(schema) && schema >= EXPONENTIAL_SCHEMA_MIN && schema <= SCHEMA_KNOWN_MAX;
  if (!isKnown) {
    return (
      `schema ${schema} is not known; want ${EXPONENTIAL_SCHEMA_MIN} to ` +
      `${EXPONENTIAL_SCHEMA_MAX}, or ${CUSTOM_BUCKETS_SCHEMA} for custom buckets`
    );
  }
  if (customBounds !== undefined) {
    return `schema ${schema} is exponential and must not have custom bounds`;
  }
  if (!(zeroThreshold >= 0 && zeroThreshold < Infinity)) {
    return `the zero bucket's width is ${formatShort(zeroThreshold)}; want 0 or more, and finite`;
  }
  return (
    prefix('positive side', findSpanFault(positive)) ??
    prefix('negative side', findSpanFault(negative))
  );
}

function prefix(where: string, fault: string | undefined): string | undefined {
  return fault === undefined ? undefined : `${where}: ${fault}`;
}

function findCustomFault(parts: Histogram): string | undefined {
  const {
    zeroThreshold,
    zeroCount,
    customBounds = new Float64Array(0),
    positive,
    negative,
  } = parts;
  if (zeroCount !== 0) return 'custom buckets: must have zero count of 0';
  if (zeroThreshold !== 0) return 'custom buckets: must have zero threshold of 0';
  if (negative.spanLengths.length > 0) return 'custom buckets: must not have negative spans';
  if (negative.counts.length > 0) return 'custom buckets: must not have negative buckets';
  const fault = findBoundsFault(customBounds) ?? findSpanFault(positive);
  if (fault !== undefined) return `custom buckets: ${fault}`;
  let end = 0;
  for (let i = 0; i < positive.spanLengths.length; i++) {
    end += positive.spanOffsets[i] + positive.spanLengths[i];
  }
  if (positive.spanOffsets[0] < 0) return 'custom buckets: the first span begins before bucket 0';
  if (end <= customBounds.length + 1) return undefined;
  return `custom buckets: only ${customBounds.length} custom bounds, spans reach to bucket ${end}`;
}

function findBoundsFault(bounds: Float64Array): string | undefined {
  if (bounds.length > BUCKETS_MAX) return tooMany('custom bounds', bounds.length, BUCKETS_MAX);
  for (let i = 0; i < bounds.length; i++) {
    if (!Number.isFinite(bounds[i])) {
      return `bound ${i + 1} is ${formatShort(bounds[i])}; want finite ones, +Inf is implied`;
    }
    if (i > 0 && !(bounds[i] > bounds[i - 1])) {
      const [before, bound] = [formatShort(bounds[i - 1]), formatShort(bounds[i])];
      return `bounds must rise, but ${bound} follows ${before}`;
    }
  }
  return undefined;
}

function tooMany(what: string, count: number, max: number): string {
  return `${count} ${what}, of which at most ${max} are taken`;
}

function findSpanFault({ spanOffsets, spanLengths, counts }: HistogramBuckets): string | undefined {
  if (spanOffsets.length !== spanLengths.length) {
    return `${spanOffsets.length} offsets for ${spanLengths.length} spans`;
  }
  if (spanLengths.length > BUCKETS_MAX) return tooMany('spans', spanLengths.length, BUCKETS_MAX);
  if (counts.length > BUCKETS_MAX) return tooMany('buckets', counts.length, BUCKETS_MAX);
  let bucketCount = 0;
  let index = 0;
  for (let i = 0; i < spanLengths.length; i++) {
    const offset = spanOffsets[i];
    const length = spanLengths[i];
    if (!Number.isInteger(offset) || (i > 0 && offset < 0)) {
      return `span number ${i + 1} has the offset ${offset}; want a whole number, 0 or more`;
    }
    if (!Number.isInteger(length) || length < 0) {
      return `span number ${i + 1} has the length ${length}; want a whole number, 0 or more`;
    }
    bucketCount += length;
    index += offset;
    if (Math.abs(index) > INDEX_MAX || index + length > INDEX_MAX) {
      return `span number ${i + 1} reaches past the bucket index ±${INDEX_MAX}`;
    }
    index += length;
  }
  return bucketCount === counts.length
    ? undefined
    : `spans need ${bucketCount} buckets, have ${counts.length} buckets`;
}

/** What is wrong with the counts of a histogram; undefined where nothing is. */
function findCountFault(parts: Histogram): string | undefined {
  const { count, sum, zeroCount, positive, negative, isInteger } = parts;
  const fault =
    findOneCountFault('observation count', count, isInteger) ??
    findOneCountFault('zero bucket', zeroCount, isInteger) ??
    findBucketFault('positive side', positive, isInteger) ??
    findBucketFault('negative side', negative, isInteger);
  // Floats may differ by rounding; integers beyond 2^53 have been rounded on the way here.
  if (fault !== undefined || !isInteger || !Number.isSafeInteger(count)) return fault;
  const inBuckets = zeroCount + totalOf(positive.counts) + totalOf(negative.counts);
  if (inBuckets === count || (inBuckets < count && Number.isNaN(sum))) return undefined;
  const want = Number.isNaN(sum) ? 'at least that' : 'the same where no observation is NaN';
  return `${inBuckets} observations found in buckets, but the count is ${count}; want ${want}`;
}

function findBucketFault(
  side: string,
  { counts }: HistogramBuckets,
  isInteger: boolean,
): string | undefined {
  for (let i = 0; i < counts.length; i++) {
    if (isCount(counts[i], isInteger)) continue;
    return findOneCountFault(`${side}: bucket number ${i + 1}`, counts[i], isInteger);
  }
  return undefined;
}

function findOneCountFault(what: string, count: number, isInteger: boolean): string | undefined {
  if (isCount(count, isInteger)) return undefined;
  return `${what} is ${count < 0 ? 'negative' : 'no integer'}: ${formatShort(count)}`;
}

/** Floats may be NaN: a recorded query may answer so. */
function isCount(count: number, isInteger: boolean): boolean {
  return !(count < 0) && (!isInteger || Number.isInteger(count));
}

function totalOf(counts: Float64Array): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i];
  return total;
}

function joinSpans(buckets: HistogramBuckets): HistogramBuckets {
  const { spanOffsets, spanLengths, counts } = buckets;
  const isJoined =
    !spanLengths.includes(0) && !spanOffsets.some((offset, i) => i > 0 && offset === 0);
  return isJoined ? buckets : { ...spansOf(indexesOf(buckets, counts.length)), counts };
}
