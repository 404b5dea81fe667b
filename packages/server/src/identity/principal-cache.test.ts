import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CACHE_ENTRIES_MAX, CACHE_TTL_MS } from './limits.ts';
import type { Principal } from './model.ts';
import { PrincipalCache } from './principal-cache.ts';

const principal: Principal = {
  id: 'us_1',
  name: 'grace',
  displayName: 'Grace',
  role: 'admin',
  credential: { kind: 'session', id: 'se_1' },
};

describe('the cache of principals', () => {
  it('remembers for its time and no longer', () => {
    const cache = new PrincipalCache();
    cache.add('a', { principal, nowMs: 10, generation: cache.generation });
    assert.equal(cache.find('a', 10 + CACHE_TTL_MS - 1), principal);
    assert.equal(cache.find('a', 10 + CACHE_TTL_MS), undefined);
    assert.equal(cache.find('b', 10), undefined);
  });

  it('forgets everybody when it is cleared', () => {
    const cache = new PrincipalCache();
    cache.add('a', { principal, nowMs: 0, generation: cache.generation });
    cache.clear();
    assert.equal(cache.find('a', 0), undefined);
  });

  it('does not remember what was looked up before it was cleared', () => {
    const cache = new PrincipalCache();
    const { generation } = cache;
    cache.clear();
    cache.add('a', { principal, nowMs: 0, generation });
    assert.equal(cache.find('a', 0), undefined);
  });

  it('drops the oldest entry beyond its bound', () => {
    const cache = new PrincipalCache();
    for (let i = 0; i <= CACHE_ENTRIES_MAX; i++) {
      cache.add(`${i}`, { principal, nowMs: 0, generation: cache.generation });
    }
    assert.equal(cache.find('0', 0), undefined);
    assert.equal(cache.find('1', 0), principal);
    assert.equal(cache.find(`${CACHE_ENTRIES_MAX}`, 0), principal);
  });
});
