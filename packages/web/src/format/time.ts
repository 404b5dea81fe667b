/** Points in time as people read them, in the viewer's zone. */
import { LOCALE } from './locale.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The zone is an argument, so that tests do not depend on the machine's. */
export interface TimeFormat {
  /** `03:12`. */
  readonly clock: (atMs: number) => string;
  /** `03:12:04`. */
  readonly clockSeconds: (atMs: number) => string;
  /** `03:12` within a day of now, else `21 Nov 03:12`. */
  readonly short: (atMs: number, nowMs: number) => string;
  /** `21 Nov 2026, 03:12:04 CET · 02:12:04 UTC`. */
  readonly full: (atMs: number) => string;
  /** `21 Nov`. */
  readonly day: (atMs: number) => string;
}

export function createTimeFormat(timeZone?: string): TimeFormat {
  const zone = timeZone === undefined ? {} : { timeZone };
  const clock = clockFormat({ hour: '2-digit', minute: '2-digit', ...zone });
  const clockSeconds = clockFormat({
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...zone,
  });
  const day = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', ...zone });
  const full = clockFormat({
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
    ...zone,
  });
  return {
    clock: (atMs) => clock.format(atMs),
    clockSeconds: (atMs) => clockSeconds.format(atMs),
    short: (atMs, nowMs) =>
      Math.abs(nowMs - atMs) < DAY_MS
        ? clock.format(atMs)
        : `${day.format(atMs)} ${clock.format(atMs)}`,
    full: (atMs) => `${full.format(atMs)} · ${utcClock.format(atMs)} UTC`,
    day: (atMs) => day.format(atMs),
  };
}

const utcClock = clockFormat({
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});

/** In the viewer's own zone. */
export const viewerTime = createTimeFormat();

function clockFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(LOCALE, { ...options, hourCycle: 'h23' });
}
