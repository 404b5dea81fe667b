/**
 * Alerts that hold only as long as they are said again: those that came from outside, and tests.
 *
 * When an alert was last said is kept in memory, since a Prometheus says a thousand of them each
 * minute; only how long each holds is on disk. So after a restart each holds once more for its
 * whole time, in which whoever still means it says so. Time runs on the monotonic clock: a wall
 * clock that jumps, or a machine that slept, must not end what nobody had a chance to repeat. Nor
 * must a database that was away: nobody can be let in without it, so it counts as a restart.
 *
 * A person's word is believed against a rule for five minutes, because a rule goes on looking. Who
 * sent an alert may not: unless it was said again after a person resolved it, it stays resolved.
 */
import { type Clock, errorMessage, formatDuration, type Log } from '../platform/index.ts';
import type { AlertBook } from './book.ts';
import type { Decide } from './decide.ts';
import { toInstance } from './instance.ts';
import type { Transition } from './lifecycle.ts';
import { CHANGES_PER_TICK_MAX, EXPIRY_EVERY_MS } from './limits.ts';
import type { Alert, Change } from './model.ts';
import { clockTime } from './sentences.ts';

interface Said {
  /** Wall time; undefined: not in this process. */
  readonly atMs: number | undefined;
  readonly expiresAtMonotonicMs: number;
}

export interface Expiry {
  /** Notes that an alert was said again, and for how long that holds. */
  said(alertId: string, holdsMs: number): void;
  /** Ends what was not said again in time. To be called in turn, often. Does not reject. */
  endUnsaid(nowMs: number): Promise<void>;
}

/** Builds it on the book, once that is open. */
export function createExpiry(options: {
  readonly book: AlertBook;
  readonly decide: Decide;
  readonly clock: Clock;
  readonly log: Log;
}): Expiry {
  const { book, decide, clock, log } = options;
  const last = new Map<string, Said>();
  let dueMs = clock.monotonicMs();
  let wasAway = false;

  const openedAtMs = clock.now();

  for (const { alert } of book.files()) {
    if (!alert.isRuleActive || alert.expiresAfterMs === undefined) continue;
    const expiresAtMonotonicMs = clock.monotonicMs() + alert.expiresAfterMs;
    last.set(alert.id, { atMs: undefined, expiresAtMonotonicMs });
  }

  const explain = (alert: Alert, { atMs }: Said): string => {
    if (alert.origin === 'test') {
      const within = formatDuration(alert.expiresAfterMs ?? 0);
      return `the test is over: nobody acknowledged it within ${within}`;
    }
    const since =
      atMs === undefined ? `Nines was started at ${clockTime(openedAtMs)}` : clockTime(atMs);
    return `${alert.sender ?? 'its sender'} has not repeated it since ${since}`;
  };
  const listEnds = (nowMs: number): readonly Change[] => {
    const changes: Change[] = [];
    const monotonicMs = clock.monotonicMs();
    for (const [alertId, when] of last) {
      if (changes.length >= CHANGES_PER_TICK_MAX) break;
      const alert = book.findFile(alertId)?.alert;
      if (alert === undefined || !alert.isRuleActive) {
        last.delete(alertId);
        continue;
      }
      const isOver = when.expiresAtMonotonicMs <= monotonicMs || isBelieved(alert, when, nowMs);
      const { origin, output } = alert;
      const change = isOver
        ? decide(createEnd(alert, explain(alert, when), nowMs), { origin, output })
        : undefined;
      if (change !== undefined) changes.push(change);
    }
    return changes;
  };
  return {
    said(alertId, holdsMs) {
      const expiresAtMonotonicMs = clock.monotonicMs() + holdsMs;
      last.set(alertId, { atMs: clock.now(), expiresAtMonotonicMs });
    },
    async endUnsaid(nowMs) {
      // While the database is away nothing begins and nothing ends; each attempt would take seconds.
      if (book.trouble() !== undefined) wasAway = true;
      if (clock.monotonicMs() < dueMs || book.trouble() !== undefined) return;
      dueMs = clock.monotonicMs() + EXPIRY_EVERY_MS;
      if (wasAway) holdOnceMore(last, { book, clock });
      wasAway = false;
      try {
        await book.commit(listEnds(nowMs));
      } catch (error) {
        wasAway = true;
        log.warn('cannot end alerts that were not repeated', { error: errorMessage(error) });
      }
    },
  };
}

function holdOnceMore(
  last: Map<string, Said>,
  { book, clock }: { readonly book: AlertBook; readonly clock: Clock },
): void {
  for (const [alertId, said] of last) {
    const againMs = clock.monotonicMs() + (book.findFile(alertId)?.alert.expiresAfterMs ?? 0);
    const expiresAtMonotonicMs = Math.max(said.expiresAtMonotonicMs, againMs);
    last.set(alertId, { ...said, expiresAtMonotonicMs });
  }
}

/** Whether a person's word that it is over has stood its time without being contradicted. */
function isBelieved({ recheckAtMs, resolvedAtMs }: Alert, when: Said, nowMs: number): boolean {
  if (recheckAtMs === undefined || resolvedAtMs === undefined) return false;
  // Before it is due: deadlines are looked at more often than this.
  return recheckAtMs <= nowMs + 2 * EXPIRY_EVERY_MS && (when.atMs ?? 0) <= resolvedAtMs;
}

function createEnd(alert: Alert, reason: string, nowMs: number): Transition {
  const instance = { ...toInstance(alert), state: 'inactive' } as const;
  return { kind: 'resolved', atMs: nowMs, reason, alert: instance };
}
