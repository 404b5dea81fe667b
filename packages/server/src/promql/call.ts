/** Calls of functions over instant vectors and scalars. */
import { EMPTY_LABELS, type Histogram, histogramVariance } from '../series/index.ts';
import { invertPresence } from './absent.ts';
import { annotateSortInRange } from './annotations.ts';
import type { CallNode, Expr } from './ast.ts';
import { DATE_FUNCTIONS } from './dates.ts';
import { clampValues, FLOAT_FUNCTIONS, mapValues, roundValues } from './float-functions.ts';
import { type Frame, timeAt } from './frame.ts';
import { maxOf, minOf } from './go-math.ts';
import {
  createScalar,
  emptyGrid,
  floatsOf,
  type Grid,
  GridBuilder,
  type ScalarColumn,
  type Value,
} from './grid.ts';
import {
  histogramFraction,
  histogramQuantile,
  histogramQuantiles,
  mapHistograms,
  type QuantileArgument,
} from './histogram-functions.ts';
import { addInfoLabels } from './info.ts';
import { unwrapParens } from './invariant.ts';
import { joinLabels, replaceLabel, textOf } from './label-functions.ts';
import { evaluateRangeCall, isRangeFunction } from './range-call.ts';
import { failQuery, type Run } from './run.ts';
import { selectVector } from './select.ts';
import { sortByLabels, sortByValue } from './sort-functions.ts';
import type { Evaluate } from './windows.ts';

/** A call whose arguments can be asked for, each evaluated when it is. */
interface Call {
  readonly run: Run;
  readonly node: CallNode;
  readonly args: readonly Expr[];
  readonly frame: Frame;
  vector(index: number): Grid;
  scalar(index: number): ScalarColumn;
}

type CallFunction = (call: Call) => Value;

/** Evaluates a call. */
export function evaluateCall(run: Run, node: CallNode, frame: Frame, evaluate: Evaluate): Value {
  if (isRangeFunction(node.name)) return evaluateRangeCall(run, node, frame, evaluate);
  const apply = FUNCTIONS.get(node.name);
  if (apply === undefined) return failQuery(`unknown function with name "${node.name}"`);
  const args = node.args.map(unwrapParens);
  return apply({
    run,
    node,
    args,
    frame,
    vector(index) {
      const value = evaluate(run, args[index], frame);
      return value.kind === 'vector' ? value : failQuery(`${node.name}: expected a vector`);
    },
    scalar(index) {
      const value = evaluate(run, args[index], frame);
      return value.kind === 'scalar' ? value : failQuery(`${node.name}: expected a scalar`);
    },
  });
}

/** The functions that take the values of a vector one by one. */
function eachValue(apply: (value: number) => number): CallFunction {
  return (call) => mapValues(call.vector(0), apply);
}

/** Parts of a date: of the values, or of the step's time where there is no argument. */
function datePart(part: (seconds: number) => number): CallFunction {
  const ofValues = eachValue(part);
  return (call) => {
    if (call.args.length > 0) return ofValues(call);
    return vectorOf(call, (step) => part(Math.trunc(timeAt(call.frame, step) / 1000)));
  };
}

/** A vector of one series without labels. */
function vectorOf({ run, frame }: Call, valueOf: (step: number) => number): Grid {
  const out = new GridBuilder(run, frame.stepCount, 1);
  out.addRow(EMPTY_LABELS, false);
  out.present.fill(1);
  for (let step = 0; step < frame.stepCount; step++) out.values[step] = valueOf(step);
  return out.finish();
}

const clamp: CallFunction = (call) => {
  const grid = call.vector(0);
  const [low, high] = [call.scalar(1).values, call.scalar(2).values];
  return clampValues(
    grid,
    (step) => low[step],
    (step) => high[step],
  );
};

const clampMax: CallFunction = (call) => {
  const grid = call.vector(0);
  const high = call.scalar(1).values;
  return clampValues(
    grid,
    () => -Infinity,
    (step) => high[step],
  );
};

const clampMin: CallFunction = (call) => {
  const grid = call.vector(0);
  const low = call.scalar(1).values;
  return clampValues(
    grid,
    (step) => low[step],
    () => Infinity,
  );
};

const round: CallFunction = (call) => {
  const grid = call.vector(0);
  const nearest = call.args.length > 1 ? call.scalar(1).values : undefined;
  return roundValues(grid, nearest ?? new Float64Array(call.frame.stepCount).fill(1));
};

/** The value of the only float; NaN where there is none, or more than one. */
const scalar: CallFunction = (call) => {
  const grid = floatsOf(call.vector(0));
  const { stepCount } = grid;
  const counts = new Uint32Array(stepCount);
  const values = new Float64Array(stepCount);
  for (let i = 0; i < grid.labels.length * stepCount; i++) {
    if (grid.present[i] === 0) continue;
    counts[i % stepCount]++;
    values[i % stepCount] = grid.values[i];
  }
  return createScalar(stepCount, (step) => (counts[step] === 1 ? values[step] : Number.NaN));
};

/** The time of each sample where a selector is asked; of anything computed the step's. */
const timestamp: CallFunction = (call) => {
  const [arg] = call.args;
  if (arg.type === 'vectorSelector') return selectVector(call.run, arg, call.frame, 'time');
  const grid = { ...call.vector(0), histograms: undefined };
  return mapValues(grid, (_, step) => timeAt(call.frame, step) / 1000);
};

