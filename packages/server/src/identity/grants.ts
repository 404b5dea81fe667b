/** What was given out and can be taken back: sessions and API tokens. */
import { forbidden, invalid, isRoleEnough, limitExceeded, notFound } from '../platform/index.ts';
import { TOKENS_PER_USER_MAX } from './limits.ts';
import { type ApiToken, parseDisplayName } from './model.ts';
import type { Parts } from './parts.ts';
import { createApiTokenSecret, hashOwnSecret } from './secret.ts';
import type { Identity } from './identity.ts';
import { isSessionOver } from './session-life.ts';

type Grants = Pick<
  Identity,
  'listSessions' | 'revokeSession' | 'createToken' | 'listTokens' | 'revokeToken'
>;

export function createGrants(parts: Parts): Grants {
  const { store, cache, clock, random, createId, log } = parts;
  return {
    async listSessions(userId) {
      const sessions = await store.listSessions(userId);
      return sessions.filter((session) => !isSessionOver(session, clock.now()));
    },
    async revokeSession({ userId, id }) {
      const isThere = await store.deleteSession(userId, id);
      cache.clear();
      if (!isThere) throw notFound('SESSION_NOT_FOUND', `there is no session "${id}"`);
      log.info('session revoked', { session: id });
    },
    async createToken({ userId, name, role, expiresAt }) {
      const now = clock.now();
      const maker = await store.findUser(userId);
      if (maker === undefined) throw notFound('USER_NOT_FOUND', `there is no user "${userId}"`);
      if (role !== undefined && !isRoleEnough(maker.role, role)) {
        const message = `${maker.name} is ${maker.role}, so a token of theirs cannot be ${role}`;
        throw forbidden('API_TOKEN_ROLE_TOO_HIGH', message);
      }
      const token: ApiToken = {
        id: createId('tk'),
        userId,
        name: parseDisplayName(name),
        role: role ?? maker.role,
        createdAt: now,
        lastUsedAt: undefined,
        expiresAt,
        revokedAt: undefined,
      };
      if (expiresAt !== undefined && expiresAt <= now) {
        throw invalid('API_TOKEN_EXPIRY_INVALID', 'a token must expire in the future');
      }
      const { length } = await store.listApiTokens(userId);
      if (length >= TOKENS_PER_USER_MAX) {
        const message = `the user has ${length} tokens already; revoke some first`;
        throw limitExceeded('API_TOKENS_TOO_MANY', message);
      }
      const secret = createApiTokenSecret(random);
      await store.insertApiToken(token, hashOwnSecret(secret));
      log.info('API token created', { token: token.id, name: token.name, role: token.role });
      return { token, secret };
    },
    listTokens: async (userId) => store.listApiTokens(userId),
    async revokeToken(id) {
      const name = await store.revokeApiToken(id, clock.now());
      cache.clear();
      if (name === undefined) throw notFound('API_TOKEN_NOT_FOUND', `there is no token "${id}"`);
      log.info('API token revoked', { token: id, name });
    },
  };
}
