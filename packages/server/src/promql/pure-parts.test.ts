import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLabels } from '../series/index.ts';
import { bucketFraction, bucketQuantile, type Buckets, createBuckets } from './buckets.ts';
import { DATE_FUNCTIONS } from './dates.ts';
import { maxOf, minOf, power, searchFirst } from './go-math.ts';
import { addTo, addToMean, MEAN_CELLS, meanOf, totalOf } from './kahan.ts';
import { hashShare, xxHash64 } from './label-hash.ts';
import { parseTemplate } from './label-functions.ts';
import { quantileOf } from './quantile.ts';
import { isNaturallyBefore } from './sort-functions.ts';

const { NaN: nan } = Number;

describe('arithmetic', () => {
  it('follows Go where JavaScript differs', () => {
    assert.equal(power(1, nan), 1);
    assert.equal(power(-1, Infinity), 1);
    assert.equal(power(nan, 0), 1);
    assert.equal(power(2, 0.5), Math.SQRT2);
    assert.equal(maxOf(Infinity, nan), Infinity);
    assert.equal(minOf(nan, -Infinity), -Infinity);
    assert.equal(maxOf(nan, 5), nan);
    assert.equal(minOf(nan, 5), nan);
  });

  it('finds the first index of a rising condition', () => {
    const steps = [1, 3, 3, 7];
    for (let want = 0; want <= 8; want++) {
      const found = searchFirst(steps.length, (i) => steps[i] >= want);
      const expected = steps.findIndex((step) => step >= want);
      assert.equal(found, expected < 0 ? steps.length : expected);
    }
  });

  it('compensates sums and means', () => {
    const sum = new Float64Array(2);
    for (const value of [1, 1e100, 1, -1e100]) addTo(sum, 0, value);
    assert.equal(totalOf(sum, 0), 2);
    const mean = new Float64Array(2 * MEAN_CELLS);
    for (const value of [1.5e308, 1.6e308, 1.7e308]) addToMean(mean, MEAN_CELLS, value);
    assert.ok(Math.abs(meanOf(mean, MEAN_CELLS) / 1.6e308 - 1) < 1e-15);
  });

  it('takes quantiles with NaN as the smallest value', () => {
    const check = (phi: number, values: number[], want: number): void =>
      assert.equal(quantileOf(phi, Float64Array.from(values), values.length), want);
    check(0.5, [3, 1, 2], 2);
    check(0.5, [4, 1, 2, 3], 2.5);
    check(0, [nan, 1], nan);
    check(1, [nan, 1], 1);
    check(0.5, [], nan);
    check(-1, [1], -Infinity);
    check(2, [1], Infinity);
    check(nan, [1], nan);
  });
});

describe('classic buckets', () => {
  const bucketsOf = (pairs: readonly (readonly [number, number])[]): Buckets => {
    const buckets = createBuckets(pairs.length);
    for (const [bound, count] of pairs) {
      buckets.bounds[buckets.count] = bound;
      buckets.counts[buckets.count++] = count;
    }
    return buckets;
  };
  const quantile = (phi: number, pairs: readonly (readonly [number, number])[]): number =>
    bucketQuantile(phi, bucketsOf(pairs)).value;
  const usual = [
    [1, 10],
    [2, 30],
    [Infinity, 40],
  ] as const;

  it('are interpolated between their bounds', () => {
    assert.equal(quantile(0.25, usual), 1);
    assert.equal(quantile(0.5, usual), 1.5);
    assert.equal(quantile(0.125, usual), 0.5);
  });

  it('answer with a bound at either end', () => {
    assert.equal(quantile(0.99, usual), 2);
    const below = [
      [-2, 10],
      [1, 20],
      [Infinity, 20],
    ] as const;
    assert.equal(quantile(0.2, below), -2);
  });

  it('have no quantile where something is missing', () => {
    assert.equal(quantile(0.5, [[1, 10]]), nan);
    assert.equal(quantile(0.5, [[Infinity, 10]]), nan);
    assert.equal(
      quantile(0.5, [
        [1, 0],
        [Infinity, 0],
      ]),
      nan,
    );
    assert.equal(quantile(nan, usual), nan);
    assert.equal(quantile(-0.1, usual), -Infinity);
    assert.equal(quantile(1.1, usual), Infinity);
  });

  it('with falling counts are lifted and say how far', () => {
    const answer = bucketQuantile(
      0.5,
      bucketsOf([
        [1, 10],
        [2, 8],
        [3, 9],
        [Infinity, 20],
      ]),
    );
    assert.deepEqual(answer, {
      value: 1,
      fix: { bucketMin: 2, bucketMax: 3, differenceMax: 2 },
    });
  });

  it('with counts that differ by rounding only are mended in silence', () => {
    const pairs = [
      [1, 10],
      [2, 10 - 1e-13],
      [Infinity, 20],
    ] as const;
    assert.equal(bucketQuantile(0.5, bucketsOf(pairs)).fix, undefined);
  });

  it('with the same bound are one', () => {
    const pairs = [
      [1, 4],
      [1, 6],
      [Infinity, 20],
    ] as const;
    assert.equal(quantile(0.25, pairs), 0.5);
  });

  it('tell the share between two values', () => {
    const check = (lower: number, upper: number, want: number): void =>
      assert.equal(bucketFraction(lower, upper, bucketsOf(usual)), want);
    check(0, 1.5, 0.5);
    check(1, 2, 0.5);
    check(-Infinity, Infinity, 1);
    check(5, Infinity, 0.25);
    check(2, 1, 0);
    check(nan, 1, nan);
  });
});

