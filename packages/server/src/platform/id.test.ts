import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from './clock.ts';
import { createIdSource } from './id.ts';
import { createSeededRandom } from './random.ts';

describe('identifiers', () => {
  it('sort by the time of their making and never repeat', () => {
    const clock = createManualClock(1_700_000_000_000);
    const nextId = createIdSource(clock, createSeededRandom(7));
    const ids: string[] = [];
    for (let i = 0; i < 1000; i++) {
      ids.push(nextId('al'));
      clock.advance(1);
    }
    assert.deepEqual([...ids].sort(), ids);
    assert.equal(new Set(ids).size, ids.length);
    assert.match(ids[0], /^al_[0-9a-hjkmnp-tv-z]{16}$/);
  });
});
