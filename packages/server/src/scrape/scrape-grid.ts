/**
 * When a target is scraped: at the times of its own grid, `offset + k × interval` in epoch
 * milliseconds.
 *
 * The offset is a hash of the target, so that targets spread over the interval, and each keeps its
 * place over reloads and restarts. Offsets are whole slots, so that targets are scraped a few at a
 * time: waking up for each alone, with nothing of the program left in the processor's caches, took
 * as long as the work for a small target (ADR 117). Times come from the wall clock and not from counting timers:
 * a late timer does not push the later ones, and ticks that were missed are skipped.
 */
import { ALIGN_TOLERANCE_MS_MAX, SLOT_MS_MAX, SLOTS_PER_INTERVAL_MIN } from './limits.ts';

export interface ScrapeGrid {
  readonly intervalMs: number;
  readonly offsetMs: number;
}

/** The grid of a target with a certain identity (hexadecimal digits). */
export function createGrid(intervalMs: number, identity: string): ScrapeGrid {
  const hash = Number.parseInt(identity.slice(0, 12), 16);
  const slotMs = Math.min(SLOT_MS_MAX, Math.ceil(intervalMs / SLOTS_PER_INTERVAL_MIN));
  const offsetMs = hash % intervalMs;
  return { intervalMs, offsetMs: offsetMs - (offsetMs % slotMs) };
}

/** The first time of the grid that is later. */
export function nextGridTime({ intervalMs, offsetMs }: ScrapeGrid, afterMs: number): number {
  return offsetMs + (Math.floor((afterMs - offsetMs) / intervalMs) + 1) * intervalMs;
}

/**
 * When a new target is scraped first. A person who adds a target wants to see it now, so the wait
 * for its place in the grid is squeezed into `withinMs`, in the same order as the places.
 */
export function firstScrapeTime(grid: ScrapeGrid, nowMs: number, withinMs: number): number {
  const waitMs = nextGridTime(grid, nowMs) - nowMs;
  return nowMs + Math.floor((waitMs * Math.min(withinMs, grid.intervalMs)) / grid.intervalMs);
}

/** The time that samples carry: the due time where the scrape starts close to it. */
export function alignTime(grid: ScrapeGrid, dueMs: number, nowMs: number): number {
  const toleranceMs = Math.min(grid.intervalMs / 100, ALIGN_TOLERANCE_MS_MAX);
  return Math.abs(nowMs - dueMs) <= toleranceMs ? dueMs : nowMs;
}
