import assert from 'node:assert/strict';
import test from 'node:test';
import { holdOrder } from './hold-order.ts';
import { sparklinePath, spanOf } from './sparkline-path.ts';

const keyOf = (text: string) => text.charAt(0);

test('a held list keeps its places, marks what is gone, and puts what is new last', () => {
  assert.deepEqual(holdOrder(['a1', 'b1', 'c1'], ['d2', 'c2', 'a2'], keyOf), [
    { item: 'a2', isGone: false },
    { item: 'b1', isGone: true },
    { item: 'c2', isGone: false },
    { item: 'd2', isGone: false },
  ]);
});

test('a sparkline breaks at gaps and shows a lone point', () => {
  const box = { width: 40, height: 20 };
  assert.equal(sparklinePath([], box), '');
  assert.equal(sparklinePath([null, null], box), '');
  assert.equal(sparklinePath([0, 1, null, 1, null], box), 'M0.0 18.0h0L10.0 2.0M30.0 2.0h0');
});

test('a sparkline says how long a time it shows', () => {
  const line = { fromMs: 0, stepMs: 60_000, values: Array.from({ length: 60 }, () => 1) };
  assert.equal(spanOf(line), '1\u00a0h');
});
