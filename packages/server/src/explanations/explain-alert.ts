/** Explains one alert: how it stands, and why its condition does or does not hold. */
import type { Explanation, WhyReason, WhyTimer } from '@nines/contract';
import type { AlertTrail } from '../alerts/index.ts';
import type { RuleInForce } from '../backtests/index.ts';
import type { MatrixSeries } from '../promql/index.ts';
import { latestSlotMs } from '../rules/index.ts';
import { boundOf, type Condition, describeMeasured, explainCondition } from './condition.ts';
import { countDifferences, listEvaluations, planWindows, stateOfAlert } from './evaluations.ts';
import { EVALUATIONS_AROUND } from './limits.ts';
import type { IsOwn } from './model.ts';
import { createIsOwn } from './own-series.ts';
import { reasonsOfAlert, reasonsOfHealth, reasonsOfSilence, timesOf } from './reasons.ts';
import type { Inquiry } from './inquiry.ts';
import { sortTimers, viewRule } from './views.ts';

export interface AlertQuestion {
  readonly trail: AlertTrail;
  /** Undefined: it has none, or it is not in force any more. */
  readonly rule: RuleInForce | undefined;
}

/** Explains it as of the time that was asked for, else as of now or of its end. */
export async function explainAlert(
  { trail, rule }: AlertQuestion,
  inquiry: Inquiry,
): Promise<Explanation> {
  const { alert } = trail;
  const { nowMs } = inquiry;
  const atMs = inquiry.atMs ?? alert.resolvedAt ?? nowMs;
  const times = rule && timesOf(rule);
  const measuredOf = await explainMeasured({ trail, rule }, inquiry, atMs);
  const { at, differenceCount, ...measured } = measuredOf;
  const isUpTo = ({ at: entryAt }: { readonly at: number }): boolean =>
    inquiry.atMs === undefined || entryAt <= inquiry.atMs;
  const history = trail.history.filter(isUpTo);
  const differs: readonly WhyReason[] =
    differenceCount === 0 ? [] : [{ kind: 'differs', count: differenceCount }];
  const isNow = inquiry.atMs === undefined;
  const silenced = isNow ? reasonsOfSilence(trail) : [];
  const health = isNow && alert.resolvedAt === null && rule ? reasonsOfHealth(rule, nowMs) : [];
  return {
    now: nowMs,
    at,
    name: alert.name,
    alertId: alert.id,
    labels: alert.labels,
    rule: rule === undefined ? null : viewRule(rule),
    reasons: [...reasonsOfAlert(trail, times, atMs), ...silenced, ...health, ...differs],
    ...measured,
    active: [],
    transitions: history
      .filter(({ kind }) => kind.startsWith('alert.') && kind !== 'alert.tagged')
      .map(({ at: changedAt, kind, reason }) => ({ at: changedAt, kind, reason, labels: {} })),
    route: trail.route,
    timers: isNow ? sortTimers([...ruleTimers(trail, rule), ...trail.timers], nowMs) : [],
    deliveries: history.filter(({ kind }) => kind.startsWith('page.')),
  };
}

type Measured = Condition &
  Pick<Explanation, 'at' | 'measured' | 'evaluations' | 'skippedCount' | 'evaluationError'> & {
    readonly differenceCount: number;
  };

/** What was measured at its evaluations, and the condition's parts at the one of the time. */
async function explainMeasured(
  { trail, rule }: AlertQuestion,
  inquiry: Inquiry,
  atMs: number,
): Promise<Measured> {
  const none = { parts: [], causes: [], evaluations: [], skippedCount: 0, differenceCount: 0 };
  if (rule === undefined) return { ...none, at: atMs, measured: null, evaluationError: null };
  const { cadence } = timesOf(rule);
  const { queryOffsetMs } = rule.group;
  const { expression, labels } = rule.rule;
  const at = latestSlotMs(cadence, atMs);
  const isOwn = createIsOwn(trail.alert.labels, labels);
  const isPerson = trail.alert.resolvedBy !== null;
  const timeMs = at - queryOffsetMs;
  const condition = await explainCondition(expression, inquiry, { timeMs, isOwn });
  const measured = describeMeasured(expression);
  const replayed = await replay({ trail, rule }, inquiry, isOwn);
  const { evaluations, error, skippedCount } = replayed;
  // What is not evaluated yet has no record, and after a person's word the record has that.
  const untilMs = isPerson ? 0 : (rule.group.lastEvaluationAt ?? 0);
  const isComparable = error === null && rule.rule.keepFiringForMs === 0;
  return {
    ...condition,
    at,
    measured,
    evaluations,
    skippedCount,
    evaluationError: error,
    differenceCount: isComparable ? countDifferences(evaluations, untilMs) : 0,
  };
}

async function replay(
  { trail: { alert }, rule }: AlertQuestion & { readonly rule: RuleInForce },
  { ask, nowMs, atMs }: Inquiry,
  isOwn: IsOwn,
): Promise<{
  readonly evaluations: Explanation['evaluations'];
  readonly skippedCount: number;
  readonly error: string | null;
}> {
  const { group } = rule;
  const { expression } = rule.rule;
  const { queryOffsetMs } = group;
  const { cadence } = timesOf(rule);
  const afterMs = EVALUATIONS_AROUND * cadence.intervalMs;
  const endMs = alert.resolvedAt === null ? nowMs : Math.min(nowMs, alert.resolvedAt + afterMs);
  const toMs = Math.min(endMs, (atMs ?? Infinity) + afterMs);
  const { windows, skippedCount } = planWindows(cadence, { fromMs: alert.activeAt, toMs });
  const measured = describeMeasured(expression);
  const series: { matches: MatrixSeries[]; measured: MatrixSeries[] } = {
    matches: [],
    measured: [],
  };
  for (const { fromMs, toMs: lastMs, stepMs } of windows) {
    const instants = { fromMs: fromMs - queryOffsetMs, toMs: lastMs - queryOffsetMs, stepMs };
    for (const [kind, text] of [
      ['matches', expression],
      ['measured', measured?.text],
    ] as const) {
      if (text === undefined) continue;
      const answer = await ask.over(text, instants);
      if (answer.kind === 'failed')
        return { evaluations: [], skippedCount: 0, error: answer.reason };
      series[kind].push(...answer.series.filter(({ labels }) => isOwn(labels)));
    }
  }
  const evaluations = listEvaluations({
    windows,
    queryOffsetMs,
    matches: series.matches,
    measured: measured === null ? undefined : series.measured,
    bound: boundOf(measured),
    stateAt: stateOfAlert(alert, cadence),
  });
  return { evaluations: [...evaluations], skippedCount, error: null };
}

function ruleTimers(trail: AlertTrail, rule: RuleInForce | undefined): readonly WhyTimer[] {
  const { alert } = trail;
  if (rule === undefined || alert.resolvedAt !== null) return [];
  const timers: WhyTimer[] = [
    { kind: 'evaluation', at: rule.group.nextEvaluationAt, step: null, channels: [] },
  ];
  for (const reason of reasonsOfAlert(trail, timesOf(rule), Infinity)) {
    if (reason.kind === 'pending')
      timers.push({ kind: 'for', at: reason.firesAt, step: null, channels: [] });
    if (reason.kind === 'kept')
      timers.push({ kind: 'keep', at: reason.untilMs, step: null, channels: [] });
  }
  return timers;
}
