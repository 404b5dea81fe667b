/** The points in time of a graph. */
import { POINT_COUNT_MAX } from './limits.ts';

/** Both ends are on the grid. */
export interface TimeGrid {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

const SECOND_MS = 1000;
const STEPS_MS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200]
  .map((seconds) => seconds * SECOND_MS)
  .concat(24 * 3600 * SECOND_MS);
/** A line needs no more than one point for this many pixels. */
const PIXELS_PER_POINT = 2;

/** A round step that gives a graph of this width enough points, and not too many. */
export function chooseStep(spanMs: number, widthPx: number): number {
  const pointCount = Math.min(POINT_COUNT_MAX, Math.max(50, widthPx / PIXELS_PER_POINT));
  const wantedMs = spanMs / pointCount;
  const dayMs = 24 * 3600 * SECOND_MS;
  return STEPS_MS.find((stepMs) => stepMs >= wantedMs) ?? Math.ceil(wantedMs / dayMs) * dayMs;
}

/**
 * Puts a span on multiples of the step, so that a graph that is asked for again a moment later
 * has its points in the same places and does not flicker.
 */
export function alignGrid(fromMs: number, toMs: number, stepMs: number): TimeGrid {
  const alignedFromMs = Math.floor(fromMs / stepMs) * stepMs;
  const alignedToMs = Math.max(alignedFromMs + stepMs, Math.floor(toMs / stepMs) * stepMs);
  return { fromMs: alignedFromMs, toMs: alignedToMs, stepMs };
}

export function countPoints({ fromMs, toMs, stepMs }: TimeGrid): number {
  return Math.round((toMs - fromMs) / stepMs) + 1;
}
