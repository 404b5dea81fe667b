/** What the use cases share. */
import {
  type AppError,
  type Clock,
  type IdSource,
  limitExceeded,
  type Log,
  type Random,
} from '../platform/index.ts';
import type { AttemptLimiter } from './attempt-limiter.ts';
import { isName, normalizeName, type User } from './model.ts';
import type { PasswordHasher } from './password-hasher.ts';
import type { PrincipalCache } from './principal-cache.ts';
import type { IdentityStore } from './store.ts';

export interface Parts {
  readonly store: IdentityStore;
  readonly hasher: PasswordHasher;
  readonly cache: PrincipalCache;
  readonly attemptsByName: AttemptLimiter;
  readonly attemptsByAddress: AttemptLimiter;
  readonly createId: IdSource;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** Who has a name, however it is typed; what no name can be is not looked up. */
export async function findUserByName({ store }: Parts, typed: string): Promise<User | undefined> {
  const name = normalizeName(typed);
  return isName(name) ? store.findUserByName(name) : undefined;
}

/** Takes an attempt before it is known whether it is right, so that many at once are counted too. */
export function takeAttempt(limiter: AttemptLimiter, key: string, clock: Clock): void {
  const waitMs = limiter.take(key, clock.monotonicMs());
  if (waitMs > 0) throw rateLimited(Math.ceil(waitMs / 1_000));
}

function rateLimited(retryAfterSeconds: number): AppError {
  const message = `too many attempts; try again in ${retryAfterSeconds} s`;
  return limitExceeded('AUTH_RATE_LIMITED', message, { retryAfterSeconds });
}
