import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseHistogram } from './notation.ts';
import { histogramFraction, histogramQuantile, type NanNote } from './quantile.ts';
import { createTestRandom, randomHistogram } from './testing.ts';
import { histogramVariance } from './variance.ts';

const read = (text: string) => parseHistogram(`{{${text}}}`).histogram;

function assertClose(got: number, want: number, what: string): void {
  const isClose =
    Object.is(got, want) || Math.abs(got - want) <= 1e-9 * Math.max(1, Math.abs(want));
  assert.ok(isClose, `${what}: expected ${want}, got ${got}`);
}

// From Prometheus' native_histograms.test, where its answers are written down.
const SINGLE = 'schema:0 count:1 sum:2 z_bucket_w:0.001 buckets:[0 1]';
const POSITIVE = 'schema:0 sum:100 count:12 z_bucket:2 z_bucket_w:0.001 buckets:[2 3 0 1 4]';
const NEGATIVE = 'schema:0 sum:-100 count:12 z_bucket:2 z_bucket_w:0.001 n_buckets:[2 3 0 1 4]';
const MIXED =
  'schema:0 sum:0 count:24 z_bucket:4 z_bucket_w:0.001 buckets:[2 3 0 1 4] n_buckets:[2 3 0 1 4]';
const CUSTOM = 'schema:-53 sum:1 count:5 custom_values:[5 10] buckets:[1 4]';

describe('the quantile', () => {
  it('lies where the rank is reached', () => {
    const check = (text: string, phi: number, want: number): void =>
      assertClose(histogramQuantile(phi, read(text)).value, want, `${phi} of ${text}`);
    check(SINGLE, 1, 2);
    check(SINGLE, 0.5, 2 ** 0.5);
    check(SINGLE, 0, 1);
    check(POSITIVE, 1, 16);
    check(POSITIVE, 0.9, 2 ** 3.7);
    check(POSITIVE, 0.5, 2 ** (2 / 3));
    check(POSITIVE, 0.1, 0.0006);
    check(POSITIVE, 0, 0);
    check(NEGATIVE, 1, 0);
    check(NEGATIVE, 0.9, -0.0006);
    check(NEGATIVE, 0, -16);
    check(MIXED, 0.5, 0);
    check(MIXED, 0, -16);
    check(MIXED, 1, 16);
    check(CUSTOM, 0.1, 2.5);
    check(CUSTOM, 1, 10);
    check(CUSTOM, 0.6, 7.5);
  });
  it('is out of range for a φ that is, and unknown without observations', () => {
    const check = (text: string, phi: number, want: number): void =>
      assert.equal(histogramQuantile(phi, read(text)).value, want);
    check(POSITIVE, -0.1, -Infinity);
    check(POSITIVE, 1.1, Infinity);
    check(POSITIVE, Number.NaN, Number.NaN);
    check('', 0.5, Number.NaN);
    check('count:5 sum:1', 0.5, 0);
  });
  it('ends at the last bound of custom buckets, and begins at zero or the first', () => {
    const check = (text: string, phi: number, want: number): void =>
      assert.equal(histogramQuantile(phi, read(text)).value, want);
    check('schema:-53 count:4 sum:1 custom_values:[5 10] offset:2 buckets:[4]', 0.5, 10);
    check('schema:-53 count:4 sum:1 custom_values:[-5 10] buckets:[4]', 0.5, -5);
  });
  it('says what observations that are NaN do to it', () => {
    const check = (phi: number, value: number, note: NanNote): void => {
      const got = histogramQuantile(phi, read('count:4 sum:NaN buckets:[1 1 1]'));
      assert.deepEqual({ value: got.value, note: got.note }, { value, note });
    };
    check(0.25, 1, 'hasSkew');
    check(0.75, 4, 'hasSkew');
    check(0.8, Number.NaN, 'isResult');
    const infinite = histogramQuantile(0.5, read('count:3 sum:NaN buckets:[1 1 1]'));
    assert.equal(infinite.note, 'none', 'both infinities make a sum NaN too');
  });
  it('rises with φ, and is undone by the fraction', () => {
    const { random, seed } = createTestRandom();
    for (let i = 0; i < 200; i++) {
      const histogram = randomHistogram(random);
      if (histogram.count === 0) continue;
      let last = -Infinity;
      for (let phi = 0; phi <= 1; phi += 0.0625) {
        const { value } = histogramQuantile(phi, histogram);
        assert.ok(value >= last - 1e-9 * Math.abs(last), `seed ${seed}: ${value} after ${last}`);
        last = value;
        if (histogram.customBounds !== undefined && value >= (histogram.customBounds.at(-1) ?? 0)) {
          continue;
        }
        const { value: share } = histogramFraction(-Infinity, value, histogram);
        // Where no observation lies there are many values for one φ.
        const above = histogramFraction(
          -Infinity,
          value + Math.abs(value) * 1e-9 + Number.MIN_VALUE,
          histogram,
        ).value;
        assert.ok(
          share - 1e-6 <= phi && phi <= Math.max(above, share) + 1e-6,
          `seed ${seed}: ${phi} ${share}`,
        );
      }
    }
  });
});

