/** Groups and rules as APIs and pages show them. */
import type { Place } from '../platform/index.ts';
import type { AlertInstance, AlertState } from './alert-state.ts';
import type { TextPairs } from './rule.ts';
import type { GroupRuntime, RuleHealth, RuleRuntime } from './rule-runtime.ts';

export interface RuleView {
  readonly kind: 'alert' | 'record';
  readonly key: string;
  readonly name: string;
  readonly expression: string;
  readonly labels: TextPairs;
  readonly place: Place;
  readonly health: RuleHealth;
  readonly lastError: string | undefined;
  /** Why the last evaluation could not expand a label or an annotation. */
  readonly templateError: string | undefined;
  readonly lastEvaluationAt: number | undefined;
  readonly evaluationDurationMs: number;
  /** Of an alerting rule; of a recording rule empty and 0. */
  readonly annotations: TextPairs;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  /** The worst state of its alerts; `unknown` before the first evaluation. */
  readonly state: AlertState | 'unknown';
  readonly alerts: readonly AlertInstance[];
}

export interface GroupView {
  readonly file: string;
  readonly name: string;
  readonly intervalMs: number;
  readonly queryOffsetMs: number;
  readonly limit: number;
  readonly nextEvaluationAt: number;
  readonly lastEvaluationAt: number | undefined;
  readonly evaluationDurationMs: number;
  readonly missedIterations: number;
  readonly rules: readonly RuleView[];
}

/** A group as it is now. */
export function viewGroup(runtime: GroupRuntime): GroupView {
  const { group } = runtime;
  return {
    file: group.file,
    name: group.name,
    intervalMs: runtime.cadence.intervalMs,
    queryOffsetMs: runtime.queryOffsetMs,
    limit: group.limit,
    nextEvaluationAt: runtime.nextDueMs,
    lastEvaluationAt: runtime.lastEvaluationAt,
    evaluationDurationMs: runtime.evaluationDurationMs,
    missedIterations: runtime.missedCount,
    rules: runtime.rules.map(viewRule),
  };
}

function viewRule(runtime: RuleRuntime): RuleView {
  const { rule } = runtime;
  const isAlert = rule.kind === 'alert';
  return {
    kind: rule.kind,
    key: runtime.key,
    name: rule.name,
    expression: rule.expression,
    labels: rule.labels,
    place: rule.place,
    health: runtime.health,
    lastError: runtime.lastError,
    templateError: runtime.templateError,
    lastEvaluationAt: runtime.lastEvaluationAt,
    evaluationDurationMs: runtime.evaluationDurationMs,
    annotations: isAlert ? rule.annotations : [],
    forMs: isAlert ? rule.forMs : 0,
    keepFiringForMs: isAlert ? rule.keepFiringForMs : 0,
    state: stateOf(runtime),
    alerts: [...runtime.active.values()],
  };
}

function stateOf(runtime: RuleRuntime): RuleView['state'] {
  const states = new Set([...runtime.active.values()].map(({ state }) => state));
  if (states.has('firing')) return 'firing';
  if (states.has('pending')) return 'pending';
  return runtime.lastEvaluationAt === undefined ? 'unknown' : 'inactive';
}
