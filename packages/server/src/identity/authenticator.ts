/** Who sends a request. */
import { errorMessage, type Role } from '../platform/index.ts';
import type { Principal, User } from './model.ts';
import type { Parts } from './parts.ts';
import { hashSecret } from './secret.ts';
import type { Identity } from './identity.ts';
import { isSessionOver, isTouchDue } from './session-life.ts';

export function createAuthenticator(parts: Parts): Pick<Identity, 'authenticate'> {
  const { cache, clock } = parts;
  return {
    async authenticate({ apiToken, sessionToken }) {
      const kind = apiToken === undefined ? 'session' : 'apiToken';
      const hash = hashSecret(apiToken ?? sessionToken ?? '');
      if (hash === undefined) return undefined;
      const key = `${kind} ${hash}`;
      const cached = cache.find(key, clock.monotonicMs());
      if (cached !== undefined) return cached;
      const { generation } = cache;
      const find = kind === 'session' ? findBySession : findByApiToken;
      const principal = await find(parts, hash);
      if (principal !== undefined) {
        cache.add(key, { principal, nowMs: clock.monotonicMs(), generation });
      }
      return principal;
    },
  };
}

async function findBySession(parts: Parts, hash: string): Promise<Principal | undefined> {
  const found = await parts.store.findSession(hash);
  const now = parts.clock.now();
  if (found === undefined || isSessionOver(found.session, now)) return undefined;
  const { session, user } = found;
  if (user.disabledAt !== undefined) return undefined;
  if (isTouchDue(session.lastUsedAt, now)) {
    touch(parts, parts.store.updateSessionUse(session.id, now));
  }
  return createPrincipal(user, user.role, { kind: 'session', id: session.id });
}

async function findByApiToken(parts: Parts, hash: string): Promise<Principal | undefined> {
  const found = await parts.store.findApiToken(hash);
  if (found === undefined) return undefined;
  const { token, user } = found;
  const now = parts.clock.now();
  const isOver =
    token.revokedAt !== undefined || (token.expiresAt !== undefined && now >= token.expiresAt);
  if (isOver || user.disabledAt !== undefined) return undefined;
  if (isTouchDue(token.lastUsedAt, now)) {
    touch(parts, parts.store.updateApiTokenUse(token.id, now));
  }
  return createPrincipal(user, token.role, { kind: 'apiToken', id: token.id });
}

function createPrincipal(
  { id, name, displayName }: User,
  role: Role,
  credential: Principal['credential'],
): Principal {
  return { id, name, displayName, role, credential };
}

/** The request does not wait for it; a time of last use that was not written harms nobody. */
function touch({ log }: Parts, written: Promise<void>): void {
  written.catch((error: unknown) => {
    log.warn('cannot note the last use', { error: errorMessage(error) });
  });
}
