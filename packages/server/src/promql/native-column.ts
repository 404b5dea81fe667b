/** The native histograms of one series, apart from its floats. */
import { type Histogram, isCounterReset, NO_BUCKETS, type Samples } from '../series/index.ts';
import type { HistogramLane } from './histogram-lane.ts';

/** Histograms in order of time, without staleness markers. */
export interface NativeColumn {
  readonly count: number;
  readonly timesMs: Float64Array;
  readonly histograms: readonly Histogram[];
  readonly startTimesMs: Float64Array | undefined;
}

/** Samples of which some are histograms. */
interface MixedSamples {
  readonly count: number;
  readonly timesMs: Float64Array;
  readonly startTimesMs: Float64Array | undefined;
}

/** Takes the histograms out of mixed samples; undefined where there are none. */
export function pickHistograms(
  { count, timesMs, startTimesMs }: MixedSamples,
  histogramAt: (index: number) => Histogram | undefined,
): NativeColumn | undefined {
  const histograms: Histogram[] = [];
  const kept: number[] = [];
  for (let i = 0; i < count; i++) {
    const histogram = histogramAt(i);
    if (histogram === undefined) continue;
    kept.push(i);
    histograms.push(histogram);
  }
  if (kept.length === 0) return undefined;
  const pick = (from: Float64Array): Float64Array => Float64Array.from(kept, (i) => from[i]);
  return {
    count: kept.length,
    timesMs: pick(timesMs),
    histograms,
    startTimesMs: startTimesMs && pick(startTimesMs),
  };
}

/**
 * The histograms of a series without their buckets, for queries that ask for counts and sums alone.
 *
 * A reset that shows in the buckets only would go unseen, so each says whether it was one. That is
 * also how Prometheus comes to know of resets where it warns of contradicting ones
 * (promql/histogram_stats_iterator.go).
 */
export function statisticsOf({ count, histograms }: Samples): HistogramLane | undefined {
  if (histograms === undefined) return undefined;
  const lane: (Histogram | undefined)[] = [];
  let last: Histogram | undefined;
  for (let i = 0; i < count; i++) {
    const histogram = histograms[i];
    lane.push(histogram && withoutBuckets(histogram, resetOf(histogram, last)));
    last = histogram ?? last;
  }
  return lane;
}

function resetOf(histogram: Histogram, last: Histogram | undefined): Histogram['counterReset'] {
  if (histogram.counterReset !== 'unknown' || last === undefined) return histogram.counterReset;
  return isCounterReset(histogram, last) ? 'reset' : 'notReset';
}

const NO_BOUNDS = new Float64Array(0);

function withoutBuckets(
  { schema, isInteger, count, sum, customBounds }: Histogram,
  counterReset: Histogram['counterReset'],
): Histogram {
  return {
    schema,
    counterReset,
    isInteger,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum,
    positive: NO_BUCKETS,
    negative: NO_BUCKETS,
    customBounds: customBounds && NO_BOUNDS,
  };
}
