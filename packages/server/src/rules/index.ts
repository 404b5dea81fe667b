/**
 * Recording and alerting rules: reads Prometheus rule files, evaluates them, and keeps the state
 * of alerts.
 *
 * `readRuleFile` turns a file into groups or faults; `createRuleManager` evaluates groups on their
 * intervals through the functions it is given: a query engine, a store of series, a store of
 * alerts. `loadRuleTestParts` brings replays of rules at instants that the caller names, and the
 * reader of their unit tests. Inside, `stepAlertRule` is the state machine alone, a pure function.
 */
export type { AlertInstance, AlertState, AlertTransition } from './alert-state.ts';
export { compileAlertText, isBrokenText } from './alert-template.ts';
export type { BacktestOutcome, ElementHistory, EvaluateHistory, Instants } from './backtest.ts';
export type {
  CheckExpression,
  ExpressionFault,
  EvaluateInstant,
  EvaluateRule,
  RuleSample,
  VectorSample,
  WriteSamples,
} from './engine.ts';
export type { PersistTransitions } from './group-evaluation.ts';
export {
  createRuleManager,
  type RuleManager,
  type RuleManagerOptions,
  type RuleSettings,
  type RuleStats,
} from './manager.ts';
export {
  loadRuleBacktest,
  loadRuleTestParts,
  type RuleBacktestParts,
  type RuleTestParts,
} from './on-demand.ts';
export {
  findProbation,
  formatDay,
  PROBATION_ANNOTATION,
  probationAnnotations,
} from './probation.ts';
export type { RuleFailure, RuleReplay } from './replay.ts';
export type { AlertRule, RecordingRule, Rule, RuleGroup, TextPairs } from './rule.ts';
export { type RuleFileOptions, type RuleFormat, readRuleFile } from './rule-file.ts';
export type { RuleHealth } from './rule-runtime.ts';
export type {
  AlertTest,
  ExpectedSample,
  ExprTest,
  PlacedText,
  RuleTest,
  RuleTestFile,
} from './rule-test-file.ts';
export type { GroupView, RuleView } from './rule-views.ts';
export { DEFAULT_INTERVAL_MS } from './limits.ts';
export { placeInScalar } from './scalar-place.ts';
export { type Cadence, groupOffsetMs, latestSlotMs } from './schedule.ts';
