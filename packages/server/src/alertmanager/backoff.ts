import type { Random } from '../platform/index.ts';
import { BACKOFF_BASE_MS, BACKOFF_FACTOR, BACKOFF_MS_MAX } from './limits.ts';

/**
 * How long after the begin of an attempt the next one may begin: 1.5 times as long each time, up to
 * a bound, and by chance up to half more or less, as Alertmanager's.
 */
export function backoffMs(attemptCount: number, random: Random): number {
  const grown = BACKOFF_BASE_MS * BACKOFF_FACTOR ** Math.max(0, attemptCount - 1);
  return Math.round(Math.min(BACKOFF_MS_MAX, grown) * (0.5 + random.float()));
}
