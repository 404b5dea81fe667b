/** Which time Explore shows of what is explained. */
import type { Span } from '../graph/span.ts';

const BEFORE_MS = 3_600_000;
/** Whether it went on. */
const AFTER_MS = 600_000;

/** The hour before a moment, and a little after it. */
export function spanAround(atMs: number): Span {
  return { kind: 'between', fromMs: atMs - BEFORE_MS, toMs: atMs + AFTER_MS };
}
