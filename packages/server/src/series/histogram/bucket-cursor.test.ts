import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BucketCursor } from './bucket-cursor.ts';
import { exponentialBound } from './exponential-bounds.ts';
import type { Histogram } from './histogram.ts';
import { parseHistogram } from './notation.ts';
import { createTestRandom, randomHistogram } from './testing.ts';

it('bounds of exponential buckets are those of Prometheus', () => {
  // From getBoundExponential's own test (model/histogram/generic_test.go).
  const check = (index: number, schema: number, want: number): void =>
    assert.equal(exponentialBound(index, schema), want, `bucket ${index} of schema ${schema}`);
  check(-1, -1, 0.25);
  check(0, -1, 1);
  check(1, -1, 4);
  check(512, -1, Number.MAX_VALUE);
  check(513, -1, Infinity);
  check(-1, 0, 0.5);
  check(0, 0, 1);
  check(1, 0, 2);
  check(1024, 0, Number.MAX_VALUE);
  check(1025, 0, Infinity);
  check(-1, 2, 0.8408964152537144);
  check(0, 2, 1);
  check(1, 2, 1.189207115002721);
  check(4096, 2, Number.MAX_VALUE);
  check(4097, 2, Infinity);
  check(1, 8, 1.0027112750502025);
  check(-1074, 0, Number.MIN_VALUE);
  check(-1075, 0, 0);
  check(-8 * 1022 + 3, 3, 1.2968395546510096 * 2 ** -1022);
});

describe('a walk over the buckets', () => {
  const walk = (histogram: Histogram, order: 'ascending' | 'descending'): string[] => {
    const cursor = new BucketCursor(histogram, order);
    const seen: string[] = [];
    while (cursor.next()) {
      const open = cursor.isLowerInclusive ? '[' : '(';
      const close = cursor.isUpperInclusive ? ']' : ')';
      seen.push(`${open}${cursor.lower},${cursor.upper}${close}:${cursor.count}`);
    }
    assert.equal(cursor.next(), false);
    return seen;
  };
  const check = (histogram: Histogram, want: readonly string[]): void => {
    assert.deepEqual(walk(histogram, 'ascending'), want);
    assert.deepEqual(walk(histogram, 'descending'), [...want].reverse());
  };
  const read = (text: string): Histogram => parseHistogram(`{{${text}}}`).histogram;
  const spans = { spanOffsets: [-1, 0, 2, 1], spanLengths: [1, 0, 2, 0] };

  it('goes from one end to the other, over gaps and empty spans', () => {
    const side = { ...spans, counts: Float64Array.of(1, 0, 2) };
    check({ ...read('z_bucket:3 z_bucket_w:0.1'), positive: side, negative: side }, [
      '[-8,-4):2',
      '[-4,-2):0',
      '[-0.5,-0.25):1',
      '[-0.1,0.1]:3',
      '(0.25,0.5]:1',
      '(2,4]:0',
      '(4,8]:2',
    ]);
    check(read(''), []);
  });
  it('lets the zero bucket cut into the next ones', () => {
    check(read('z_bucket:1 z_bucket_w:0.75 buckets:[2] n_buckets:[3]'), [
      '[-1,-0.75):3',
      '[-0.75,0.75]:1',
      '(0.75,1]:2',
    ]);
  });
  it('knows custom bounds', () => {
    check(read('schema:-53 custom_values:[-5 10] buckets:[1 2 3]'), [
      '[-Infinity,-5]:1',
      '(-5,10]:2',
      '(10,Infinity]:3',
    ]);
  });
  it('meets each count once, and bounds that adjoin', () => {
    const { random, seed } = createTestRandom();
    for (let i = 0; i < 100; i++) {
      const histogram = randomHistogram(random);
      const cursor = new BucketCursor(histogram);
      let total = 0;
      let last = -Infinity;
      while (cursor.next()) {
        total += cursor.count;
        assert.ok(cursor.lower >= last && cursor.upper >= cursor.lower, `seed ${seed}, round ${i}`);
        last = cursor.upper;
      }
      assert.equal(total, histogram.count, `seed ${seed}, round ${i}`);
    }
  });
});
