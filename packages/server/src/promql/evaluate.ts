/**
 * The evaluator: a walk over the syntax tree in which every node is evaluated once, for all steps.
 *
 * Semantics are those of Prometheus 3 with delayed removal of the metric's name: a function only
 * marks a series as nameless, and the name goes when the query's answer is made. So a query may
 * still group by the name behind a `rate`.
 */
import { multiplyHistogram } from '../series/index.ts';
import { aggregate, aggregateQuantile, countValues } from './aggregate.ts';
import type { AggregateNode, Expr, UnaryNode } from './ast.ts';
import { evaluateBinary } from './binary.ts';
import { evaluateCall } from './call.ts';
import { mapValues } from './float-functions.ts';
import { FOLDS } from './folds.ts';
import { firstStepOf, type Frame } from './frame.ts';
import { broadcast, createScalar, emptyGrid, type Grid, type Value } from './grid.ts';
import { GroupFold } from './group-fold.ts';
import { HistogramCells } from './histogram-lane.ts';
import { isHoistable, isStepInvariant, unwrapParens } from './invariant.ts';
import { pickSamples } from './pick.ts';
import { fillRangeCall, isRangeFunction } from './range-call.ts';
import { failQuery, type Run } from './run.ts';
import { selectRows, selectVector } from './select.ts';

/** Evaluates an expression at all steps of a frame. */
export function evaluate(run: Run, expr: Expr, frame: Frame): Value {
  run.check();
  if (frame.stepCount === 0) return emptyGrid(0);
  const heldBefore = run.samplesHeld;
  run.trace?.begin(expr, frame, run.samplesRead);
  const value = evaluateOnce(run, expr, frame);
  run.trace?.end(value.kind === 'vector' ? value.labels.length : 1, run.samplesRead);
  // What the node needed on its way is garbage by now; what it answers is still held.
  run.release(run.samplesHeld - heldBefore - sizeOf(value));
  return value;
}

function sizeOf(value: Value): number {
  switch (value.kind) {
    case 'vector': {
      const { labels, stepCount, histograms } = value;
      return labels.length * stepCount + (histograms?.surplus() ?? 0);
    }
    case 'scalar':
      return value.values.length;
    case 'string':
      return 0;
  }
}

/** Whether an expression is evaluated at one step for all of them. */
function isHoisted(run: Run, expr: Expr, frame: Frame): boolean {
  return !frame.isInstant && isHoistable(expr) && isStepInvariant(expr, run.invariance);
}

function evaluateOnce(run: Run, expr: Expr, frame: Frame): Value {
  if (!isHoisted(run, expr, frame)) return evaluateNode(run, expr, frame);
  return broadcast(run, evaluateNode(run, expr, firstStepOf(frame)), frame);
}

function evaluateNode(run: Run, expr: Expr, frame: Frame): Value {
  switch (expr.type) {
    case 'number':
      return createScalar(frame.stepCount, () => expr.value);
    case 'string':
      return { kind: 'string', text: expr.value };
    case 'vectorSelector':
      return selectVector(run, expr, frame);
    case 'paren':
      return evaluate(run, expr.inner, frame);
    case 'unary':
      return evaluateUnary(expr, evaluate(run, expr.operand, frame));
    case 'binary': {
      const left = evaluate(run, expr.left, frame);
      const right = evaluate(run, expr.right, frame);
      return evaluateBinary(run, expr, { left, right }, frame);
    }
    case 'aggregate':
      return evaluateAggregate(run, expr, frame);
    case 'call':
      return evaluateCall(run, expr, frame, evaluate);
    case 'matrixSelector':
    case 'subquery':
      return failQuery('a range vector must be the argument of a function');
  }
}

function evaluateUnary(node: UnaryNode, value: Value): Value {
  if (node.operator === '+') return value;
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', values: value.values.map((number) => -number) };
    case 'vector':
      return negate(value);
    case 'string':
      return failQuery('unary expression only allowed on expressions of type scalar or vector');
  }
}

function negate(grid: Grid): Grid {
  const floats = mapValues(grid, (number) => -number);
  if (grid.histograms === undefined) return floats;
  const histograms = new HistogramCells(grid.stepCount);
  for (const [at, histogram] of grid.histograms.entries()) {
    histograms.set(at, multiplyHistogram(histogram, -1));
  }
  return { ...floats, present: grid.present, histograms };
}

/** Whether the rows of an operand come one by one, so that nobody has to hold them all. */
function givesRows(run: Run, operand: Expr, frame: Frame): boolean {
  if (isHoisted(run, operand, frame)) return false;
  if (operand.type === 'vectorSelector') return true;
  // Whether something is absent is only known when all rows are there.
  if (operand.type !== 'call' || operand.name === 'absent_over_time') return false;
  return isRangeFunction(operand.name);
}

/** Evaluates an operand that gives rows. */
function feedRows(run: Run, operand: Expr, frame: Frame, out: GroupFold): void {
  run.check();
  run.trace?.begin(operand, frame, run.samplesRead);
  if (operand.type === 'vectorSelector') selectRows(run, operand, { frame, out });
  else if (operand.type === 'call') fillRangeCall(run, operand, { frame, out }, evaluate);
  run.trace?.end(out.rowCount, run.samplesRead);
}

function evaluateAggregate(run: Run, node: AggregateNode, frame: Frame): Grid {
  const plain: AggregateNode = {
    ...node,
    operand: unwrapParens(node.operand),
    parameter: node.parameter && unwrapParens(node.parameter),
  };
  const isCounting = node.operator === 'count_values';
  const parameter =
    plain.parameter === undefined || isCounting ? undefined : evaluate(run, plain.parameter, frame);
  if (FOLDS[node.operator] !== undefined && givesRows(run, plain.operand, frame)) {
    const fold = new GroupFold(run, plain, frame.stepCount);
    feedRows(run, plain.operand, frame, fold);
    return fold.finish();
  }
  const grid = evaluate(run, plain.operand, frame);
  if (grid.kind !== 'vector') return failQuery('expected an instant vector in aggregation');
  if (isCounting) return countValues(run, plain, grid);
  if (parameter === undefined) return aggregate(run, plain, grid);
  if (parameter.kind !== 'scalar') return failQuery('expected a scalar as parameter');
  if (node.operator === 'quantile') return aggregateQuantile(run, plain, grid, parameter.values);
  return pickSamples(run, plain, grid, parameter.values, frame.isInstant);
}
