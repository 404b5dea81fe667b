import assert from 'node:assert/strict';
import test from 'node:test';
import { createTimeFormat } from '../format/time.ts';
import { buildGraphData, findLonePoints } from './graph-data.ts';
import { LINE_COUNT_MAX, OTHER_COUNT_MAX, POINT_COUNT_MAX } from './limits.ts';
import { placeLabels } from './place-labels.ts';
import { readAt } from './read-at.ts';
import { chooseRange } from './scale.ts';
import { formatMetric, nameSeries } from './series-name.ts';
import { gridOf } from './span.ts';
import { formatTimeSplits } from './time-axis.ts';
import { alignGrid, chooseStep, countPoints } from './time-grid.ts';

const grid = { fromMs: 0, toMs: 40_000, stepMs: 10_000 };
const seriesOf = (job: string, points: readonly (readonly [number, number])[]) => ({
  metric: { __name__: 'up', job },
  points,
  hasHistograms: false,
});

test('steps are round, enough for the width and never too many', () => {
  assert.equal(chooseStep(3_600_000, 1000), 10_000);
  assert.equal(chooseStep(900_000, 1000), 2000);
  for (const spanMs of [1000, 60_000, 86_400_000, 90 * 86_400_000, 3650 * 86_400_000]) {
    assert.ok(spanMs / chooseStep(spanMs, 5000) <= POINT_COUNT_MAX, String(spanMs));
  }
});

test('grids lie on multiples of their step and have at least two points', () => {
  assert.deepEqual(alignGrid(12_345, 67_890, 10_000), {
    fromMs: 10_000,
    toMs: 60_000,
    stepMs: 10_000,
  });
  assert.equal(countPoints(alignGrid(5, 5, 10_000)), 2);
  const last = gridOf({ kind: 'last', lengthMs: 60_000 }, 1_000_000, 1000);
  assert.equal(last.toMs, 1_000_000);
});

test('points are put on the grid; what is missing or not finite is a gap', () => {
  const { lines, times } = buildGraphData(
    [
      seriesOf('a', [
        [0, 1],
        [20, Number.NaN],
        [30, 4],
      ]),
    ],
    grid,
  );
  assert.deepEqual(times, [0, 10, 20, 30, 40]);
  assert.deepEqual(lines[0]?.values, [1, null, null, 4, null]);
});

test('points outside the grid are left out', () => {
  const { lines } = buildGraphData(
    [
      seriesOf('a', [
        [-10, 9],
        [50, 9],
      ]),
    ],
    grid,
  );
  assert.deepEqual(lines[0]?.values, [null, null, null, null, null]);
});

test('the largest series are named, the others grey, the rest counted', () => {
  const series = Array.from({ length: 120 }, (_, index) => seriesOf(`j${index}`, [[0, index]]));
  const data = buildGraphData(series, grid);
  assert.equal(data.lines.length, LINE_COUNT_MAX);
  assert.equal(data.others.length, OTHER_COUNT_MAX);
  assert.equal(data.hiddenCount, 120 - LINE_COUNT_MAX - OTHER_COUNT_MAX);
  assert.deepEqual(
    data.lines.map(({ name }) => name),
    ['j112', 'j113', 'j114', 'j115', 'j116', 'j117', 'j118', 'j119'],
  );
});

test('a point between gaps is found, a point beside another is not', () => {
  assert.deepEqual(findLonePoints([1, null, 2, 3, null, 4]), [0, 5]);
  assert.deepEqual(findLonePoints([]), []);
});

test('series are named by what distinguishes them', () => {
  const names = nameSeries([
    { __name__: 'up', job: 'a', zone: 'x' },
    { __name__: 'up', job: 'b', zone: 'x' },
  ]);
  assert.deepEqual(names, ['a', 'b']);
  assert.deepEqual(nameSeries([{ __name__: 'up', job: 'a' }]), ['up{job="a"}']);
  assert.deepEqual(nameSeries([{ a: '1', b: '2' }, { b: '3' }]), ['1 · 2', '3']);
  assert.deepEqual(nameSeries([]), []);
});

test('metrics are written as PromQL has them', () => {
  assert.equal(formatMetric({}), '{}');
  assert.equal(formatMetric({ __name__: 'up' }), 'up');
  assert.equal(formatMetric({ job: 'a"b' }), '{job="a\\"b"}');
});

test('labels near each other are pushed apart and stay inside', () => {
  const box = { height: 100, labelHeight: 10 };
  assert.deepEqual(placeLabels([50, 52, 20], box), [50, 60, 20]);
  assert.deepEqual(placeLabels([99, 98], box), [95, 85]);
  assert.deepEqual(placeLabels([-5], box), [5]);
  assert.deepEqual(placeLabels([5, 6, 7], { height: 20, labelHeight: 10 }), [5, 15, undefined]);
});

test('the axis begins at zero for what is near it', () => {
  assert.equal(chooseRange({ min: 80, max: 120 }, []).low, 0);
  assert.ok(chooseRange({ min: 1000, max: 1010 }, []).low > 990);
  assert.deepEqual(chooseRange({ min: null, max: null }, []), { low: 0, high: 1 });
  assert.deepEqual(chooseRange({ min: 0, max: 0 }, []), { low: 0, high: 1 });
});

test('a threshold is always on the axis', () => {
  assert.ok(chooseRange({ min: 0, max: 0.001 }, [0.01]).high > 0.01);
});

test('the readout has the values at one time, largest first, without gaps', () => {
  const data = buildGraphData(
    [seriesOf('a', [[0, 1]]), seriesOf('b', [[0, 5]]), seriesOf('c', [[10, 9]])],
    grid,
  );
  assert.deepEqual(
    readAt(data, 0).map(({ name, value }) => [name, value]),
    [
      ['b', 5],
      ['a', 1],
    ],
  );
});

test('the time axis says no more than it must', () => {
  const utc = createTimeFormat('UTC');
  const midnight = Date.UTC(2026, 10, 23) / 1000;
  assert.deepEqual(formatTimeSplits([midnight, midnight + 3600], 3600, utc), ['23 Nov', '01:00']);
  assert.deepEqual(formatTimeSplits([midnight + 10], 10, utc), ['00:00:10']);
  assert.deepEqual(formatTimeSplits([midnight + 86_400], 86_400, utc), ['24 Nov']);
});
