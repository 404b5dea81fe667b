import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFigure, type Measure, median } from './figure.ts';

const MEASURE: Measure = {
  name: 'query_up_ms',
  unit: 'ms',
  better: 'lower',
  load: 'up',
  values: [1.234567, 4.5],
};

describe('a figure', () => {
  it('is one line of JSON, rounded, with ours by the peer as ratio', () => {
    const line = formatFigure(MEASURE, { name: 'prometheus', version: '3.5.3' });
    assert.ok(!line.includes('\n'));
    assert.deepEqual(JSON.parse(line), {
      name: 'query_up_ms',
      value: 1.235,
      unit: 'ms',
      better: 'lower',
      load: 'up',
      peer: 'prometheus',
      peerVersion: '3.5.3',
      peerValue: 4.5,
      ratio: 0.2743,
    });
  });

  it('has nulls without a peer, or where only we were measured', () => {
    const nulls = { peer: null, peerVersion: null, peerValue: null, ratio: null };
    const check = (line: string): void =>
      assert.deepEqual({ ...JSON.parse(line), ...nulls }, JSON.parse(line));
    check(formatFigure(MEASURE, undefined));
    check(formatFigure({ ...MEASURE, values: [1] }, { name: 'prometheus', version: '3.5.3' }));
  });

  it('must have a value', () => {
    assert.throws(() => formatFigure({ ...MEASURE, values: [] }, undefined), /has no value/);
  });
});

describe('the median', () => {
  const check = (values: readonly number[], expected: number): void =>
    assert.equal(median(values), expected);

  it('is the middle one, the lower of two', () => {
    check([5], 5);
    check([9, 1, 10], 9);
    check([4, 1, 3, 2], 2);
  });

  it('does not exist of nothing', () => {
    assert.throws(() => median([]), /no median/);
  });
});
