/**
 * Runs queries: checks their bounds, evaluates them, and makes the answer.
 *
 * Everything is synchronous and nothing is shared between two queries, so the engine runs in the
 * server's thread or in a worker over the same memory alike.
 */
import { type Clock, invalid, limitExceeded } from '../platform/index.ts';
import { EMPTY_LABELS } from '../series/index.ts';
import type { OpenAggregates } from './aggregates.ts';
import { formatAnnotations } from './annotations.ts';
import {
  finishNames,
  type MatrixSeries,
  matrixOf,
  samplesOf,
  type VectorSample,
} from './answer.ts';
import type { Expr } from './ast.ts';
import { estimateCost, type QueryCost } from './cost.ts';
import { evaluate } from './evaluate.ts';
import { createInstantFrame, createRangeFrame, type Frame } from './frame.ts';
import { emptyGrid, type Grid, type Value } from './grid.ts';
import { unwrapParens } from './invariant.ts';
import { describeKind, kindOf } from './kinds.ts';
import { DEFAULT_QUERY_LIMITS, LOOKBACK_MS, type QueryLimits, SUBQUERY_STEP_MS } from './limits.ts';
import { parseExpr } from './parser.ts';
import { findProjections } from './projection.ts';
import type { Queryable } from './queryable.ts';
import { readRangeVector } from './range-vector.ts';
import { failQuery, type QueryProgress, type QueryWindow, Run } from './run.ts';
import { findStatisticsSelectors } from './statistics-selectors.ts';
import type { TraceNode } from './trace.ts';

export type QueryValue =
  | { readonly kind: 'scalar'; readonly atMs: number; readonly value: number }
  | { readonly kind: 'string'; readonly atMs: number; readonly value: string }
  | { readonly kind: 'vector'; readonly atMs: number; readonly samples: readonly VectorSample[] }
  | { readonly kind: 'matrix'; readonly series: readonly MatrixSeries[] };

/** An answer, and what is to be said about it. */
export interface QueryResult {
  readonly value: QueryValue;
  /** Prometheus' texts, each with its place in the query. */
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
  readonly stats: QueryStats;
  /** What the query's parts gave and took, where that was asked for. */
  readonly trace: TraceNode | undefined;
}

export interface QueryStats {
  readonly seriesRead: number;
  readonly samplesRead: number;
  readonly samplesHeldMax: number;
  readonly elapsedMs: number;
}

/** What is asked, in whatever way. */
interface QueryBase {
  readonly text: string;
  /** The parsed text, where it has been parsed before. */
  readonly expr?: Expr;
  readonly lookbackMs?: number;
  readonly timeoutMs?: number;
  /** Asked now and then while the query runs; a true answer ends it. */
  readonly isCancelled?: () => boolean;
  /** Told now and then what was read so far. */
  readonly onProgress?: (progress: QueryProgress) => void;
  /** Whether the answer is to explain what its parts took. */
  readonly hasTrace?: boolean;
}

export interface InstantQuery extends QueryBase {
  readonly atMs: number;
}

export interface RangeQuery extends QueryBase {
  /** Both ends inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

export interface QueryEngine {
  /** Evaluates a query at one moment. */
  evaluateInstant(query: InstantQuery): QueryResult;
  /** Evaluates a query at every step of a range; the answer is a matrix in order of labels. */
  evaluateRange(query: RangeQuery): QueryResult;
  /** What a query would take, from the index alone. */
  estimateCost(query: InstantQuery | RangeQuery): QueryCost;
}

export interface QueryEngineOptions {
  readonly queryable: Queryable;
  readonly clock: Clock;
  readonly limits?: Partial<QueryLimits>;
  readonly lookbackMs?: number;
  /** The step of subqueries that name none. */
  readonly subqueryStepMs?: number;
  /** Answers from aggregates (`loadAggregateEvaluation`); without it from samples alone. */
  readonly openAggregates?: OpenAggregates | undefined;
}

/** Builds an engine over a store. */
export function createQueryEngine(options: QueryEngineOptions): QueryEngine {
  const limits: QueryLimits = { ...DEFAULT_QUERY_LIMITS, ...options.limits };
  const start = (query: QueryBase, window: QueryWindow): Run =>
    new Run({
      queryable: options.queryable,
      clock: options.clock,
      limits: { ...limits, timeoutMs: query.timeoutMs ?? limits.timeoutMs },
      window,
      lookbackMs: query.lookbackMs ?? options.lookbackMs ?? LOOKBACK_MS,
      subqueryStepMs: options.subqueryStepMs ?? SUBQUERY_STEP_MS,
      isCancelled: query.isCancelled ?? (() => false),
      onProgress: query.onProgress,
      hasTrace: query.hasTrace ?? false,
      openAggregates: options.openAggregates,
    });
  const execute = (query: QueryBase, task: QueryTask): QueryResult => {
    const startedMs = options.clock.monotonicMs();
    const run = start(query, task.window);
    run.statisticsSelectors = findStatisticsSelectors(task.expr);
    run.projections = findProjections(task.expr);
    assertAffordable(run, estimateCost(run, task.expr, task.frame));
    const value = task.answer(run);
    const stats: QueryStats = {
      seriesRead: run.seriesRead,
      samplesRead: run.samplesRead,
      samplesHeldMax: run.samplesHeldMax,
      elapsedMs: options.clock.monotonicMs() - startedMs,
    };
    return {
      value,
      ...formatAnnotations(run.annotations, query.text),
      stats,
      trace: run.trace?.root,
    };
  };
  return {
    evaluateInstant: (query) => execute(query, planInstant(query)),
    evaluateRange: (query) => execute(query, planRange(query, limits)),
    estimateCost(query) {
      const task = 'atMs' in query ? planInstant(query) : planRange(query, limits);
      const run = start(query, task.window);
      run.projections = findProjections(task.expr);
      return estimateCost(run, task.expr, task.frame);
    },
  };
}

