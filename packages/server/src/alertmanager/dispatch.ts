/**
 * The engine: a state, and what becomes of it by each event at an instant that the caller names.
 *
 * Alerts come in and join groups, one for each route that takes them and each set of values of its
 * `group_by` labels. A group has its turn `group_wait` after its first alert and every
 * `group_interval` from then on. At its turn, alerts that are inhibited or silenced, or all of them
 * outside of the route's times, are left out; the log says which integrations of the receiver need
 * to hear of the rest (Alertmanager's pipeline, in its order: inhibition, active times, mute times,
 * silences, log). A notification is tried until it is delivered, refused for good, or out of time;
 * only then the group has its next turn. Alerts that are over leave a group after a turn in which
 * every integration was content.
 *
 * With peers, a turn is held as it is until those before us had their time: what one of them has told
 * by then is in the log, and is not told again (ADR 150).
 *
 * Nothing here waits, writes or sends. The answers are decisions, which the caller carries out and
 * reports back; `nextAtMs` says when to call again. The state is changed in place: with thousands of
 * alerts a copy for each event would be most of the work. Invariants:
 *
 * - A group holds at least one alert, and has at most one flight; without one it has a timer, which
 *   rings at its next turn at the latest.
 * - What was delivered enters the log by the event `recorded`, after the caller has stored it; what
 *   a peer delivered, by the event `replica`.
 * - An alert that is over and that no group waits to tell of is named by a decision `settled`, once.
 */
import type { Random } from '../platform/index.ts';
import { joinAlert } from './alert.ts';
import { logKeyText } from './dedup.ts';
import { cutLoose, noteOutcome, noteRecorded, retryDue } from './flight.ts';
import { flushGroup, tellHeld } from './flush.ts';
import { joinGroups, regroup } from './groups.ts';
import { createInhibitor } from './inhibition.ts';
import { ENDS_REPEATED_MS } from './limits.ts';
import { type Alert, isResolvedAt, type LogEntry, type Silence } from './model.ts';
import type { Plan } from './plan.ts';
import { letGo, noteToldByPeers, outlive, type Replica, settleRestored } from './replica.ts';
import { stateOfSilence } from './silence.ts';
import type { Decision, DispatchState, Group, SendOutcome } from './state.ts';
import { Timers } from './timers.ts';

/** What is on disk. */
export interface Stored {
  readonly alerts: readonly Alert[];
  readonly silences: readonly Silence[];
  readonly log: readonly LogEntry[];
}

export type DispatchEvent =
  /** Alerts as `acceptAlert` makes them; `merged` is what became of them, for the store. */
  | { readonly kind: 'alerts'; readonly alerts: readonly Alert[] }
  /** Silences that are stored. */
  | { readonly kind: 'silences'; readonly silences: readonly Silence[] }
  /** Another configuration is in force. */
  | { readonly kind: 'plan'; readonly plan: Plan }
  /** Time has passed. */
  | {
      readonly kind: 'tick';
      readonly retentionMs: number;
      /** How long a turn waits for the peers before us to tell of it; 0: we are first, or alone. */
      readonly waitMs: number;
    }
  /** What a peer has that is newer than ours: what `pickNewer` answers. */
  | { readonly kind: 'replica'; readonly replica: Replica }
  /**
   * Peers have told what they know from before the start. One of them has heard all senders since
   * an instant; undefined: none has.
   */
  | { readonly kind: 'heard'; readonly sinceMs: number | undefined }
  | { readonly kind: 'outcome'; readonly sendId: number; readonly outcome: SendOutcome }
  | { readonly kind: 'recorded'; readonly sendId: number; readonly entry: LogEntry };

/** Builds the state out of what is stored. */
export function createDispatch(
  what: { readonly plan: Plan; readonly random: Random; readonly stored: Stored },
  nowMs: number,
): DispatchState {
  const { plan, random, stored } = what;
  const state: DispatchState = {
    plan,
    inhibitor: createInhibitor(plan.inhibitions),
    random,
    alerts: new Map(),
    settled: new Set(),
    silences: new Map(stored.silences.map((silence) => [silence.id, silence])),
    log: new Map(stored.log.map((entry) => [logKeyText(entry), entry])),
    groups: new Map(),
    turns: new Timers(),
    held: new Timers(),
    restored: new Map(),
    sendings: new Map(),
    retries: new Timers(),
    nextSendId: 1,
  };
  for (const alert of stored.alerts) {
    const shown = outlive(alert, nowMs + plan.resolveTimeoutMs);
    state.restored.set(shown, alert);
    takeAlert(state, shown, nowMs);
  }
  return state;
}

