/**
 * Writes chunks of histograms, in Prometheus' layout (tsdb/chunkenc/histogram.go and
 * float_histogram.go), so that they can stand in its blocks as they are.
 *
 * A stream of bits: one byte of flags, whose top two bits say what is known of a reset at the
 * chunk's beginning; the layout that all its histograms share; then the samples. Time, counts and
 * differences of neighbouring buckets of an integer histogram are written as changes of changes;
 * the sum, and all counts of other histograms, are coded as in XOR chunks.
 *
 * Within a chunk of counters nothing ever falls: what does begins a new one. So readers need not
 * compare neighbours to find resets. A staleness marker is a sample with the marker as its sum and
 * no buckets; nothing but other markers can follow it.
 */
import {
  CUSTOM_BUCKETS_SCHEMA,
  type Histogram,
  type HistogramBuckets,
  STALE_HIGH,
  STALE_LOW,
} from '../series/index.ts';
import type { BitWriter } from './bit-stream.ts';
import { CHUNK_FLOAT_HISTOGRAM, CHUNK_HISTOGRAM } from './chunk-kind.ts';
import { hasLayout, isSameBounds, putLayout, type Spans } from './histogram-layout.ts';
import { HISTOGRAM_INTEGER_MAX } from './limits.ts';
import { XorColumn } from './xor-column.ts';

/** What a chunk's first byte says of a reset before it. */
export const RESET_FLAGS = {
  unknown: 0b00,
  notReset: 0b01,
  reset: 0b10,
  gauge: 0b11,
} as const;

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/** The kind of chunk that a histogram goes into. */
export function kindOf(histogram: Histogram): number {
  // Changes of changes of larger counts would not be exact as doubles.
  const isInteger = histogram.isInteger && histogram.count <= HISTOGRAM_INTEGER_MAX;
  return isInteger ? CHUNK_HISTOGRAM : CHUNK_FLOAT_HISTOGRAM;
}

/** The open chunk of one series' histograms, apart from its bits. */
export class HistogramEncoder {
  /** The histogram that was added last; undefined before the first and after a staleness marker. */
  last: Histogram | undefined;
  #layout: Histogram | undefined;
  #kind = 0;
  #isGauge = false;
  #timeMs = 0;
  #deltaMs = 0;
  /** Count, zero count and differences of buckets, and how each has changed last. */
  #values = new Float64Array(0);
  #deltas = new Float64Array(0);
  /** The sum; of float histograms all counts after it. */
  #xor = new XorColumn(1);

