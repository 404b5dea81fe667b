/** `rate`, `increase` and `delta` of native histograms over `anchored` and `smoothed` windows. */
import {
  compactHistogram,
  CUSTOM_BUCKETS_SCHEMA,
  divideHistogram,
  type Histogram,
  isCounterReset,
  withCounterReset,
} from '../series/index.ts';
import { annotateHistogramKind, annotateMixedBounds } from './annotations.ts';
import { searchFirst } from './go-math.ts';
import { addNoted, interpolateHistograms, subtractNoted } from './native-arithmetic.ts';
import type { NativeColumn } from './native-column.ts';
import { emitHistogram, type NativePass, placeOf } from './native-pass.ts';
import { windowEndMs } from './range-pass.ts';
import type { RateKind } from './rate.ts';

/** The samples that a window's edges rest on, and where the edges are. */
interface Edges {
  readonly first: number;
  readonly last: number;
  readonly openMs: number;
  readonly endMs: number;
  /** Whether the window begins before `last`, so that a line can be drawn to it. */
  readonly hasBefore: boolean;
  readonly isSmoothed: boolean;
}

/** Fills the steps whose windows hold histograms. */
export function extendHistograms(pass: NativePass, kind: RateKind): void {
  const { from, to } = pass.nativeWindows;
  for (let step = 0; step < from.length; step++) {
    pass.run.work(to[step] - from[step] + 1);
    const edges = findEdges(pass, step);
    if (edges === undefined || !isUniform(pass, edges, kind)) continue;
    const change = changeBetween(pass, edges, kind);
    if (change === undefined) continue;
    const seconds = pass.shape.rangeMs / 1000;
    const result = kind.isPerSecond ? divideHistogram(change, seconds) : change;
    emitHistogram(pass, step, compactHistogram(withCounterReset(result, 'gauge')));
  }
}

function findEdges(pass: NativePass, step: number): Edges | undefined {
  const { timesMs } = pass.native;
  const from = pass.nativeWindows.from[step];
  const to = pass.nativeWindows.to[step];
  if (to <= from) return undefined;
  const endMs = windowEndMs(pass, step);
  const openMs = endMs - pass.shape.rangeMs;
  const isSmoothed = pass.shape.extension === 'smoothed';
  const inner = to - from - 1;
  const after = searchFirst(inner, (i) => timesMs[from + i] > openMs);
  const first = from + Math.max(0, after - 1);
  const last = isSmoothed ? from + searchFirst(inner, (i) => timesMs[from + i] >= endMs) : to - 1;
  if (timesMs[last] <= openMs || (isSmoothed && timesMs[first] > endMs)) return undefined;
  return { first, last, openMs, endMs, hasBefore: last > from, isSmoothed };
}

/** Whether all samples have the same kind of bounds; gauges among counters are noted. */
function isUniform(pass: NativePass, { first, last }: Edges, { isCounter }: RateKind): boolean {
  const { annotations, metric, span } = placeOf(pass);
  const { histograms } = pass.native;
  const isCustom = histograms[first].schema === CUSTOM_BUCKETS_SCHEMA;
  for (let at = first; at <= last; at++) {
    const { schema, counterReset } = histograms[at];
    if ((schema === CUSTOM_BUCKETS_SCHEMA) !== isCustom) {
      annotateMixedBounds(annotations, metric, span);
      return false;
    }
    if (isCounter && counterReset === 'gauge') {
      annotateHistogramKind(annotations, { metric, wanted: 'counter' }, span);
    }
  }
  return true;
}

function changeBetween(
  pass: NativePass,
  edges: Edges,
  { isCounter }: RateKind,
): Histogram | undefined {
  const place = placeOf(pass);
  const { timesMs, histograms } = pass.native;
  const { first, last, openMs, endMs, isSmoothed, hasBefore } = edges;
  const between = (from: number, atMs: number): Histogram | undefined => {
    const [a, b] = [from, from + 1].map((at) => ({
      timeMs: timesMs[at],
      histogram: histograms[at],
    }));
    return interpolateHistograms(place, { from: a, to: b }, atMs, isCounter);
  };
  const isLeftDrawn = isSmoothed && timesMs[first] < openMs;
  const left = isLeftDrawn ? between(first, openMs) : histograms[first];
  if (left === undefined) return undefined;
  const isRightDrawn = isSmoothed && hasBefore && timesMs[last] > endMs;
  const right = isRightDrawn ? between(last - 1, endMs) : histograms[last];
  if (right === undefined) return undefined;
  if (!isCounter && (left.counterReset !== 'gauge' || right.counterReset !== 'gauge')) {
    const { annotations, metric, span } = place;
    annotateHistogramKind(annotations, { metric, wanted: 'gauge' }, span);
  }
  const change = subtractNoted(place, right, left);
  if (change === undefined || !isCounter) return change;
  return addLosses(pass, edges, { left, right }, change);
}

/** Adds what resets strictly within the window took away. */
function addLosses(
  pass: NativePass,
  edges: Edges,
  { left, right }: { readonly left: Histogram; readonly right: Histogram },
  change: Histogram,
): Histogram | undefined {
  const { native } = pass;
  const { histograms } = native;
  let next = edges.first + 1;
  let previous = left;
  if (isResetAtEdge(native, edges)) {
    // The line to the left edge has taken this reset into account already.
    previous = histograms[next++];
  }
  // The last sample is the right edge, or what the line to it was drawn from.
  if (next > edges.last) return change;
  let lost: Histogram | undefined;
  const inner = histograms.slice(next, edges.last);
  for (const histogram of [...inner, right]) {
    if (isCounterReset(histogram, previous)) {
      lost = lost === undefined ? previous : addNoted(placeOf(pass), lost, previous);
      if (lost === undefined) return undefined;
    }
    previous = histogram;
  }
  return lost === undefined ? change : addNoted(placeOf(pass), change, lost);
}

function isResetAtEdge({ timesMs, histograms }: NativeColumn, edges: Edges): boolean {
  const { first, openMs, isSmoothed } = edges;
  if (!isSmoothed || timesMs[first] >= openMs) return false;
  return isCounterReset(histograms[first + 1], histograms[first]);
}
