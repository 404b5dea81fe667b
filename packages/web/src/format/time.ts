/** Points in time as people read them, in the viewer's zone and language. */
import { perLocale } from './locale.ts';

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

const SECONDS = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;

export function createTimeFormat(timeZone?: string): TimeFormat {
  const zone = timeZone === undefined ? {} : { timeZone };
  const formats = perLocale((locale) => {
    const format = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(locale, { ...options, hourCycle: 'h23' });
    return {
      clock: format({ hour: '2-digit', minute: '2-digit', ...zone }),
      clockSeconds: format({ ...SECONDS, ...zone }),
      utcClock: format({ ...SECONDS, timeZone: 'UTC' }),
      day: format({ day: 'numeric', month: 'short', ...zone }),
      date: format({ day: 'numeric', month: 'short', year: 'numeric', ...zone }),
      zoneName: format({ timeZoneName: 'short', ...zone }),
    };
  });
  // The machine's own zone needs no Intl, whose first use the first board would wait for.
  const clock =
    timeZone === undefined ? writeClock : (atMs: number) => formats().clock.format(atMs);
  const day = (atMs: number) => formats().day.format(atMs);
  return {
    clock,
    clockSeconds: (atMs) => formats().clockSeconds.format(atMs),
    short: (atMs, nowMs) =>
      Math.abs(nowMs - atMs) < DAY_MS ? clock(atMs) : `${day(atMs)} ${clock(atMs)}`,
    // Put together here: in some languages one format for all of it spells the hours out.
    full: (atMs) => {
      const { date, clockSeconds, zoneName, utcClock } = formats();
      const zoneText = zoneName
        .formatToParts(atMs)
        .find(({ type }) => type === 'timeZoneName')?.value;
      const local = `${date.format(atMs)}, ${clockSeconds.format(atMs)} ${zoneText ?? ''}`;
      return `${local.trimEnd()} · ${utcClock.format(atMs)} UTC`;
    },
    day,
  };
}

function writeClock(atMs: number): string {
  const at = new Date(atMs);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${pad(at.getHours())}:${pad(at.getMinutes())}`;
}

/** In the viewer's own zone. */
export const viewerTime = createTimeFormat();
