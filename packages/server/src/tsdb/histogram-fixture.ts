/** For tests: histograms of every kind, and their text. */
import type { Random } from '../platform/index.ts';
import {
  CUSTOM_BUCKETS_SCHEMA,
  type Histogram,
  type HistogramBuckets,
  NO_BUCKETS,
} from '../series/index.ts';

/** A histogram of integers with two spans; all counts grow with `n`. */
export function createHistogram(n: number, changes: Partial<Histogram> = {}): Histogram {
  const counts = Float64Array.of(n, 2 * n, 0, 3 * n);
  return {
    schema: 1,
    counterReset: 'unknown',
    isInteger: true,
    zeroThreshold: 2 ** -128,
    zeroCount: n,
    count: 7 * n,
    sum: n * 1.25,
    positive: { spanOffsets: [-2, 3], spanLengths: [3, 1], counts },
    negative: NO_BUCKETS,
    customBounds: undefined,
    ...changes,
  };
}

/** A histogram as text, all of it; what is known of resets only where wanted. */
export function formatHistogram(histogram: Histogram, withReset = false): string {
  const { schema, isInteger, zeroThreshold, zeroCount, count, sum } = histogram;
  const side = ({ spanOffsets, spanLengths, counts }: HistogramBuckets): string =>
    `${spanOffsets.join()}/${spanLengths.join()}:${[...counts].join()}`;
  const numbers = [schema, isInteger ? 'i' : 'f', zeroThreshold, zeroCount, count, sum].join();
  const bounds = histogram.customBounds === undefined ? '' : [...histogram.customBounds].join();
  const reset = withReset ? ` ${histogram.counterReset}` : '';
  return `${numbers} ${side(histogram.positive)} ${side(histogram.negative)} ${bounds}${reset}`;
}

/** Makes histograms of one series: mostly as its last one with more counts, sometimes otherwise. */
export class RandomHistograms {
  readonly #random: Random;
  #last: Histogram | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  #below(count: number): number {
    return Math.floor(this.#random.float() * count);
  }

  next(): Histogram {
    const isOther = this.#last === undefined || this.#below(12) === 0;
    const next = isOther ? this.#fresh() : this.#grown(this.#last ?? this.#fresh());
    this.#last = next;
    return next;
  }

  #fresh(): Histogram {
    const isCustom = this.#below(4) === 0;
    const isInteger = this.#below(3) > 0;
    const positive = this.#side(isInteger, isCustom);
    const negative = isCustom || this.#below(2) === 0 ? NO_BUCKETS : this.#side(isInteger, false);
    // As many as there can be buckets; the last of them ends at infinity.
    const reach = positive.spanOffsets.reduce((sum, offset) => sum + offset, 0);
    const bounds = Float64Array.from({ length: reach + positive.counts.length }, (_, i) =>
      this.#below(2) === 0 ? i * 0.25 + 1e-3 * i : i * 0.25 + this.#random.float() * 0.2,
    );
    const resets = ['unknown', 'unknown', 'gauge', 'reset', 'notReset'] as const;
    const zeroCount = isCustom ? 0 : this.#count(isInteger);
    return {
      schema: isCustom ? CUSTOM_BUCKETS_SCHEMA : this.#below(13) - 4,
      counterReset: resets[this.#below(resets.length)],
      isInteger,
      zeroThreshold: isCustom ? 0 : [0, 2 ** -128, 0.001, 1024, 2 ** -300][this.#below(5)],
      zeroCount,
      count: zeroCount + sumOf(positive) + sumOf(negative),
      sum: [this.#random.float() * 1e6, -3, 0, Infinity, Number.NaN][this.#below(5)],
      positive,
      negative,
      customBounds: isCustom ? bounds : undefined,
    };
  }

  #side(isInteger: boolean, isCustom: boolean): HistogramBuckets {
    const spanLengths = Array.from({ length: this.#below(4) }, () => this.#below(5));
    const spanOffsets = spanLengths.map((_, i) =>
      i === 0 && !isCustom ? this.#below(2000) - 1000 : this.#below(5),
    );
    const count = spanLengths.reduce((sum, length) => sum + length, 0);
    const counts = Float64Array.from({ length: count }, () => this.#count(isInteger));
    return { spanOffsets, spanLengths, counts };
  }

  #count(isInteger: boolean): number {
    const size = 10 ** this.#below(isInteger ? 13 : 4);
    return isInteger ? this.#below(size) : this.#random.float() * size;
  }

  #grown(last: Histogram): Histogram {
    const isFalling = last.counterReset === 'gauge' || this.#below(20) === 0;
    const grow = (count: number): number => {
      const step = last.isInteger ? this.#below(9) : this.#random.float();
      return isFalling && this.#below(2) === 0 ? Math.max(0, count - step) : count + step;
    };
    const side = (buckets: HistogramBuckets): HistogramBuckets => ({
      ...buckets,
      counts: buckets.counts.map(grow),
    });
    const positive = side(last.positive);
    const negative = side(last.negative);
    const zeroCount = last.schema === CUSTOM_BUCKETS_SCHEMA ? 0 : grow(last.zeroCount);
    return {
      ...last,
      counterReset: last.counterReset === 'gauge' ? 'gauge' : 'unknown',
      zeroCount,
      count: zeroCount + sumOf(positive) + sumOf(negative),
      sum: this.#below(3) === 0 ? last.sum : this.#random.float() * 1e3,
      positive,
      negative,
    };
  }
}

function sumOf({ counts }: HistogramBuckets): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
