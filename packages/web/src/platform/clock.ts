/**
 * The server's time, as well as this browser knows it. Ages and countdowns compare times that the
 * server gave with now, so a wrong clock in the browser must not show through.
 */
export interface Clock {
  /** Epoch milliseconds on the server's clock. */
  readonly now: () => number;
  /** Tells the clock what the server's clock says. */
  readonly adjust: (serverNowMs: number) => void;
  /** Calls back about once a second while anyone listens; returns how to stop. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** Clocks are taken as equal within this: what is left of it is time on the wire. */
const TOLERANCE_MS = 1500;

export interface ClockSource {
  readonly now: () => number;
  readonly setInterval: (run: () => void, everyMs: number) => () => void;
}

export function createClock(source: ClockSource): Clock {
  let offsetMs = 0;
  let stop: (() => void) | undefined;
  const listeners = new Set<() => void>();
  const tick = () => {
    for (const listener of listeners) listener();
  };
  return {
    now: () => source.now() + offsetMs,
    adjust: (serverNowMs) => {
      const measuredMs = serverNowMs - source.now();
      if (Math.abs(measuredMs - offsetMs) > TOLERANCE_MS) offsetMs = measuredMs;
    },
    subscribe: (listener) => {
      listeners.add(listener);
      stop ??= source.setInterval(tick, 1000);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
  };
}
