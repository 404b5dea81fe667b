/**
 * Histograms added, subtracted, multiplied and divided, as PromQL's operators do it.
 *
 * Results are new and hold floats. Buckets that became empty stay, so that the next operation meets
 * the layout it knows; `compactHistogram` takes them out when all is done.
 */
import { hasCustomBounds } from './bounds.ts';
import { HistogramDraft } from './draft.ts';
import {
  type CounterReset,
  type Histogram,
  type HistogramBuckets,
  NO_BUCKETS,
} from './histogram.ts';
import { reduceBuckets, toIndexed, toSpans } from './indexed-buckets.ts';
import { compactBuckets, hasSameLayout } from './layout.ts';

/** What became of two histograms that were joined by an operator. */
export type CombinedHistogram =
  | {
      readonly kind: 'combined';
      readonly histogram: Histogram;
      /** Whether one was said to follow a counter reset and the other was said not to. */
      readonly hasResetConflict: boolean;
      /** Whether custom bounds differed and only those that both have are left. */
      readonly hasReconciledBounds: boolean;
    }
  /** One has exponential buckets and the other has bounds of its own. */
  | { readonly kind: 'incompatible' };

const INCOMPATIBLE: CombinedHistogram = { kind: 'incompatible' };

/** The sum; the coarser schema, the wider zero bucket and the common bounds are the result's. */
export function addHistograms(a: Histogram, b: Histogram): CombinedHistogram {
  return combine(a, b, 1);
}

/**
 * The difference, with the layout of a sum. The counter reset is joined as for a sum: what PromQL's
 * `-` answers is a gauge, which is for the operator to say (`withCounterReset`).
 */
export function subtractHistograms(a: Histogram, b: Histogram): CombinedHistogram {
  return combine(a, b, -1);
}

function combine(a: Histogram, b: Histogram, sign: 1 | -1): CombinedHistogram {
  if (hasSameLayout(a, b) && a.counterReset === b.counterReset) return combineAlike(a, b, sign);
  const draft = new HistogramDraft(a);
  if (!draft.add(b, sign)) return INCOMPATIBLE;
  const { hasResetConflict, hasReconciledBounds } = draft;
  return { kind: 'combined', histogram: draft.finish(), hasResetConflict, hasReconciledBounds };
}

/** The usual case, without anything that only layouts that differ need. */
function combineAlike(a: Histogram, b: Histogram, sign: 1 | -1): CombinedHistogram {
  const histogram: Histogram = {
    schema: a.schema,
    counterReset: a.counterReset,
    isInteger: false,
    zeroThreshold: a.zeroThreshold,
    zeroCount: a.zeroCount + sign * b.zeroCount,
    count: a.count + sign * b.count,
    sum: a.sum + sign * b.sum,
    positive: combineCounts(a.positive, b.positive.counts, sign),
    negative: combineCounts(a.negative, b.negative.counts, sign),
    customBounds: a.customBounds,
  };
  return { kind: 'combined', histogram, hasResetConflict: false, hasReconciledBounds: false };
}

function combineCounts(
  { spanOffsets, spanLengths, counts }: HistogramBuckets,
  others: Float64Array,
  sign: 1 | -1,
): HistogramBuckets {
  if (counts.length === 0) return NO_BUCKETS;
  const combined = new Float64Array(counts.length);
  for (let i = 0; i < combined.length; i++) combined[i] = counts[i] + sign * others[i];
  return { spanOffsets, spanLengths, counts: combined };
}

/** All counts and the sum, multiplied; by a negative factor it becomes a gauge. */
export function multiplyHistogram(histogram: Histogram, factor: number): Histogram {
  return scale(histogram, { factor, divisor: 1 });
}

/** All counts and the sum, divided; a division by zero leaves no buckets but the zero bucket. */
export function divideHistogram(histogram: Histogram, divisor: number): Histogram {
  const divided = scale(histogram, { factor: 1, divisor });
  return divisor === 0 ? { ...divided, positive: NO_BUCKETS, negative: NO_BUCKETS } : divided;
}

/** Not always a factor: to divide rounds once, to multiply by an inverse rounds twice. */
interface Scale {
  readonly factor: number;
  readonly divisor: number;
}

function scale(histogram: Histogram, by: Scale): Histogram {
  const { factor, divisor } = by;
  return {
    schema: histogram.schema,
    counterReset: factor < 0 || divisor < 0 ? 'gauge' : histogram.counterReset,
    isInteger: false,
    zeroThreshold: histogram.zeroThreshold,
    zeroCount: (histogram.zeroCount * factor) / divisor,
    count: (histogram.count * factor) / divisor,
    sum: (histogram.sum * factor) / divisor,
    positive: scaleBuckets(histogram.positive, by),
    negative: scaleBuckets(histogram.negative, by),
    customBounds: histogram.customBounds,
  };
}

function scaleBuckets(buckets: HistogramBuckets, { factor, divisor }: Scale): HistogramBuckets {
  const { spanOffsets, spanLengths, counts } = buckets;
  if (counts.length === 0) return NO_BUCKETS;
  const scaled = new Float64Array(counts.length);
  for (let i = 0; i < scaled.length; i++) scaled[i] = (counts[i] * factor) / divisor;
  return { spanOffsets, spanLengths, counts: scaled };
}

/** The same histogram in a coarser schema. The schema is not above the histogram's own. */
export function reduceResolution(histogram: Histogram, schema: number): Histogram {
  if (histogram.schema === schema || hasCustomBounds(histogram)) return histogram;
  const side = (buckets: HistogramBuckets): HistogramBuckets => {
    const reduced = reduceBuckets(toIndexed(buckets), histogram.schema - schema);
    const { spanOffsets, spanLengths, counts } = toSpans(reduced);
    return { spanOffsets, spanLengths, counts };
  };
  return {
    ...histogram,
    schema,
    positive: side(histogram.positive),
    negative: side(histogram.negative),
  };
}

/** The same histogram without empty buckets. */
export function compactHistogram(histogram: Histogram): Histogram {
  const positive = compactBuckets(histogram.positive);
  const negative = compactBuckets(histogram.negative);
  const isCompact = positive === histogram.positive && negative === histogram.negative;
  return isCompact ? histogram : { ...histogram, positive, negative };
}

/** The same histogram with something else said of counter resets. */
export function withCounterReset(histogram: Histogram, counterReset: CounterReset): Histogram {
  return histogram.counterReset === counterReset ? histogram : { ...histogram, counterReset };
}