describe('the fraction', () => {
  it('is the share of observations between two values', () => {
    const check = (text: string, bounds: readonly [number, number], want: number): void =>
      assertClose(
        histogramFraction(...bounds, read(text)).value,
        want,
        `${bounds[0]} to ${bounds[1]} of ${text}`,
      );
    check(POSITIVE, [-Infinity, 0], 0);
    check(POSITIVE, [0, Infinity], 1);
    check(POSITIVE, [0, 0.0005], 1 / 12);
    check(POSITIVE, [0.0005, 0.001], 1 / 12);
    check(POSITIVE, [1, 2], 0.25);
    check(POSITIVE, [1.5, 2], 0.10375937481971094);
    check(POSITIVE, [3, 1], 0);
    check(POSITIVE, [1, Number.NaN], Number.NaN);
    check(NEGATIVE, [-2, -1], 0.25);
    check(NEGATIVE, [-2, -1.5], 0.10375937481971094);
    check(MIXED, [-0.001, 0.001], 4 / 24);
    check(CUSTOM, [0, 2.5], 0.1);
    check(CUSTOM, [5, 7.5], 0.4);
    check('schema:-53 count:4 sum:1 custom_values:[-5] buckets:[3 1]', [-Infinity, -7], 0.75);
    check('', [0, 1], Number.NaN);
  });
  it('says that observations are NaN', () => {
    const { value, hasNan } = histogramFraction(
      0,
      Infinity,
      read('count:4 sum:NaN buckets:[1 1 1]'),
    );
    assert.deepEqual([value, hasNan], [0.75, true]);
    assert.equal(histogramFraction(0, 1, read('count:1 sum:NaN buckets:[1]')).hasNan, false);
  });
});

it('the variance takes observations to lie in the middle of their buckets', () => {
  const check = (text: string, want: number): void =>
    assertClose(histogramVariance(read(text)), want, text);
  check('schema:2 count:4 sum:10 buckets:[1 0 0 0 1 0 0 1 1]', 1.163807968526718);
  check('schema:8 count:10 sum:10 buckets:[1 2 3 4]', 2.3971123370139447e-5);
  check('schema:1 count:2 sum:-3 n_offset:1 n_buckets:[2]', (2 ** 0.25 - 1.5) ** 2);
  check('schema:-53 count:2 sum:12 custom_values:[4 8] buckets:[0 1 1]', Infinity);
  check('schema:-53 count:2 sum:12 custom_values:[4 8 12] buckets:[0 1 1]', 8);
  check('count:3 sum:0 z_bucket:3 z_bucket_w:1', 0);
});
