/** A group's turn: who is told of what. */
import { createHash } from 'node:crypto';
import { compareAlerts } from './alert.ts';
import { findReason, logKeyText } from './dedup.ts';
import { beginSending, endFlight } from './flight.ts';
import { FLIGHT_MS_MIN, LATENESS_MS_MAX } from './limits.ts';
import {
  type Alert,
  isResolvedAt,
  type LogKey,
  type Notification,
  type NotifiedAlert,
  type NotifyReason,
  type Silence,
  type SuppressedBy,
} from './model.ts';
import type { PlannedIntegration } from './plan.ts';
import { findSilences } from './silence.ts';
import type { Decision, DispatchState, Flight, Group } from './state.ts';

export interface Turn {
  readonly nowMs: number;
  /** Silences in force now. */
  readonly silences: readonly Silence[];
  /** The log remembers nothing for longer. */
  readonly retentionMs: number;
}

/** Gives a group its turn. Invariant: it has no flight. */
export function flushGroup(state: DispatchState, group: Group, turn: Turn): readonly Decision[] {
  const { nowMs } = turn;
  // A turn counts for its own instant: a timer that is a little late each time must not add up.
  const atMs = nowMs - group.dueAtMs <= LATENESS_MS_MAX ? group.dueAtMs : nowMs;
  const { groupIntervalMs } = group.route;
  group.dueAtMs = atMs + groupIntervalMs;
  const all = [...group.alerts.values()].sort(compareAlerts);
  const flight: Flight = {
    groupId: group.id,
    deadlineMs: nowMs + Math.max(groupIntervalMs, FLIGHT_MS_MIN),
    over: all.filter((alert) => isResolvedAt(alert, nowMs)),
    openCount: 0,
    hasFailed: false,
  };
  group.flight = flight;
  const decisions: Decision[] = [];
  const told = leaveOut(state, { group, alerts: all, turn, atMs }, decisions).map(
    (alert): NotifiedAlert => ({ alert, isResolved: isResolvedAt(alert, nowMs) }),
  );
  if (told.length > 0) decisions.push(...tell(state, { group, flight, told, atMs }, turn));
  if (flight.openCount === 0) decisions.push(...endFlight(state, flight));
  return decisions;
}

/** The alerts that nothing keeps back; says of the others what does. */
function leaveOut(
  state: DispatchState,
  what: {
    readonly group: Group;
    readonly alerts: readonly Alert[];
    readonly turn: Turn;
    readonly atMs: number;
  },
  decisions: Decision[],
): readonly Alert[] {
  const { group, alerts, turn, atMs } = what;
  const count = (by: SuppressedBy, leftOut: number): void => {
    if (leftOut > 0) decisions.push({ kind: 'suppressed', by, count: leftOut });
  };
  const free = alerts.filter(
    ({ labels }) => state.inhibitor.findSource(labels, turn.nowMs) === undefined,
  );
  count('inhibition', alerts.length - free.length);
  if (free.length === 0) return [];
  const { activeTimeIntervals, muteTimeIntervals } = group.route;
  const isWithin = (name: string): boolean => state.plan.isWithin(name, atMs);
  group.mutedBy = [];
  if (activeTimeIntervals.length > 0 && !activeTimeIntervals.some(isWithin)) {
    group.mutedBy = activeTimeIntervals;
    count('active_time_interval', free.length);
    return [];
  }
  group.mutedBy = muteTimeIntervals.filter(isWithin);
  if (group.mutedBy.length > 0) {
    count('mute_time_interval', free.length);
    return [];
  }
  const heard = free.filter(({ labels }) => findSilences(turn.silences, labels).length === 0);
  count('silence', free.length - heard.length);
  return heard;
}

/** Asks the log of each integration whether it is to be told. */
function tell(
  state: DispatchState,
  what: {
    readonly group: Group;
    readonly flight: Flight;
    readonly told: readonly NotifiedAlert[];
    readonly atMs: number;
  },
  { nowMs, retentionMs }: Turn,
): readonly Decision[] {
  const { group, flight, told, atMs } = what;
  const { receiver, repeatIntervalMs } = group.route;
  const firing = fingerprints(told.filter(({ isResolved }) => !isResolved));
  const resolved = fingerprints(told.filter(({ isResolved }) => isResolved));
  return state.plan.integrationsOf(receiver).flatMap((one) => {
    const key: LogKey = { groupKey: group.key, receiver, ...pickKey(one) };
    const stored = state.log.get(logKeyText(key));
    const entry = stored !== undefined && stored.expiresAtMs > nowMs ? stored : undefined;
    const { sendsResolved } = one;
    const question = { entry, firing, resolved, repeatIntervalMs, sendsResolved, nowMs: atMs };
    const reason = findReason(question);
    if (reason === undefined) return [];
    const shown = sendsResolved ? told : told.filter(({ isResolved }) => !isResolved);
    const notification: Notification = {
      ...key,
      id: notificationId({ key, reason, firing, resolved, lastAtMs: entry?.notifiedAtMs }),
      reason,
      groupLabels: group.labels,
      alerts: shown,
      firing,
      resolved,
      deadlineMs: flight.deadlineMs,
      remembersMs: Math.min(retentionMs, 2 * repeatIntervalMs),
    };
    return [beginSending(state, { notification, flight, isSilent: shown.length === 0 }, nowMs)];
  });
}

function pickKey({
  integration,
  index,
}: PlannedIntegration): Pick<LogKey, 'integration' | 'index'> {
  return { integration, index };
}

function fingerprints(alerts: readonly NotifiedAlert[]): readonly string[] {
  return alerts.map(({ alert }) => alert.fingerprint).sort();
}

/** The same for the same news, also where a restart forgot that it was on its way. */
function notificationId(what: {
  readonly key: LogKey;
  readonly reason: NotifyReason;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly lastAtMs: number | undefined;
}): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 32);
}
