/**
 * `rate`, `increase` and `delta`: how much a series went up over a window.
 *
 * The samples of a window do not reach its edges, so the change between the first and the last one
 * is extended to the edges where samples are that close, and by half an average distance where the
 * series seems to begin or end within (Prometheus, promql/functions.go, extrapolatedRate).
 *
 * A counter that falls was reset: what it had reached before is added. Resets are found once per
 * series and are few, so a window costs no more than its resets.
 */
import { annotateStartOverlap } from './annotations.ts';
import { searchFirst } from './go-math.ts';
import { emit, type RangeFunction, type RangePass, windowEndMs } from './range-pass.ts';
import { interpolate, type SampleColumn } from './select.ts';

/** Which of the three functions it is. */
interface RateKind {
  readonly isCounter: boolean;
  /** Per second rather than over the whole window. */
  readonly isPerSecond: boolean;
}

function createRate(kind: RateKind): RangeFunction {
  return (pass) => {
    if (pass.shape.extension === undefined) extrapolateSeries(pass, kind);
    else extendSeries(pass, kind);
  };
}

/** By name. */
export const RATE_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  delta: createRate({ isCounter: false, isPerSecond: false }),
  increase: createRate({ isCounter: true, isPerSecond: false }),
  rate: createRate({ isCounter: true, isPerSecond: true }),
};

/**
 * Whether a sample's start time says that its counter began anew after the sample before it.
 * A start at the very sample before means a reset only where starts are known at all: it is how
 * deltas look, but also how an unknown start is written.
 */
export function isStartReset(column: SampleColumn, at: number): boolean {
  const { startTimesMs, timesMs } = column;
  if (startTimesMs === undefined) return false;
  const start = startTimesMs[at];
  const previousMs = timesMs[at - 1];
  if (start === 0 || start >= timesMs[at] || start < previousMs) return false;
  if (start > previousMs) return true;
  const previousStart = startTimesMs[at - 1];
  return previousStart !== 0 && previousStart < previousMs;
}

/** Whether a sample's start lies before the sample in front of it, yet is not that one's start. */
function isStartOverlap(column: SampleColumn, at: number): boolean {
  const { startTimesMs, timesMs } = column;
  if (startTimesMs === undefined) return false;
  const start = startTimesMs[at];
  return start !== 0 && start < timesMs[at - 1] && start !== startTimesMs[at - 1];
}

/** The indexes at which something holds between a sample and the one before it. */
function findIndexes(column: SampleColumn, holds: (at: number) => boolean): Int32Array {
  const found: number[] = [];
  for (let at = 1; at < column.count; at++) if (holds(at)) found.push(at);
  return Int32Array.from(found);
}

function extrapolateSeries(pass: RangePass, kind: RateKind): void {
  const { column, windows } = pass;
  const { values } = column;
  const isReset = (at: number): boolean => values[at] < values[at - 1] || isStartReset(column, at);
  const resets = kind.isCounter ? findIndexes(column, isReset) : new Int32Array(0);
  const overlaps = kind.isCounter
    ? findIndexes(column, (at) => isStartOverlap(column, at))
    : new Int32Array(0);
  pass.run.work(column.count + windows.from.length);
  let firstReset = 0;
  for (let step = 0; step < windows.from.length; step++) {
    const first = windows.from[step];
    const last = windows.to[step] - 1;
    if (last < first) continue;
    let change = values[last] - values[first];
    while (firstReset < resets.length && resets[firstReset] <= first) firstReset++;
    for (let i = firstReset; i < resets.length && resets[i] <= last; i++) {
      change += values[resets[i] - 1];
    }
    if (overlaps.some((at) => at > first && at <= last)) {
      annotateStartOverlap(pass.run.annotations, pass.metric, pass.shape.span);
    }
    const answer = extrapolate(pass, kind, { step, first, last, change });
    if (answer !== undefined) emit(pass, step, answer);
  }
}

/** A window, and the change between its first and its last sample. */
interface WindowChange {
  readonly step: number;
  readonly first: number;
  readonly last: number;
  readonly change: number;
}

