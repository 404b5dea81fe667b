/**
 * Stretches of time by the calendar: working hours, weekends, the last days of a month.
 *
 * A moment lies within an interval when each of its parts that is there has a range with the
 * moment in it, by the clock and the calendar of the interval's place. A part that is there and has
 * no ranges holds nothing, as in Alertmanager.
 */

/** Minutes of a day from 0 to 1440; the end is not included. */
export interface TimeRange {
  readonly startMinute: number;
  readonly endMinute: number;
}

/** Both ends are included. */
export interface InclusiveRange {
  readonly begin: number;
  readonly end: number;
}

export interface TimeInterval {
  readonly times: readonly TimeRange[] | undefined;
  /** 0 is Sunday. */
  readonly weekdays: readonly InclusiveRange[] | undefined;
  /** From 1; below 0 they count from the end of the month, whose last day is -1. */
  readonly daysOfMonth: readonly InclusiveRange[] | undefined;
  readonly months: readonly InclusiveRange[] | undefined;
  readonly years: readonly InclusiveRange[] | undefined;
  /** The name of a time zone: `Europe/Berlin`. */
  readonly location: string;
}

/** Whether an instant, in epoch milliseconds, lies within an interval. */
export function isWithinInterval(interval: TimeInterval, atMs: number): boolean {
  const at = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(interval.location);
  const minute = at.hour * 60 + at.minute;
  return (
    (interval.times?.some((one) => one.startMinute <= minute && minute < one.endMinute) ?? true) &&
    (interval.daysOfMonth?.some((one) => isDayWithin(one, at)) ?? true) &&
    isWithin(interval.months, at.month) &&
    isWithin(interval.weekdays, at.dayOfWeek % 7) &&
    isWithin(interval.years, at.year)
  );
}

/** Of the named intervals, those that an instant lies within: what mutes a route, or lets it be. */
export function findIntervalsAt(
  intervals: ReadonlyMap<string, readonly TimeInterval[]>,
  names: readonly string[],
  atMs: number,
): readonly string[] {
  return names.filter((name) => intervals.get(name)?.some((one) => isWithinInterval(one, atMs)));
}

function isWithin(ranges: readonly InclusiveRange[] | undefined, value: number): boolean {
  return ranges?.some(({ begin, end }) => begin <= value && value <= end) ?? true;
}

/**
 * Alertmanager 0.33 counts the days of a month in hours and is off by one in the months in which
 * clocks change; here, as in its later releases, they are counted in days.
 */
function isDayWithin(
  range: InclusiveRange,
  at: { readonly day: number; readonly daysInMonth: number },
): boolean {
  const fromStart = (day: number): number => (day < 0 ? at.daysInMonth + day + 1 : day);
  return fromStart(range.begin) <= at.day && at.day <= fromStart(range.end);
}
