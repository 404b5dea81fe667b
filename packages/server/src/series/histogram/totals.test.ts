import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHistogram } from './create.ts';
import { isSameHistogram } from './equality.ts';
import type { Histogram } from './histogram.ts';
import { parseHistogram } from './notation.ts';
import { createTestRandom, randomHistogram } from './testing.ts';
import { formatHistogramNotation } from './text.ts';
import { HistogramMean, HistogramSum } from './totals.ts';

const read = (text: string): Histogram => parseHistogram(`{{${text}}}`).histogram;
const write = (histogram: Histogram): string => formatHistogramNotation(histogram).slice(2, -2);

function fill<T extends HistogramMean | HistogramSum>(total: T, members: readonly string[]): T {
  for (const member of members) assert.ok(total.add(read(member)));
  return total;
}
const sumOf = ([first, ...rest]: readonly string[]): string =>
  write(fill(new HistogramSum(read(first)), rest).finish());
const meanOf = ([first, ...rest]: readonly string[]): string =>
  write(fill(new HistogramMean(read(first)), rest).finish());

describe('sums and means of many', () => {
  it('are exact where plain sums are not', () => {
    const large = 'count:1e100 sum:1e100 z_bucket:1e100 buckets:[1e100 1]';
    const small = 'count:1 sum:1 z_bucket:1 buckets:[1 1]';
    const minus = 'count:-1e100 sum:-1e100 z_bucket:-1e100 buckets:[-1e100 1]';
    const members = [large, small, minus, small];
    assert.equal(sumOf(members), 'count:2 sum:2 z_bucket:2 buckets:[2 4]');
    assert.equal(meanOf(members), 'count:0.5 sum:0.5 z_bucket:0.5 buckets:[0.5 1]');
  });
  it('stay exact where the layout changes on the way', () => {
    const members = [
      'schema:1 count:1e100 sum:1 offset:-1 buckets:[1e100 1]',
      'schema:1 count:1 sum:1 offset:-1 buckets:[1]',
      'schema:0 count:-1e100 sum:1 buckets:[-1e100]',
    ];
    assert.equal(sumOf(members), 'count:1 sum:3 buckets:[2]');
    const custom = [
      'schema:-53 count:1e100 sum:1 custom_values:[1 2] buckets:[1e100 1]',
      'schema:-53 count:1 sum:1 custom_values:[1 2] buckets:[1]',
      'schema:-53 count:-1e100 sum:1 custom_values:[2] buckets:[-1e100]',
    ];
    assert.equal(sumOf(custom), 'schema:-53 count:1 sum:3 custom_values:[2] buckets:[2]');
    const zero = [
      'count:1e100 sum:1 z_bucket:1 buckets:[1e100]',
      'count:1 sum:1 buckets:[1]',
      'count:-1e100 sum:1 z_bucket:-1e100 z_bucket_w:1',
    ];
    assert.equal(sumOf(zero), 'count:1 sum:3 z_bucket:2 z_bucket_w:1');
  });
  it('do not overflow as means', () => {
    const large = 'count:1e308 sum:1e308 z_bucket:1e308 buckets:[1e308 1]';
    assert.equal(
      meanOf([large, large, large]),
      'count:1e+308 sum:1e+308 z_bucket:1e+308 buckets:[1e+308 1]',
    );
    assert.equal(sumOf([large, large]), 'count:+Inf sum:+Inf z_bucket:+Inf buckets:[+Inf 2]');
  });
  it('take members with fewer buckets, in whatever spans', () => {
    const all = 'count:6 sum:1 offset:-1 buckets:[1 0 0 1 2 0 2]';
    const check = (member: string, want: string): void =>
      assert.equal(sumOf([all, member, member]), want);
    check('count:1 sum:1 offset:3 buckets:[1]', 'count:8 sum:3 offset:-1 buckets:[1 0 0 1 4 0 2]');
    check(
      'count:2 sum:1 offset:2 buckets:[1 1]',
      'count:10 sum:3 offset:-1 buckets:[1 0 0 3 4 0 2]',
    );
    check('count:1 sum:1 offset:5 buckets:[1]', 'count:8 sum:3 offset:-1 buckets:[1 0 0 1 2 0 4]');
    check(
      'count:1 sum:1 offset:6 buckets:[1]',
      'count:8 sum:3 offset:-1 buckets:[1 0 0 1 2 0 2 2]',
    );
    check('count:1 sum:1 offset:0 buckets:[1]', 'count:8 sum:3 offset:-1 buckets:[1 2 0 1 2 0 2]');
    const compact = createHistogram({
      ...read('count:6 sum:1'),
      positive: {
        spanOffsets: [-1, 2, 1],
        spanLengths: [1, 2, 1],
        counts: Float64Array.of(1, 1, 2, 2),
      },
    });
    const members = [
      { offsets: [3], lengths: [1], want: 'count:7 sum:2 offset:-1 buckets:[1 0 0 1 3 0 2]' },
      { offsets: [2, 2], lengths: [1, 1], want: 'count:7 sum:2 offset:-1 buckets:[1 0 0 2 2 0 3]' },
      {
        offsets: [-1, 0, 6],
        lengths: [1, 0, 0],
        want: 'count:7 sum:2 offset:-1 buckets:[2 0 0 1 2 0 2]',
      },
      { offsets: [4], lengths: [1], want: 'count:7 sum:2 offset:-1 buckets:[1 0 0 1 2 1 2]' },
      { offsets: [-2], lengths: [2], want: 'count:7 sum:2 offset:-2 buckets:[1 2 0 0 1 2 0 2]' },
    ];
    for (const { offsets, lengths, want } of members) {
      const counts = Float64Array.from({ length: lengths.reduce((a, b) => a + b) }, () => 1);
      const total = new HistogramSum(compact);
      total.add({
        ...read('count:1 sum:1'),
        positive: { spanOffsets: offsets, spanLengths: lengths, counts },
      });
      assert.equal(write(total.finish()), want);
    }
  });
  it('tell of contradictions and of bounds given up', () => {
    const total = new HistogramSum(read('counter_reset_hint:reset'));
    total.add(read('counter_reset_hint:unknown'));
    assert.equal(total.hasResetConflict, false);
    total.add(read('counter_reset_hint:not_reset'));
    assert.equal(total.hasResetConflict, true);
    const mean = new HistogramMean(read('schema:-53 custom_values:[1]'));
    assert.equal(mean.hasReconciledBounds, false);
    mean.add(read('schema:-53 custom_values:[2]'));
    assert.equal(mean.hasReconciledBounds, true);
    assert.equal(mean.hasResetConflict, false);
  });
  it('refuse what does not go together, and are as before', () => {
    for (const Total of [HistogramSum, HistogramMean]) {
      const total = new Total(read('count:1 sum:1 buckets:[1]'));
      assert.equal(total.add(read('schema:-53 count:1 custom_values:[1] buckets:[1]')), false);
      assert.equal(write(total.finish()), 'count:1 sum:1 buckets:[1]');
    }
  });
  it('do not depend on the order, and leave their members alone', () => {
    const { random, seed } = createTestRandom();
    const isClose = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9 * (1 + Math.abs(a));
    for (let i = 0; i < 50; i++) {
      const isCustom = i % 2 === 0;
      const members = Array.from({ length: 6 }, () => randomHistogram(random, isCustom));
      const before = members.map(write);
      const forward = new HistogramSum(members[0]);
      const backward = new HistogramSum(members[5]);
      const mean = new HistogramMean(members[0]);
      for (let k = 1; k < 6; k++) {
        forward.add(members[k]);
        backward.add(members[5 - k]);
        mean.add(members[k]);
      }
      const sum = forward.finish();
      const reverse = backward.finish();
      // How wide the zero bucket becomes where schemas differ depends on the order.
      const isAlike =
        sum.zeroThreshold !== reverse.zeroThreshold || isSameHistogram(sum, reverse, isClose);
      assert.ok(isAlike && isClose(sum.count, reverse.count), `seed ${seed}, round ${i}`);
      const isSixth = (a: number, b: number): boolean => isClose(a, b * 6);
      assert.ok(isSameHistogram(sum, mean.finish(), isSixth), `seed ${seed}, round ${i}`);
      assert.deepEqual(members.map(write), before);
    }
  });
});
