/** Calls of functions over range vectors, series by series. */
import { type Labels, labelValue, METRIC_NAME } from '../series/index.ts';
import { invertPresence } from './absent.ts';
import { annotateNonCounter } from './annotations.ts';
import type { CallNode, Expr } from './ast.ts';
import { COUNTER_FUNCTIONS } from './counters.ts';
import type { Frame } from './frame.ts';
import { dropNames, type Grid, GridBuilder, type RowSink, type Value } from './grid.ts';
import { unwrapParens } from './invariant.ts';
import { NATIVE_FUNCTIONS } from './native-over-time.ts';
import { OVER_TIME_FUNCTIONS } from './over-time.ts';
import type { RangeFunction } from './range-pass.ts';
import { RATE_FUNCTIONS } from './rate.ts';
import { failQuery, type Run } from './run.ts';
import type { RowTask } from './select.ts';
import { TREND_FUNCTIONS } from './trends.ts';
import {
  createWindows,
  emptyOutside,
  type Evaluate,
  findWindows,
  NO_SAMPLES,
  openMatrix,
  openSubquery,
  type RangeVector,
  type WindowShape,
} from './windows.ts';

const FUNCTIONS = new Map<string, RangeFunction>(
  [COUNTER_FUNCTIONS, OVER_TIME_FUNCTIONS, RATE_FUNCTIONS, TREND_FUNCTIONS].flatMap((table) =>
    Object.entries(table),
  ),
);

/** What works on windows that reach beyond their range. */
const EXTENDABLE = {
  anchored: ['changes', 'delta', 'increase', 'rate', 'resets'],
  smoothed: ['delta', 'increase', 'rate'],
} as const;

/** These answer with a sample of the series itself, so they keep its name. */
const NAME_KEEPING = new Set(['first_over_time', 'last_over_time']);

/** What of a window looks at nothing but how many samples it has: at least one. */
const OF_COUNTS: ReadonlyMap<string, (count: number) => number> = new Map([
  ['absent_over_time', () => 1],
  ['count_over_time', (count: number) => count],
  ['present_over_time', () => 1],
]);

const COUNTER_SUFFIX = /_(total|sum|count|bucket)$/;

/** Whether a name is that of a function over range vectors. */
export function isRangeFunction(name: string): boolean {
  return FUNCTIONS.has(name);
}

/** Whether a function over range vectors looks at nothing but how many samples a window has. */
export function looksAtCounts(name: string): boolean {
  return OF_COUNTS.has(name);
}

/** Evaluates a call of a function over a range vector. */
export function evaluateRangeCall(
  run: Run,
  node: CallNode,
  frame: Frame,
  evaluate: Evaluate,
): Grid {
  const args = node.args.map(unwrapParens);
  const expected = args.map((arg) => run.expectedSeries.get(arg)).find((count) => count);
  const out = new GridBuilder(run, frame.stepCount, expected);
  fillRangeCall(run, node, { frame, out }, evaluate);
  const grid = out.finish();
  return node.name === 'absent_over_time' ? dropNames(invertPresence(run, args[0], grid)) : grid;
}

