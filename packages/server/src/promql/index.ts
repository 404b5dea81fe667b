/**
 * PromQL: reading, checking, printing and evaluating queries.
 *
 * The language is that of Prometheus 3.14, experimental parts included, and errors carry
 * Prometheus' words and places. Nothing here knows a store: the engine says what it needs
 * (`queryable.ts`), and `app` passes it in.
 */
export type {
  AggregateNode,
  AggregateOperator,
  AtModifier,
  BinaryNode,
  BinaryOperator,
  CallNode,
  DurationConstant,
  DurationNode,
  Expr,
  MatrixSelectorNode,
  NumberNode,
  ParenNode,
  Span,
  StringNode,
  SubqueryNode,
  UnaryNode,
  ValueKind,
  VectorMatching,
  VectorSelectorNode,
} from './ast.ts';
export type { MatrixSeries, VectorSample } from './answer.ts';
export type { QueryCost } from './cost.ts';
export {
  createQueryEngine,
  type InstantQuery,
  type QueryEngine,
  type QueryEngineOptions,
  type QueryResult,
  type QueryStats,
  type QueryValue,
  type RangeQuery,
} from './engine.ts';
export { childrenOf } from './children.ts';
export { createExprJson, type ExprJson } from './expr-json.ts';
export { type FunctionSignature, listFunctions } from './functions.ts';
export { kindOf } from './kinds.ts';
export { DEFAULT_QUERY_LIMITS, LOOKBACK_MS, type QueryLimits } from './limits.ts';
export type { MemoryStore, NewSample } from './memory-store.ts';
export { loadReplayParts, type ReplayParts } from './on-demand.ts';
export { findPosition, ParseError } from './parse-error.ts';
export { parseExpr, parseSelector } from './parser.ts';
export { formatPretty } from './pretty-printer.ts';
export { formatExpr } from './printer.ts';
export type { QueryProgress } from './run.ts';
export type { SeriesValue } from './series-notation.ts';
export type { TraceNode } from './trace.ts';
export { loadAggregateEvaluation, type OpenAggregates } from './aggregates.ts';
export type { Queryable, SelectedSeries, SelectRange } from './queryable.ts';
