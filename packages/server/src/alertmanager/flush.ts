/** A group's turn: who is told of what. */
import { createHash } from 'node:crypto';
import { compareAlerts } from './alert.ts';
import { findReason, logKeyText } from './dedup.ts';
import { beginSending, endFlight } from './flight.ts';
import { FLIGHT_MS_MIN, LATENESS_MS_MAX } from './limits.ts';
import {
  type Alert,
  isResolvedAt,
  type LogEntry,
  type LogKey,
  type Notification,
  type NotifiedAlert,
  type NotifyReason,
  type Silence,
  type SuppressedBy,
} from './model.ts';
import type { PlannedIntegration } from './plan.ts';
import { findSilences } from './silence.ts';
import type { Decision, DispatchState, Flight, Group, HeldTurn } from './state.ts';

export interface Turn {
  readonly nowMs: number;
  /** Silences in force now. */
  readonly silences: readonly Silence[];
  /** The log remembers nothing for longer. */
  readonly retentionMs: number;
  /** How long it is left to the peers before us. */
  readonly waitMs: number;
}

/** Gives a group its turn. Invariant: it has no flight. */
export function flushGroup(state: DispatchState, group: Group, turn: Turn): readonly Decision[] {
  const { nowMs, waitMs } = turn;
  // A turn counts for its own instant: a timer that is a little late each time must not add up.
  const atMs = nowMs - group.dueAtMs <= LATENESS_MS_MAX ? group.dueAtMs : nowMs;
  const { groupIntervalMs } = group.route;
  group.dueAtMs = atMs + groupIntervalMs;
  const all = [...group.alerts.values()].sort(compareAlerts);
  const flight: Flight = {
    groupId: group.id,
    deadlineMs: nowMs + waitMs + Math.max(groupIntervalMs, FLIGHT_MS_MIN),
    over: all.filter((alert) => isResolvedAt(alert, nowMs)),
    openCount: 0,
    hasFailed: false,
  };
  group.flight = flight;
  const held: HeldTurn = {
    flight,
    alerts: all,
    turnMs: nowMs,
    atMs,
    untilMs: nowMs + waitMs,
    log: waitMs > 0 ? copyLog(state, group) : state.log,
    mayYield: !group.hasYielded,
  };
  group.hasYielded = false;
  if (waitMs <= 0) return tellTurn(state, { group, held }, turn);
  state.held.add(held.untilMs, held);
  return [];
}

/** Goes on with a turn whose time of waiting is over. */
export function tellHeld(state: DispatchState, held: HeldTurn, turn: Turn): readonly Decision[] {
  const group = state.groups.get(held.flight.groupId);
  return group?.flight === held.flight ? tellTurn(state, { group, held }, turn) : [];
}

function copyLog(state: DispatchState, group: Group): ReadonlyMap<string, LogEntry> {
  const copy = new Map<string, LogEntry>();
  for (const one of state.plan.integrationsOf(group.route.receiver)) {
    const text = logKeyText(keyOf(group, one));
    const entry = state.log.get(text);
    if (entry !== undefined) copy.set(text, entry);
  }
  return copy;
}

function tellTurn(
  state: DispatchState,
  what: { readonly group: Group; readonly held: HeldTurn },
  turn: Turn,
): readonly Decision[] {
  const { group, held } = what;
  const { flight, alerts, turnMs, atMs } = held;
  const decisions: Decision[] = [];
  // What has left the group meanwhile is over, and a peer has told of it.
  const open = alerts.filter(({ fingerprint }) => group.alerts.has(fingerprint));
  const told = leaveOut(state, { group, alerts: open, turn, atMs }, decisions).map(
    (alert): NotifiedAlert => ({ alert, isResolved: isResolvedAt(alert, turnMs) }),
  );
  if (told.length > 0) decisions.push(...tell(state, { group, held, told }, turn));
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
    readonly held: HeldTurn;
    readonly told: readonly NotifiedAlert[];
  },
  { nowMs, retentionMs }: Turn,
): readonly Decision[] {
  const { group, held, told } = what;
  const { flight, atMs } = held;
  const { receiver, repeatIntervalMs } = group.route;
  const firing = fingerprints(told.filter(({ isResolved }) => !isResolved));
  const resolved = fingerprints(told.filter(({ isResolved }) => isResolved));
  return state.plan.integrationsOf(receiver).flatMap((one) => {
    const key = keyOf(group, one);
    const text = logKeyText(key);
    const stored = state.log.get(text);
    const entry = stored !== undefined && stored.expiresAtMs > nowMs ? stored : undefined;
    const { sendsResolved } = one;
    const question = { entry, firing, resolved, repeatIntervalMs, sendsResolved, nowMs: atMs };
    const reason = findReason(question);
    if (reason === undefined) return [];
    if (held.mayYield && stored !== held.log.get(text)) {
      // A peer has told of the group since: our picture may be the older one. The next turn decides.
      group.hasYielded = true;
      flight.hasFailed = true;
      return [];
    }
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
    // What was held counts for the instant at which it is told: `group_interval` lies between.
    if (held.untilMs > held.turnMs) group.dueAtMs = nowMs + group.route.groupIntervalMs;
    const sending = { notification, flight, known: stored, isSilent: shown.length === 0 };
    return [beginSending(state, sending, nowMs)];
  });
}

function keyOf(group: Group, { integration, index }: PlannedIntegration): LogKey {
  return { groupKey: group.key, receiver: group.route.receiver, integration, index };
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
