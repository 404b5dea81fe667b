/** Parts of dates: `hour`, `day_of_week` and their kin, of seconds since the epoch, in UTC. */

const DAY_SECONDS = 86_400;

interface Day {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
}

/**
 * The calendar day of a day number, by counting in eras of 400 years that begin in March
 * (H. Hinnant, "chrono-compatible low-level date algorithms"). Date would do up to the year
 * 275,760; values of metrics know no such bound.
 */
function dayOf(dayNumber: number): Day {
  const shifted = dayNumber + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysInMonth({ year, month }: Day): number {
  return month === 2 && isLeap(year) ? 29 : MONTH_DAYS[month - 1];
}

function dayOfYear(date: Day): number {
  let days = date.day;
  for (let month = 1; month < date.month; month++) days += daysInMonth({ ...date, month });
  return days;
}

/** A part of a date that depends on the day alone. */
function ofDay(part: (date: Day, dayNumber: number) => number): (seconds: number) => number {
  return (seconds) => {
    // Not a time: Go would answer with whatever its conversion of NaN happens to be.
    if (!Number.isFinite(seconds)) return Number.NaN;
    const dayNumber = Math.floor(Math.trunc(seconds) / DAY_SECONDS);
    return part(dayOf(dayNumber), dayNumber);
  };
}

function secondsOfDay(seconds: number): number {
  const whole = Math.trunc(seconds);
  return whole - Math.floor(whole / DAY_SECONDS) * DAY_SECONDS;
}

/** By name. */
export const DATE_FUNCTIONS: Readonly<Record<string, (seconds: number) => number>> = {
  day_of_month: ofDay((date) => date.day),
  // The first of January 1970 was a Thursday.
  day_of_week: ofDay((_, dayNumber) => (((dayNumber + 4) % 7) + 7) % 7),
  day_of_year: ofDay(dayOfYear),
  days_in_month: ofDay(daysInMonth),
  hour: (seconds) => Math.floor(secondsOfDay(seconds) / 3600),
  minute: (seconds) => Math.floor((secondsOfDay(seconds) % 3600) / 60),
  month: ofDay((date) => date.month),
  year: ofDay((date) => date.year),
};
