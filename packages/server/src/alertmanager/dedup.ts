/** Whether an integration is told of a group, given what it was last told. */
import type { LogEntry, LogKey, NotifyReason } from './model.ts';

export interface DedupQuestion {
  /** Undefined: it was never told, or too long ago. */
  readonly entry: LogEntry | undefined;
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly repeatIntervalMs: number;
  readonly sendsResolved: boolean;
  readonly nowMs: number;
}

/** The reason to tell it; undefined: there is none. As Alertmanager's `DedupStage`. */
export function findReason(question: DedupQuestion): NotifyReason | undefined {
  const { entry, firing, resolved, repeatIntervalMs, sendsResolved, nowMs } = question;
  if (entry === undefined) return firing.length > 0 ? 'first notification' : undefined;
  if (!isSubset(firing, entry.firing)) {
    return entry.firing.length === 0 ? 'first notification' : 'new alerts added';
  }
  if (firing.length === 0) {
    // Also where resolved alerts are not sent: the log must learn that they no longer fire.
    return entry.firing.length > 0 ? 'all alerts resolved' : undefined;
  }
  if (sendsResolved && !isSubset(resolved, entry.resolved)) return 'some alerts resolved';
  return entry.notifiedAtMs < nowMs - repeatIntervalMs ? 'repeat interval elapsed' : undefined;
}

/** Whether an entry, whoever made it, says all that a notification would. */
export function isTold(
  entry: LogEntry,
  { firing, resolved }: Pick<LogEntry, 'firing' | 'resolved'>,
): boolean {
  const still = new Set(entry.firing);
  return isSubset(firing, entry.firing) && !resolved.some((one) => still.has(one));
}

function isSubset(some: readonly string[], all: readonly string[]): boolean {
  if (some.length === 0) return true;
  const known = new Set(all);
  return some.every((one) => known.has(one));
}

/** Names an entry of the log. */
export function logKeyText({ groupKey, receiver, integration, index }: LogKey): string {
  return JSON.stringify([groupKey, receiver, integration, index]);
}
