/** Signing in, by password or by link, and out. */
import { addressKey } from './attempt-limiter.ts';
import { NAME_CHARS_MAX, USER_AGENT_CHARS_MAX } from './limits.ts';
import { normalizeName, type User } from './model.ts';
import { findUserByName, type Parts, takeAttempt } from './parts.ts';
import { isPasswordTooLong } from './password-rules.ts';
import { createSecret, hashOwnSecret, hashSecret } from './secret.ts';
import type { Client, Identity, SignedIn } from './identity.ts';
import { linkInvalid, type NewSession, wrongCredentials } from './store.ts';

export function createSignIn(parts: Parts): Pick<Identity, 'signIn' | 'redeemLink' | 'signOut'> {
  const { store, hasher, cache, clock, log } = parts;
  return {
    async signIn({ name: typed, password, client }) {
      // One more than a name can have: what is longer is nobody's, whatever follows.
      const name = normalizeName(typed.slice(0, NAME_CHARS_MAX + 1));
      const address = addressKey(client.address);
      takeAttempt(parts.attemptsByAddress, address, clock);
      takeAttempt(parts.attemptsByName, name, clock);
      const user = await findUserByName(parts, name);
      const isUsable = user?.disabledAt === undefined && !isPasswordTooLong(password);
      const isRight = await hasher.verify(password, isUsable ? user?.passwordHash : undefined);
      if (user === undefined || !isRight) {
        log.warn('sign-in refused', { user: name, address: client.address });
        throw wrongCredentials();
      }
      parts.attemptsByAddress.giveBack(address);
      parts.attemptsByName.giveBack(name);
      const provenHash = await renewHash(parts, user, password);
      const begin = createSession(parts, user, client);
      await store.insertSession(begin.stored, provenHash);
      log.info('signed in', { user: name, address: client.address, by: 'password' });
      return begin.signedIn;
    },
    async redeemLink({ token, client }) {
      const address = addressKey(client.address);
      takeAttempt(parts.attemptsByAddress, address, clock);
      const hash = hashSecret(token);
      const found = hash === undefined ? undefined : await store.findLink(hash);
      const isGood =
        found !== undefined &&
        found.user.disabledAt === undefined &&
        found.link.usedAt === undefined &&
        clock.now() < found.link.expiresAt;
      if (!isGood) {
        log.warn('sign-in link refused', { address: client.address });
        throw linkInvalid();
      }
      const begin = createSession(parts, found.user, client);
      await store.redeemLink(found.link.tokenHash, begin.stored);
      parts.attemptsByAddress.giveBack(address);
      log.info('signed in', { user: found.user.name, address: client.address, by: 'link' });
      return begin.signedIn;
    },
    async signOut(sessionToken) {
      const hash = hashSecret(sessionToken);
      if (hash === undefined) return;
      const session = await store.deleteSessionByToken(hash);
      cache.clear();
      if (session !== undefined) log.info('signed out', { session: session.id });
    },
  };
}

function createSession(
  { clock, random, createId }: Parts,
  user: User,
  client: Client,
): { readonly stored: NewSession; readonly signedIn: SignedIn } {
  const now = clock.now();
  const sessionToken = createSecret(random);
  const session = {
    id: createId('se'),
    userId: user.id,
    createdAt: now,
    lastUsedAt: now,
    clientAddress: client.address,
    userAgent: cleanUserAgent(client.userAgent ?? ''),
  };
  return {
    stored: { session, tokenHash: hashOwnSecret(sessionToken) },
    signedIn: { user: { ...user, lastSignedInAt: now }, session, sessionToken },
  };
}

/** A stranger's text, made fit for a list. */
function cleanUserAgent(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '').slice(0, USER_AGENT_CHARS_MAX);
}

/**
 * Answers the hash of the password that was just proved: a new one where the costs were raised
 * since, because this is the moment that the password is known.
 */
async function renewHash(
  { store, hasher }: Parts,
  user: User,
  password: string,
): Promise<string | undefined> {
  const from = user.passwordHash;
  if (from === undefined || !hasher.isOutdated(from)) return from;
  const to = await hasher.hash(password);
  await store.replacePasswordHash({ userId: user.id, from, to });
  return to;
}
