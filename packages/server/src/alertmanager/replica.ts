/**
 * What peers know, and what becomes of it here (ADR 150).
 *
 * Of a silence and of an entry of the log the newer one wins, by the instant of the change, and by
 * its content where that is the same: in whatever order and however often copies come, all peers
 * end with the same. Alerts come only to an instance that has just started; their senders tell all
 * peers of them.
 */
import { logKeyText } from './dedup.ts';
import { leaveGroup } from './flight.ts';
import { groupsOf } from './groups.ts';
import { type Alert, isResolvedAt, type LogEntry, type Silence } from './model.ts';
import type { Decision, DispatchState, Group } from './state.ts';

/** An alert as a peer knows it. */
export interface ReplicaAlert {
  readonly alert: Alert;
  /** Whether it is over and everybody has been told. */
  readonly isSettled: boolean;
}

/** What is sent to peers, or came from one. */
export interface Replica {
  readonly alerts: readonly ReplicaAlert[];
  readonly silences: readonly Silence[];
  readonly log: readonly LogEntry[];
}

/** The part of a replica that is newer than what is known, and that is not yet to be forgotten. */
export function pickNewer(
  state: DispatchState,
  replica: Replica,
  at: { readonly nowMs: number; readonly retentionMs: number },
): Replica {
  return {
    alerts: replica.alerts.filter(({ alert, isSettled }) => {
      const known = state.alerts.get(alert.fingerprint);
      if (known === undefined) return true;
      // Its sender may have repeated its end to us meanwhile.
      if (isSettled && known.endsAtMs <= alert.endsAtMs) return true;
      return alert.updatedAtMs > known.updatedAtMs;
    }),
    silences: replica.silences.filter(
      (silence) =>
        silence.endsAtMs + at.retentionMs > at.nowMs &&
        isNewerSilence(silence, state.silences.get(silence.id)),
    ),
    log: replica.log.filter(
      (entry) =>
        entry.expiresAtMs > at.nowMs && isNewerEntry(entry, state.log.get(logKeyText(entry))),
    ),
  };
}

function isNewerSilence(silence: Silence, known: Silence | undefined): boolean {
  if (known === undefined) return true;
  if (silence.updatedAtMs !== known.updatedAtMs) return silence.updatedAtMs > known.updatedAtMs;
  return silenceText(silence) > silenceText(known);
}

function silenceText(silence: Silence): string {
  const matchers = silence.matchers.map(({ name, operator, value }) => [name, operator, value]);
  return JSON.stringify({ ...silence, matchers });
}

function isNewerEntry(entry: LogEntry, known: LogEntry | undefined): boolean {
  if (known === undefined) return true;
  if (entry.notifiedAtMs !== known.notifiedAtMs) return entry.notifiedAtMs > known.notifiedAtMs;
  return JSON.stringify(toldBy(entry)) > JSON.stringify(toldBy(known));
}

const toldBy = ({ firing, resolved, expiresAtMs }: LogEntry): readonly unknown[] => [
  firing,
  resolved,
  expiresAtMs,
];

/** Everything that a peer may lack. */
export function listReplica(state: DispatchState): Replica {
  return {
    alerts: [...state.alerts.values()].map((alert) => ({
      alert,
      isSettled: state.settled.has(alert.fingerprint),
    })),
    silences: [...state.silences.values()],
    log: [...state.log.values()],
  };
}

/** Lets an alert leave all its groups without a word: everybody has been told of its end. */
export function letGo(state: DispatchState, alert: Alert): readonly Decision[] {
  state.alerts.set(alert.fingerprint, alert);
  state.inhibitor.note(alert);
  for (const group of groupsOf(state, alert.labels)) {
    group.alerts.delete(alert.fingerprint);
    if (group.alerts.size === 0 && group.flight === undefined) state.groups.delete(group.id);
  }
  state.settled.add(alert.fingerprint);
  return [{ kind: 'settled', fingerprints: [alert.fingerprint] }];
}

