/** Words for the points of a time axis: no more digits than the distance between them needs. */
import type { TimeFormat } from '../format/time.ts';

const MINUTE_S = 60;
const DAY_S = 24 * 60 * MINUTE_S;

export function formatTimeSplits(
  splits: readonly number[],
  incrementSeconds: number,
  format: TimeFormat,
): string[] {
  return splits.map((atSeconds) => {
    const atMs = atSeconds * 1000;
    if (incrementSeconds >= DAY_S) return format.day(atMs);
    if (incrementSeconds < MINUTE_S) return format.clockSeconds(atMs);
    const clock = format.clock(atMs);
    // Midnight is where one asks which day it is.
    return clock === '00:00' ? format.day(atMs) : clock;
  });
}
