/** How long a session holds. */
import { SESSION_IDLE_MS, SESSION_LIFETIME_MS, TOUCH_INTERVAL_MS } from './limits.ts';

interface SessionTimes {
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

/** Whether a session is over: unused for too long, or old. */
export function isSessionOver({ createdAt, lastUsedAt }: SessionTimes, now: number): boolean {
  return now >= lastUsedAt + SESSION_IDLE_MS || now >= createdAt + SESSION_LIFETIME_MS;
}

/** Whether the time of last use should be written down again. */
export function isTouchDue(lastUsedAt: number | undefined, now: number): boolean {
  return lastUsedAt === undefined || now - lastUsedAt >= TOUCH_INTERVAL_MS;
}
