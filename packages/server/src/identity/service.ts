/** The use cases of identity, put together from their parts. */
import type { Database } from '../database/index.ts';
import { type Clock, createIdSource, type Log, type Random } from '../platform/index.ts';
import { createAccounts } from './accounts.ts';
import { AttemptLimiter } from './attempt-limiter.ts';
import { createAuthenticator } from './authenticator.ts';
import { createGrants } from './grants.ts';
import {
  ADDRESS_ATTEMPT_EVERY_MS,
  ADDRESS_ATTEMPTS_BURST,
  NAME_ATTEMPT_EVERY_MS,
  NAME_ATTEMPTS_BURST,
} from './limits.ts';
import type { Identity } from './identity.ts';
import type { Parts } from './parts.ts';
import { HASH_COSTS, type HashCosts } from './password-hash.ts';
import { createPasswordHasher } from './password-hasher.ts';
import { PrincipalCache } from './principal-cache.ts';
import { createSignIn } from './sign-in.ts';
import { createIdentityStore } from './store.ts';

export interface IdentityOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** What hashing a password costs; default: what OWASP asks for. */
  readonly hashCosts?: HashCosts;
}

/** Builds the service. */
export function createIdentity(options: IdentityOptions): Identity {
  const { database, clock, random, log, hashCosts = HASH_COSTS } = options;
  const parts: Parts = {
    store: createIdentityStore(database),
    hasher: createPasswordHasher(random, hashCosts),
    cache: new PrincipalCache(),
    attemptsByName: new AttemptLimiter({
      burst: NAME_ATTEMPTS_BURST,
      everyMs: NAME_ATTEMPT_EVERY_MS,
    }),
    attemptsByAddress: new AttemptLimiter({
      burst: ADDRESS_ATTEMPTS_BURST,
      everyMs: ADDRESS_ATTEMPT_EVERY_MS,
    }),
    createId: createIdSource(clock, random),
    clock,
    random,
    log,
  };
  return {
    ...createSignIn(parts),
    ...createAuthenticator(parts),
    ...createAccounts(parts),
    ...createGrants(parts),
  };
}
