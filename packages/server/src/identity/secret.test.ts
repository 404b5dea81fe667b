import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSecureRandom } from '../platform/index.ts';
import { createApiTokenSecret, createSecret, hashOwnSecret, hashSecret } from './secret.ts';

describe('a secret', () => {
  it('is 256 random bits that fit into a cookie, a header and a URL', () => {
    const random = createSecureRandom();
    const secrets = new Set(Array.from({ length: 100 }, () => createSecret(random)));
    assert.equal(secrets.size, 100);
    for (const secret of secrets) assert.match(secret, /^[\w-]{43}$/);
    assert.match(createApiTokenSecret(random), /^nines_[\w-]{43}$/);
  });

  it('is stored as its SHA-256', () => {
    const want = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    assert.equal(hashSecret('abc'), want);
    assert.equal(hashOwnSecret('abc'), want);
  });

  it('is not looked up when it cannot be one of ours', () => {
    assert.equal(hashSecret(''), undefined);
    assert.equal(hashSecret('x'.repeat(201)), undefined);
  });
});
