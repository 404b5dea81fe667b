import assert from 'node:assert/strict';
import test from 'node:test';
import { chooseSpan, listMarks, selectSeries } from './alert-graph.ts';
import { alertOf, NOW } from './testing.ts';

const HOUR_MS = 3_600_000;

test('an open alert is shown until now, an old one until a while after its end', () => {
  assert.equal(chooseSpan(alertOf(), NOW).kind, 'since');
  const resolvedAt = NOW - 5 * HOUR_MS;
  const old = alertOf({ state: 'resolved', activeAt: NOW - 6 * HOUR_MS, resolvedAt });
  const span = chooseSpan(old, NOW);
  assert.ok(span.kind === 'between' && span.fromMs < old.activeAt && span.toMs > resolvedAt);
});

test('what happened is marked, what did not is not', () => {
  assert.deepEqual(
    listMarks(alertOf({ resolvedAt: NOW })).map(({ label }) => label),
    ['fired', 'resolved'],
  );
});

test('only the series of the alert are shown, or all where none fits', () => {
  const series = ['a:80', 'b:80'].map((instance) => ({
    metric: { __name__: 'up', instance },
    points: [],
    hasHistograms: false,
  }));
  assert.deepEqual(selectSeries(series, { instance: 'b:80' }), [series[1]]);
  assert.deepEqual(selectSeries(series, { instance: 'c:80' }), series);
  assert.deepEqual(selectSeries(series, { job: 'x' }), series);
});
