/**
 * `rate`, `increase` and `delta` of native histograms.
 *
 * As for floats: the change between the first and the last sample of a window, with what resets
 * took away added, and extended to the window's edges. A histogram is a counter in each of its
 * buckets, and where one of them falls all were reset (Prometheus, promql/functions.go,
 * histogramRate and extendedHistogramRate).
 */
import {
  addHistograms,
  compactHistogram,
  hasCustomBounds,
  type Histogram,
  isCounterReset,
  multiplyHistogram,
  NO_BUCKETS,
  reduceResolution,
  subtractHistograms,
  withCounterReset,
} from '../series/index.ts';
import {
  annotateHistogramKind,
  annotateMixedBounds,
  annotateReconciledBounds,
} from './annotations.ts';
import { addNoted, type NotePlace } from './native-arithmetic.ts';
import type { NativeColumn } from './native-column.ts';
import { emitHistogram, type NativePass, placeOf } from './native-pass.ts';
import { windowEndMs } from './range-pass.ts';
import { extension, type RateKind } from './rate.ts';
import { annotateOverlaps, isStartReset } from './start-times.ts';

/** The samples of a window. */
interface Window {
  readonly first: number;
  readonly last: number;
  /** 1 where a sample is the first one after a reset; empty where resets do not matter. */
  readonly resets: Uint8Array;
}

/** Fills the steps whose windows hold histograms. */
export function extrapolateHistograms(pass: NativePass, kind: RateKind): void {
  const { native, nativeWindows } = pass;
  const { from, to } = nativeWindows;
  const resets = kind.isCounter ? findResets(native) : new Uint8Array(0);
  if (kind.isCounter) annotateOverlaps({ ...pass, column: native, windows: nativeWindows });
  for (let step = 0; step < from.length; step++) {
    const window = { first: from[step], last: to[step] - 1, resets };
    if (window.last < window.first) continue;
    pass.run.work(window.last - window.first + 1);
    const result = extrapolateWindow(pass, step, window, kind);
    if (result !== undefined) emitHistogram(pass, step, result);
  }
}

/** The samples before which their counter was reset. */
function findResets(column: NativeColumn): Uint8Array {
  const resets = new Uint8Array(column.count);
  for (let at = 1; at < column.count; at++) {
    const [previous, current] = [column.histograms[at - 1], column.histograms[at]];
    if (isStartReset(column, at) || isCounterReset(current, previous)) resets[at] = 1;
  }
  return resets;
}

function extrapolateWindow(
  pass: NativePass,
  step: number,
  window: Window,
  { isCounter, isPerSecond }: RateKind,
): Histogram | undefined {
  const { timesMs, histograms, startTimesMs } = pass.native;
  const { first, last } = window;
  const endMs = windowEndMs(pass, step);
  const openMs = endMs - pass.shape.rangeMs;
  const startMs = isCounter ? (startTimesMs?.[first] ?? 0) : 0;
  const isStartKnown = startMs !== 0 && startMs > openMs && startMs < timesMs[first];
  if (first === last && !isStartKnown) return undefined;
  const inner = first === last ? undefined : changeOf(pass, window, isCounter);
  if (first < last && inner === undefined) return undefined;
  let sampled = (timesMs[last] - timesMs[first]) / 1000;
  const average = first === last ? 0 : sampled / (last - first);
  const toEnd = extension((endMs - timesMs[last]) / 1000, average);
  let toStart = 0;
  let change = inner;
  if (isStartKnown) {
    // The counter is known to have begun at nothing: all of the first sample is change.
    sampled = (timesMs[last] - startMs) / 1000;
    const begun = histograms[first];
    change = inner === undefined ? begun : addNoted(placeOf(pass), inner, begun);
  } else if (inner !== undefined) {
    toStart = extension((timesMs[first] - openMs) / 1000, average);
    const isRising = isCounter && inner.count > 0 && histograms[first].count >= 0;
    if (isRising) toStart = Math.min(toStart, sampled * (histograms[first].count / inner.count));
  }
  let factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
  if (isPerSecond) factor /= pass.shape.rangeMs / 1000;
  return change && multiplyHistogram(change, factor);
}