/** Evaluates such a call, and gives its rows away one by one. */
export function fillRangeCall(
  run: Run,
  node: CallNode,
  { frame, out }: RowTask,
  evaluate: Evaluate,
): void {
  const fill = FUNCTIONS.get(node.name);
  if (fill === undefined) failQuery(`unknown function with name "${node.name}"`);
  const args = node.args.map(unwrapParens);
  const rangeIndex = args.findIndex((arg) => isRangeVector(arg));
  if (rangeIndex < 0) failQuery(`function ${node.name} expects a range vector`);
  const range = openRange(run, args[rangeIndex], frame, evaluate);
  const scalars = args
    .filter((_, i) => i !== rangeIndex)
    .map((arg) => scalarOf(evaluate(run, arg, frame)));
  assertExtendable(node.name, range.shape);
  const windows = createWindows(frame.stepCount);
  const nativeWindows = createWindows(frame.stepCount);
  const fillNative = NATIVE_FUNCTIONS.get(node.name);
  const firstArgumentSpan = rangeIndex === 0 ? range.shape.span : args[0].span;
  const { shape } = range;
  const isCounter = node.name === 'rate' || node.name === 'increase';
  const judge = isCounter ? createNameJudge() : undefined;
  const ofCount = OF_COUNTS.get(node.name);
  // One for all series: made anew for each of a million it would be most of the garbage.
  const row = { column: NO_SAMPLES, metric: '', values: out.values, present: out.present, base: 0 };
  const pass = { run, frame, shape, windows, scalars, firstArgumentSpan, ...row };
  for (const { labels, dropsName, column, sampleCount, aggregates } of range.series) {
    if (sampleCount !== undefined && ofCount !== undefined) {
      addAnswer(out, labels, ofCount(sampleCount));
      continue;
    }
    findWindows(shape, column, windows);
    const metric = labelValue(labels, METRIC_NAME);
    const base = out.addRow(labels, dropsName || !NAME_KEEPING.has(node.name));
    pass.column = column;
    pass.metric = metric;
    // The columns of a grid may have grown.
    pass.values = out.values;
    pass.present = out.present;
    pass.base = base;
    if (column.native === undefined) {
      fill(pass);
    } else {
      findWindows(shape, column.native, nativeWindows);
      emptyOutside(windows);
      emptyOutside(nativeWindows);
      fillNative?.({ ...pass, native: column.native, nativeWindows, out }, fill);
    }
    if (aggregates !== undefined) {
      run.aggregates?.fillRange(pass, aggregates, { name: node.name, fill });
    }
    const isOdd = judge !== undefined && !judge(metric) && hasFloat(out, base);
    const isKept =
      column.native === undefined && aggregates === undefined
        ? out.keepIfPresent(base, windows.begin, windows.end)
        : out.keepIfPresent(base);
    if (isKept && isOdd) {
      annotateNonCounter(run.annotations, metric, firstArgumentSpan);
    }
  }
}

/** The row of a series at the only step. */
function addAnswer(out: RowSink, labels: Labels, value: number): void {
  const base = out.addRow(labels, true);
  out.values[base] = value;
  out.present[base] = 1;
  out.keepIfPresent(base);
}

/** Whether a name is a counter's, or there is none; neighbours mostly have the same. */
function createNameJudge(): (metric: string) => boolean {
  let known = '';
  let isFine = true;
  return (metric) => {
    if (metric !== known) isFine = metric === '' || COUNTER_SUFFIX.test(metric);
    known = metric;
    return isFine;
  };
}

function hasFloat({ present, histograms, stepCount }: RowSink, base: number): boolean {
  if (histograms === undefined) return true;
  for (let at = base; at < base + stepCount; at++) {
    if (present[at] === 1 && histograms.get(at) === undefined) return true;
  }
  return false;
}

function scalarOf(value: Value): Float64Array {
  return value.kind === 'scalar' ? value.values : failQuery('expected a scalar');
}

function isRangeVector(expr: Expr): boolean {
  return expr.type === 'matrixSelector' || expr.type === 'subquery';
}

function openRange(run: Run, arg: Expr, frame: Frame, evaluate: Evaluate): RangeVector {
  if (arg.type === 'matrixSelector') return openMatrix(run, arg, frame);
  if (arg.type === 'subquery') return openSubquery(run, arg, frame, evaluate);
  return failQuery('expected a range vector');
}

function assertExtendable(name: string, shape: WindowShape): void {
  if (shape.extension === undefined) return;
  const allowed: readonly string[] = EXTENDABLE[shape.extension];
  if (allowed.includes(name)) return;
  const list = allowed.join(', ');
  failQuery(`${shape.extension} modifier can only be used with: ${list} - not with ${name}`);
}
