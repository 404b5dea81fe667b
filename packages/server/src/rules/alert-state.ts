/**
 * The states of alerts as a pure function: (rule, active alerts, result, now) to the new active
 * alerts and what changed.
 *
 * One alert belongs to one element of the expression's result. It is pending while the element has
 * not been there for the rule's `for`, then firing; when the element is gone, a pending alert is
 * dropped, and a firing one is resolved once `keep_firing_for` has passed too. Who calls it stores
 * the changes before the new state counts, and tries again with the old state where that fails: so
 * nothing here may depend on being called once.
 */
import { errorMessage, formatDuration, invalid, limitExceeded } from '../platform/index.ts';
import {
  createLabelsFromPairs,
  fingerprintOf,
  type Labels,
  labelPairs,
  labelsKey,
  METRIC_NAME,
} from '../series/index.ts';
import { type AlertText, compileAlertText, type ExpansionContext } from './alert-template.ts';
import type { VectorSample } from './engine.ts';
import { ALERTS_PER_RULE_MAX } from './limits.ts';
import type { AlertRule, TextPairs } from './rule.ts';

export type AlertState = 'inactive' | 'pending' | 'firing';

/** The label that names an alert's rule. */
export const ALERT_NAME = 'alertname';

/** One alert of one rule. */
export interface AlertInstance {
  /** Which rule; see `ruleKey`. */
  readonly ruleKey: string;
  /** Of the labels; what APIs call the alert. */
  readonly fingerprint: string;
  readonly state: AlertState;
  readonly labels: Labels;
  readonly annotations: Readonly<Record<string, string>>;
  /** The value of the element when it was last there. */
  readonly value: number;
  /** Since when the element has been there. */
  readonly activeAtMs: number;
  /** Since when the alert has been firing; undefined while it is pending. */
  readonly firedAtMs: number | undefined;
  /** Since when the element has been gone, of an alert that `keep_firing_for` keeps. */
  readonly keepFiringSinceMs: number | undefined;
}

/** Active alerts by the key of their labels. */
export type ActiveAlerts = ReadonlyMap<string, AlertInstance>;

/**
 * A change of one alert: `pending` and `firing` say the state it entered, `resolved` that a firing
 * alert ended, `dropped` that a pending one did, `kept` that the element of a firing one went away
 * or came back while `keep_firing_for` keeps it.
 */
export interface AlertTransition {
  readonly kind: 'pending' | 'firing' | 'resolved' | 'dropped' | 'kept';
  readonly atMs: number;
  /** Why, as one sentence for people. */
  readonly reason: string;
  readonly ruleName: string;
  readonly groupName: string;
  readonly expression: string;
  /** The alert after the change; `inactive` where it ended. */
  readonly alert: AlertInstance;
}

/** An alerting rule with its texts compiled, ready to be stepped. */
export interface CompiledAlertRule {
  readonly key: string;
  readonly groupName: string;
  readonly rule: AlertRule;
  readonly labels: readonly (readonly [string, AlertText])[];
  readonly annotations: readonly (readonly [string, AlertText])[];
}

/** Compiles a rule; throws a TemplateSyntaxError, which reading the file has ruled out. */
export function compileAlertRule(
  rule: AlertRule,
  where: { readonly key: string; readonly groupName: string },
): CompiledAlertRule {
  const compile = (pairs: TextPairs) =>
    pairs.map(([name, text]) => [name, compileAlertText(rule.name, text)] as const);
  return {
    ...where,
    rule,
    labels: compile(rule.labels),
    annotations: compile(rule.annotations),
  };
}

export interface AlertStep {
  readonly rule: CompiledAlertRule;
  readonly active: ActiveAlerts;
  /** The result of the expression. */
  readonly samples: readonly VectorSample[];
  readonly nowMs: number;
  /** The most alerts that the rule may have; 0: only the bound that all rules have. */
  readonly limit: number;
  readonly context: ExpansionContext;
  /** Whether an alert stays as it is although its element is not there. */
  readonly isHeld?: (key: string) => boolean;
}

/** Steps a rule; throws where the result cannot be taken, and then nothing has changed. */
export function stepAlertRule(step: AlertStep): {
  readonly active: ActiveAlerts;
  readonly transitions: readonly AlertTransition[];
} {
  const active = new Map<string, AlertInstance>();
  const transitions: AlertTransition[] = [];
  const matched = matchSamples(step);
  for (const [key, found] of matched) {
    const { alert, change } = stepPresent(step, step.active.get(key), found);
    active.set(key, alert);
    if (change !== undefined) transitions.push(createTransition(step, alert, change));
  }
  for (const [key, alert] of step.active) {
    if (matched.has(key)) continue;
    const next = step.isHeld?.(key) === true ? { alert } : stepAbsent(step, alert);
    if (next.alert.state !== 'inactive') active.set(key, next.alert);
    if (next.change !== undefined)
      transitions.push(createTransition(step, next.alert, next.change));
  }
  checkLimit(step.limit, active.size);
  return { active, transitions };
}

/** Ends all alerts of a rule that is no more. */
export function endAlerts(
  rule: Pick<AlertTransition, 'ruleName' | 'groupName' | 'expression'>,
  active: ActiveAlerts,
  end: { readonly atMs: number; readonly reason: string },
): readonly AlertTransition[] {
  return [...active.values()].map((alert) => ({
    ...rule,
    ...end,
    kind: alert.state === 'firing' ? 'resolved' : 'dropped',
    alert: { ...alert, state: 'inactive' },
  }));
}

