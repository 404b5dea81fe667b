import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { compareLabels, createLabelsFromPairs } from '../series/index.ts';
import { LabelPairs } from './label-pairs.ts';
import { LabelSets } from './label-sets.ts';

function createSets(capacity: number): LabelSets {
  const sets = new LabelSets();
  sets.grow(capacity);
  return sets;
}

function set(sets: LabelSets, slot: number, pairs: readonly number[]): void {
  sets.encode(pairs);
  sets.setEncoded(slot);
}

describe('label sets', () => {
  test('are what they were set to', () => {
    const sets = createSets(10);
    const check = (pairs: readonly number[]): void => {
      const hash = sets.encode(pairs);
      sets.setEncoded(2);
      assert.deepEqual([...sets.list(2)], pairs);
      assert.equal(sets.count(2), pairs.length);
      assert.ok(sets.matches(2));
      assert.equal(sets.reencode(2), hash);
      for (const pair of pairs) assert.ok(sets.has(2, pair));
      assert.ok(!sets.has(2, 77));
      sets.encode([...pairs, 77]);
      assert.ok(!sets.matches(2));
      sets.clear(2);
      assert.equal(sets.count(2), 0);
    };
    check([]);
    check([1]);
    check([127, 128, 16_383, 16_384, 2 ** 21, 2 ** 28, 2 ** 31 - 1]);
    check(Array.from({ length: 255 }, (_, i) => 1000 + i));
  });

  test('use room again that others have left', () => {
    const sets = createSets(100);
    for (let slot = 0; slot < 100; slot++) set(sets, slot, [1, 200, slot]);
    const { memoryBytes } = sets;
    for (let round = 0; round < 50; round++) {
      for (let slot = 0; slot < 100; slot++) sets.clear(slot);
      for (let slot = 99; slot >= 0; slot--) set(sets, slot, [2, 300, slot]);
    }
    assert.equal(sets.memoryBytes, memoryBytes);
    assert.deepEqual([...sets.list(57)], [2, 300, 57]);
  });

  test('are in the order of their labels', () => {
    const seed = 12;
    const random = createSeededRandom(seed);
    const pairs = new LabelPairs();
    const below = (count: number): number => Math.floor(random.float() * count);
    for (let i = 0; i < 30_000; i++) pairs.intern('filler', String(i));
    const all = Array.from({ length: 200 }, () => {
      const names = ['a', 'b', 'c', 'd', 'e'].filter(() => random.float() < 0.6);
      return createLabelsFromPairs(names.map((name) => [name, `v${below(4)}`]));
    });
    const sets = createSets(all.length);
    all.forEach(({ names, values }, slot) => {
      set(
        sets,
        slot,
        names.map((name, i) => pairs.intern(name, values[i])),
      );
    });
    for (let i = 0; i < 5_000; i++) {
      const [a, b] = [below(all.length), below(all.length)];
      const wanted = Math.sign(compareLabels(all[a], all[b]));
      assert.equal(Math.sign(sets.compare(a, b, pairs)), wanted, `seed ${seed}, ${a} and ${b}`);
    }
  });
});