describe('dates', () => {
  const check = (name: string, iso: string, want: number): void =>
    assert.equal(DATE_FUNCTIONS[name](Date.parse(iso) / 1000), want, `${name} of ${iso}`);

  it('are read in UTC, before and after the epoch', () => {
    check('year', '1969-12-31T23:59:59Z', 1969);
    check('month', '2024-02-29T12:00:00Z', 2);
    check('days_in_month', '2024-02-01T00:00:00Z', 29);
    check('days_in_month', '1900-02-01T00:00:00Z', 28);
    check('days_in_month', '2000-02-01T00:00:00Z', 29);
    check('day_of_month', '2024-12-31T00:00:00Z', 31);
    check('day_of_year', '2024-12-31T00:00:00Z', 366);
    check('day_of_week', '1970-01-01T00:00:00Z', 4);
    check('day_of_week', '1969-12-28T00:00:00Z', 0);
    check('hour', '1969-12-31T23:10:00Z', 23);
    check('minute', '1969-12-31T23:10:00Z', 10);
  });

  it('agree with the platform on every day of six centuries', () => {
    const day = 86_400;
    for (let seconds = -300 * 365 * day; seconds < 300 * 365 * day; seconds += 5 * day + 3601) {
      const date = new Date(seconds * 1000);
      assert.equal(DATE_FUNCTIONS.year(seconds), date.getUTCFullYear());
      assert.equal(DATE_FUNCTIONS.month(seconds), date.getUTCMonth() + 1);
      assert.equal(DATE_FUNCTIONS.day_of_month(seconds), date.getUTCDate());
      assert.equal(DATE_FUNCTIONS.day_of_week(seconds), date.getUTCDay());
      assert.equal(DATE_FUNCTIONS.hour(seconds), date.getUTCHours());
    }
  });

  it('of what is no time are none', () => {
    assert.equal(DATE_FUNCTIONS.year(nan), nan);
    assert.equal(DATE_FUNCTIONS.day_of_week(Infinity), nan);
  });
});

describe('texts', () => {
  it('of replacements are filled with groups', () => {
    const groups = {
      byIndex: (at: number) => ['whole', 'one'][at] ?? '',
      byName: (name: string) => (name === 'host' ? 'db1' : ''),
    };
    const check = (template: string, want: string): void =>
      assert.equal(parseTemplate(template)(groups), want, template);
    check('$1-$0', 'one-whole');
    check('${1}x', 'onex');
    check('$1x', '');
    check('${host}/$host', 'db1/db1');
    check('$$1 costs $', '$1 costs $');
    check('$9', '');
    check('${', '${');
  });

  it('are ordered with numbers by size', () => {
    const check = (...ordered: string[]): void =>
      assert.deepEqual(
        ordered.toReversed().sort((a, b) => (a === b ? 0 : isNaturallyBefore(a, b) ? -1 : 1)),
        ordered,
      );
    check('a1', 'a2', 'a10', 'b1');
    check('4:1600', '8:256', '8:512', '12:500');
    check('', 'a', 'a1');
    check('1.2.3', '1.2.10', '1.10');
  });
});

describe('the hash of labels', () => {
  it('is xxHash64', () => {
    const check = (text: string, want: bigint): void =>
      assert.equal(xxHash64(new TextEncoder().encode(text)), want, text);
    check('', 0xef46db3751d8e999n);
    check('a', 0xd24ec4f1a98c6e5bn);
    check('abc', 0x44bc2cf5ad770999n);
    check('Nobody inspects the spammish repetition', 0xfbcea83c8a378bf1n);
  });

  it('spreads evenly', () => {
    const shares = Array.from({ length: 1000 }, (_, i) =>
      hashShare(createLabels({ __name__: 'm', instance: `host-${i}` })),
    );
    const low = shares.filter((share) => share < 0.5).length;
    assert.ok(low > 430 && low < 570, `${low} of 1000 in the lower half`);
    assert.ok(shares.every((share) => share >= 0 && share < 1));
  });
});
