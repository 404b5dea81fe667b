/** When people sleep. */
import { invalid } from '../platform/index.ts';

/** Whole hours of the wall clock: from the first up to the second. */
const NIGHT_FROM_HOUR = 22;
const NIGHT_TO_HOUR = 8;

/** Says of times whether they are at night in a zone. Throws where there is no such zone. */
export function createNight(timeZone: string): (atMs: number) => boolean {
  const hours = createHours(timeZone);
  return (atMs) => {
    const hour = Number(hours.format(atMs));
    return hour >= NIGHT_FROM_HOUR || hour < NIGHT_TO_HOUR;
  };
}

function createHours(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' });
  } catch {
    // A RangeError without more words.
    throw invalid('BACKTEST_INVALID', `there is no time zone "${timeZone}"; want one of IANA's`);
  }
}
