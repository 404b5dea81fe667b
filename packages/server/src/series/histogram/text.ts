/** Histograms as text and as JSON, in Prometheus' forms. */
import { formatFloat, formatShort } from '../float-text.ts';
import { boundOf, hasCustomBounds } from './bounds.ts';
import { BucketCursor } from './bucket-cursor.ts';
import type { CounterReset, Histogram, HistogramBuckets } from './histogram.ts';
import { indexesOf } from './layout.ts';
import { NOTATION_BUCKETS_MAX } from './limits.ts';

/** Writes count, sum and populated buckets: `{count:3, sum:4.5, [-1,1]:1, (1,2]:2}`. */
export function formatHistogram(histogram: Histogram): string {
  const { count, sum, zeroCount, zeroThreshold, positive, negative } = histogram;
  const parts = [`count:${formatShort(count)}`, `sum:${formatShort(sum)}`];
  const below = formatSide(histogram, negative, (near, far) => `[${far},${near})`);
  parts.push(...below.reverse());
  if (zeroCount !== 0) {
    const width = formatShort(zeroThreshold);
    parts.push(`[${formatShort(-zeroThreshold)},${width}]:${formatShort(zeroCount)}`);
  }
  parts.push(...formatSide(histogram, positive, undefined));
  return `{${parts.join(', ')}}`;
}

/** Populated buckets, from zero outwards. */
function formatSide(
  histogram: Histogram,
  { counts, ...spans }: HistogramBuckets,
  mirror: ((near: string, far: string) => string) | undefined,
): string[] {
  const indexes = indexesOf(spans, counts.length);
  const parts: string[] = [];
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const near = boundOf(histogram, indexes[i] - 1);
    const far = boundOf(histogram, indexes[i]);
    const open = hasCustomBounds(histogram) && indexes[i] === 0 ? '[' : '(';
    const bounds =
      mirror === undefined
        ? `${open}${formatShort(near)},${formatShort(far)}]`
        : mirror(formatShort(-near), formatShort(-far));
    parts.push(`${bounds}:${formatShort(counts[i])}`);
  }
  return parts;
}

/** What the test notation calls what is known of a reset. */
export const RESET_HINTS: Readonly<Record<CounterReset, string>> = {
  unknown: 'unknown',
  reset: 'reset',
  notReset: 'not_reset',
  gauge: 'gauge',
};

/**
 * Writes the notation of unit tests of rules: `{{schema:1 count:3 sum:4.5 buckets:[1 2]}}`. It has
 * room for one span per side only, so gaps are filled with empty buckets; a histogram with a gap
 * too wide for that is written as `formatHistogram` does.
 */
export function formatHistogramNotation(histogram: Histogram): string {
  const positive = fillGaps(histogram.positive);
  const negative = fillGaps(histogram.negative);
  if (positive === undefined || negative === undefined) return formatHistogram(histogram);
  const { schema, count, sum, zeroCount, zeroThreshold, customBounds, counterReset } = histogram;
  const parts: string[] = [];
  if (schema !== 0) parts.push(`schema:${schema}`);
  if (count !== 0) parts.push(`count:${formatShort(count)}`);
  if (sum !== 0) parts.push(`sum:${formatShort(sum)}`);
  if (zeroCount !== 0) parts.push(`z_bucket:${formatShort(zeroCount)}`);
  if (zeroThreshold !== 0) parts.push(`z_bucket_w:${formatShort(zeroThreshold)}`);
  if (customBounds !== undefined) parts.push(`custom_values:${formatList(customBounds)}`);
  if (counterReset !== 'unknown') parts.push(`counter_reset_hint:${RESET_HINTS[counterReset]}`);
  if (positive.offset !== 0) parts.push(`offset:${positive.offset}`);
  if (positive.counts.length > 0) parts.push(`buckets:${formatList(positive.counts)}`);
  if (negative.offset !== 0) parts.push(`n_offset:${negative.offset}`);
  if (negative.counts.length > 0) parts.push(`n_buckets:${formatList(negative.counts)}`);
  return `{{${parts.join(' ')}}}`;
}

function formatList(values: Float64Array): string {
  return `[${Array.from(values, (value) => formatShort(value)).join(' ')}]`;
}

/** All counts from the first populated bucket to the last; undefined where these are too many. */
function fillGaps(
  buckets: HistogramBuckets,
): { readonly offset: number; readonly counts: Float64Array } | undefined {
  const indexes = indexesOf(buckets, buckets.counts.length);
  const first = buckets.counts.findIndex((count) => count !== 0);
  if (first < 0) return { offset: 0, counts: new Float64Array(0) };
  const last = buckets.counts.findLastIndex((count) => count !== 0);
  const offset = indexes[first];
  const length = indexes[last] - offset + 1;
  if (length > NOTATION_BUCKETS_MAX) return undefined;
  const counts = new Float64Array(length);
  for (let i = first; i <= last; i++) counts[indexes[i] - offset] = buckets.counts[i];
  return { offset, counts };
}

/**
 * Which bounds belong to a bucket: 0 the upper one, 1 the lower one, 2 neither, 3 both. Then lower
 * bound, upper bound and count.
 */
export type HistogramBucketJson = readonly [0 | 1 | 2 | 3, string, string, string];

/** A histogram as the HTTP API of Prometheus answers it; numbers are strings. */
export interface HistogramJson {
  readonly count: string;
  readonly sum: string;
  /** Populated ones, in order of their bounds; absent where there are none. */
  readonly buckets?: readonly HistogramBucketJson[];
}

/** The histogram as the HTTP API answers it. */
export function createHistogramJson(histogram: Histogram): HistogramJson {
  const buckets: HistogramBucketJson[] = [];
  const cursor = new BucketCursor(histogram);
  while (cursor.next()) {
    if (cursor.count === 0) continue;
    const { lower, upper, count, isLowerInclusive, isUpperInclusive } = cursor;
    const rule = isLowerInclusive ? (isUpperInclusive ? 3 : 1) : isUpperInclusive ? 0 : 2;
    buckets.push([rule, formatJson(lower), formatJson(upper), formatJson(count)]);
  }
  const totals = { count: formatJson(histogram.count), sum: formatJson(histogram.sum) };
  return buckets.length === 0 ? totals : { ...totals, buckets };
}

/** All digits, with an exponent only for the very small and the very large. */
function formatJson(value: number): string {
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= 1e-6 && size < 1e21);
  return isPlain ? formatFloat(value) : formatShort(value, -Infinity);
}
