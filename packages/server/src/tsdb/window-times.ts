/** The windows of chunk files and of the first blocks: two hours each, from the epoch on. */
import { WINDOW_MS } from './limits.ts';

/** The end of the window that a time lies in. */
export function windowEnd(timeMs: number): number {
  return windowStart(timeMs) + WINDOW_MS;
}

/** The start of the window that a time lies in. */
export function windowStart(timeMs: number): number {
  return Math.floor(timeMs / WINDOW_MS) * WINDOW_MS;
}
