import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { Timers } from './timers.ts';

describe('timers', () => {
  it('hand out what is due, as a sorted list would', () => {
    const seed = 20_261_123;
    const random = createSeededRandom(seed);
    const timers = new Timers<number>();
    let waiting: { readonly atMs: number; readonly item: number }[] = [];
    for (let item = 0, nowMs = 0; item < 5_000; item++) {
      const atMs = nowMs + Math.floor(random.float() * 100);
      timers.add(atMs, item);
      waiting.push({ atMs, item });
      if (random.float() < 0.7) continue;
      nowMs += Math.floor(random.float() * 20);
      const due = waiting.filter((one) => one.atMs <= nowMs);
      waiting = waiting.filter((one) => one.atMs > nowMs);
      const taken = timers.takeDue(nowMs);
      const message = `seed ${seed}, item ${item}`;
      assert.deepEqual(
        taken.toSorted(byNumber),
        due.map((one) => one.item).sort(byNumber),
        message,
      );
      const next = waiting.length === 0 ? undefined : Math.min(...waiting.map((one) => one.atMs));
      assert.equal(timers.nextAtMs, next, message);
    }
  });

  it('hand out the earlier before the later', () => {
    const timers = new Timers<string>();
    for (const [index, name] of ['c', 'a', 'd', 'b'].entries())
      timers.add([3, 1, 4, 2][index], name);
    assert.deepEqual(timers.takeDue(3), ['a', 'b', 'c']);
    timers.clear();
    assert.equal(timers.nextAtMs, undefined);
    assert.deepEqual(timers.takeDue(9), []);
  });
});

const byNumber = (a: number, b: number): number => a - b;
