/** Hashes and verifies passwords with argon2id, off the main thread, a few at once. */
import { argon2, timingSafeEqual } from 'node:crypto';
import { limitExceeded, type Random } from '../platform/index.ts';
import { HASHES_AT_ONCE_MAX, HASHES_WAITING_MAX } from './limits.ts';
import {
  formatPasswordHash,
  type HashCosts,
  isOutdated,
  parsePasswordHash,
  SALT_BYTES,
  TAG_BYTES,
} from './password-hash.ts';
import { normalizePassword } from './password-rules.ts';

export interface PasswordHasher {
  /** Hashes a new password. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password belongs to the hash. Without a hash the answer is no, after the same
   * work, so that time does not tell which users there are.
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /** Whether a hash was made with other costs than this hasher's. */
  isOutdated(hash: string): boolean;
}

/** Builds a hasher. */
export function createPasswordHasher(random: Random, costs: HashCosts): PasswordHasher {
  const run = createGate();
  // Nobody's password: the tag is random, not a hash of anything.
  const dummy = {
    ...costs,
    salt: random.bytes(SALT_BYTES),
    tag: random.bytes(TAG_BYTES),
  };
  return {
    async hash(password) {
      const salt = random.bytes(SALT_BYTES);
      const input = { ...costs, password, salt, tagLength: TAG_BYTES };
      const tag = await run(async () => computeTag(input));
      return formatPasswordHash({ ...costs, salt, tag });
    },
    async verify(password, hash) {
      const stored = hash === undefined ? undefined : parsePasswordHash(hash);
      const { tag: want, ...parameters } = stored ?? dummy;
      const input = { ...parameters, password, tagLength: want.length };
      const got = await run(async () => computeTag(input));
      const isEqual = timingSafeEqual(got, want);
      return isEqual && stored !== undefined;
    },
    isOutdated(text) {
      const hash = parsePasswordHash(text);
      return hash !== undefined && isOutdated(hash, costs);
    },
  };
}

interface TagInput extends HashCosts {
  readonly password: string;
  readonly salt: Uint8Array;
  readonly tagLength: number;
}

async function computeTag(input: TagInput): Promise<Uint8Array> {
  const { password, salt, ...parameters } = input;
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  const message = Buffer.from(normalizePassword(password));
  argon2('argon2id', { ...parameters, message, nonce: salt }, (error, tag) => {
    if (error === null) resolve(tag);
    else reject(error);
  });
  return promise;
}

/** Lets a few tasks run at once and a few wait. */
function createGate(): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= HASHES_AT_ONCE_MAX) {
      if (waiting.length >= HASHES_WAITING_MAX) {
        const options = { retryAfterSeconds: 1 };
        throw limitExceeded('AUTH_BUSY', 'too many people sign in at once; try again', options);
      }
      // Whoever ends hands its place over, so `running` stays as it is.
      await new Promise<void>((resolve) => void waiting.push(resolve));
    } else {
      running++;
    }
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
