import assert from 'node:assert/strict';
import test from 'node:test';
import type { PanelThreshold } from '@nines/contract';
import type { InstantData } from '../api/prometheus.ts';
import {
  buildPanelData,
  findCrossed,
  formatLegend,
  listNumbers,
  listPanelRows,
} from './panel-data.ts';

const GRID = { fromMs: 0, toMs: 2000, stepMs: 1000 };
const range = (...series: readonly (readonly [Record<string, string>, number])[]) => ({
  grid: GRID,
  series: series.map(([metric, value]) => ({
    metric,
    points: [[1, value]] as const,
    hasHistograms: false,
  })),
  warnings: [],
  infos: [],
  tookMs: 1,
});
const vector = (...rows: readonly (readonly [Record<string, string>, number])[]): InstantData => ({
  kind: 'vector',
  rows: rows.map(([metric, value]) => ({ metric, value, atSeconds: 1 })),
});
const query = (legend: string | null) => ({ expression: 'x', legend });

test('a legend has the labels of a series', () => {
  const check = (legend: string, want: string) =>
    assert.equal(formatLegend(legend, { code: '500', 'k8s.pod': 'a' }), want);
  check('{{code}} of {{ k8s.pod }}', '500 of a');
  check('{{missing}} all', 'all');
  check('plain', 'plain');
});

test('lines of several queries stand in one graph under their names', () => {
  const data = buildPanelData(
    [query('{{code}}'), query(null)],
    [range([{ code: '200' }, 5], [{ code: '500' }, 1]), range([{ a: 'b' }, 2])],
  );
  assert.deepEqual(
    data?.lines.map(({ name, values }) => [name, values[1]]),
    [
      ['200', 5],
      ['500', 1],
      ['{a="b"}', 2],
    ],
  );
  assert.equal(buildPanelData([query(null)], []), undefined);
});

test('a lone number needs no name, several do', () => {
  assert.deepEqual(listNumbers([query(null)], [vector([{ a: 'b' }, 3])]), [{ name: '', value: 3 }]);
  assert.deepEqual(listNumbers([query('{{a}}')], [vector([{ a: 'b' }, 3], [{ a: 'c' }, 4])]), [
    { name: 'b', value: 3 },
    { name: 'c', value: 4 },
  ]);
});

test('values of the same labels stand in one row', () => {
  const rows = listPanelRows([
    vector([{ __name__: 'x', i: '1' }, 1], [{ __name__: 'x', i: '2' }, 2]),
    vector([{ i: '2' }, 20], [{ i: '3' }, 30]),
  ]);
  assert.deepEqual(rows, [
    { name: '1', values: [1, undefined] },
    { name: '2', values: [2, 20] },
    { name: '3', values: [undefined, 30] },
  ]);
});

test('a page outweighs a ticket, and a value on the line is fine', () => {
  const at = (value: number, level: PanelThreshold['level'], isBelow = false): PanelThreshold => ({
    value,
    level,
    isBelow,
    label: null,
  });
  const all = [at(10, 'ticket'), at(5, 'page'), at(0, 'ticket', true)];
  assert.equal(findCrossed(all, 20)?.value, 5);
  assert.equal(findCrossed(all, 5), undefined);
  assert.equal(findCrossed(all, -1)?.value, 0);
  assert.equal(findCrossed([at(1, 'ticket'), at(3, 'ticket')], 4)?.value, 3);
});
