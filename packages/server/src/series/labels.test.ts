import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  compareLabels,
  createLabels,
  createLabelsFromPairs,
  EMPTY_LABELS,
  formatLabels,
  formatSeries,
  isEqualLabels,
  labelsKey,
  labelsRecord,
  labelValue,
  mergeLabels,
  onlyLabels,
  withLabel,
  withoutLabels,
} from './labels.ts';

describe('labels', () => {
  const up = createLabels({ job: 'node', __name__: 'up', instance: 'a:1' });

  it('are sorted, unique and never empty', () => {
    assert.deepEqual(up.names, ['__name__', 'instance', 'job']);
    assert.deepEqual(createLabels({ b: '', a: '1' }), createLabels({ a: '1' }));
    assert.deepEqual(
      createLabelsFromPairs([
        ['a', '1'],
        ['a', '2'],
      ]),
      createLabels({ a: '2' }),
    );
  });
  it('answer an empty value for a label that is absent', () => {
    assert.equal(labelValue(up, 'job'), 'node');
    assert.equal(labelValue(up, 'zone'), '');
  });
  it('are changed by making new ones', () => {
    assert.deepEqual(labelsRecord(withLabel(up, 'job', '')), { __name__: 'up', instance: 'a:1' });
    assert.deepEqual(labelsRecord(withoutLabels(up, ['job', '__name__'])), { instance: 'a:1' });
    assert.deepEqual(labelsRecord(onlyLabels(up, ['job', 'zone'])), { job: 'node' });
    assert.deepEqual(labelsRecord(mergeLabels(up, createLabels({ job: 'x' }))).job, 'x');
  });
  it('have keys that differ when the sets differ', () => {
    const tricky: readonly Record<string, string>[] = [
      { a: 'b', c: 'd' },
      { a: 'bc', d: '' },
      { ab: 'c' },
      { a: 'b\u0000c' },
      {},
    ];
    assert.equal(new Set(tricky.map((record) => labelsKey(createLabels(record)))).size, 5);
  });
  it('are ordered pair by pair, the shorter first', () => {
    const sorted = [
      EMPTY_LABELS,
      createLabels({ a: '1' }),
      createLabels({ a: '1', b: '1' }),
      createLabels({ a: '2' }),
      createLabels({ b: '0' }),
    ];
    assert.deepEqual([...sorted].reverse().sort(compareLabels), sorted);
    assert.ok(isEqualLabels(createLabels({ a: '1' }), createLabels({ a: '1' })));
  });
  it('print as PromQL writes them', () => {
    const check = (record: Record<string, string>, text: string): void =>
      assert.equal(formatSeries(createLabels(record)), text);
    check({ __name__: 'up' }, 'up');
    check({ __name__: 'up', job: 'a"b' }, 'up{job="a\\"b"}');
    check({ job: 'a' }, '{job="a"}');
    check({}, '{}');
    check({ __name__: 'my.metric', 'label.x': '1' }, '{"my.metric", "label.x"="1"}');
    assert.equal(formatLabels(createLabels({ __name__: 'up' })), '{__name__="up"}');
  });
});