/** The change over at least two samples, resets made good; undefined where layouts clash. */
function changeOf(pass: NativePass, window: Window, isCounter: boolean): Histogram | undefined {
  const place = placeOf(pass);
  const { histograms } = pass.native;
  const { first, last, resets } = window;
  // Before a reset nothing of the first sample is looked at, its layout neither.
  const isFirstLost = isCounter && resets[first + 1] === 1;
  const base = isFirstLost ? emptied(histograms[first + 1]) : histograms[first];
  const schema = commonSchema(pass, window, base, isCounter);
  if (schema === undefined) return undefined;
  let hasReconciled = false;
  const difference = subtractHistograms(reduceResolution(histograms[last], schema), base);
  if (difference.kind === 'incompatible') return refuse(place);
  if (difference.hasReconciledBounds) {
    annotateReconciledBounds(place.annotations, 'subtraction', place.span);
  }
  let change = difference.histogram;
  for (let at = isFirstLost ? first + 2 : first + 1; isCounter && at <= last; at++) {
    if (resets[at] === 0) continue;
    const sum = addHistograms(change, histograms[at - 1]);
    if (sum.kind === 'incompatible') return refuse(place);
    hasReconciled ||= sum.hasReconciledBounds;
    change = sum.histogram;
  }
  if (hasReconciled) annotateReconciledBounds(place.annotations, 'addition', place.span);
  annotateKind(place, pass.native, window, isCounter);
  return compactHistogram(withCounterReset(change, 'gauge'));
}

/** The coarsest schema of a window; undefined where exponential buckets meet custom bounds. */
function commonSchema(
  pass: NativePass,
  { first, last }: Window,
  base: Histogram,
  isCounter: boolean,
): number | undefined {
  const { histograms } = pass.native;
  const isCustom = hasCustomBounds(base);
  let schema = Math.min(base.schema, histograms[last].schema);
  if (hasCustomBounds(histograms[last]) !== isCustom) {
    if (isCounter && [first, last].some((at) => histograms[at].counterReset === 'gauge')) {
      annotateWrongKind(placeOf(pass), 'counter');
    }
    return refuse(placeOf(pass));
  }
  for (let at = first + 1; isCounter && at < last; at++) {
    if (hasCustomBounds(histograms[at]) !== isCustom) return refuse(placeOf(pass));
    schema = Math.min(schema, histograms[at].schema);
  }
  return schema;
}

function refuse({ annotations, metric, span }: NotePlace): undefined {
  annotateMixedBounds(annotations, metric, span);
  return undefined;
}

/** Says where a rate is of gauges, or a delta of counters; for that the outer samples count. */
function annotateKind(
  place: NotePlace,
  { histograms }: NativeColumn,
  { first, last }: Window,
  isCounter: boolean,
): void {
  const isGauge = (at: number): boolean => histograms[at].counterReset === 'gauge';
  let isWrong = !isCounter && (!isGauge(first) || !isGauge(last));
  for (let at = first; isCounter && at <= last; at++) isWrong ||= isGauge(at);
  if (isWrong) annotateWrongKind(place, isCounter ? 'counter' : 'gauge');
}

function annotateWrongKind(
  { annotations, metric, span }: NotePlace,
  wanted: 'counter' | 'gauge',
): void {
  annotateHistogramKind(annotations, { metric, wanted }, span);
}

/** A histogram of the same layout in which nothing was observed. */
function emptied({ schema, customBounds, isInteger }: Histogram): Histogram {
  return {
    schema,
    counterReset: 'unknown',
    isInteger,
    zeroThreshold: 0,
    zeroCount: 0,
    count: 0,
    sum: 0,
    positive: NO_BUCKETS,
    negative: NO_BUCKETS,
    customBounds,
  };
}
