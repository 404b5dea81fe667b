/**
 * Secrets that we make: 256 random bits, shown once, stored as their SHA-256.
 *
 * A fast hash is right here and wrong for passwords: nobody guesses 256 bits, however fast.
 * Looking one up by its hash leaks nothing by time, since the hash cannot be steered.
 */
import { createHash } from 'node:crypto';
import { assert, type Random } from '../platform/index.ts';
import { SECRET_CHARS_MAX } from './limits.ts';

const SECRET_BYTES = 32;

/** API tokens begin with this, so that scanners of repositories recognise a leaked one. */
export const API_TOKEN_PREFIX = 'nines_';

/** Makes the secret of a session or a sign-in link. */
export function createSecret(random: Random): string {
  return Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url');
}

/** Makes the secret of an API token. */
export function createApiTokenSecret(random: Random): string {
  return API_TOKEN_PREFIX + createSecret(random);
}

/** The form in which a secret is stored; undefined where the text cannot be one of ours. */
export function hashSecret(secret: string): string | undefined {
  if (secret === '' || secret.length > SECRET_CHARS_MAX) return undefined;
  return createHash('sha256').update(secret).digest('hex');
}

/** The stored form of a secret that was just made. */
export function hashOwnSecret(secret: string): string {
  const hash = hashSecret(secret);
  assert(hash !== undefined, 'a secret of our own has no hash');
  return hash;
}
