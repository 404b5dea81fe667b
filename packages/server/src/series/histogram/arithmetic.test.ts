import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  addHistograms,
  type CombinedHistogram,
  compactHistogram,
  divideHistogram,
  multiplyHistogram,
  reduceResolution,
  subtractHistograms,
} from './arithmetic.ts';
import { createHistogram } from './create.ts';
import { isSameHistogram } from './equality.ts';
import type { Histogram } from './histogram.ts';
import { parseHistogram } from './notation.ts';
import { createTestRandom, randomHistogram } from './testing.ts';
import { formatHistogramNotation } from './text.ts';

const read = (text: string): Histogram => parseHistogram(`{{${text}}}`).histogram;
const write = (histogram: Histogram): string => formatHistogramNotation(histogram).slice(2, -2);

function combined(outcome: CombinedHistogram): Extract<CombinedHistogram, { kind: 'combined' }> {
  assert.ok(outcome.kind === 'combined');
  return outcome;
}

describe('sums and differences', () => {
  it('join layouts that differ', () => {
    const check = (a: string, b: string, sum: string): void => {
      assert.equal(write(combined(addHistograms(read(a), read(b))).histogram), sum);
      const difference = combined(subtractHistograms(read(sum), read(b))).histogram;
      const { count } = read(a);
      assert.equal(difference.count, count, `${sum} - ${b}`);
    };
    // The same layout.
    check(
      'schema:1 count:5 sum:4 z_bucket:1 buckets:[1 0 3]',
      'schema:1 count:7 sum:3 z_bucket:2 buckets:[1 2 2]',
      'schema:1 count:12 sum:7 z_bucket:3 buckets:[2 2 5]',
    );
    // Before, between, after, on both sides.
    check(
      'count:3 sum:1 offset:2 buckets:[1 0 0 2]',
      'count:6 sum:1 offset:-1 buckets:[4] n_offset:1 n_buckets:[2]',
      'count:9 sum:2 offset:-1 buckets:[4 0 0 1 0 0 2] n_offset:1 n_buckets:[2]',
    );
    // The coarser schema: (0.5,0.71] and (0.71,1] are (0.5,1].
    check(
      'schema:1 count:6 sum:1 offset:-1 buckets:[1 2 3]',
      'schema:0 count:5 sum:1 buckets:[5]',
      'count:11 sum:2 buckets:[8 3]',
    );
    check(
      'schema:-1 count:4 sum:1 buckets:[4]',
      'schema:1 count:3 sum:1 offset:-1 buckets:[1 1 1]',
      'schema:-1 count:7 sum:2 buckets:[6 1]',
    );
    // The wider zero bucket swallows what lies within it.
    check(
      'count:5 sum:1 z_bucket:1 z_bucket_w:0.25 offset:-1 buckets:[2 2]',
      'count:3 sum:1 z_bucket:3 z_bucket_w:0.5',
      'count:8 sum:2 z_bucket:6 z_bucket_w:0.5 buckets:[2]',
    );
    // A width within a populated bucket is widened to the bucket's end, for both.
    check(
      'count:4 sum:1 z_bucket:1 z_bucket_w:0.001 buckets:[3]',
      'count:7 sum:1 z_bucket:2 z_bucket_w:0.7 n_buckets:[0 5]',
      'count:11 sum:2 z_bucket:6 z_bucket_w:1 n_offset:1 n_buckets:[5]',
    );
    check(
      'count:2 sum:1 z_bucket_w:0.6 offset:1 buckets:[2]',
      'count:3 sum:1 z_bucket_w:0.001 n_buckets:[3]',
      'count:5 sum:2 z_bucket:3 z_bucket_w:1 offset:1 buckets:[2]',
    );
  });

  it('keep the custom bounds that both have, and say so', () => {
    const check = (a: string, b: string, sum: string, hasReconciledBounds: boolean): void => {
      const outcome = combined(addHistograms(read(a), read(b)));
      assert.equal(write(outcome.histogram), sum);
      assert.equal(outcome.hasReconciledBounds, hasReconciledBounds);
    };
    check(
      'schema:-53 count:3 sum:1 custom_values:[5 10] buckets:[1 2]',
      'schema:-53 count:4 sum:1 custom_values:[5 10] offset:2 buckets:[4]',
      'schema:-53 count:7 sum:2 custom_values:[5 10] buckets:[1 2 4]',
      false,
    );
    check(
      'schema:-53 count:10 sum:1 custom_values:[1 2 3] buckets:[1 2 3 4]',
      'schema:-53 count:10 sum:1 custom_values:[2 3 4] buckets:[1 2 3 4]',
      'schema:-53 count:20 sum:2 custom_values:[2 3] buckets:[4 5 11]',
      true,
    );
    check(
      'schema:-53 count:1 sum:1 custom_values:[1] buckets:[1]',
      'schema:-53 count:2 sum:1 custom_values:[2] buckets:[2]',
      'schema:-53 count:3 sum:2 custom_values:[] buckets:[3]',
      true,
    );
  });

  it('refuse exponential with custom buckets', () => {
    const exponential = read('count:1 buckets:[1]');
    const custom = read('schema:-53 count:1 custom_values:[1] buckets:[1]');
    assert.equal(addHistograms(exponential, custom).kind, 'incompatible');
    assert.equal(subtractHistograms(custom, exponential).kind, 'incompatible');
  });

  it('join what is known of counter resets', () => {
    const check = (a: string, b: string, want: string, hasConflict = false): void => {
      for (const [left, right] of [
        [a, b],
        [b, a],
      ]) {
        const one = read(`counter_reset_hint:${left}`);
        const { histogram, hasResetConflict } = combined(
          addHistograms(one, read(`counter_reset_hint:${right}`)),
        );
        assert.equal(histogram.counterReset, want, `${left} + ${right}`);
        assert.equal(hasResetConflict, hasConflict);
      }
    };
    check('gauge', 'reset', 'gauge');
    check('gauge', 'unknown', 'gauge');
    check('unknown', 'reset', 'unknown');
    check('not_reset', 'not_reset', 'notReset');
    check('reset', 'not_reset', 'unknown', true);
  });

  it('undo each other, and keep what is not theirs as it was', () => {
    const { random, seed } = createTestRandom();
    const isClose = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6;
    for (let i = 0; i < 200; i++) {
      const a = randomHistogram(random);
      const b = randomHistogram(random, a.customBounds !== undefined);
      const before = [write(a), write(b)];
      const sum = combined(addHistograms(a, b)).histogram;
      assert.equal(sum.count, a.count + b.count, `seed ${seed}`);
      assert.ok(isClose(totalOf(sum), totalOf(a) + totalOf(b)), `seed ${seed}`);
      const back = combined(subtractHistograms(sum, b)).histogram;
      const want = combined(addHistograms(a, multiplyHistogram(b, 0))).histogram;
      // Both have the layout of the sum, unless b's buckets moved a's zero threshold.
      if (want.zeroThreshold === back.zeroThreshold) {
        assert.ok(isSameHistogram(back, want, isClose), `seed ${seed}: ${write(back)}`);
      }
      assert.deepEqual([write(a), write(b)], before);
    }
  });
});

