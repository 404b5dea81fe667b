/**
 * A histogram in the making: what other histograms are added to or taken from.
 *
 * Histograms that belong to one series or one program nearly always have the same layout. Then
 * adding is a loop over two arrays and nothing is allocated; only where layouts differ are buckets
 * matched by index, schemas brought to the coarser one, zero buckets to a common width, and custom
 * bounds to those that both have (Prometheus, model/histogram/float_histogram.go).
 */
import { hasCustomBounds } from './bounds.ts';
import {
  type CounterReset,
  type Histogram,
  type HistogramBuckets,
  NO_BUCKETS,
} from './histogram.ts';
import {
  addExactly,
  commonBounds,
  type IndexedBuckets,
  type LossyBuckets,
  mergeBuckets,
  outsideZero,
  reduceBuckets,
  regroupByBounds,
  toIndexed,
  toSpans,
} from './indexed-buckets.ts';
import { eachSharedRun, hasSameBounds, hasSameGrid, hasSameLayout } from './layout.ts';
import { widenZero } from './zero-bucket.ts';

/** Cells of `totals` and `totalLosses`. */
const COUNT = 0;
const SUM = 1;
const ZERO = 2;

export class HistogramDraft {
  /** Whether one that is said to follow a reset met one that is said not to. */
  hasResetConflict = false;
  /** Whether custom bounds differed, and bounds that not all of them have were given up. */
  hasReconciledBounds = false;
  schema: number;
  counterReset: CounterReset;
  zeroThreshold: number;
  customBounds: Float64Array | undefined;
  /** Count, sum and zero count; apart from the buckets because layouts do not touch them. */
  readonly totals: Float64Array;
  readonly totalLosses: Float64Array;
  positive: LossyBuckets;
  negative: LossyBuckets;

  constructor(first: Histogram) {
    this.schema = first.schema;
    this.counterReset = first.counterReset;
    this.zeroThreshold = first.zeroThreshold;
    this.customBounds = first.customBounds;
    this.totals = Float64Array.of(first.count, first.sum, first.zeroCount);
    this.totalLosses = new Float64Array(3);
    this.positive = toLossy(first.positive);
    this.negative = toLossy(first.negative);
  }

  /** Whether each bucket of another is one of ours: so it is once a sum has seen a few members. */
  hasAllOf(other: Histogram): boolean {
    return (
      hasSameGrid(this, other) &&
      eachSharedRun(this.positive, other.positive, ignoreRun) &&
      eachSharedRun(this.negative, other.negative, ignoreRun)
    );
  }

  /**
   * Adds a histogram, or with the sign -1 takes it away. False, and nothing is done, where one has
   * custom bounds and the other has not.
   */
  add(other: Histogram, sign: 1 | -1 = 1): boolean {
    if (hasCustomBounds(this) !== hasCustomBounds(other)) return false;
    this.#joinCounterReset(other.counterReset);
    this.#addTotal(COUNT, sign * other.count);
    this.#addTotal(SUM, sign * other.sum);
    if (hasSameLayout(this, other)) {
      this.#addTotal(ZERO, sign * other.zeroCount);
      addAll(this.positive, other.positive.counts, sign);
      addAll(this.negative, other.negative.counts, sign);
    } else if (this.hasAllOf(other)) {
      this.#addTotal(ZERO, sign * other.zeroCount);
      addRuns(this.positive, other.positive, sign);
      addRuns(this.negative, other.negative, sign);
    } else if (this.customBounds !== undefined && other.customBounds !== undefined) {
      this.#addCustom(other, other.customBounds, sign);
    } else {
      this.#addExponential(other, sign);
    }
    return true;
  }

  /** Multiplies all counts and losses. */
  multiply(factor: number): void {
    for (const cells of this.#allCells()) {
      for (let i = 0; i < cells.length; i++) cells[i] *= factor;
    }
  }

