/**
 * Classic histograms turned into native ones with custom bounds, as the setting
 * `convert_classic_histograms_to_nhcb` asks for (Prometheus, util/convertnhcb).
 */
import { invalid } from '../../platform/index.ts';
import { formatShort } from '../float-text.ts';
import { CUSTOM_BUCKETS_SCHEMA, type Histogram, NO_BUCKETS } from './histogram.ts';
import { compactBuckets } from './layout.ts';
import { BUCKETS_MAX } from './limits.ts';

/** Empty buckets between populated ones that are kept: cheaper than a span more per sample. */
const EMPTY_MAX = 2;

/** What was scraped of one classic histogram at one time. */
export interface ClassicHistogram {
  /** The values of `le`, in any order; of two that are the same, the first counts. */
  readonly bounds: ArrayLike<number>;
  /** Observations up to each bound, parallel to the bounds. */
  readonly counts: ArrayLike<number>;
  /** All observations; where that was not scraped, what the highest bucket says. */
  readonly count: number | undefined;
  /** 0 where that was not scraped. */
  readonly sum: number | undefined;
}

/**
 * The native histogram of a classic one. Throws `HISTOGRAM_INVALID` where counts fall as the bound
 * rises, are negative, or contradict the total.
 */
export function createFromClassic(classic: ClassicHistogram): Histogram {
  const { bounds, counts } = sortBuckets(classic);
  const fault = findBucketFault(bounds, counts);
  if (fault !== undefined) throw refuse(fault);
  const highest = bounds.length === 0 ? 0 : counts[counts.length - 1];
  const count = classic.count ?? highest;
  if (!(count >= 0)) throw refuse(`the count is ${formatShort(count)}; want 0 or more`);
  if (bounds.at(-1) !== Infinity) {
    bounds.push(Infinity);
    counts.push(count);
  }
  const last = counts[counts.length - 1];
  if (last !== count) {
    throw refuse(`the count is ${formatShort(count)}, but le="+Inf" has ${formatShort(last)}`);
  }
  const isInteger = counts.every(Number.isInteger);
  const single = Float64Array.from(counts, (total, i) => (i === 0 ? total : total - counts[i - 1]));
  const all = { spanOffsets: [0], spanLengths: [single.length], counts: single };
  return {
    schema: CUSTOM_BUCKETS_SCHEMA,
    counterReset: 'unknown',
    isInteger,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum: classic.sum ?? 0,
    positive: compactBuckets(all, isInteger ? EMPTY_MAX : 0),
    negative: NO_BUCKETS,
    customBounds: Float64Array.from(bounds.slice(0, -1)),
  };
}

function refuse(fault: string): Error {
  return invalid('HISTOGRAM_INVALID', `invalid classic histogram: ${fault}`);
}

/** The buckets in order of their bounds, each bound once. */
function sortBuckets({ bounds, counts }: ClassicHistogram): {
  readonly bounds: number[];
  readonly counts: number[];
} {
  if (bounds.length > BUCKETS_MAX) {
    throw refuse(`${bounds.length} buckets, of which at most ${BUCKETS_MAX} are taken`);
  }
  const order = Array.from(bounds, (_, i) => i);
  const isSorted = order.every((i) => i === 0 || bounds[i - 1] < bounds[i]);
  if (!isSorted) order.sort((a, b) => compareBounds(bounds[a], bounds[b]) || a - b);
  const kept = order.filter((at, i) => i === 0 || bounds[order[i - 1]] !== bounds[at]);
  return { bounds: kept.map((at) => bounds[at]), counts: kept.map((at) => counts[at]) };
}

/** Not a difference: that of two infinities is no number. */
function compareBounds(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function findBucketFault(bounds: readonly number[], counts: readonly number[]): string | undefined {
  for (let i = 0; i < bounds.length; i++) {
    const bound = formatShort(bounds[i]);
    if (Number.isNaN(bounds[i]) || bounds[i] === -Infinity) return `le="${bound}" is no bound`;
    if (!(counts[i] >= 0)) return `le="${bound}" has the count ${formatShort(counts[i])}`;
    if (i > 0 && counts[i] < counts[i - 1]) {
      const before = `le="${formatShort(bounds[i - 1])}" has ${formatShort(counts[i - 1])}`;
      const now = `le="${bound}" has ${formatShort(counts[i])}`;
      return `counts must rise with the bound, but ${now} and ${before}`;
    }
  }
  return undefined;
}
