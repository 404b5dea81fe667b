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
 * Nothing here waits, writes or sends. The answers are decisions, which the caller carries out and
 * reports back; `nextAtMs` says when to call again. The state is changed in place: with thousands of
 * alerts a copy for each event would be most of the work. Invariants:
 *
 * - A group holds at least one alert, and has at most one flight; without one it has a timer.
 * - What was delivered enters the log by the event `recorded`, after the caller has stored it.
 * - An alert that is over and that no group waits to tell of is named by a decision `settled`, once.
 */
import type { Random } from '../platform/index.ts';
import { joinAlert } from './alert.ts';
import { logKeyText } from './dedup.ts';
import { cutLoose, noteOutcome, noteRecorded, retryDue } from './flight.ts';
import { flushGroup } from './flush.ts';
import { joinGroups, regroup } from './groups.ts';
import { createInhibitor } from './inhibition.ts';
import { type Alert, isResolvedAt, type LogEntry, type Silence } from './model.ts';
import type { Plan } from './plan.ts';
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
  | { readonly kind: 'tick'; readonly retentionMs: number }
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
    sendings: new Map(),
    retries: new Timers(),
    nextSendId: 1,
  };
  for (const alert of stored.alerts) {
    takeAlert(state, outlive(alert, nowMs + plan.resolveTimeoutMs), nowMs);
  }
  return state;
}

/**
 * An alert that fired when the process ended goes on until its sender had time to repeat it:
 * silence of ours is no recovery of theirs.
 */
function outlive(alert: Alert, untilMs: number): Alert {
  if (isResolvedAt(alert, alert.updatedAtMs) || alert.endsAtMs >= untilMs) return alert;
  return { ...alert, endsAtMs: untilMs, isTimeout: true };
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
        takeAlert(state, joinAlert(state.alerts.get(alert.fingerprint), alert), nowMs);
      }
      return [];
    case 'silences':
      for (const silence of event.silences) state.silences.set(silence.id, silence);
      return [];
    case 'plan':
      return changePlan(state, event.plan, nowMs);
    case 'tick':
      return [...retryDue(state, nowMs), ...flushDue(state, event.retentionMs, nowMs)];
    case 'outcome':
      return noteOutcome(state, event, nowMs);
    case 'recorded':
      return noteRecorded(state, event);
  }
}

/** When `tick` is due next; undefined: not before another event. */
export function nextAtMs(state: DispatchState): number | undefined {
  const turnMs = state.turns.nextAtMs;
  const retryMs = state.retries.nextAtMs;
  if (turnMs === undefined || retryMs === undefined) return turnMs ?? retryMs;
  return Math.min(turnMs, retryMs);
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
    if (alert !== undefined) state.inhibitor.forget(alert);
    state.alerts.delete(fingerprint);
  }
  state.settled.clear();
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

function takeAlert(state: DispatchState, alert: Alert, nowMs: number): void {
  state.alerts.set(alert.fingerprint, alert);
  state.settled.delete(alert.fingerprint);
  state.inhibitor.note(alert);
  joinGroups(state, alert, nowMs);
}

function changePlan(state: DispatchState, plan: Plan, nowMs: number): readonly Decision[] {
  state.plan = plan;
  state.inhibitor = createInhibitor(plan.inhibitions);
  for (const alert of state.alerts.values()) state.inhibitor.note(alert);
  regroup(state, nowMs);
  return cutLoose(state);
}

function flushDue(state: DispatchState, retentionMs: number, nowMs: number): readonly Decision[] {
  const due = state.turns.takeDue(nowMs).sort(compareDue);
  if (due.length === 0) return [];
  const turn = { nowMs, silences: listActiveSilences(state, nowMs), retentionMs };
  return due.flatMap((group) => flushGroup(state, group, turn));
}

/** A stable order, so that the same events decide the same. */
function compareDue(a: Group, b: Group): number {
  return a.dueAtMs - b.dueAtMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
