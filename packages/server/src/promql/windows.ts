/**
 * Range vectors: for each step, the samples of a window that ends there.
 *
 * A window is open on the left and closed on the right. Both edges only move forward, so the
 * windows of all steps are found in one pass over the samples, and a function sees a whole series
 * with the index range of each step's window. Most functions can then carry state from one window
 * to the next instead of walking over each.
 */
import {
  type Aggregates,
  EMPTY_LABELS,
  type Histogram,
  type Labels,
  withCounterReset,
} from '../series/index.ts';
import type { Expr, MatrixSelectorNode, Span, SubqueryNode } from './ast.ts';
import { createSubqueryFrame, type Frame, type Reference, referenceOf, timeAt } from './frame.ts';
import { failQuery, type Run } from './run.ts';
import { pickFloats, type SampleColumn, withoutStale } from './select.ts';
import type { Grid, Value } from './grid.ts';
import { type HistogramCells, surplusOf } from './histogram-lane.ts';
import { pickHistograms } from './native-column.ts';
import type { SelectedSeries } from './queryable.ts';
import { SUBQUERY_STEPS_MAX } from './limits.ts';

/** Evaluates an expression in a frame; handed in because expressions and windows need each other. */
export type Evaluate = (run: Run, expr: Expr, frame: Frame) => Value;

/** A series that a range function is applied to. */
interface WindowedSeries {
  readonly labels: Labels;
  /** Whether its name is already due to go. */
  readonly dropsName: boolean;
  readonly column: SampleColumn;
  /** Where the samples are left out: how many the only window has. */
  readonly sampleCount?: number | undefined;
  /** What is known of times before the samples. */
  readonly aggregates?: Aggregates | undefined;
}

type Given = { -readonly [Key in keyof WindowedSeries]: WindowedSeries[Key] };

/** Where the windows of a range vector lie. */
export interface WindowShape {
  readonly rangeMs: number;
  readonly reference: Reference;
  /** How far samples outside of the window are included, for `anchored` and `smoothed`. */
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly extension: 'anchored' | 'smoothed' | undefined;
  /** The place that notes about the range vector name. */
  readonly span: Span;
}

/** A range vector, read but not yet looked at. */
export interface RangeVector {
  readonly shape: WindowShape;
  readonly series: Iterable<WindowedSeries>;
}

export const NO_SAMPLES: SampleColumn = {
  count: 0,
  timesMs: new Float64Array(0),
  values: new Float64Array(0),
  startTimesMs: undefined,
  native: undefined,
};

/** Opens a range selector; its series are read one by one while they are iterated. */
export function openMatrix(run: Run, node: MatrixSelectorNode, frame: Frame): RangeVector {
  const { selector } = node;
  const offsetMs = run.durationMs(selector.offset, true);
  const reference = referenceOf(frame, run.atMs(selector.at), offsetMs);
  const { lookbackMs } = run.options;
  const { extension } = selector;
  const shape: WindowShape = {
    rangeMs: run.durationMs(node.range),
    reference,
    beforeMs: extension === undefined ? 0 : lookbackMs,
    afterMs: extension === 'smoothed' ? lookbackMs : 0,
    extension,
    span: node.span,
  };
  const fromMs = reference.firstMs - shape.rangeMs - shape.beforeMs + 1;
  const older = run.aggregates?.reaches(fromMs) === true ? run.aggregates : undefined;
  const projection = run.projections.get(selector);
  const series = run.options.queryable.select({
    ...projection,
    countOnly: projection?.countOnly === true && frame.stepCount === 1,
    matchers: selector.matchers,
    fromMs: older === undefined ? fromMs : older.matrixStartMs(shape) + 1,
    toMs: reference.lastMs + shape.afterMs,
    withAggregates: older !== undefined,
  });
  return { shape, series: readSeries(run, series, run.statisticsSelectors.has(selector)) };
}

/** Reads series one by one; the very same objects are given for each, with other contents. */
function* readSeries(
  run: Run,
  series: Iterable<SelectedSeries>,
  hasStatisticsOnly: boolean,
): IterableIterator<WindowedSeries> {
  const given: Given = {
    labels: EMPTY_LABELS,
    dropsName: false,
    column: NO_SAMPLES,
    sampleCount: undefined,
    aggregates: undefined,
  };
  const floats = { ...NO_SAMPLES, native: undefined };
  for (const one of series) {
    const { sampleCount, aggregates } = one;
    given.labels = one.labels;
    given.sampleCount = sampleCount;
    given.aggregates = aggregates;
    if (sampleCount !== undefined) {
      run.read(sampleCount);
      given.column = NO_SAMPLES;
      yield given;
      continue;
    }
    const entries = aggregates?.count ?? 0;
    run.read(one.samples.count + entries);
    // A series at a time is held, as long as it is being looked at.
    given.column = withoutStale(one, hasStatisticsOnly, floats);
    const { native } = given.column;
    const surplus = native === undefined ? 0 : surplusOf(native.histograms);
    const heldCount = one.samples.count + entries + surplus;
    run.hold(heldCount);
    yield given;
    run.release(heldCount);
  }
}

/** The interval of a subquery's steps. */
export function subqueryStepMs(run: Run, node: SubqueryNode): number {
  return node.step === undefined ? run.options.subqueryStepMs : run.durationMs(node.step);
}

