/** Notifications on their way, from the decision to send to the entry in the log. */
import { assert } from '../platform/index.ts';
import { backoffMs } from './backoff.ts';
import { isTold, logKeyText } from './dedup.ts';
import { isHeld } from './groups.ts';
import type { Alert, LogEntry, Notification } from './model.ts';
import type { Decision, DispatchState, Flight, Group, SendOutcome, Sending } from './state.ts';

/** Puts a notification on its way; `isSilent`: only the log is to learn of it. */
export function beginSending(
  state: DispatchState,
  what: {
    readonly notification: Notification;
    readonly flight: Flight;
    readonly known: LogEntry | undefined;
    readonly isSilent: boolean;
  },
  nowMs: number,
): Decision {
  const { notification, flight, known, isSilent } = what;
  const id = state.nextSendId++;
  flight.openCount++;
  const sending: Sending = {
    id,
    notification,
    flight,
    known,
    attemptCount: isSilent ? 0 : 1,
    state: isSilent ? 'recording' : 'under way',
    attemptedAtMs: nowMs,
  };
  state.sendings.set(id, sending);
  return isSilent
    ? { kind: 'record', sendId: id, entry: createEntry(notification, nowMs) }
    : { kind: 'send', sendId: id, notification };
}

/** Goes on after an attempt. */
export function noteOutcome(
  state: DispatchState,
  what: { readonly sendId: number; readonly outcome: SendOutcome },
  nowMs: number,
): readonly Decision[] {
  const sending = state.sendings.get(what.sendId);
  assert(sending?.state === 'under way', `no attempt ${what.sendId} is under way`);
  const { outcome } = what;
  const { notification } = sending;
  if (outcome.state === 'delivered') {
    sending.state = 'recording';
    return [{ kind: 'record', sendId: sending.id, entry: createEntry(notification, nowMs) }];
  }
  const told = findTold(state, sending);
  if (told !== undefined) return leaveToPeer(state, sending, told);
  if (outcome.state === 'failed') return giveUp(state, sending, outcome.reason);
  const backAtMs = sending.attemptedAtMs + backoffMs(sending.attemptCount, state.random);
  const nextAtMs = Math.max(nowMs + (outcome.retryAfterMs ?? 0), backAtMs);
  if (nextAtMs >= notification.deadlineMs || !isAttached(state, sending.flight)) {
    return giveUp(state, sending, outcome.reason);
  }
  sending.state = 'waiting';
  state.retries.add(nextAtMs, sending);
  return [];
}

/** Takes in what the caller has stored. */
export function noteRecorded(
  state: DispatchState,
  what: { readonly sendId: number; readonly entry: LogEntry },
): readonly Decision[] {
  const sending = state.sendings.get(what.sendId);
  assert(sending?.state === 'recording', `nothing of ${what.sendId} waits to be stored`);
  const told = findTold(state, sending);
  // A peer may have told of it as well, and later.
  if (told === undefined || told.notifiedAtMs <= what.entry.notifiedAtMs) {
    state.log.set(logKeyText(what.entry), what.entry);
  }
  return finish(state, sending);
}

/** What a peer has told this integration since the notification was decided. */
function findTold(state: DispatchState, { notification, known }: Sending): LogEntry | undefined {
  const entry = state.log.get(logKeyText(notification));
  return entry === known ? undefined : entry;
}

/** Makes no further attempt; where the peer told something else, the next turn decides anew. */
function leaveToPeer(state: DispatchState, sending: Sending, told: LogEntry): readonly Decision[] {
  if (!isTold(told, sending.notification)) sending.flight.hasFailed = true;
  return finish(state, sending);
}

/** Begins the attempts that are due. */
export function retryDue(state: DispatchState, nowMs: number): readonly Decision[] {
  const decisions: Decision[] = [];
  for (const sending of state.retries.takeDue(nowMs)) {
    if (sending.state !== 'waiting' || !state.sendings.has(sending.id)) continue;
    const told = findTold(state, sending);
    if (told !== undefined) {
      decisions.push(...leaveToPeer(state, sending, told));
      continue;
    }
    sending.state = 'under way';
    sending.attemptCount++;
    sending.attemptedAtMs = nowMs;
    decisions.push({ kind: 'send', sendId: sending.id, notification: sending.notification });
  }
  return decisions;
}

/** Gives up waiting for another attempt where the group is no more, or another receiver's. */
export function cutLoose(state: DispatchState): readonly Decision[] {
  return [...state.sendings.values()]
    .filter(({ state: at, flight }) => at === 'waiting' && !isAttached(state, flight))
    .flatMap((sending) => giveUp(state, sending, 'the configuration has changed meanwhile'));
}

/** Ends a turn in which nothing is open any more. */
export function endFlight(state: DispatchState, flight: Flight): readonly Decision[] {
  const group = state.groups.get(flight.groupId);
  if (group?.flight !== flight) return [];
  group.flight = undefined;
  const decisions = flight.hasFailed ? [] : leaveGroup(state, group, flight.over);
  // Peers may have told the end of all that it held.
  if (group.alerts.size > 0) state.turns.add(group.dueAtMs, group);
  else state.groups.delete(group.id);
  return decisions;
}

/** Lets alerts leave their group whose end everybody has been told. */
export function leaveGroup(
  state: DispatchState,
  group: Group,
  over: readonly Alert[],
): readonly Decision[] {
  const left = over.filter((alert) => {
    // What began again meanwhile has its own turn to come; an end that is only repeated has not.
    const now = group.alerts.get(alert.fingerprint);
    if (now === undefined || now.endsAtMs > alert.endsAtMs) return false;
    return group.alerts.delete(alert.fingerprint);
  });
  if (group.alerts.size === 0 && group.flight === undefined) state.groups.delete(group.id);
  const fingerprints = left
    .filter((alert) => !isHeld(state, alert))
    .map(({ fingerprint }) => fingerprint);
  for (const fingerprint of fingerprints) state.settled.add(fingerprint);
  return fingerprints.length === 0 ? [] : [{ kind: 'settled', fingerprints }];
}

function isAttached(state: DispatchState, flight: Flight): boolean {
  return state.groups.get(flight.groupId)?.flight === flight;
}

function giveUp(state: DispatchState, sending: Sending, reason: string): readonly Decision[] {
  sending.flight.hasFailed = true;
  const { notification, attemptCount } = sending;
  return [{ kind: 'given up', notification, reason, attemptCount }, ...finish(state, sending)];
}

function finish(state: DispatchState, sending: Sending): readonly Decision[] {
  state.sendings.delete(sending.id);
  sending.flight.openCount--;
  return sending.flight.openCount === 0 ? endFlight(state, sending.flight) : [];
}

function createEntry(notification: Notification, nowMs: number): LogEntry {
  const { groupKey, receiver, integration, index, firing, resolved } = notification;
  const expiresAtMs = nowMs + notification.remembersMs;
  return {
    groupKey,
    receiver,
    integration,
    index,
    notifiedAtMs: nowMs,
    firing,
    resolved,
    expiresAtMs,
  };
}
