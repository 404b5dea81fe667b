/**
 * Walks over all buckets of a histogram in order of their bounds: negative ones, the zero bucket if
 * it is populated, positive ones; or the other way round.
 *
 * Bounds cost a look-up and a power each, so they are worked out only when asked for: a quantile
 * counts its way through many buckets and needs the bounds of one.
 */
import { boundOf, hasCustomBounds } from './bounds.ts';
import type { Histogram, HistogramBuckets } from './histogram.ts';

type Place = 'before' | 'left' | 'zero' | 'right' | 'after';

export class BucketCursor {
  /** Observations in the current bucket; buckets of the spans may be empty. */
  count = 0;
  readonly #histogram: Histogram;
  readonly #isDescending: boolean;
  #place: Place = 'before';
  #side: HistogramBuckets;
  #isPositive = false;
  /** 1 away from zero, -1 towards it. */
  #step: 1 | -1 = 1;
  #at = 0;
  #span = 0;
  #inSpan = 0;
  #index = 0;

  constructor(histogram: Histogram, order: 'ascending' | 'descending' = 'ascending') {
    this.#histogram = histogram;
    this.#isDescending = order === 'descending';
    this.#side = histogram.positive;
  }

  /** Moves to the next bucket; false at the end. */
  next(): boolean {
    if (this.#place === 'before') this.#enter('left');
    if (this.#place === 'left') {
      if (this.#advance()) return true;
      this.#place = 'zero';
      this.count = this.#histogram.zeroCount;
      if (this.count > 0) return true;
    }
    if (this.#place === 'zero') this.#enter('right');
    if (this.#place === 'right') {
      if (this.#advance()) return true;
      this.#place = 'after';
    }
    return false;
  }

  /** The lower bound; where the zero bucket reaches into this one, the zero bucket's end. */
  get lower(): number {
    const { zeroThreshold } = this.#histogram;
    if (this.#place === 'zero') return -zeroThreshold;
    if (!this.#isPositive) return -boundOf(this.#histogram, this.#index);
    const bound = boundOf(this.#histogram, this.#index - 1);
    return bound > 0 && bound < zeroThreshold ? zeroThreshold : bound;
  }

  /** The upper bound; where the zero bucket reaches into this one, the zero bucket's start. */
  get upper(): number {
    const { zeroThreshold } = this.#histogram;
    if (this.#place === 'zero') return zeroThreshold;
    if (this.#isPositive) return boundOf(this.#histogram, this.#index);
    const bound = -boundOf(this.#histogram, this.#index - 1);
    return bound < 0 && bound > -zeroThreshold ? -zeroThreshold : bound;
  }

  /** Whether an observation at the lower bound would be counted here. */
  get isLowerInclusive(): boolean {
    if (hasCustomBounds(this.#histogram)) return this.#index === 0;
    return this.#place === 'zero' || !this.#isPositive;
  }

  /** Whether an observation at the upper bound would be counted here. */
  get isUpperInclusive(): boolean {
    return this.#place === 'zero' || this.#isPositive;
  }

  #enter(place: 'left' | 'right'): void {
    this.#place = place;
    this.#step = place === 'right' ? 1 : -1;
    this.#isPositive = (place === 'right') !== this.#isDescending;
    const { positive, negative } = this.#histogram;
    this.#side = this.#isPositive ? positive : negative;
    const { spanOffsets, spanLengths, counts } = this.#side;
    if (place === 'right') {
      this.#at = -1;
      this.#span = 0;
      this.#inSpan = -1;
      this.#index = counts.length === 0 ? 0 : spanOffsets[0] - 1;
      return;
    }
    this.#at = counts.length;
    this.#span = spanLengths.length - 1;
    this.#inSpan = counts.length === 0 ? 0 : spanLengths[this.#span];
    this.#index = 0;
    for (let i = 0; i < spanLengths.length; i++) this.#index += spanOffsets[i] + spanLengths[i];
  }

  #advance(): boolean {
    const { spanOffsets, spanLengths, counts } = this.#side;
    this.#at += this.#step;
    if (this.#at < 0 || this.#at >= counts.length) return false;
    this.#inSpan += this.#step;
    this.#index += this.#step;
    // Spans of length 0 are passed over.
    while (this.#inSpan < 0) {
      this.#index -= spanOffsets[this.#span--];
      this.#inSpan = spanLengths[this.#span] - 1;
    }
    while (this.#inSpan >= spanLengths[this.#span]) {
      this.#index += spanOffsets[++this.#span];
      this.#inSpan = 0;
    }
    this.count = counts[this.#at];
    return true;
  }
}
