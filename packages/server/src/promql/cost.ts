/**
 * What a query would cost, known before it runs.
 *
 * Two figures count. What is *held* is memory: every selector gives a value per series and step,
 * and a function over windows looks at one series' samples at a time. What is *read* is time: an
 * `increase` over a month holds little and reads much, so one bound for both would refuse the
 * queries of every SLO.
 */
import type { Expr, MatrixSelectorNode, SubqueryNode, VectorSelectorNode } from './ast.ts';
import { type Frame, firstStepOf, referenceOf } from './frame.ts';
import { isHoistable, isStepInvariant } from './invariant.ts';
import type { SelectRange } from './queryable.ts';
import type { Run } from './run.ts';
import { subqueryFrame } from './windows.ts';

export interface QueryCost {
  readonly seriesCount: number;
  /** Samples read from the store. */
  readonly readSamples: number;
  /** Samples in memory at once, at most. */
  readonly heldSamples: number;
}

const NOTHING: QueryCost = { seriesCount: 0, readSamples: 0, heldSamples: 0 };

function add(a: QueryCost, b: QueryCost): QueryCost {
  return {
    seriesCount: a.seriesCount + b.seriesCount,
    readSamples: a.readSamples + b.readSamples,
    heldSamples: a.heldSamples + b.heldSamples,
  };
}

/** Adds up what all selectors of an expression would take in a frame. */
export function estimateCost(run: Run, expr: Expr, frame: Frame): QueryCost {
  const isOnce = !frame.isInstant && isHoistable(expr) && isStepInvariant(expr, run.invariance);
  const steps = isOnce ? firstStepOf(frame) : frame;
  const sum = (...inner: readonly (Expr | undefined)[]): QueryCost =>
    inner
      .filter((one) => one !== undefined)
      .map((one) => estimateCost(run, one, steps))
      .reduce(add, NOTHING);
  switch (expr.type) {
    case 'number':
    case 'string':
      return NOTHING;
    case 'vectorSelector':
      return costOfVector(run, expr, steps);
    case 'matrixSelector':
      return costOfMatrix(run, expr, steps);
    case 'subquery':
      return costOfSubquery(run, expr, steps);
    case 'paren':
      return sum(expr.inner);
    case 'unary':
      return sum(expr.operand);
    case 'binary':
      return sum(expr.left, expr.right);
    case 'aggregate':
      return sum(expr.parameter, expr.operand);
    case 'call':
      return sum(...expr.args);
  }
}

function costOfVector(run: Run, node: VectorSelectorNode, frame: Frame): QueryCost {
  const reference = referenceOf(frame, run.atMs(node.at), run.durationMs(node.offset, true));
  const isSmoothed = node.extension === 'smoothed';
  const range = {
    matchers: node.matchers,
    fromMs: reference.firstMs - run.options.lookbackMs + 1,
    toMs: reference.lastMs,
    newestOnly: frame.stepCount === 1 && !isSmoothed,
    liveFromMs: isSmoothed ? -Infinity : reference.firstMs,
    anyOrder: run.projections.get(node)?.anyOrder === true,
  };
  const { seriesCount, sampleCount } = estimate(run, node, range);
  return {
    seriesCount,
    readSamples: sampleCount,
    heldSamples: seriesCount * frame.stepCount,
  };
}

function costOfMatrix(run: Run, node: MatrixSelectorNode, frame: Frame): QueryCost {
  const { selector } = node;
  const offsetMs = run.durationMs(selector.offset, true);
  const reference = referenceOf(frame, run.atMs(selector.at), offsetMs);
  const range = {
    matchers: selector.matchers,
    fromMs: reference.firstMs - run.durationMs(node.range) + 1,
    toMs: reference.lastMs,
    anyOrder: run.projections.get(selector)?.anyOrder === true,
  };
  const { seriesCount, sampleCount } = estimate(run, node, range);
  const perSeries = seriesCount === 0 ? 0 : Math.ceil(sampleCount / seriesCount);
  return {
    seriesCount,
    readSamples: sampleCount,
    heldSamples: seriesCount * frame.stepCount + perSeries,
  };
}

function estimate(
  run: Run,
  node: Expr,
  range: SelectRange,
): { readonly seriesCount: number; readonly sampleCount: number } {
  const found = run.options.queryable.estimate(range);
  run.expectedSeries.set(node, found.seriesCount);
  return found;
}

function costOfSubquery(run: Run, node: SubqueryNode, frame: Frame): QueryCost {
  const inner = subqueryFrame(run, node, frame).frame;
  return inner.stepCount === 0 ? NOTHING : estimateCost(run, node.operand, inner);
}