  /** Divides all counts and losses; not the same as to multiply by the inverse. */
  divide(divisor: number): void {
    for (const cells of this.#allCells()) {
      for (let i = 0; i < cells.length; i++) cells[i] /= divisor;
    }
  }

  /** Whether a count or the sum is beyond ±limit, or is no number. */
  exceeds(limit: number): boolean {
    return (
      hasBeyond(this.totals, limit) ||
      hasBeyond(this.positive.counts, limit) ||
      hasBeyond(this.negative.counts, limit)
    );
  }

  /** Whether a count or the sum is infinite. */
  hasOverflow(): boolean {
    return [this.totals, this.positive.counts, this.negative.counts].some(
      (cells) => cells.includes(Infinity) || cells.includes(-Infinity),
    );
  }

  /** One that can be changed while this one stays as it is. */
  copy(): HistogramDraft {
    const copy = new HistogramDraft(this.finish());
    copy.totalLosses.set(this.totalLosses);
    copy.positive.losses.set(this.positive.losses);
    copy.negative.losses.set(this.negative.losses);
    copy.hasResetConflict = this.hasResetConflict;
    copy.hasReconciledBounds = this.hasReconciledBounds;
    return copy;
  }

  /** What has been added up, without the losses. Its arrays are the draft's own. */
  finish(): Histogram {
    const { schema, counterReset, zeroThreshold, customBounds, totals, positive, negative } = this;
    return {
      schema,
      counterReset,
      isInteger: false,
      zeroThreshold,
      zeroCount: totals[ZERO],
      count: totals[COUNT],
      sum: totals[SUM],
      positive: withoutLosses(positive),
      negative: withoutLosses(negative),
      customBounds,
    };
  }

  /** What has been added up, with the losses made good. The draft is not to be used any more. */
  finishExactly(): Histogram {
    for (let i = 0; i < this.totals.length; i++) this.totals[i] += this.totalLosses[i];
    for (const { counts, losses } of [this.positive, this.negative]) {
      for (let i = 0; i < counts.length; i++) counts[i] += losses[i];
    }
    return this.finish();
  }

