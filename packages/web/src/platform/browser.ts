/** The browser as the rest of the page sees it: everything that a test replaces. */
import { type ClockSource } from './clock.ts';

/** Key-value storage that never throws: private windows and full disks refuse to write. */
export interface Storage {
  readonly read: (key: string) => string | undefined;
  readonly write: (key: string, value: string) => void;
}

export const browserStorage: Storage = {
  read: (key) => {
    try {
      return localStorage.getItem(key) ?? undefined;
    } catch {
      // Storage is switched off: everything works, only nothing is remembered.
      return undefined;
    }
  },
  write: (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // As above.
    }
  },
};

export const browserClockSource: ClockSource = {
  now: () => Date.now(),
  setInterval: (run, everyMs) => {
    const timer = setInterval(run, everyMs);
    return () => clearInterval(timer);
  },
};

/** Milliseconds that only ever go forward, for how long things take. */
export const browserStopwatch = () => performance.now();

/** What the viewer reads, best first. */
export const browserLanguages = () => navigator.languages;

/** A number in [0, 1) that spreads the reconnects of many open pages. */
export const browserRandom = () => Math.random();

/** Runs later; returns how to cancel it. */
export function browserSchedule(run: () => void, delayMs: number): () => void {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
}

/** Runs once what was just drawn is on screen; returns how to cancel it. */
export function browserAfterPaint(run: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    timer = setTimeout(run);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
