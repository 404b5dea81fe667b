import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type ExploreState,
  formatExplore,
  parseExplore,
  QUERY_COUNT_MAX,
} from './explore-state.ts';

const usual: ExploreState = {
  expressions: [''],
  view: 'graph',
  span: { kind: 'last', lengthMs: 3_600_000 },
};

test('the state survives the URL', () => {
  const states: readonly ExploreState[] = [
    usual,
    { ...usual, expressions: ['rate(x{a="b&c"}[5m]) > 0', 'up'], view: 'table' },
    { ...usual, span: { kind: 'last', lengthMs: 7 * 86_400_000 } },
    { ...usual, span: { kind: 'between', fromMs: 1000, toMs: 2000 } },
    { ...usual, span: { kind: 'since', fromMs: 1000 } },
    { ...usual, expressions: ['up', ''] },
  ];
  for (const state of states) assert.deepEqual(parseExplore(formatExplore(state)), state);
});

test('what is usual is left out', () => {
  assert.equal(formatExplore(usual), '');
});

test('nonsense in the URL falls back to what is usual', () => {
  for (const search of ['range=banana', 'from=5&to=4', 'from=-1&to=2', 'view=pie', 'to=5']) {
    assert.deepEqual(parseExplore(search), usual, search);
  }
});

test('the number of queries is bounded', () => {
  const search = Array.from({ length: 50 }, (_, index) => `q=up${index}`).join('&');
  assert.equal(parseExplore(search).expressions.length, QUERY_COUNT_MAX);
});
