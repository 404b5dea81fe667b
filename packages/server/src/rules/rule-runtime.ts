/** The state of rules and groups between evaluations. */
import { labelsKey } from '../series/index.ts';
import {
  type ActiveAlerts,
  type AlertInstance,
  type CompiledAlertRule,
  compileAlertRule,
} from './alert-state.ts';
import type { Rule, RuleGroup } from './rule.ts';
import { alertSamples, type SeriesSet, seriesOf } from './rule-samples.ts';
import { type Cadence, groupOffsetMs, nextSlotMs } from './schedule.ts';

export type RuleHealth = 'unknown' | 'ok' | 'err';

/** One rule and what is known of it. Only its group's evaluation changes it. */
export interface RuleRuntime {
  readonly key: string;
  readonly groupName: string;
  rule: Rule;
  /** Of an alerting rule. */
  compiled: CompiledAlertRule | undefined;
  active: ActiveAlerts;
  /** The series that the last evaluation wrote. */
  series: SeriesSet;
  /** Restored alerts whose element has not been there since; see RESTORED_HOLD_MS. */
  readonly unseen: Set<string>;
  health: RuleHealth;
  lastError: string | undefined;
  /** The last text of the rule that could not be expanded; undefined once all could be. */
  templateError: string | undefined;
  lastEvaluationAt: number | undefined;
  evaluationDurationMs: number;
}

/** One group and when it is due. */
export interface GroupRuntime {
  readonly group: RuleGroup;
  readonly cadence: Cadence;
  readonly queryOffsetMs: number;
  readonly rules: readonly RuleRuntime[];
  nextDueMs: number;
  /** Resolves when the evaluation under way is over; never rejects. */
  underWay: Promise<void> | undefined;
  lastEvaluationAt: number | undefined;
  evaluationDurationMs: number;
  evaluationCount: number;
  missedCount: number;
  /** Why the last changes of its alerts could not be stored; undefined once they could. */
  refusal: string | undefined;
}

/** A rule without a past. */
export function createRuleRuntime(key: string, groupName: string, rule: Rule): RuleRuntime {
  return {
    key,
    groupName,
    rule,
    compiled: compile(key, groupName, rule),
    active: new Map(),
    series: new Map(),
    unseen: new Set(),
    health: 'unknown',
    lastError: undefined,
    templateError: undefined,
    lastEvaluationAt: undefined,
    evaluationDurationMs: 0,
  };
}

/** Gives a rule its new text; what it has seen and what it fires stays. */
export function updateRule(runtime: RuleRuntime, rule: Rule): RuleRuntime {
  runtime.rule = rule;
  runtime.compiled = compile(runtime.key, runtime.groupName, rule);
  return runtime;
}

function compile(key: string, groupName: string, rule: Rule): CompiledAlertRule | undefined {
  return rule.kind === 'alert' ? compileAlertRule(rule, { key, groupName }) : undefined;
}

/** Puts stored alerts back, and the series that tell of them. */
export function restoreAlerts(runtime: RuleRuntime, alerts: readonly AlertInstance[]): void {
  runtime.active = new Map(alerts.map((alert) => [labelsKey(alert.labels), alert]));
  for (const key of runtime.active.keys()) runtime.unseen.add(key);
  runtime.series = seriesOf(alertSamples(alerts, 0));
}

export interface GroupDefaults {
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
}

/** A group's schedule and numbers; those of the group before it where only its rules changed. */
export function createGroupRuntime(
  group: RuleGroup,
  rules: readonly RuleRuntime[],
  at: {
    readonly defaults: GroupDefaults;
    readonly previous: GroupRuntime | undefined;
    readonly nowMs: number;
  },
): GroupRuntime {
  const { defaults, previous, nowMs } = at;
  const intervalMs = group.intervalMs ?? defaults.intervalMs;
  const cadence = { intervalMs, offsetMs: groupOffsetMs(group, intervalMs) };
  const isSameCadence = previous?.cadence.intervalMs === intervalMs;
  return {
    group,
    cadence,
    queryOffsetMs: group.queryOffsetMs ?? defaults.queryOffsetMs,
    rules,
    nextDueMs: isSameCadence ? previous.nextDueMs : nextSlotMs(cadence, nowMs),
    underWay: undefined,
    lastEvaluationAt: previous?.lastEvaluationAt,
    evaluationDurationMs: previous?.evaluationDurationMs ?? 0,
    evaluationCount: 0,
    missedCount: previous?.missedCount ?? 0,
    refusal: previous?.refusal,
  };
}
