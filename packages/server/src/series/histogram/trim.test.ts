import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Histogram } from './histogram.ts';
import { parseHistogram } from './notation.ts';
import { histogramFraction } from './quantile.ts';
import { createTestRandom, randomHistogram } from './testing.ts';
import { formatHistogramNotation } from './text.ts';
import { trimHistogram } from './trim.ts';

const read = (text: string): Histogram => parseHistogram(`{{${text}}}`).histogram;
const write = (histogram: Histogram): string => formatHistogramNotation(histogram).slice(2, -2);

function check(text: string, value: number, below: string, above: string): void {
  assert.equal(write(trimHistogram(read(text), value, 'below')), below, `${text} </ ${value}`);
  assert.equal(write(trimHistogram(read(text), value, 'above')), above, `${text} >/ ${value}`);
}

describe('trimming', () => {
  it('cuts at bounds of buckets, and estimates the sum anew', () => {
    const all = 'count:8 sum:20 offset:1 buckets:[2 2 4]';
    check(
      all,
      4,
      `count:4 sum:${2 * Math.SQRT2 + 2 * Math.sqrt(8)} offset:1 buckets:[2 2]`,
      `count:4 sum:${4 * Math.sqrt(32)} offset:3 buckets:[4]`,
    );
    check(all, 8, all, '');
    check(all, 1, '', all);
    check(all, Number.NaN, '', '');
  });
  it('cuts within a bucket: on a logarithmic scale, or evenly where bounds are custom', () => {
    check(
      'count:8 sum:20 offset:2 buckets:[8]',
      2 * Math.SQRT2,
      `count:4 sum:${4 * Math.sqrt(4 * Math.SQRT2)} offset:2 buckets:[4]`,
      `count:4 sum:${4 * Math.sqrt(8 * Math.SQRT2)} offset:2 buckets:[4]`,
    );
    check(
      'schema:-53 count:8 sum:20 custom_values:[0 4] offset:1 buckets:[8]',
      1,
      'schema:-53 count:2 sum:1 custom_values:[0 4] offset:1 buckets:[2]',
      'schema:-53 count:6 sum:15 custom_values:[0 4] offset:1 buckets:[6]',
    );
  });
  it('cuts the zero bucket evenly, on the side that the histogram is on', () => {
    check(
      'count:4 sum:1 z_bucket:4 z_bucket_w:1',
      0.5,
      'count:3 sum:-0.75 z_bucket:3 z_bucket_w:1',
      'count:1 sum:0.75 z_bucket:1 z_bucket_w:1',
    );
    check(
      'count:5 sum:1 z_bucket:4 z_bucket_w:1 offset:3 buckets:[1]',
      0.5,
      'count:2 sum:0.5 z_bucket:2 z_bucket_w:1',
      `count:3 sum:${Math.sqrt(32) + 1.5} z_bucket:2 z_bucket_w:1 offset:3 buckets:[1]`,
    );
    check('count:4 sum:1 z_bucket:4', 0, '', 'count:4 sum:1 z_bucket:4');
  });
  it('cuts off the whole open side of a bucket without end', () => {
    const all = 'schema:-53 count:5 sum:9 custom_values:[10] buckets:[2 3]';
    check(
      all,
      5,
      'schema:-53 count:1 sum:2.5 custom_values:[10] buckets:[1]',
      'schema:-53 count:4 sum:37.5 custom_values:[10] buckets:[1 3]',
    );
    check(
      all,
      20,
      'schema:-53 count:2 sum:10 custom_values:[10] buckets:[2]',
      'schema:-53 count:3 sum:60 custom_values:[10] offset:1 buckets:[3]',
    );
    check(
      'schema:-53 count:5 sum:-9 custom_values:[-10] buckets:[2 3]',
      -20,
      'schema:-53 count:2 sum:-40 custom_values:[-10] buckets:[2]',
      'schema:-53 count:3 sum:-30 custom_values:[-10] offset:1 buckets:[3]',
    );
  });
  it('keeps each observation on one side, as the fraction counts them', () => {
    const { random, seed } = createTestRandom();
    for (let i = 0; i < 200; i++) {
      const histogram = randomHistogram(random, false);
      if (histogram.count === 0) continue;
      const value = (random.float() - 0.3) * 20;
      const below = trimHistogram(histogram, value, 'below');
      const above = trimHistogram(histogram, value, 'above');
      const isWhole = Math.abs(below.count + above.count - histogram.count) < 1e-9;
      assert.ok(isWhole, `seed ${seed}, round ${i}`);
      const share = histogramFraction(-Infinity, value, histogram).value;
      assert.ok(Math.abs(below.count / histogram.count - share) < 1e-9, `seed ${seed}, round ${i}`);
    }
  });
});