  #allCells(): readonly Float64Array[] {
    const { totals, totalLosses, positive, negative } = this;
    return [
      totals,
      totalLosses,
      positive.counts,
      positive.losses,
      negative.counts,
      negative.losses,
    ];
  }

  #addTotal(cell: number, value: number): void {
    addExactly(this.totals, this.totalLosses, cell, value);
  }

  /** What is a gauge stays one, what is not known stays so; two that contradict are not known. */
  #joinCounterReset(other: CounterReset): void {
    if (this.counterReset === other || this.counterReset === 'gauge') return;
    if (other === 'gauge') {
      this.counterReset = other;
      return;
    }
    if (this.counterReset !== 'unknown' && other !== 'unknown') this.hasResetConflict = true;
    this.counterReset = 'unknown';
  }

  #addCustom(other: Histogram, bounds: Float64Array, sign: 1 | -1): void {
    let ours = toIndexed(this.positive, this.positive.losses);
    let theirs = toIndexed(other.positive);
    if (this.customBounds !== undefined && !hasSameBounds(this, other)) {
      const common = commonBounds(this.customBounds, bounds);
      ours = regroupByBounds(ours, this.customBounds, common);
      theirs = regroupByBounds(theirs, bounds, common);
      this.customBounds = common;
      this.hasReconciledBounds = true;
    }
    this.positive = toSpans(mergeBuckets(ours, theirs, sign));
  }

  #addExponential(other: Histogram, sign: 1 | -1): void {
    const zeroCount = this.#reconcileZero(other);
    this.#addTotal(ZERO, sign * zeroCount);
    const schema = Math.min(this.schema, other.schema);
    const join = (ours: LossyBuckets, theirs: HistogramBuckets): LossyBuckets => {
      if (ours.counts.length === 0 && theirs.counts.length === 0) return ours;
      // What our zero bucket holds of theirs is taken out before their schema is reduced.
      // Prometheus does it after, and counts twice what shares a coarser bucket with the rest.
      const visible = outsideZero(toIndexed(theirs), other.schema, this.zeroThreshold);
      const left = reduceBuckets(toIndexed(ours, ours.losses), this.schema - schema);
      return toSpans(mergeBuckets(left, reduceBuckets(visible, other.schema - schema), sign));
    };
    this.positive = join(this.positive, other.positive);
    this.negative = join(this.negative, other.negative);
    this.schema = schema;
  }

  /**
   * Widens our zero bucket until it is as wide as the other's would be, and answers how many
   * observations the other's would hold. A zero bucket never ends within a populated bucket, so
   * widening one may call for widening the other again.
   */
  #reconcileZero(other: Histogram): number {
    if (other.zeroThreshold === this.zeroThreshold) return other.zeroCount;
    const theirs = {
      schema: other.schema,
      zeroCount: other.zeroCount,
      zeroLoss: 0,
      positive: toIndexed(other.positive),
      negative: toIndexed(other.negative),
    };
    let zeroCount = other.zeroCount;
    let threshold = other.zeroThreshold;
    for (;;) {
      if (threshold < this.zeroThreshold) {
        const widened = widenZero(theirs, this.zeroThreshold);
        zeroCount = widened.zeroCount + widened.zeroLoss;
        threshold = widened.threshold;
      } else if (threshold > this.zeroThreshold) {
        this.#widenZero(threshold);
      } else {
        return zeroCount;
      }
    }
  }

  #widenZero(threshold: number): void {
    const positive = toIndexed(this.positive, this.positive.losses);
    const negative = toIndexed(this.negative, this.negative.losses);
    const { schema } = this;
    const zeroCount = this.totals[ZERO];
    const zeroLoss = this.totalLosses[ZERO];
    const widened = widenZero({ schema, zeroCount, zeroLoss, positive, negative }, threshold);
    this.totals[ZERO] = widened.zeroCount;
    this.totalLosses[ZERO] = widened.zeroLoss;
    this.zeroThreshold = widened.threshold;
    const keep = (side: IndexedBuckets): LossyBuckets =>
      toSpans(outsideZero(side, schema, widened.threshold));
    this.positive = keep(positive);
    this.negative = keep(negative);
  }
}

/** Shared by all drafts: there is nothing in it to change. */
const NO_LOSSY_BUCKETS: LossyBuckets = { ...NO_BUCKETS, losses: new Float64Array(0) };

function toLossy(buckets: HistogramBuckets): LossyBuckets {
  if (buckets.counts.length === 0) return NO_LOSSY_BUCKETS;
  const { spanOffsets, spanLengths, counts } = buckets;
  return {
    spanOffsets,
    spanLengths,
    counts: counts.slice(),
    losses: new Float64Array(counts.length),
  };
}

function withoutLosses({ spanOffsets, spanLengths, counts }: HistogramBuckets): HistogramBuckets {
  return { spanOffsets, spanLengths, counts };
}

function addAll({ counts, losses }: LossyBuckets, values: Float64Array, sign: 1 | -1): void {
  for (let i = 0; i < counts.length; i++) addExactly(counts, losses, i, sign * values[i]);
}

function ignoreRun(): void {
  // Asked only whether the buckets are there.
}

/** Adds buckets all of which are ours too. */
function addRuns(ours: LossyBuckets, theirs: HistogramBuckets, sign: 1 | -1): void {
  const { counts, losses } = ours;
  const values = theirs.counts;
  eachSharedRun(ours, theirs, (at, from, length) => {
    for (let i = 0; i < length; i++) addExactly(counts, losses, at + i, sign * values[from + i]);
  });
}

/** Whether a value is beyond ±limit, or is no number. */
export function hasBeyond(values: ArrayLike<number>, limit: number): boolean {
  for (let i = 0; i < values.length; i++) {
    if (!(Math.abs(values[i]) <= limit)) return true;
  }
  return false;
}
