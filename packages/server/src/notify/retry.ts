/** When a delivery that did not succeed is tried again. */
import type { Random } from '../platform/index.ts';
import { RETRY_AFTER_MS_MAX, RETRY_BASE_MS, RETRY_MS_MAX } from './limits.ts';

/**
 * The delay after an attempt that failed: it doubles with every attempt up to a bound, and chance
 * takes away up to half of it, so that pages which failed together do not all come back together.
 * A receiver that asked for more time gets it, within a bound.
 */
export function retryDelayMs(
  attempt: { readonly attemptCount: number; readonly retryAfterMs: number | undefined },
  random: Random,
): number {
  const doubled = RETRY_BASE_MS * 2 ** Math.max(0, attempt.attemptCount - 1);
  const delayMs = Math.min(RETRY_MS_MAX, doubled) * (1 - random.float() / 2);
  const askedMs = Math.min(RETRY_AFTER_MS_MAX, attempt.retryAfterMs ?? 0);
  return Math.round(Math.max(delayMs, askedMs));
}

/** Reads `Retry-After` (RFC 9110, 10.2.3): seconds or a date; undefined where it is neither. */
export function parseRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1000;
  // Date.parse alone takes nearly anything for a date, "-1" too.
  const atMs = /^[A-Z][a-z]{2,8}, /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
