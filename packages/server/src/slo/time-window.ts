/**
 * The window that an objective is about: the last so many days, or a calendar one.
 *
 * Calendar windows follow one another from a start in a time zone: those of one month begin at the
 * same day and hour of each month, whether the month has 28 days or 31, and whether or not the
 * clocks change in it.
 */

/** Units of a calendar window; a quarter is three months. */
export type CalendarUnit = 'days' | 'weeks' | 'months' | 'years';

export interface RollingWindow {
  readonly kind: 'rolling';
  readonly durationMs: number;
}

export interface CalendarWindow {
  readonly kind: 'calendar';
  readonly unit: CalendarUnit;
  readonly count: number;
  /** Where one of the windows begins, on the clocks of the zone: `2026-01-01T00:00:00`. */
  readonly start: string;
  /** An IANA name. */
  readonly timeZone: string;
}

export type TimeWindow = RollingWindow | CalendarWindow;

const DAY_MS = 86_400_000;
const NOMINAL_MS: Readonly<Record<CalendarUnit, number>> = {
  days: DAY_MS,
  weeks: 7 * DAY_MS,
  months: 30 * DAY_MS,
  years: 365 * DAY_MS,
};

/** A window's length; a month counts as 30 days, since thresholds must not change with the month. */
export function nominalMs(window: TimeWindow): number {
  return window.kind === 'rolling' ? window.durationMs : window.count * NOMINAL_MS[window.unit];
}

/** The window that holds an instant. */
export function windowAt(
  window: TimeWindow,
  atMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  if (window.kind === 'rolling') return { fromMs: atMs - window.durationMs, toMs: atMs };
  const first = Temporal.PlainDateTime.from(window.start);
  const begin = (index: number): number =>
    first.add({ [window.unit]: index * window.count }).toZonedDateTime(window.timeZone)
      .epochMilliseconds;
  const clock = Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(window.timeZone)
    .toPlainDateTime();
  // Near a change of the clocks, or of months of different lengths, the guess is off by one.
  const passed = first.until(clock, { largestUnit: window.unit })[window.unit];
  let index = Math.floor(passed / window.count);
  while (begin(index) > atMs) index--;
  while (begin(index + 1) <= atMs) index++;
  return { fromMs: begin(index), toMs: begin(index + 1) };
}