interface Change {
  readonly kind: AlertTransition['kind'];
  readonly reason: string;
}

interface Next {
  readonly alert: AlertInstance;
  readonly change?: Change | undefined;
}

/** An element of the result with the labels of its alert. */
interface Found {
  readonly sample: VectorSample;
  readonly labels: Labels;
}

function matchSamples(step: AlertStep): ReadonlyMap<string, Found> {
  const matched = new Map<string, Found>();
  for (const sample of step.samples) {
    const labels = labelsOfAlert(step, sample);
    const key = labelsKey(labels);
    if (matched.has(key)) {
      throw invalid(
        'RULE_DUPLICATE_ALERTS',
        'vector contains metrics with the same labelset after applying alert labels',
      );
    }
    matched.set(key, { sample, labels });
  }
  return matched;
}

/** The element's labels without its metric's name, then the rule's, which win, then the name. */
function labelsOfAlert({ rule, context }: AlertStep, sample: VectorSample): Labels {
  const labels = new Map(labelPairs(sample.labels));
  labels.delete(METRIC_NAME);
  for (const [name, text] of rule.labels) labels.set(name, text(sample, context));
  labels.set(ALERT_NAME, rule.rule.name);
  return createLabelsFromPairs(labels);
}

function stepPresent(step: AlertStep, known: AlertInstance | undefined, found: Found): Next {
  const { rule, context, nowMs } = step;
  const { forMs } = rule.rule;
  const annotations = {
    ...Object.fromEntries(
      rule.annotations.map(([name, text]) => [name, text(found.sample, context)]),
    ),
    ...annotateInCode(step, found.sample),
  };
  const alert: AlertInstance = {
    ruleKey: rule.key,
    fingerprint: known?.fingerprint ?? fingerprintOf(found.labels),
    state: known?.state ?? 'pending',
    labels: found.labels,
    annotations,
    // As in Prometheus, an alert on a histogram has no value but the one in its texts.
    value: found.sample.histogram === undefined ? found.sample.value : 0,
    activeAtMs: known?.activeAtMs ?? nowMs,
    firedAtMs: known?.firedAtMs,
    keepFiringSinceMs: undefined,
  };
  // An alert that fires goes on firing where the rule's `for` is made longer. Prometheus 3.10 puts
  // it back to pending, which reads as a recovery to whoever was paged.
  if (alert.state === 'firing') {
    if (known?.keepFiringSinceMs === undefined) return { alert };
    return { alert, change: { kind: 'kept', reason: 'expression matches again' } };
  }
  const heldMs = nowMs - alert.activeAtMs;
  if (heldMs >= forMs) {
    const reason =
      forMs === 0
        ? 'expression matches and the rule has no `for`'
        : `condition held for ${formatDuration(forMs)}`;
    const firing: AlertInstance = { ...alert, state: 'firing', firedAtMs: nowMs };
    return { alert: firing, change: { kind: 'firing', reason } };
  }
  if (known !== undefined) return { alert };
  const reason = `expression matches; fires if it still does in ${formatDuration(forMs)}`;
  return { alert, change: { kind: 'pending', reason } };
}

/** Words that cannot be made must not keep an alert from firing. */
function annotateInCode({ rule, context, nowMs }: AlertStep, sample: VectorSample) {
  try {
    return rule.rule.annotate?.(sample, nowMs) ?? {};
  } catch (error) {
    context.onError(`cannot describe alert ${rule.rule.name}: ${errorMessage(error)}`);
    return {};
  }
}

function stepAbsent(step: AlertStep, alert: AlertInstance): Next {
  const { nowMs } = step;
  const { forMs, keepFiringForMs } = step.rule.rule;
  const ended: AlertInstance = { ...alert, state: 'inactive' };
  if (alert.state === 'pending') {
    const held = formatDuration(nowMs - alert.activeAtMs);
    const reason = `expression stopped matching after ${held} of ${formatDuration(forMs)}`;
    return { alert: ended, change: { kind: 'dropped', reason } };
  }
  if (keepFiringForMs === 0) {
    return { alert: ended, change: { kind: 'resolved', reason: 'expression no longer matches' } };
  }
  if (alert.keepFiringSinceMs === undefined) {
    const reason = `expression no longer matches; kept firing for ${formatDuration(keepFiringForMs)}`;
    return { alert: { ...alert, keepFiringSinceMs: nowMs }, change: { kind: 'kept', reason } };
  }
  if (nowMs - alert.keepFiringSinceMs < keepFiringForMs) return { alert };
  const reason = `expression has not matched for ${formatDuration(keepFiringForMs)}`;
  return { alert: ended, change: { kind: 'resolved', reason } };
}

/**
 * Prometheus drops all alerts of a rule that exceeds its limit, which resolves them; here the rule
 * keeps those that it had, because an error is no recovery.
 */
function checkLimit(limit: number, count: number): void {
  const bound = limit > 0 ? limit : ALERTS_PER_RULE_MAX;
  if (count > bound) {
    throw limitExceeded('RULE_LIMIT_EXCEEDED', `exceeded limit of ${bound} with ${count} alerts`);
  }
}

function createTransition(step: AlertStep, alert: AlertInstance, change: Change): AlertTransition {
  const { rule, groupName } = step.rule;
  return {
    ...change,
    atMs: step.nowMs,
    ruleName: rule.name,
    groupName,
    expression: rule.expression,
    alert,
  };
}
