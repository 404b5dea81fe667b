/** Time as an argument, so that tests and simulations can be their own masters of it. */

/** Something started that can be called off; calling it off twice is fine. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall time in epoch milliseconds; may jump. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes back. For durations. */
  monotonicMs(): number;
  /** Calls back once after a delay. The callback must not throw. */
  after(delayMs: number, callback: () => void): Timer;
}

/** The machine's clock. */
export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
    after(delayMs, callback) {
      // A deadline that is a rounding error away comes out as a little less than nothing.
      const handle = setTimeout(callback, Math.max(0, delayMs));
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

/** A clock that stands still until it is told to move; timers fire in order of their time. */
export interface ManualClock extends Clock {
  /** Moves on, firing what falls due on the way, each at its own time. */
  advance(byMs: number): void;
}

/** Builds a clock for tests and simulations. */
export function createManualClock(startMs = 0): ManualClock {
  let nowMs = startMs;
  let sequence = 0;
  const pending = new Map<number, { dueMs: number; callback: () => void }>();
  const nextDue = (untilMs: number): number | undefined => {
    let best: number | undefined;
    let bestMs = Number.POSITIVE_INFINITY;
    for (const [id, { dueMs }] of pending) {
      if (dueMs <= untilMs && dueMs < bestMs) {
        best = id;
        bestMs = dueMs;
      }
    }
    return best;
  };
  return {
    now: () => nowMs,
    monotonicMs: () => nowMs - startMs,
    after(delayMs, callback) {
      const id = ++sequence;
      pending.set(id, { dueMs: nowMs + Math.max(0, delayMs), callback });
      return { cancel: () => void pending.delete(id) };
    },
    advance(byMs) {
      const untilMs = nowMs + byMs;
      for (let id = nextDue(untilMs); id !== undefined; id = nextDue(untilMs)) {
        const due = pending.get(id);
        pending.delete(id);
        if (due === undefined) continue;
        nowMs = Math.max(nowMs, due.dueMs);
        due.callback();
      }
      nowMs = untilMs;
    },
  };
}
