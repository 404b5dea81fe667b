import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom, type Random } from '../platform/index.ts';
import { Postings } from './postings.ts';

function read(postings: Postings, pair: number): number[] {
  postings.gather(pair);
  return [...postings.decode()];
}

function fill(postings: Postings, pair: number, ids: readonly number[]): void {
  for (const id of ids) postings.push(pair, id);
}

/** Runs and steps of all sizes. */
function nextStep(random: Random): number {
  if (random.float() < 0.6) return 1;
  return 1 + Math.floor(2 ** (random.float() * 22));
}

describe('postings', () => {
  test('hold rising numbers of any kind', () => {
    const postings = new Postings();
    const check = (ids: readonly number[]): void => {
      postings.clear(3);
      fill(postings, 3, ids);
      assert.deepEqual(read(postings, 3), ids);
      assert.equal(postings.count(3), ids.length);
    };
    check([]);
    check([1]);
    check([0xffff_fff0]);
    check([1, 2]);
    check([5, 6, 7, 9, 10, 12]);
    check([1, 65, 66, 130, 0x7fff_ffff, 0x8000_0000, 0xffff_fff0]);
    check(Array.from({ length: 100_000 }, (_, i) => i + 1));
    check(Array.from({ length: 20_000 }, (_, i) => 3 * i + 2));
    assert.deepEqual(read(postings, 1_000_000), []);
  });

  test('take next to nothing for series that follow on each other', () => {
    const postings = new Postings();
    const before = postings.memoryBytes;
    for (let id = 1; id <= 100_000; id++) postings.push(0, id);
    assert.equal(postings.memoryBytes - before, 32);
  });

  test('take about a byte for series of every target', () => {
    const postings = new Postings();
    const before = postings.memoryBytes;
    for (let i = 1; i <= 100_000; i++) postings.push(0, 10 * i);
    assert.ok(postings.memoryBytes - before < 110_000, `${postings.memoryBytes - before}`);
  });

  test('behave like arrays', () => {
    const seed = 5;
    const random = createSeededRandom(seed);
    const postings = new Postings();
    const model = Array.from({ length: 20 }, (): number[] => []);
    let usedBytes = 0;
    for (let step = 0; step < 20_000; step++) {
      const pair = Math.floor(random.float() * 20);
      const dice = random.float();
      if (dice < 0.98) {
        const id = (model[pair].at(-1) ?? 0) + nextStep(random);
        postings.push(pair, id);
        model[pair].push(id);
      } else if (dice < 0.985 || (model[pair].at(-1) ?? 0) > 2 ** 31) {
        postings.clear(pair);
        model[pair] = [];
      } else {
        postings.retain(pair, (id) => id % 3 !== 0);
        model[pair] = model[pair].filter((id) => id % 3 !== 0);
      }
      assert.equal(postings.count(pair), model[pair].length);
      if (step % 50 === 0) assert.deepEqual(read(postings, pair), model[pair], `seed ${seed}`);
      if (step === 10_000) usedBytes = postings.memoryBytes;
    }
    model.forEach((ids, pair) => assert.deepEqual(read(postings, pair), ids, `seed ${seed}`));
    assert.ok(postings.memoryBytes < 2 * usedBytes, 'room that was given back is used again');
  });

  test('are intersected as sets are', () => {
    const seed = 6;
    const random = createSeededRandom(seed);
    for (let round = 0; round < 300; round++) {
      const postings = new Postings();
      const ids = (count: number): number[] => {
        let id = 0;
        const step = (): number => (random.float() < 0.7 ? 1 : 1 + Math.floor(random.float() * 9));
        return Array.from({ length: Math.floor(random.float() * count) }, () => (id += step()));
      };
      const listed = ids(round % 3 === 0 ? 3 : 300);
      const asked = ids(100);
      fill(postings, 1, listed);
      postings.gather(1);
      const kept = Uint32Array.from(asked);
      const count = postings.intersect(kept);
      const wanted = asked.filter((id) => listed.includes(id));
      assert.deepEqual([...kept.subarray(0, count)], wanted, `seed ${seed}, round ${round}`);
    }
  });

  test('are read to an end, whatever another thread leaves in the columns', () => {
    const seed = 8;
    const random = createSeededRandom(seed);
    const postings = new Postings();
    for (let pair = 0; pair < 5; pair++) {
      for (let id = 0, i = 0; i < 2_000; i++) postings.push(pair, (id += nextStep(random)));
    }
    const { words, first, count } = postings.columns();
    const torn = new Postings();
    for (let round = 0; round < 200; round++) {
      const spoiled = words.slice();
      for (let i = 0; i < 20; i++) {
        const at = Math.floor(random.float() * spoiled.length);
        spoiled[at] = Math.floor(random.float() * 2 ** (round % 33));
      }
      torn.adopt({ words: spoiled, first, count });
      for (let pair = 0; pair < 5; pair++) torn.gather(pair);
    }
    torn.adopt({ words, first, count });
    assert.equal(read(torn, 4).length, 2_000);
  });
});
