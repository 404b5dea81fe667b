import assert from 'node:assert/strict';
import test from 'node:test';
import { addToHistory, parseHistory } from './history.ts';

test('the newest is first and nothing is twice', () => {
  assert.deepEqual(addToHistory(['a', 'b'], 'b'), ['b', 'a']);
  assert.deepEqual(addToHistory(['a'], '  '), ['a']);
});

test('the history is bounded', () => {
  const history = Array.from({ length: 50 }, (_, index) => `q${index}`);
  assert.equal(addToHistory(history, 'new').length, 50);
});

test('what is stored and is no list of texts counts as nothing', () => {
  for (const text of ['', '{', 'null', '{"a":1}', '7']) assert.deepEqual(parseHistory(text), []);
  assert.deepEqual(parseHistory('["up", 5, null]'), ['up']);
});