  /** Whether a histogram fits into the chunk at hand. */
  canTake(histogram: Histogram): boolean {
    const { last } = this;
    if (last === undefined || this.#layout === undefined) return false;
    const isGauge = histogram.counterReset === 'gauge';
    if (kindOf(histogram) !== this.#kind || isGauge !== this.#isGauge) return false;
    if (!hasLayout(histogram, this.#layout)) return false;
    return isGauge || (histogram.counterReset !== 'reset' && !hasFallen(last, histogram));
  }

  /** Begins a chunk; what came before tells what is known of a reset. */
  begin(writer: BitWriter, timeMs: number, histogram: Histogram): void {
    this.#kind = kindOf(histogram);
    this.#isGauge = histogram.counterReset === 'gauge';
    writer.put(RESET_FLAGS[findReset(this.last, histogram)] << 6, 8);
    putLayout(writer, histogram);
    this.#layout = histogram;
    this.last = histogram;
    this.#timeMs = timeMs;
    this.#deltaMs = 0;
    writer.putSigned(timeMs);
    if (this.#kind === CHUNK_HISTOGRAM) this.#beginIntegers(writer, histogram);
    else this.#beginFloats(writer, histogram);
  }

  /** Adds a histogram for which `canTake` is true. */
  add(writer: BitWriter, timeMs: number, histogram: Histogram): void {
    this.#putTime(writer, timeMs);
    this.last = histogram;
    if (this.#kind === CHUNK_HISTOGRAM) this.#putIntegers(writer, histogram);
    else this.#putFloats(writer, histogram);
  }

  /** Adds a staleness marker; counts stay as they are and buckets are left out. */
  addStale(writer: BitWriter, timeMs: number): void {
    this.#putTime(writer, timeMs);
    this.last = undefined;
    // No change of the two counts: a zero bit, in either coding.
    writer.put(0, 2);
    const sumIndex = this.#kind === CHUNK_HISTOGRAM ? 0 : SUM;
    this.#xor.put(writer, sumIndex, STALE_LOW, STALE_HIGH);
  }

  #putTime(writer: BitWriter, timeMs: number): void {
    const deltaMs = timeMs - this.#timeMs;
    writer.putSigned(deltaMs - this.#deltaMs);
    this.#timeMs = timeMs;
    this.#deltaMs = deltaMs;
  }

  #beginIntegers(writer: BitWriter, histogram: Histogram): void {
    this.#values = flattenIntegers(histogram);
    this.#deltas = new Float64Array(this.#values.length);
    this.#xor = new XorColumn(1);
    writer.putUnsigned(this.#values[COUNT]);
    writer.putUnsigned(this.#values[ZERO_COUNT]);
    scratch[0] = histogram.sum;
    this.#xor.begin(writer, 0, scratchWords[0], scratchWords[1]);
    for (let i = 2; i < this.#values.length; i++) writer.putSigned(this.#values[i]);
  }

  #putIntegers(writer: BitWriter, histogram: Histogram): void {
    const values = flattenIntegers(histogram);
    this.#putChange(writer, COUNT, values[COUNT]);
    this.#putChange(writer, ZERO_COUNT, values[ZERO_COUNT]);
    scratch[0] = histogram.sum;
    this.#xor.put(writer, 0, scratchWords[0], scratchWords[1]);
    for (let i = 2; i < values.length; i++) this.#putChange(writer, i, values[i]);
    this.#values = values;
  }

  #putChange(writer: BitWriter, index: number, value: number): void {
    const delta = value - this.#values[index];
    writer.putSigned(delta - this.#deltas[index]);
    this.#deltas[index] = delta;
  }

  #beginFloats(writer: BitWriter, histogram: Histogram): void {
    const values = flattenFloats(histogram);
    const bits = new Uint32Array(values.buffer);
    this.#xor = new XorColumn(values.length);
    for (let i = 0; i < values.length; i++) {
      this.#xor.begin(writer, i, bits[2 * i], bits[2 * i + 1]);
    }
  }

  #putFloats(writer: BitWriter, histogram: Histogram): void {
    const values = flattenFloats(histogram);
    const bits = new Uint32Array(values.buffer);
    for (let i = 0; i < values.length; i++) {
      this.#xor.put(writer, i, bits[2 * i], bits[2 * i + 1]);
    }
  }
}

/** Places in the flat lists of values. */
const COUNT = 0;
const ZERO_COUNT = 1;
const SUM = 2;

/** Count, zero count, then of each side the first bucket and the differences of its neighbours. */
function flattenIntegers(histogram: Histogram): Float64Array<ArrayBuffer> {
  const { count, zeroCount, positive, negative } = histogram;
  const values = new Float64Array(2 + positive.counts.length + negative.counts.length);
  values[COUNT] = count;
  values[ZERO_COUNT] = zeroCount;
  let at = 2;
  for (const { counts } of [positive, negative]) {
    let before = 0;
    for (let i = 0; i < counts.length; i++) {
      values[at++] = counts[i] - before;
      before = counts[i];
    }
  }
  return values;
}

/** Count, zero count, sum, buckets. */
function flattenFloats(histogram: Histogram): Float64Array<ArrayBuffer> {
  const { count, zeroCount, sum, positive, negative } = histogram;
  const values = new Float64Array(3 + positive.counts.length + negative.counts.length);
  values[COUNT] = count;
  values[ZERO_COUNT] = zeroCount;
  values[SUM] = sum;
  values.set(positive.counts, 3);
  values.set(negative.counts, 3 + positive.counts.length);
  return values;
}

/** Whether a count has fallen between two histograms of one layout. */
function hasFallen(before: Histogram, after: Histogram): boolean {
  if (after.count < before.count || after.zeroCount < before.zeroCount) return true;
  return (
    hasBucketFallen(before.positive.counts, after.positive.counts) ||
    hasBucketFallen(before.negative.counts, after.negative.counts)
  );
}

function hasBucketFallen(before: Float64Array, after: Float64Array): boolean {
  for (let i = 0; i < before.length; i++) if (after[i] < before[i]) return true;
  return false;
}

/** What can be said of a reset between two histograms of any layouts. */
function findReset(before: Histogram | undefined, after: Histogram): keyof typeof RESET_FLAGS {
  if (after.counterReset === 'gauge') return 'gauge';
  if (after.counterReset === 'reset') return 'reset';
  if (before === undefined || before.counterReset === 'gauge') return 'unknown';
  if (after.count < before.count) return 'reset';
  const isOther = after.schema !== before.schema || after.zeroThreshold !== before.zeroThreshold;
  if (isOther) return 'unknown';
  const isCustom = after.schema === CUSTOM_BUCKETS_SCHEMA;
  if (isCustom && !isSameBounds(after.customBounds, before.customBounds)) return 'reset';
  if (after.zeroCount < before.zeroCount) return 'reset';
  const isReset =
    isBucketReset(before.positive, after.positive) ||
    isBucketReset(before.negative, after.negative);
  return isReset ? 'reset' : 'notReset';
}

function isBucketReset(before: HistogramBuckets, after: HistogramBuckets): boolean {
  const known = new Map<number, number>();
  forEachBucket(after, (bucket, i) => known.set(bucket, after.counts[i]));
  let isReset = false;
  forEachBucket(before, (bucket, i) => {
    isReset ||= before.counts[i] > (known.get(bucket) ?? 0);
  });
  return isReset;
}

/** Calls with the number of each bucket of the spans, and its place among the counts. */
function forEachBucket(spans: Spans, visit: (bucket: number, index: number) => void): void {
  let bucket = 0;
  let index = 0;
  for (let span = 0; span < spans.spanLengths.length; span++) {
    bucket += spans.spanOffsets[span];
    for (let i = 0; i < spans.spanLengths[span]; i++) visit(bucket++, index++);
  }
}