/** Only stored samples have a start. */
const startTimestamp: CallFunction = (call) => {
  const [arg] = call.args;
  if (arg.type === 'vectorSelector') return selectVector(call.run, arg, call.frame, 'startTime');
  call.vector(0);
  return emptyGrid(call.frame.stepCount);
};

/** Sorting orders an instant query's answer; a range query's is ordered by labels. */
function sorting(
  sort: (grid: Grid, names: readonly string[]) => Grid,
  sorted: 'floats' | 'all',
): CallFunction {
  return (call) => {
    const all = call.vector(0);
    const grid = sorted === 'floats' ? floatsOf(all) : all;
    if (call.frame.isInstant) return sort(grid, call.args.slice(1).map(textOf));
    annotateSortInRange(call.run.annotations, call.node.span);
    return grid;
  };
}

function ofHistograms(valueOf: (histogram: Histogram) => number): CallFunction {
  return (call) => mapHistograms(call.vector(0), valueOf);
}

function quantileArgument(call: Call, index: number): QuantileArgument {
  return { values: call.scalar(index).values, span: call.args[index].span };
}

const quantile: CallFunction = (call) => {
  const phi = quantileArgument(call, 0);
  const vector = { grid: call.vector(1), span: call.args[1].span };
  return histogramQuantile(call.run, phi, vector, call.frame);
};

const quantiles: CallFunction = (call) => {
  const vector = { grid: call.vector(0), span: call.args[0].span };
  const phis = call.args.slice(2).map((_, i) => quantileArgument(call, i + 2));
  return histogramQuantiles(call.run, textOf(call.args[1]), phis, vector, call.frame);
};

const fraction: CallFunction = (call) => {
  const bounds = { lower: call.scalar(0).values, upper: call.scalar(1).values };
  const vector = { grid: call.vector(2), span: call.args[2].span };
  return histogramFraction(call.run, bounds, vector, call.frame);
};

function ofTwoScalars(combine: (a: number, b: number) => number): CallFunction {
  return (call) => {
    const [a, b] = [call.scalar(0).values, call.scalar(1).values];
    return createScalar(call.frame.stepCount, (step) => combine(a[step], b[step]));
  };
}

/** What is known from the query's own range. */
function ofWindow(valueOf: (window: Run['options']['window']) => number): CallFunction {
  return ({ run, frame }) => {
    const value = valueOf(run.options.window);
    return createScalar(frame.stepCount, () => value);
  };
}

const FUNCTIONS: ReadonlyMap<string, CallFunction> = new Map<string, CallFunction>([
  ...Object.entries(FLOAT_FUNCTIONS).map(([name, f]) => [name, eachValue(f)] as const),
  ...Object.entries(DATE_FUNCTIONS).map(([name, f]) => [name, datePart(f)] as const),
  ['absent', (call) => invertPresence(call.run, call.args[0], call.vector(0))],
  ['clamp', clamp],
  ['clamp_max', clampMax],
  ['clamp_min', clampMin],
  ['end', ofWindow(({ endMs }) => endMs / 1000)],
  ['histogram_avg', ofHistograms(({ sum, count }) => sum / count)],
  ['histogram_count', ofHistograms(({ count }) => count)],
  ['histogram_fraction', fraction],
  ['histogram_quantile', quantile],
  ['histogram_quantiles', quantiles],
  ['histogram_stddev', ofHistograms((one) => Math.sqrt(histogramVariance(one)))],
  ['histogram_stdvar', ofHistograms(histogramVariance)],
  ['histogram_sum', ofHistograms(({ sum }) => sum)],
  ['info', (call) => addInfoLabels(call.run, call.args, call.vector(0), call.frame)],
  ['label_join', (call) => joinLabels(call.run, call.args, () => call.vector(0))],
  ['label_replace', (call) => replaceLabel(call.run, call.args, () => call.vector(0))],
  ['max_of', ofTwoScalars(maxOf)],
  ['min_of', ofTwoScalars(minOf)],
  ['pi', ({ frame }) => createScalar(frame.stepCount, () => Math.PI)],
  ['range', ofWindow(({ startMs, endMs }) => (endMs - startMs) / 1000)],
  ['round', round],
  ['scalar', scalar],
  ['sort', sorting((grid) => sortByValue(grid, false), 'floats')],
  ['sort_desc', sorting((grid) => sortByValue(grid, true), 'floats')],
  ['sort_by_label', sorting((grid, names) => sortByLabels(grid, names, false), 'all')],
  ['sort_by_label_desc', sorting((grid, names) => sortByLabels(grid, names, true), 'all')],
  ['start', ofWindow(({ startMs }) => startMs / 1000)],
  ['start_timestamp', startTimestamp],
  ['step', ofWindow(({ startMs, endMs, stepMs }) => (startMs === endMs ? 0 : stepMs / 1000))],
  ['time', ({ frame }) => createScalar(frame.stepCount, (step) => timeAt(frame, step) / 1000)],
  ['timestamp', timestamp],
  [
    'vector',
    (call) => {
      const { values } = call.scalar(0);
      return vectorOf(call, (step) => values[step]);
    },
  ],
]);
