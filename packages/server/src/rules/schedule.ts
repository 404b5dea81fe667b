/**
 * When a group is evaluated: at instants that depend on its interval and name alone.
 *
 * The instants are the same after a restart and on every server with the same rules, so that
 * recorded series have an even step; and each group has its own offset within the interval, so
 * that groups do not all run at once. Prometheus does the same with another hash.
 */
import { spread } from '../series/index.ts';

/** Where in its interval a group's instants lie. */
export function groupOffsetMs(
  group: { readonly file: string; readonly name: string },
  intervalMs: number,
): number {
  return spread(`${group.file};${group.name}`, intervalMs);
}

export interface Cadence {
  readonly intervalMs: number;
  readonly offsetMs: number;
}

/** The latest instant at or before now. */
export function latestSlotMs({ intervalMs, offsetMs }: Cadence, nowMs: number): number {
  return Math.floor((nowMs - offsetMs) / intervalMs) * intervalMs + offsetMs;
}

/** The first instant after now. */
export function nextSlotMs(cadence: Cadence, nowMs: number): number {
  return latestSlotMs(cadence, nowMs) + cadence.intervalMs;
}
