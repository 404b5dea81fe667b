import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addHistograms } from './arithmetic.ts';
import type { Histogram } from './histogram.ts';
import { parseHistogram } from './notation.ts';
import { isCounterReset } from './reset.ts';
import { createTestRandom, randomHistogram } from './testing.ts';

const read = (text: string): Histogram => parseHistogram(`{{${text}}}`).histogram;

function check(isReset: boolean, previous: string, current: string): void {
  assert.equal(
    isCounterReset(read(current), read(previous)),
    isReset,
    `${current} after ${previous}`,
  );
}

describe('a counter reset', () => {
  it('is a count that fell, whichever it is', () => {
    const before = 'count:10 sum:5 z_bucket:2 buckets:[3 2] n_buckets:[2 1]';
    check(false, before, before);
    check(false, before, 'count:10 sum:1 z_bucket:2 buckets:[3 2] n_buckets:[2 1]');
    check(true, before, 'count:9 sum:5 z_bucket:2 buckets:[3 2] n_buckets:[2 1]');
    check(true, before, 'count:10 sum:5 z_bucket:1 buckets:[3 2] n_buckets:[2 1]');
    check(true, before, 'count:20 sum:5 z_bucket:2 buckets:[3 1] n_buckets:[2 1]');
    check(true, before, 'count:20 sum:5 z_bucket:2 buckets:[3 2] n_buckets:[2 0]');
  });
  it('is a populated bucket that is gone', () => {
    check(true, 'count:3 buckets:[1 2]', 'count:5 buckets:[5]');
    check(true, 'count:3 buckets:[1 2]', 'count:5 offset:1 buckets:[5]');
    check(true, 'count:3 n_buckets:[3]', 'count:5 buckets:[5]');
    check(false, 'count:1 buckets:[1 0]', 'count:5 buckets:[5]');
    check(false, 'count:1 buckets:[0 1]', 'count:5 offset:-1 buckets:[1 0 4]');
  });
  it('is what the histogram says, if it says anything', () => {
    check(true, 'count:1', 'count:2 counter_reset_hint:reset');
    check(false, 'count:2', 'count:1 counter_reset_hint:not_reset');
    check(true, 'count:2', 'count:1 counter_reset_hint:gauge');
  });
  it('comes with a finer schema, and is looked for through a coarser one', () => {
    check(true, 'schema:0 count:1 buckets:[1]', 'schema:1 count:2 buckets:[2]');
    check(false, 'schema:1 count:3 offset:-1 buckets:[1 2]', 'schema:0 count:4 buckets:[4]');
    check(true, 'schema:1 count:3 offset:-1 buckets:[1 2]', 'schema:0 count:4 buckets:[2 2]');
  });
  it('comes with a narrower zero bucket, and is looked for through a wider one', () => {
    check(true, 'count:1 z_bucket:1 z_bucket_w:1', 'count:2 z_bucket:2 z_bucket_w:0.5');
    const before = 'count:3 z_bucket:1 z_bucket_w:0.25 buckets:[2]';
    check(false, before, 'count:4 z_bucket:4 z_bucket_w:1');
    check(true, before, 'count:4 z_bucket:2 z_bucket_w:1 offset:1 buckets:[2]');
    check(true, before, 'count:4 z_bucket:4 z_bucket_w:0.75');
    check(false, 'count:1 z_bucket:1 z_bucket_w:0.25', 'count:1 z_bucket:1 z_bucket_w:0.75');
  });
  it('is seen between the custom bounds that both have', () => {
    const before = 'schema:-53 count:6 custom_values:[1 2 3] buckets:[1 2 3]';
    check(false, before, 'schema:-53 count:6 custom_values:[2 3] buckets:[3 3]');
    check(true, before, 'schema:-53 count:6 custom_values:[2 3] buckets:[2 4]');
    check(false, before, 'schema:-53 count:6 custom_values:[7] buckets:[6]');
    check(true, before, 'schema:-53 count:7 custom_values:[1 2 3] buckets:[1 1 5]');
    check(true, before, 'schema:0 count:9 buckets:[9]');
    check(true, 'schema:0 count:1 buckets:[1]', 'schema:-53 count:9 custom_values:[2] buckets:[9]');
  });
  it('is never where one only grew', () => {
    const { random, seed } = createTestRandom();
    for (let i = 0; i < 300; i++) {
      const before = randomHistogram(random);
      const grown = addHistograms(
        before,
        randomHistogram(random, before.customBounds !== undefined),
      );
      assert.ok(grown.kind === 'combined');
      // Bounds and zero buckets may have been given up; what is left must not look like a reset.
      assert.equal(isCounterReset(grown.histogram, before), false, `seed ${seed}, round ${i}`);
    }
  });
});
