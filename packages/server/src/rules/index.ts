/**
 * Recording and alerting rules: reads Prometheus rule files, evaluates them, and keeps the state
 * of alerts.
 *
 * `readRuleFile` turns a file into groups or faults; `createRuleManager` evaluates groups on their
 * intervals through the functions it is given (a query engine, a store of series, a store of
 * alerts); `stepAlertRule` is the state machine alone, for replays and tests.
 */
export type { ExpansionContext } from './alert-template.ts';
export {
  type ActiveAlerts,
  ALERT_NAME,
  type AlertInstance,
  type AlertState,
  type AlertStep,
  type AlertTransition,
  type CompiledAlertRule,
  compileAlertRule,
  stepAlertRule,
} from './alert-state.ts';
export type {
  CheckExpression,
  EvaluateInstant,
  RuleSample,
  VectorSample,
  WriteSamples,
} from './engine.ts';
export { fingerprintOf } from './fingerprint.ts';
export type { PersistTransitions } from './group-evaluation.ts';
export {
  createRuleManager,
  type RuleManager,
  type RuleManagerOptions,
  type RuleSettings,
  type RuleStats,
} from './manager.ts';
export type { AlertRule, RecordingRule, Rule, RuleGroup, TextPairs } from './rule.ts';
export { type RuleFileOptions, readRuleFile } from './rule-file.ts';
export { ruleKey } from './rule-key.ts';
export type { RuleHealth } from './rule-runtime.ts';
export { alertSamples, recordingSamples } from './rule-samples.ts';
export type { GroupView, RuleView } from './rule-views.ts';
