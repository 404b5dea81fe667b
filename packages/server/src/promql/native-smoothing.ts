/** `smoothed` selectors over native histograms. */
import { CUSTOM_BUCKETS_SCHEMA, type Histogram } from '../series/index.ts';
import { annotateMixedBounds, annotateMixedSamples } from './annotations.ts';
import { searchFirst } from './go-math.ts';
import {
  type HistogramSample,
  interpolateHistograms,
  type NotePlace,
} from './native-arithmetic.ts';
import type { NativeColumn } from './native-column.ts';

/** A moment, and how far samples around it count. */
export interface SmoothingWindow {
  readonly referenceMs: number;
  readonly lookbackMs: number;
}

/**
 * The histogram on the line between the samples around a moment; undefined where there is no
 * answer, and 'floats only' where the floats around it decide.
 */
export function smoothHistogram(
  place: NotePlace,
  floats: { readonly count: number; readonly timesMs: Float64Array },
  native: NativeColumn,
  { referenceMs, lookbackMs }: SmoothingWindow,
): Histogram | 'floats only' | undefined {
  const earliestMs = referenceMs - lookbackMs;
  const latestMs = referenceMs + lookbackMs;
  const hasAny = ({ count, timesMs }: typeof floats): boolean => {
    const from = searchFirst(count, (i) => timesMs[i] > earliestMs);
    return from < count && timesMs[from] <= latestMs;
  };
  if (!hasAny(native)) return 'floats only';
  if (hasAny(floats)) {
    annotateMixedSamples(place.annotations, place.metric, place.span);
    return undefined;
  }
  const { count, timesMs, histograms } = native;
  const at = searchFirst(count, (i) => timesMs[i] >= referenceMs);
  const hasNext = at < count && timesMs[at] <= latestMs;
  if (hasNext && timesMs[at] === referenceMs) return histograms[at];
  if (at === 0 || timesMs[at - 1] <= earliestMs) return undefined;
  const sampleAt = (i: number): HistogramSample => ({
    timeMs: timesMs[i],
    histogram: histograms[i],
  });
  // What the hint says holds between two samples, and not for the value that is carried on.
  if (!hasNext) return { ...histograms[at - 1], counterReset: 'unknown' };
  return between(place, { from: sampleAt(at - 1), to: sampleAt(at) }, referenceMs);
}

function between(
  place: NotePlace,
  ends: { readonly from: HistogramSample; readonly to: HistogramSample },
  atMs: number,
): Histogram | undefined {
  const [from, to] = [ends.from.histogram, ends.to.histogram];
  if ((from.schema === CUSTOM_BUCKETS_SCHEMA) !== (to.schema === CUSTOM_BUCKETS_SCHEMA)) {
    annotateMixedBounds(place.annotations, place.metric, place.span);
    return undefined;
  }
  const isCounter = from.counterReset !== 'gauge' || to.counterReset !== 'gauge';
  return interpolateHistograms(place, ends, atMs, isCounter);
}
