import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../../server/src/platform/random.ts';
import { createSlidingCounts } from './sliding-counts.ts';

describe('sliding counts', () => {
  it('forget what is older than the window, a bucket at a time', () => {
    const counts = createSlidingCounts(100, 10);
    counts.add(0, 1, 1);
    counts.add(9, 1, 0);
    counts.add(10, 1, 1);
    assert.deepEqual(counts.sums(99), { requests: 3, accepts: 2 });
    assert.deepEqual(counts.sums(100), { requests: 1, accepts: 1 });
    assert.deepEqual(counts.sums(110), { requests: 0, accepts: 0 });
  });

  it('survive a long pause, a clock below zero and one that goes back', () => {
    const counts = createSlidingCounts(100, 10);
    counts.add(-1000, 1, 1);
    assert.deepEqual(counts.sums(-995), { requests: 1, accepts: 1 });
    counts.add(1e9, 2, 1);
    assert.deepEqual(counts.sums(1e9), { requests: 2, accepts: 1 });
    counts.add(0, 1, 0);
    assert.deepEqual(counts.sums(1e9), { requests: 3, accepts: 1 });
    assert.deepEqual(counts.sums(2e9), { requests: 0, accepts: 0 });
  });

  it('equal a list of everything, over random times', () => {
    const seed = 20;
    const random = createSeededRandom(seed);
    const counts = createSlidingCounts(120_000, 60);
    const all: { readonly bucket: number; readonly accepts: number }[] = [];
    let nowMs = 1e6;
    for (let step = 0; step < 5_000; step++) {
      nowMs += random.float() < 0.01 ? random.float() * 300_000 : random.float() * 500;
      const accepts = random.float() < 0.5 ? 1 : 0;
      counts.add(nowMs, 1, accepts);
      const now = Math.floor(nowMs / 2_000);
      all.push({ bucket: now, accepts });
      const kept = all.filter(({ bucket }) => bucket > now - 60);
      const sums = {
        requests: kept.length,
        accepts: kept.reduce((sum, one) => sum + one.accepts, 0),
      };
      assert.deepEqual(counts.sums(nowMs), sums, `seed ${seed}, step ${step}`);
    }
  });
});