/** Extends a change to the edges of its window; undefined where there are too few samples. */
function extrapolate(pass: RangePass, kind: RateKind, window: WindowChange): number | undefined {
  const { timesMs, values, startTimesMs } = pass.column;
  const { first, last } = window;
  const endMs = windowEndMs(pass, window.step);
  const openMs = endMs - pass.shape.rangeMs;
  let change = window.change;
  let toStart = (timesMs[first] - openMs) / 1000;
  let toEnd = (endMs - timesMs[last]) / 1000;
  let sampled = (timesMs[last] - timesMs[first]) / 1000;
  const average = last > first ? sampled / (last - first) : 0;
  const threshold = average * 1.1;
  const startMs = kind.isCounter && startTimesMs !== undefined ? startTimesMs[first] : 0;
  if (startMs !== 0 && startMs > openMs && startMs < timesMs[first]) {
    // The counter is known to have begun at 0 within the window: nothing to guess on this side.
    toStart = 0;
    sampled = (timesMs[last] - startMs) / 1000;
    change += values[first];
  } else if (last === first) {
    return undefined;
  } else {
    if (toStart >= threshold) toStart = average / 2;
    if (kind.isCounter && change > 0 && values[first] >= 0) {
      // A counter cannot have been below 0: it may have begun at 0 within the window.
      const toZero = sampled * (values[first] / change);
      if (toZero < toStart) toStart = toZero;
    }
  }
  if (toEnd >= threshold) toEnd = average / 2;
  let factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
  if (kind.isPerSecond) factor /= pass.shape.rangeMs / 1000;
  return change * factor;
}

/**
 * The samples that the edges of an extended window rest on. `anchored` takes the last sample
 * before each edge; `smoothed` draws a line through the edge.
 */
interface EdgeSamples {
  readonly first: number;
  readonly last: number;
  readonly left: number;
  readonly right: number;
}

/** Finds the values at the edges of an extended window; undefined where it has no samples. */
export function findEdges(
  pass: {
    readonly column: SampleColumn;
    readonly isSmoothed: boolean;
    readonly isCounter: boolean;
  },
  window: { readonly from: number; readonly to: number },
  edge: { readonly openMs: number; readonly endMs: number },
): EdgeSamples | undefined {
  const { column, isSmoothed, isCounter } = pass;
  const { timesMs, values } = column;
  const { from, to } = window;
  const { openMs, endMs } = edge;
  if (to <= from) return undefined;
  const inner = to - from - 1;
  const after = searchFirst(inner, (i) => timesMs[from + i] > openMs);
  const first = from + Math.max(0, after - 1);
  const last = isSmoothed ? from + searchFirst(inner, (i) => timesMs[from + i] >= endMs) : to - 1;
  if (timesMs[last] <= openMs) return undefined;
  const left =
    isSmoothed && timesMs[first] < openMs
      ? interpolate(column, first, openMs, isCounter)
      : values[first];
  const right =
    isSmoothed && last > from && timesMs[last] > endMs
      ? interpolate(column, last - 1, endMs, isCounter)
      : values[last];
  return { first, last, left, right };
}

function extendSeries(pass: RangePass, kind: RateKind): void {
  const { column, windows, shape } = pass;
  const { timesMs } = column;
  const finder = {
    column,
    isSmoothed: shape.extension === 'smoothed',
    isCounter: kind.isCounter,
  };
  for (let step = 0; step < windows.from.length; step++) {
    const endMs = windowEndMs(pass, step);
    const openMs = endMs - shape.rangeMs;
    const window = { from: windows.from[step], to: windows.to[step] };
    pass.run.work(window.to - window.from + 1);
    const edges = findEdges(finder, window, { openMs, endMs });
    if (edges === undefined) continue;
    if (finder.isSmoothed && timesMs[edges.first] > endMs) continue;
    let change = edges.right - edges.left;
    if (kind.isCounter) change += lostToResets(column, edges, { openMs, endMs });
    emit(pass, step, kind.isPerSecond ? change / (shape.rangeMs / 1000) : change);
  }
}

/** What the resets strictly within a window took away. */
function lostToResets(
  { timesMs, values }: SampleColumn,
  edges: EdgeSamples,
  { openMs, endMs }: { readonly openMs: number; readonly endMs: number },
): number {
  const first = edges.first + (timesMs[edges.first] <= openMs ? 1 : 0);
  const last = edges.last - (timesMs[edges.last] >= endMs ? 1 : 0);
  let lost = 0;
  let previous = edges.left;
  for (let i = first; i <= last; i++) {
    if (values[i] < previous) lost += previous;
    previous = values[i];
  }
  return edges.right < previous ? lost + previous : lost;
}