/** The steps that a subquery's operand is evaluated at, for all windows of a frame. */
export function subqueryFrame(
  run: Run,
  node: SubqueryNode,
  frame: Frame,
): { readonly frame: Frame; readonly reference: Reference; readonly rangeMs: number } {
  const reference = referenceOf(frame, run.atMs(node.at), run.durationMs(node.offset, true));
  const rangeMs = run.durationMs(node.range);
  const inner = createSubqueryFrame(reference, rangeMs, subqueryStepMs(run, node));
  if (inner.stepCount > SUBQUERY_STEPS_MAX) {
    failQuery(`subquery has ${inner.stepCount} steps; at most ${SUBQUERY_STEPS_MAX} are evaluated`);
  }
  return { frame: inner, reference, rangeMs };
}

/** Evaluates a subquery's operand over all steps that any window covers. */
export function openSubquery(
  run: Run,
  node: SubqueryNode,
  outer: Frame,
  evaluate: Evaluate,
): RangeVector {
  const { frame, reference, rangeMs } = subqueryFrame(run, node, outer);
  const shape: WindowShape = {
    rangeMs,
    reference,
    beforeMs: 0,
    afterMs: 0,
    extension: undefined,
    // Prometheus loses the place of a subquery that a function is applied to, and names the start.
    span: { start: 0, end: 0 },
  };
  if (frame.stepCount === 0) return { shape, series: [] };
  return { shape, series: rowsAsSeries(evaluate(run, node.operand, frame), frame) };
}

/** The rows of an evaluated operand as series of samples. */
function* rowsAsSeries(value: Value, frame: Frame): IterableIterator<WindowedSeries> {
  if (value.kind !== 'vector') return;
  const timesMs = Float64Array.from({ length: frame.stepCount }, (_, step) => timeAt(frame, step));
  for (let row = 0; row < value.labels.length; row++) {
    const base = row * value.stepCount;
    yield {
      labels: value.labels[row],
      dropsName: value.dropsName[row],
      column: compact(timesMs, value, base),
    };
  }
}

function compact(timesMs: Float64Array, grid: Grid, base: number): SampleColumn {
  const { values, present, histograms } = grid;
  const stepCount = timesMs.length;
  if (histograms !== undefined) return compactMixed(timesMs, grid, histograms, base);
  let count = 0;
  for (let step = 0; step < stepCount; step++) count += present[base + step];
  if (count === stepCount) {
    const all = values.subarray(base, base + stepCount);
    return { count, timesMs, values: all, startTimesMs: undefined, native: undefined };
  }
  const times = new Float64Array(count);
  const kept = new Float64Array(count);
  for (let step = 0, next = 0; step < stepCount; step++) {
    if (present[base + step] === 0) continue;
    times[next] = timesMs[step];
    kept[next++] = values[base + step];
  }
  return { count, timesMs: times, values: kept, startTimesMs: undefined, native: undefined };
}

/** A row in which there may be histograms. */
function compactMixed(
  timesMs: Float64Array,
  { values, present }: Grid,
  histograms: HistogramCells,
  base: number,
): SampleColumn {
  const count = timesMs.length;
  const row = values.subarray(base, base + count);
  const source = { count, timesMs, values: row, startTimesMs: undefined };
  const histogramAt = (at: number): Histogram | undefined => {
    const histogram = present[base + at] === 1 ? histograms.get(base + at) : undefined;
    // What it says of resets is about the sample before it in the store, not at the step before.
    return histogram?.counterReset === 'gauge'
      ? histogram
      : histogram && withCounterReset(histogram, 'unknown');
  };
  const isFloat = (at: number): boolean =>
    present[base + at] === 1 && histograms.get(base + at) === undefined;
  return { ...pickFloats(source, isFloat), native: pickHistograms(source, histogramAt) };
}

/**
 * The windows of one series: step s sees the samples `from[s] <= index < to[s]`. Steps before
 * `begin` and from `end` on see nothing, and what stands there means nothing: of a long range that
 * may be nearly all of them.
 */
export interface Windows {
  readonly from: Int32Array;
  readonly to: Int32Array;
  begin: number;
  end: number;
}

/** Makes room for the windows of a frame's steps. */
export function createWindows(stepCount: number): Windows {
  return { from: new Int32Array(stepCount), to: new Int32Array(stepCount), begin: 0, end: 0 };
}

/** Makes the windows outside of the steps that see something empty ones, like any other. */
export function emptyOutside({ from, to, begin, end }: Windows): void {
  for (const column of [from, to]) {
    column.fill(0, 0, begin);
    column.fill(0, end);
  }
}

/** Finds the windows of all steps in one pass. */
export function findWindows(
  shape: WindowShape,
  column: { readonly count: number; readonly timesMs: Float64Array },
  out: Windows,
): void {
  const { reference, rangeMs, beforeMs, afterMs } = shape;
  const { count, timesMs } = column;
  const stepCount = out.from.length;
  let from = 0;
  let to = 0;
  let step = 0;
  if (count > 0 && reference.stepMs > 0) {
    const waits = (timesMs[0] - reference.firstMs - afterMs) / reference.stepMs - 1;
    step = Math.max(0, Math.min(stepCount, Math.floor(waits)));
  }
  out.begin = step;
  for (; step < stepCount && from < count; step++) {
    const endMs = reference.firstMs + step * reference.stepMs;
    const openMs = endMs - rangeMs - beforeMs;
    while (from < count && timesMs[from] <= openMs) from++;
    while (to < count && timesMs[to] <= endMs + afterMs) to++;
    out.from[step] = from;
    out.to[step] = Math.max(from, to);
  }
  out.end = step;
}
