/** How an alert or a rule stands, in facts of which the first is the answer. Pure. */
import type { WhyReason } from '@nines/contract';
import type { AlertTrail } from '../alerts/index.ts';
import { type AlertInstance, type Cadence, latestSlotMs } from '../rules/index.ts';
import { candidateInForce, type RuleInForce } from '../backtests/index.ts';

/** A group that is this many intervals behind is late: one may be under way, one be missed. */
const LATE_INTERVALS = 3;

/** The evaluation at which something that waits is over. */
export function slotAfter(cadence: Cadence, timeMs: number): number {
  const slotMs = latestSlotMs(cadence, timeMs);
  return slotMs >= timeMs ? slotMs : slotMs + cadence.intervalMs;
}

/** What is known of the rule of an alert, or undefined where it has none in force. */
export interface RuleTimes {
  readonly cadence: Cadence;
  readonly forMs: number;
  readonly keepFiringForMs: number;
}

/** When and how long a rule waits. */
export function timesOf(inForce: RuleInForce): RuleTimes {
  const { rule, intervalMs, offsetMs } = candidateInForce(inForce);
  const { forMs, keepFiringForMs } = rule;
  return { cadence: { intervalMs, offsetMs }, forMs, keepFiringForMs };
}

/** How an alert stood at a time. */
export function reasonsOfAlert(
  trail: AlertTrail,
  rule: RuleTimes | undefined,
  atMs: number,
): readonly WhyReason[] {
  const { alert, sender = null } = trail;
  const { origin } = alert;
  const reasons = [...stateReasons(trail, rule, atMs)];
  if (origin !== 'rule') reasons.push({ kind: 'origin', origin, sender });
  else if (rule === undefined) reasons.push({ kind: 'noRule' });
  return reasons;
}

function stateReasons(
  { alert, keepFiringSinceMs }: AlertTrail,
  rule: RuleTimes | undefined,
  atMs: number,
): readonly WhyReason[] {
  const { activeAt, firedAt, resolvedAt, resolvedBy } = alert;
  if (atMs < activeAt) return [{ kind: 'notYet', activeAt }];
  if (resolvedAt !== null && resolvedAt <= atMs) {
    if (resolvedBy !== null) return [{ kind: 'resolved', at: resolvedAt, by: resolvedBy }];
    return [{ kind: 'ended', at: resolvedAt, hasFired: firedAt !== null }];
  }
  if (firedAt === null || firedAt > atMs) {
    const firesAt = firesAtOf(activeAt, rule);
    return [{ kind: 'pending', activeAt, firesAt, leftMs: Math.max(0, firesAt - atMs) }];
  }
  const firing = { kind: 'firing', activeAt, firedAt, forMs: rule?.forMs ?? 0 } as const;
  const isKept = keepFiringSinceMs !== undefined && keepFiringSinceMs <= atMs;
  if (!isKept || rule === undefined) return [firing];
  const untilMs = slotAfter(rule.cadence, keepFiringSinceMs + rule.keepFiringForMs);
  return [{ kind: 'kept', since: keepFiringSinceMs, untilMs }, firing];
}

/** What keeps an alert quiet as things are. */
export function reasonsOfSilence({ alert: { silence } }: AlertTrail): readonly WhyReason[] {
  if (silence === null) return [];
  const { id: silenceId, by, until: untilMs, comment } = silence;
  return [{ kind: 'silenced', silenceId, by, untilMs, comment }];
}

/** When something that has held since a time fires. */
export function firesAtOf(activeAtMs: number, rule: RuleTimes | undefined): number {
  if (rule === undefined) return activeAtMs;
  return slotAfter(rule.cadence, activeAtMs + rule.forMs);
}

/** Why what the rule says may not be how things are. */
export function reasonsOfHealth({ group, rule }: RuleInForce, nowMs: number): readonly WhyReason[] {
  const { intervalMs, lastEvaluationAt, nextEvaluationAt, evaluationDurationMs } = group;
  if (rule.lastEvaluationAt === undefined || lastEvaluationAt === undefined) {
    return [{ kind: 'notEvaluated', nextAt: nextEvaluationAt }];
  }
  const reasons: WhyReason[] = [];
  if (rule.health === 'err') reasons.push({ kind: 'failing', error: rule.lastError ?? '' });
  if (nowMs - lastEvaluationAt > LATE_INTERVALS * intervalMs) {
    const durationMs = evaluationDurationMs;
    reasons.push({ kind: 'late', lastAt: lastEvaluationAt, intervalMs, durationMs });
  }
  return reasons;
}

/** How many alerts a rule has, and when the first of them fires; undefined: none. */
export function reasonOfActive(
  active: readonly AlertInstance[],
  rule: RuleTimes,
): WhyReason | undefined {
  if (active.length === 0) return undefined;
  const pending = active.filter(({ state }) => state === 'pending');
  const fires = pending.map(({ activeAtMs }) => firesAtOf(activeAtMs, rule));
  return {
    kind: 'active',
    firingCount: active.length - pending.length,
    pendingCount: pending.length,
    firesAt: fires.length === 0 ? null : Math.min(...fires),
  };
}
