import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSecureRandom, createSystemClock } from '../platform/index.ts';
import { HASHES_AT_ONCE_MAX, HASHES_WAITING_MAX } from './limits.ts';
import { HASH_COSTS, parsePasswordHash } from './password-hash.ts';
import { createPasswordHasher } from './password-hasher.ts';

const hasher = createPasswordHasher(createSecureRandom(), HASH_COSTS);

describe('the password hasher', () => {
  it('verifies what the reference implementation of argon2 hashed', async () => {
    // From the reference implementation's own tests: "password", "somesalt", 64 MiB, 2 passes.
    const hash =
      '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    assert.equal(await hasher.verify('password', hash), true);
    assert.equal(await hasher.verify('Password', hash), false);
  });

  it('verifies its own hashes, and no other password', async () => {
    const hash = await hasher.hash('correct horse battery');
    assert.ok(parsePasswordHash(hash) !== undefined);
    assert.equal(await hasher.verify('correct horse battery', hash), true);
    assert.equal(await hasher.verify('correct horse batterz', hash), false);
    assert.equal(await hasher.verify('', hash), false);
  });

  it('salts: the same password never has the same hash', async () => {
    assert.notEqual(await hasher.hash('the same'), await hasher.hash('the same'));
  });

  it('takes one password for the same however its characters are composed', async () => {
    const hash = await hasher.hash('Müller ﬁnds it');
    assert.equal(await hasher.verify('Mu\u0308ller finds it', hash), true);
  });

  it('says no without a hash, and with a broken one, after the same work', async () => {
    const clock = createSystemClock();
    const real = await hasher.hash('correct horse battery');
    const leastMs = async (hash: string | undefined) => {
      const times: number[] = [];
      for (let i = 0; i < 4; i++) {
        const startMs = clock.monotonicMs();
        assert.equal(await hasher.verify('wrong horse battery', hash), false);
        times.push(clock.monotonicMs() - startMs);
      }
      return Math.min(...times);
    };
    const realMs = await leastMs(real);
    // An answer without work would take some microseconds; the rest is the machine's noise.
    assert.ok((await leastMs(undefined)) > realMs / 3);
    assert.ok((await leastMs('$argon2id$broken')) > realMs / 3);
  });

  it('refuses work beyond what may wait, and finishes the rest', async () => {
    const cheap =
      '$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    const count = HASHES_AT_ONCE_MAX + HASHES_WAITING_MAX + 3;
    const settled = await Promise.allSettled(
      Array.from({ length: count }, async () => hasher.verify('any', cheap)),
    );
    const refused = settled.filter((one) => one.status === 'rejected');
    assert.equal(refused.length, 3);
    const [first] = refused;
    const error: unknown = first.reason;
    assert.ok(error instanceof AppError);
    assert.deepEqual([error.code, error.retryAfterSeconds], ['AUTH_BUSY', 1]);
    assert.equal(await hasher.verify('any', cheap), false);
  });
});