/** A query that is ready to run. */
interface QueryTask {
  readonly expr: Expr;
  readonly frame: Frame;
  readonly window: QueryWindow;
  answer(run: Run): QueryValue;
}

function planInstant(query: InstantQuery): QueryTask {
  const expr = query.expr ?? parseExpr(query.text);
  const frame = createInstantFrame(query.atMs);
  return {
    expr,
    frame,
    window: { startMs: query.atMs, endMs: query.atMs, stepMs: 0 },
    answer: (run) => answerInstant(run, expr, frame),
  };
}

function planRange(query: RangeQuery, limits: QueryLimits): QueryTask {
  const { fromMs, toMs, stepMs } = query;
  assertRange(query, limits);
  const expr = query.expr ?? parseExpr(query.text);
  const kind = kindOf(expr);
  if (kind !== 'scalar' && kind !== 'vector') {
    const found = describeKind(kind);
    const message = `invalid expression type "${found}" for range query`;
    throw invalid('QUERY_INVALID', `${message}, must be Scalar or instant Vector`);
  }
  const frame = createRangeFrame(fromMs, toMs, stepMs);
  return {
    expr,
    frame,
    window: { startMs: fromMs, endMs: toMs, stepMs },
    answer: (run) => answerRange(run, expr, frame),
  };
}

/** Prometheus' checks of a range, in its words. */
function assertRange({ fromMs, toMs, stepMs }: RangeQuery, limits: QueryLimits): void {
  if (toMs < fromMs) {
    throw invalid('QUERY_INVALID', 'end timestamp must not be before start timestamp');
  }
  if (!(stepMs > 0)) {
    const text = 'zero or negative query resolution step widths are not accepted';
    throw invalid('QUERY_INVALID', `${text}. Try a positive integer`);
  }
  if ((toMs - fromMs) / stepMs > limits.pointsMax) {
    const bound = limits.pointsMax.toLocaleString('en-US');
    const text = `exceeded maximum resolution of ${bound} points per timeseries`;
    throw invalid('QUERY_INVALID', `${text}. Try decreasing the query resolution (?step=XX)`);
  }
}

function assertAffordable(run: Run, cost: QueryCost): void {
  const { heldSamplesMax, readSamplesMax } = run.options.limits;
  const hint = 'narrow its selectors, shorten its range or widen its step';
  if (cost.heldSamples > heldSamplesMax) {
    throw limitExceeded(
      'QUERY_TOO_DEAR',
      `query would hold about ${cost.heldSamples} samples of ${cost.seriesCount} series in ` +
        `memory; at most ${heldSamplesMax} are allowed: ${hint}`,
    );
  }
  if (cost.readSamples > readSamplesMax) {
    throw limitExceeded(
      'QUERY_TOO_DEAR',
      `query would read about ${cost.readSamples} samples of ${cost.seriesCount} series; ` +
        `at most ${readSamplesMax} are allowed: ${hint}`,
    );
  }
}

function answerInstant(run: Run, expr: Expr, frame: Frame): QueryValue {
  const atMs = frame.startMs;
  const inner = unwrapParens(expr);
  if (inner.type === 'matrixSelector' || inner.type === 'subquery') {
    return { kind: 'matrix', series: readRangeVector(run, inner, frame) };
  }
  const value = evaluate(run, expr, frame);
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', atMs, value: value.values[0] };
    case 'string':
      return { kind: 'string', atMs, value: value.text };
    case 'vector':
      return { kind: 'vector', atMs, samples: samplesOf(run, finish(run, inner, value)) };
  }
}

/** The series of a store differ in their labels, so there is nothing to join and no name to drop. */
function finish(run: Run, inner: Expr, grid: Grid): Grid {
  return inner.type === 'vectorSelector' ? grid : finishNames(run, grid);
}

function answerRange(run: Run, expr: Expr, frame: Frame): QueryValue {
  const grid = asVector(evaluate(run, expr, frame), frame);
  return { kind: 'matrix', series: matrixOf(run, finishNames(run, grid), frame) };
}

/** A scalar over time is a series without labels. */
function asVector(value: Value, frame: Frame): Grid {
  if (value.kind === 'vector') return value;
  if (value.kind === 'string') return failQuery('a string has no value over time');
  return {
    ...emptyGrid(frame.stepCount),
    labels: [EMPTY_LABELS],
    dropsName: [false],
    values: value.values,
    present: new Uint8Array(frame.stepCount).fill(1),
  };
}
