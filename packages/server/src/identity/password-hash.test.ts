import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { formatPasswordHash, HASH_COSTS, isOutdated, parsePasswordHash } from './password-hash.ts';

const SALT = 'c29tZXNhbHRzb21lc2FsdA';
const TAG = 'CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
const GOOD = `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$${TAG}`;

describe('the text of a password’s hash', () => {
  it('is read and written back the same', () => {
    const hash = parsePasswordHash(GOOD);
    assert.ok(hash !== undefined);
    assert.equal(formatPasswordHash(hash), GOOD);
    assert.equal(Buffer.from(hash.salt).toString(), 'somesaltsomesalt');
    assert.equal(hash.tag.length, 32);
  });

  it('is outdated when it was made with other costs than today’s', () => {
    const check = (text: string, want: boolean) => {
      const hash = parsePasswordHash(text);
      assert.ok(hash !== undefined, text);
      assert.equal(isOutdated(hash, HASH_COSTS), want, text);
    };
    check(GOOD, false);
    check(GOOD.replace('m=19456', 'm=12288'), true);
    check(GOOD.replace('t=2', 't=3'), true);
    check(GOOD.replace('p=1', 'p=2'), true);
    check(GOOD.replace(TAG, TAG.slice(0, 22)), true);
  });

  it('is refused where it is none that we would compute', () => {
    for (const text of [
      '',
      'secret',
      GOOD.replace('argon2id', 'argon2i'),
      GOOD.replace('v=19', 'v=16'),
      GOOD.replace('m=19456', 'm=9999999'),
      GOOD.replace('m=19456', 'm=7'),
      GOOD.replace('t=2', 't=0'),
      GOOD.replace('t=2', 't=999'),
      GOOD.replace('p=1', 'p=0'),
      GOOD.replace('p=1', 'p=17'),
      GOOD.replace(SALT, 'c2FsdA'),
      GOOD.replace(TAG, 'c2FsdA'),
      GOOD.replace(TAG, TAG.repeat(3)),
      `${GOOD}\n`,
      `${GOOD}=`,
      ` ${GOOD}`,
    ]) {
      assert.equal(parsePasswordHash(text), undefined, JSON.stringify(text));
    }
  });

  it('is never read as something that would be dear to compute, whatever it is', () => {
    const seed = 50;
    const random = createSeededRandom(seed);
    const alphabet = '$argon2id=,mtpv0123456789+/AZ-_\n\u0000é';
    for (let round = 0; round < 20_000; round++) {
      const bytes = Array.from(GOOD);
      for (let edits = 1 + Math.floor(random.float() * 3); edits > 0; edits--) {
        const at = Math.floor(random.float() * bytes.length);
        bytes.splice(
          at,
          random.float() < 0.5 ? 1 : 0,
          alphabet[Math.floor(random.float() * alphabet.length)],
        );
      }
      const text = bytes.join('');
      const hash = parsePasswordHash(text);
      if (hash === undefined) continue;
      const where = `seed ${seed}: ${JSON.stringify(text)}`;
      assert.ok(hash.memory <= 256 * 1024 && hash.passes <= 32 && hash.parallelism <= 16, where);
      assert.ok(hash.tag.length <= 64 && hash.salt.length <= 64, where);
    }
    assert.equal(HASH_COSTS.memory, 19 * 1024);
  });
});
