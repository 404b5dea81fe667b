import assert from 'node:assert/strict';
import test from 'node:test';
import type { ExploreState } from './explore-state.ts';
import { describeExplore, type ResultSummary, summarize } from './headline.ts';

const state: ExploreState = {
  expressions: ['up'],
  view: 'graph',
  span: { kind: 'last', lengthMs: 900_000 },
};

function check(
  about: Partial<ExploreState>,
  results: readonly ResultSummary[],
  want: string,
): void {
  const text = describeExplore({ ...state, ...about }, results)
    .map((part) => part.text)
    .join(' ');
  assert.equal(text.replaceAll('\u00a0', ' '), want);
}

test('the sentence counts what there is and says over which time', () => {
  check({ expressions: [''] }, [], 'What do you want to know?');
  check({}, [{ count: undefined, isFailed: false }], 'Asking.');
  check({}, [{ count: 3, isFailed: false }], '3 series over the last 15 min.');
  check({ view: 'table' }, [{ count: 1, isFailed: false }], '1 series now.');
});

test('failures are told beside what worked', () => {
  const failed = { count: undefined, isFailed: true };
  check({}, [failed], '1 query cannot be answered.');
  check(
    { expressions: ['up', 'x'] },
    [{ count: 2, isFailed: false }, failed],
    '2 series over the last 15 min. 1 query cannot be answered.',
  );
});

test('answers of both kinds are counted', () => {
  const ok = { error: null };
  assert.equal(summarize({ ...ok, data: { series: [1, 2] } }).count, 2);
  assert.equal(summarize({ ...ok, data: { data: { rows: [1] } } }).count, 1);
  assert.deepEqual(summarize({ error: new Error('x'), data: { series: [] } }), {
    count: undefined,
    isFailed: true,
  });
});
