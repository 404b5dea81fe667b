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
import { searchFirst } from './go-math.ts';
import { emit, type RangeFunction, type RangePass, windowEndMs } from './range-pass.ts';
import { interpolate, type SampleColumn } from './select.ts';
import { annotateOverlaps, isStartReset } from './start-times.ts';

/** Which of the three functions it is. */
export interface RateKind {
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
export const RATE_KINDS = {
  delta: { isCounter: false, isPerSecond: false },
  increase: { isCounter: true, isPerSecond: false },
  rate: { isCounter: true, isPerSecond: true },
} as const satisfies Readonly<Record<string, RateKind>>;

/** By name. */
export const RATE_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  delta: createRate(RATE_KINDS.delta),
  increase: createRate(RATE_KINDS.increase),
  rate: createRate(RATE_KINDS.rate),
};

/** The indexes at which a counter was reset. */
function findResets(column: SampleColumn): Int32Array {
  const { values, count, startTimesMs } = column;
  let found: number[] | undefined;
  for (let at = 1; at < count; at++) {
    const isFall = values[at] < values[at - 1];
    if (isFall || (startTimesMs !== undefined && isStartReset(column, at))) {
      found ??= [];
      found.push(at);
    }
  }
  return found === undefined ? NO_RESETS : Int32Array.from(found);
}

/** Most series have none, so that nothing is made for them. */
const NO_RESETS = new Int32Array(0);

function extrapolateSeries(pass: RangePass, { isCounter, isPerSecond }: RateKind): void {
  const { column, windows, shape } = pass;
  const { timesMs, values } = column;
  const startTimesMs = isCounter ? column.startTimesMs : undefined;
  const resets = isCounter ? findResets(column) : NO_RESETS;
  if (isCounter) annotateOverlaps(pass);
  const rangeSeconds = shape.rangeMs / 1000;
  pass.run.work(column.count + windows.end - windows.begin);
  let firstReset = 0;
  for (let step = windows.begin; step < windows.end; step++) {
    const first = windows.from[step];
    const last = windows.to[step] - 1;
    if (last < first) continue;
    const endMs = windowEndMs(pass, step);
    const openMs = endMs - shape.rangeMs;
    const startMs = startTimesMs === undefined ? 0 : startTimesMs[first];
    const isStartKnown = startMs !== 0 && startMs > openMs && startMs < timesMs[first];
    if (first === last && !isStartKnown) continue;
    let change = values[last] - values[first];
    while (firstReset < resets.length && resets[firstReset] <= first) firstReset++;
    for (let i = firstReset; i < resets.length && resets[i] <= last; i++) {
      change += values[resets[i] - 1];
    }
    let sampled = (timesMs[last] - timesMs[first]) / 1000;
    const average = first === last ? 0 : sampled / (last - first);
    const toEnd = extension((endMs - timesMs[last]) / 1000, average);
    let toStart = 0;
    if (isStartKnown) {
      // The counter is known to have begun at 0 within the window: nothing to guess on this side.
      sampled = (timesMs[last] - startMs) / 1000;
      change += values[first];
    } else {
      toStart = extension((timesMs[first] - openMs) / 1000, average);
      // A counter cannot have been below 0: it may have begun at 0 within the window.
      const isRising = isCounter && change > 0 && values[first] >= 0;
      if (isRising) toStart = Math.min(toStart, sampled * (values[first] / change));
    }
    let factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
    if (isPerSecond) factor /= rangeSeconds;
    emit(pass, step, change * factor);
  }
}

/** How far a change is extended towards an edge that is so many seconds away. */
export function extension(distance: number, average: number): number {
  return distance >= average * 1.1 ? average / 2 : distance;
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
  for (let step = windows.begin; step < windows.end; step++) {
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
