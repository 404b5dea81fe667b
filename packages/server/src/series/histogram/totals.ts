/**
 * Sums and means of many histograms, exact up to the last rounding: what `sum`, `avg` and their
 * `_over_time` kin are made of.
 */
import { compactHistogram, divideHistogram } from './arithmetic.ts';
import { HistogramDraft, hasBeyond } from './draft.ts';
import type { CounterReset, Histogram } from './histogram.ts';

/** Two numbers within this have a finite sum. */
const SAFE_MAX = Number.MAX_VALUE / 4;

/** Tells whether members contradict each other about resets, in whatever order they come. */
class ResetWitness {
  #hasReset = false;
  #hasNoReset = false;

  see(counterReset: CounterReset): void {
    if (counterReset === 'reset') this.#hasReset = true;
    if (counterReset === 'notReset') this.#hasNoReset = true;
  }

  get hasConflict(): boolean {
    return this.#hasReset && this.#hasNoReset;
  }
}

/** A sum of histograms. */
export class HistogramSum {
  readonly #draft: HistogramDraft;
  readonly #witness = new ResetWitness();

  constructor(first: Histogram) {
    this.#draft = new HistogramDraft(first);
    this.#witness.see(first.counterReset);
  }

  /** False, and nothing is done, where custom bounds meet exponential buckets. */
  add(histogram: Histogram): boolean {
    this.#witness.see(histogram.counterReset);
    return this.#draft.add(histogram);
  }

  /** Whether one member was said to follow a counter reset and another was said not to. */
  get hasResetConflict(): boolean {
    return this.#witness.hasConflict;
  }

  /** Whether custom bounds differed and only those that all members have are left. */
  get hasReconciledBounds(): boolean {
    return this.#draft.hasReconciledBounds;
  }

  /** The sum without empty buckets. Nothing can be added after this. */
  finish(): Histogram {
    return compactHistogram(this.#draft.finishExactly());
  }
}

/**
 * A mean of histograms. The sum divided by the count is the more exact one; once a sum would
 * overflow, the mean itself is carried and updated step by step.
 */
export class HistogramMean {
  #draft: HistogramDraft;
  #count = 1;
  /** Whether the draft holds the mean and no longer the sum. */
  #isIncremental = false;
  readonly #witness = new ResetWitness();

  constructor(first: Histogram) {
    this.#draft = new HistogramDraft(first);
    this.#witness.see(first.counterReset);
  }

  /** False, and nothing is done, where custom bounds meet exponential buckets. */
  add(histogram: Histogram): boolean {
    this.#witness.see(histogram.counterReset);
    this.#count++;
    const isAdded = this.#isIncremental ? undefined : this.#addToSum(histogram);
    if (isAdded === undefined) return this.#addToMean(histogram);
    if (!isAdded) this.#count--;
    return isAdded;
  }

  /** Whether one member was said to follow a counter reset and another was said not to. */
  get hasResetConflict(): boolean {
    return this.#witness.hasConflict;
  }

  /** Whether custom bounds differed and only those that all members have are left. */
  get hasReconciledBounds(): boolean {
    return this.#draft.hasReconciledBounds;
  }

  /** The mean without empty buckets. Nothing can be added after this. */
  finish(): Histogram {
    if (!this.#isIncremental) this.#draft.divide(this.#count);
    return compactHistogram(this.#draft.finishExactly());
  }

  /** Undefined, and nothing is done, where the sum would overflow. */
  #addToSum(histogram: Histogram): boolean | undefined {
    const draft = this.#draft;
    const isSafe =
      draft.hasAllOf(histogram) && !draft.exceeds(SAFE_MAX) && !exceeds(histogram, SAFE_MAX);
    if (isSafe) return draft.add(histogram);
    const next = draft.copy();
    if (!next.add(histogram)) return false;
    if (next.hasOverflow()) return undefined;
    this.#draft = next;
    return true;
  }

  #addToMean(histogram: Histogram): boolean {
    if (!this.#isIncremental) {
      this.#isIncremental = true;
      this.#draft.divide(this.#count - 1);
    }
    this.#draft.multiply((this.#count - 1) / this.#count);
    return this.#draft.add(divideHistogram(histogram, this.#count));
  }
}

function exceeds({ count, sum, zeroCount, positive, negative }: Histogram, limit: number): boolean {
  return (
    hasBeyond([count, sum, zeroCount], limit) ||
    hasBeyond(positive.counts, limit) ||
    hasBeyond(negative.counts, limit)
  );
}