/** Takes an event in; answers what is to be done now, in this order. */
export function step(
  state: DispatchState,
  event: DispatchEvent,
  nowMs: number,
): readonly Decision[] {
  switch (event.kind) {
    case 'alerts':
      for (const alert of event.alerts) {
        const known = state.alerts.get(alert.fingerprint);
        if (!isSettledEnd(state, known, alert)) takeAlert(state, joinAlert(known, alert), nowMs);
      }
      return [];
    case 'silences':
      for (const silence of event.silences) state.silences.set(silence.id, silence);
      return [];
    case 'plan':
      return changePlan(state, event.plan, nowMs);
    case 'tick':
      return [...retryDue(state, nowMs), ...flushDue(state, event, nowMs)];
    case 'replica':
      return takeReplica(state, event.replica, nowMs);
    case 'heard':
      return settleRestored(state, event.sinceMs, nowMs);
    case 'outcome':
      return noteOutcome(state, event, nowMs);
    case 'recorded':
      return noteRecorded(state, event);
  }
}

/** When `tick` is due next; undefined: not before another event. */
export function nextAtMs(state: DispatchState): number | undefined {
  const times = [state.turns.nextAtMs, state.held.nextAtMs, state.retries.nextAtMs];
  const nextMs = Math.min(...times.filter((atMs) => atMs !== undefined));
  return Number.isFinite(nextMs) ? nextMs : undefined;
}

/** What is old enough to be forgotten. */
export interface Garbage {
  readonly silences: readonly string[];
  readonly log: readonly LogEntry[];
}

/** Forgets alerts that are over and told of, and what the retention has run out for. */
export function collect(state: DispatchState, retentionMs: number, nowMs: number): Garbage {
  for (const fingerprint of state.settled) {
    const alert = state.alerts.get(fingerprint);
    if (alert !== undefined && alert.endsAtMs + ENDS_REPEATED_MS > nowMs) continue;
    if (alert !== undefined) state.inhibitor.forget(alert);
    state.alerts.delete(fingerprint);
    state.settled.delete(fingerprint);
  }
  const silences = [...state.silences.values()]
    .filter(({ endsAtMs }) => endsAtMs + retentionMs <= nowMs)
    .map(({ id }) => id);
  for (const id of silences) state.silences.delete(id);
  const log = [...state.log.values()].filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
  for (const entry of log) state.log.delete(logKeyText(entry));
  return { silences, log };
}

/** Silences in force at an instant. */
export function listActiveSilences(state: DispatchState, nowMs: number): readonly Silence[] {
  return [...state.silences.values()].filter(
    (silence) => stateOfSilence(silence, nowMs) === 'active',
  );
}

/**
 * Whether everybody has been told of the end that is told here. Prometheus repeats an end for a
 * quarter of an hour; in a group of which something else was told since, it would be told again.
 */
function isSettledEnd(state: DispatchState, known: Alert | undefined, told: Alert): boolean {
  return (
    known !== undefined &&
    state.settled.has(told.fingerprint) &&
    isResolvedAt(told, told.updatedAtMs) &&
    told.endsAtMs <= known.endsAtMs
  );
}

function takeAlert(state: DispatchState, alert: Alert, nowMs: number): void {
  state.alerts.set(alert.fingerprint, alert);
  state.settled.delete(alert.fingerprint);
  state.inhibitor.note(alert);
  joinGroups(state, alert, nowMs);
}

/** Alerts first: what was told of them may let them leave their groups. */
function takeReplica(
  state: DispatchState,
  { alerts, silences, log }: Replica,
  nowMs: number,
): readonly Decision[] {
  const decisions: Decision[] = [];
  for (const { alert, isSettled } of alerts) {
    if (isSettled) decisions.push(...letGo(state, alert));
    else takeAlert(state, joinAlert(state.alerts.get(alert.fingerprint), alert), nowMs);
  }
  for (const silence of silences) state.silences.set(silence.id, silence);
  return [...decisions, ...noteToldByPeers(state, log, nowMs)];
}

function changePlan(state: DispatchState, plan: Plan, nowMs: number): readonly Decision[] {
  state.plan = plan;
  state.inhibitor = createInhibitor(plan.inhibitions);
  for (const alert of state.alerts.values()) state.inhibitor.note(alert);
  regroup(state, nowMs);
  return cutLoose(state);
}

function flushDue(
  state: DispatchState,
  { retentionMs, waitMs }: { readonly retentionMs: number; readonly waitMs: number },
  nowMs: number,
): readonly Decision[] {
  const held = state.held.takeDue(nowMs);
  const due = takeDueGroups(state, nowMs).sort(compareDue);
  if (due.length === 0 && held.length === 0) return [];
  const turn = { nowMs, silences: listActiveSilences(state, nowMs), retentionMs, waitMs };
  return [
    ...held.flatMap((one) => tellHeld(state, one, turn)),
    ...due.flatMap((group) => flushGroup(state, group, turn)),
  ];
}

/** Groups whose turn it is. Of one that has left its turn to a peer the timer rings too early. */
function takeDueGroups(state: DispatchState, nowMs: number): Group[] {
  return state.turns.takeDue(nowMs).filter((group) => {
    if (state.groups.get(group.id) !== group) return false;
    if (group.dueAtMs <= nowMs) return true;
    state.turns.add(group.dueAtMs, group);
    return false;
  });
}

/** A stable order, so that the same events decide the same. */
function compareDue(a: Group, b: Group): number {
  return a.dueAtMs - b.dueAtMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
