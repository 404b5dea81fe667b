import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError } from '../../platform/index.ts';
import { addHistograms } from './arithmetic.ts';
import { countsFromDeltas, createHistogram } from './create.ts';
import { isEqualHistogram } from './equality.ts';
import type { Histogram, HistogramBuckets } from './histogram.ts';
import { BUCKETS_MAX, INDEX_MAX } from './limits.ts';
import { parseHistogram } from './notation.ts';
import { histogramQuantile } from './quantile.ts';
import { isCounterReset } from './reset.ts';
import { createTestRandom, randomHistogram } from './testing.ts';
import { createHistogramJson, formatHistogram } from './text.ts';

const read = (text: string): Histogram => parseHistogram(`{{${text}}}`).histogram;
const side = (
  spanOffsets: number[],
  spanLengths: number[],
  counts: number[],
): HistogramBuckets => ({
  spanOffsets,
  spanLengths,
  counts: Float64Array.from(counts),
});

describe('a histogram from outside', () => {
  it('is refused where it contradicts itself, and the reason is told', () => {
    const check = (parts: Partial<Histogram>, message: string): void =>
      assert.throws(() => createHistogram({ ...read('count:3 buckets:[1 2]'), ...parts }), {
        code: 'HISTOGRAM_INVALID',
        message: `invalid histogram: ${message}`,
      });
    const custom = { schema: -53, customBounds: Float64Array.of(1, 2) };
    check({ schema: 53 }, 'schema 53 is not known; want -4 to 8, or -53 for custom buckets');
    check({ schema: -5 }, 'schema -5 is not known; want -4 to 8, or -53 for custom buckets');
    check({ schema: 0.5 }, 'schema 0.5 is not known; want -4 to 8, or -53 for custom buckets');
    check(
      { positive: side([0], [3], [1, 2]) },
      'positive side: spans need 3 buckets, have 2 buckets',
    );
    check({ negative: side([0], [], [1]) }, 'negative side: 1 offsets for 0 spans');
    check(
      { positive: side([0, -1], [1, 1], [1, 2]) },
      'positive side: span number 2 has the offset -1; want a whole number, 0 or more',
    );
    check(
      { positive: side([0], [-1], []) },
      'positive side: span number 1 has the length -1; want a whole number, 0 or more',
    );
    check(
      { positive: side([INDEX_MAX], [1], [1]) },
      'positive side: span number 1 reaches past the bucket index ±1073741824',
    );
    const many = new Float64Array(BUCKETS_MAX + 1);
    check(
      { positive: { spanOffsets: [0], spanLengths: [many.length], counts: many } },
      'positive side: 65537 buckets, of which at most 65536 are taken',
    );
    check({ positive: side([0], [2], [1, -2]) }, 'positive side: bucket number 2 is negative: -2');
    check({ count: -1 }, 'observation count is negative: -1');
    check({ zeroCount: -1 }, 'zero bucket is negative: -1');
    check({ zeroThreshold: -1 }, "the zero bucket's width is -1; want 0 or more, and finite");
    check(
      { zeroThreshold: Number.NaN },
      "the zero bucket's width is NaN; want 0 or more, and finite",
    );
    check(
      { customBounds: custom.customBounds },
      'schema 0 is exponential and must not have custom bounds',
    );
    check({ ...custom, zeroCount: 1 }, 'custom buckets: must have zero count of 0');
    check({ ...custom, zeroThreshold: 1 }, 'custom buckets: must have zero threshold of 0');
    check(
      { ...custom, negative: side([0], [0], []) },
      'custom buckets: must not have negative spans',
    );
    check(
      { ...custom, customBounds: Float64Array.of(2, 1) },
      'custom buckets: bounds must rise, but 1 follows 2',
    );
    check(
      { ...custom, customBounds: Float64Array.of(1, Infinity) },
      'custom buckets: bound 2 is +Inf; want finite ones, +Inf is implied',
    );
    check(
      { ...custom, positive: side([2], [2], [1, 2]) },
      'custom buckets: only 2 custom bounds, spans reach to bucket 4',
    );
    check(
      { ...custom, positive: side([-1], [2], [1, 2]) },
      'custom buckets: the first span begins before bucket 0',
    );
  });
  it('has as many observations as its buckets, unless some are NaN or all are floats', () => {
    const integers = { ...read('count:4 sum:1 z_bucket:1 buckets:[1 2]'), isInteger: true };
    createHistogram(integers);
    createHistogram({ ...integers, count: 5, sum: Number.NaN });
    createHistogram({ ...integers, count: 5, isInteger: false });
    assert.throws(() => createHistogram({ ...integers, count: 5 }), /4 observations .* count is 5/);
    assert.throws(() => createHistogram({ ...integers, count: 3, sum: Number.NaN }), /at least/);
    assert.throws(() => createHistogram({ ...integers, zeroCount: 0.5 }), /no integer/);
  });
  it('is brought to a schema and spans that everybody knows', () => {
    const fine = createHistogram({
      ...read('count:3 sum:1'),
      schema: 9,
      positive: side([1], [3], [1, 1, 1]),
    });
    assert.equal(
      formatHistogram(fine),
      formatHistogram(read('schema:8 count:3 sum:1 offset:1 buckets:[2 1]')),
    );
    const { positive } = createHistogram({
      ...read('count:3'),
      positive: side([1, 2, 1, 0, 5], [1, 0, 1, 1, 0], [1, 1, 1]),
    });
    assert.deepEqual(positive, side([1, 3], [1, 2], [1, 1, 1]));
  });
  it('may come as differences', () => {
    assert.deepEqual(countsFromDeltas([1, 2, -3, 4n]), Float64Array.of(1, 3, 0, 4));
  });
  it('is refused or safe to use, whatever it is', () => {
    const { random, seed } = createTestRandom();
    const strange = [-1, 0, 1, 2, 0.5, 2 ** 31, -(2 ** 31), Number.NaN, Infinity, -Infinity, 1e300];
    const pick = (): number => strange[Math.floor(random.float() * strange.length)];
    let taken = 0;
    for (let i = 0; i < 3000; i++) {
      const parts = randomHistogram(random);
      const bent = {
        ...parts,
        [['schema', 'zeroThreshold', 'zeroCount', 'count', 'sum'][i % 5]]: pick(),
      };
      const { spanOffsets, spanLengths, counts } = parts.positive;
      const at = Math.floor(random.float() * spanOffsets.length);
      if (i % 3 === 0 && spanOffsets.length > 0)
        bent.positive = { counts, spanLengths, spanOffsets: spanOffsets.with(at, pick()) };
      if (i % 3 === 1 && spanOffsets.length > 0)
        bent.positive = { counts, spanOffsets, spanLengths: spanLengths.with(at, pick()) };
      try {
        const histogram = createHistogram(bent);
        taken++;
        for (const other of [parts, histogram]) {
          addHistograms(histogram, other);
          isCounterReset(histogram, other);
        }
        histogramQuantile(random.float(), histogram);
        createHistogramJson(histogram);
        assert.ok(isEqualHistogram(histogram, histogram));
      } catch (error) {
        const isExpected = error instanceof AppError && error.code === 'HISTOGRAM_INVALID';
        if (!isExpected) throw new Error(`seed ${seed}, round ${i}`, { cause: error });
      }
    }
    assert.ok(taken > 100, `only ${taken} were taken`);
  });
});