const totalOf = ({ zeroCount, positive, negative }: Histogram): number =>
  [...positive.counts, ...negative.counts].reduce((sum, count) => sum + count, zeroCount);

describe('scaling', () => {
  it('multiplies and divides all that is counted', () => {
    const one = read('schema:1 count:6 sum:3 z_bucket:2 z_bucket_w:1 buckets:[4] n_buckets:[2]');
    const twice = 'schema:1 count:12 sum:6 z_bucket:4 z_bucket_w:1 buckets:[8] n_buckets:[4]';
    assert.equal(write(multiplyHistogram(one, 2)), twice);
    assert.equal(write(divideHistogram(one, 0.5)), twice);
    assert.equal(multiplyHistogram(one, -1).counterReset, 'gauge');
    assert.equal(divideHistogram(one, -2).counterReset, 'gauge');
  });
  it('leaves no buckets but that of zero when divided by zero', () => {
    const one = read('schema:1 count:6 sum:3 z_bucket:2 z_bucket_w:1 buckets:[4] n_buckets:[2]');
    const want = 'schema:1 count:+Inf sum:+Inf z_bucket:+Inf z_bucket_w:1';
    assert.equal(write(divideHistogram(one, 0)), want);
  });
});

describe('the layout', () => {
  it('is reduced without losing observations', () => {
    const fine = read('schema:3 count:9 sum:9 offset:-3 buckets:[1 1 1 1 1 1 1 1 1]');
    assert.equal(
      write(reduceResolution(fine, 2)),
      'schema:2 count:9 sum:9 offset:-1 buckets:[2 2 2 2 1]',
    );
    assert.equal(write(reduceResolution(fine, 0)), 'count:9 sum:9 buckets:[4 5]');
    const { random, seed } = createTestRandom();
    for (let i = 0; i < 100; i++) {
      const histogram = randomHistogram(random, false);
      const reduced = reduceResolution(histogram, -4);
      assert.ok(Math.abs(totalOf(reduced) - totalOf(histogram)) < 1e-6, `seed ${seed}`);
      assert.equal(reduced.count, histogram.count);
      assert.equal(reduced.sum, histogram.sum);
    }
  });
  it('loses its empty buckets when compacted', () => {
    const side = (spanOffsets: number[], spanLengths: number[], counts: number[]): Histogram =>
      createHistogram({
        ...read('count:1'),
        positive: { spanOffsets, spanLengths, counts: Float64Array.from(counts) },
      });
    const check = (histogram: Histogram, want: readonly [number[], number[], number[]]): void => {
      const { spanOffsets, spanLengths, counts } = compactHistogram(histogram).positive;
      assert.deepEqual([spanOffsets, spanLengths, [...counts]], want);
    };
    check(side([-2, 1], [2, 3], [0, 1, 0, 2, 3]), [
      [-1, 2],
      [1, 2],
      [1, 2, 3],
    ]);
    check(side([3, 0], [1, 2], [1, 2, 0]), [[3], [2], [1, 2]]);
    check(side([3, 5], [1, 0], [0]), [[], [], []]);
    const compact = side([1], [2], [1, 2]);
    assert.equal(compactHistogram(compact), compact);
  });
});
