import assert from 'node:assert/strict';
import { it } from 'node:test';
import { isEqualHistogram, isSameHistogram } from './equality.ts';
import { parseHistogram } from './notation.ts';

it('histograms are equal where they hold the same', () => {
  const check = (isEqual: boolean, a: string, b: string): void => {
    const [left, right] = [a, b].map((text) => parseHistogram(`{{${text}}}`).histogram);
    assert.equal(isEqualHistogram(left, right), isEqual, `${a} == ${b}`);
    assert.equal(isEqualHistogram(right, left), isEqual, `${b} == ${a}`);
  };
  check(true, 'count:1 buckets:[1]', 'count:1 buckets:[1]');
  check(true, 'count:1 offset:2 buckets:[0 1 0]', 'count:1 offset:3 buckets:[1]');
  check(true, 'sum:NaN buckets:[NaN]', 'sum:NaN buckets:[NaN]');
  check(true, 'counter_reset_hint:gauge', 'counter_reset_hint:reset');
  check(false, 'count:1 buckets:[1]', 'count:1 offset:1 buckets:[1]');
  check(false, 'count:1 buckets:[1]', 'count:1 n_buckets:[1]');
  check(false, 'count:1', 'count:2');
  check(false, 'sum:1', 'sum:2');
  check(false, 'z_bucket:1', 'z_bucket:2');
  check(false, 'z_bucket_w:1', 'z_bucket_w:2');
  check(false, 'schema:1', 'schema:2');
  check(false, 'buckets:[1 2]', 'buckets:[1 3]');
  check(false, 'schema:-53 custom_values:[1]', 'schema:-53 custom_values:[2]');
  check(false, 'schema:-53 custom_values:[1]', 'schema:-53 custom_values:[1 2]');
});

it('a caller may be more tolerant of counts, but not of layouts', () => {
  const isClose = (a: number, b: number): boolean => Math.abs(a - b) < 0.1;
  const read = (text: string) => parseHistogram(text).histogram;
  const one = read('{{count:1 buckets:[1]}}');
  assert.ok(isSameHistogram(one, read('{{count:1.05 buckets:[0.95]}}'), isClose));
  assert.ok(!isSameHistogram(one, read('{{count:1 buckets:[1 1]}}'), isClose));
});