/**
 * Takes in what peers have told receivers. A group's next turn is due no sooner than
 * `group_interval` after a peer told of it, so that peers whose timers differ do not tell more often
 * than one would; that is done once between two turns of ours, so that what only we know is told,
 * too. Alerts whose end a peer has told leave their group: later entries will not name them.
 */
export function noteToldByPeers(
  state: DispatchState,
  entries: readonly LogEntry[],
  nowMs: number,
): readonly Decision[] {
  if (entries.length === 0) return [];
  const entriesByGroup = Map.groupBy(entries, ({ groupKey }) => groupKey);
  for (const entry of entries) state.log.set(logKeyText(entry), entry);
  const decisions: Decision[] = [];
  for (const group of state.groups.values()) {
    for (const entry of entriesByGroup.get(group.key) ?? []) {
      if (entry.receiver !== group.route.receiver) continue;
      yieldTo(group, Math.min(entry.notifiedAtMs, nowMs));
      decisions.push(...leaveGroup(state, group, listEndsTold(state, group, entry)));
    }
  }
  return decisions;
}

function yieldTo(group: Group, toldAtMs: number): void {
  const dueAtMs = toldAtMs + group.route.groupIntervalMs;
  if (group.flight !== undefined || group.hasYielded || dueAtMs <= group.dueAtMs) return;
  group.dueAtMs = dueAtMs;
  group.hasYielded = true;
}

function listEndsTold(state: DispatchState, group: Group, entry: LogEntry): readonly Alert[] {
  const { receiver } = group.route;
  const isKnown = (fingerprint: string): boolean =>
    state.plan.integrationsOf(receiver).every(({ integration, index, sendsResolved }) => {
      const key = logKeyText({ groupKey: group.key, receiver, integration, index });
      return !sendsResolved || state.log.get(key)?.resolved.includes(fingerprint) === true;
    });
  return entry.resolved
    .map((fingerprint) => group.alerts.get(fingerprint))
    .filter((alert) => alert !== undefined)
    .filter((alert) => isResolvedAt(alert, entry.notifiedAtMs) && isKnown(alert.fingerprint));
}

/**
 * An alert that fired when the process ended goes on until its sender had time to repeat it:
 * silence of ours is no recovery of theirs.
 */
export function outlive(alert: Alert, untilMs: number): Alert {
  if (isResolvedAt(alert, alert.updatedAtMs) || alert.endsAtMs >= untilMs) return alert;
  return { ...alert, endsAtMs: untilMs, isTimeout: true };
}

/**
 * Judges alerts from before the start of which nobody has told since. Where a peer has heard their
 * senders all the while, they had their time to be repeated; one that is over by that and that no
 * receiver believes to fire is let go without a word: the peer has told of its end.
 */
export function settleRestored(
  state: DispatchState,
  sinceMs: number | undefined,
  nowMs: number,
): readonly Decision[] {
  const restored = [...state.restored];
  state.restored.clear();
  if (sinceMs === undefined) return [];
  const decisions: Decision[] = [];
  for (const [shown, stored] of restored) {
    if (state.alerts.get(shown.fingerprint) !== shown) continue;
    const alert = outlive(stored, sinceMs + state.plan.resolveTimeoutMs);
    state.alerts.set(alert.fingerprint, alert);
    state.inhibitor.note(alert);
    const groups = groupsOf(state, alert.labels);
    for (const group of groups) group.alerts.set(alert.fingerprint, alert);
    if (!isResolvedAt(alert, nowMs) || isBelieved(state, alert.fingerprint, groups)) continue;
    decisions.push(...letGo(state, alert));
  }
  return decisions;
}

/** Whether the log says of any integration that the alert fires. */
function isBelieved(state: DispatchState, fingerprint: string, groups: readonly Group[]): boolean {
  return groups.some(({ key, route: { receiver } }) =>
    state.plan.integrationsOf(receiver).some(({ integration, index }) => {
      const entry = state.log.get(logKeyText({ groupKey: key, receiver, integration, index }));
      return entry?.firing.includes(fingerprint) === true;
    }),
  );
}
