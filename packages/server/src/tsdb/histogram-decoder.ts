/** Reads chunks of histograms back (layout: histogram-encoder.ts). */
import {
  type CounterReset,
  type Histogram,
  type HistogramBuckets,
  NO_BUCKETS,
  STALE_HIGH,
  STALE_LOW,
} from '../series/index.ts';
import { BitReader } from './bit-stream.ts';
import { CHUNK_HISTOGRAM } from './chunk-kind.ts';
import { RESET_FLAGS } from './histogram-encoder.ts';
import { countBuckets, type HistogramLayout, type Spans, takeLayout } from './histogram-layout.ts';
import { XorColumn } from './xor-column.ts';
import type { ChunkWords } from './xor-decode.ts';

/** Takes samples in order; `undefined` is a staleness marker. Answers false to stop. */
type OnHistogram = (timeMs: number, histogram: Histogram | undefined) => boolean;

/**
 * Reads a chunk from its beginning. Damaged bits cannot run away: the first sample that goes past
 * the end stops the reading.
 *
 * Of each but the first of a chunk of counters it is known that nothing was reset. Of the first it
 * is not, whatever the chunk's flags say: samples may have come late and stand before it now.
 */
export function decodeHistograms(chunk: ChunkWords, onHistogram: OnHistogram): void {
  const reader = new BitReader(chunk.words, chunk.bitCount);
  const isGauge = reader.take(8) >>> 6 === RESET_FLAGS.gauge;
  const layout = takeLayout(reader);
  if (layout === undefined) return;
  const columns =
    chunk.kind === CHUNK_HISTOGRAM
      ? new IntegerColumns(reader, layout)
      : new FloatColumns(reader, layout);
  let timeMs = 0;
  let deltaMs = 0;
  const sampleCount = Math.min(chunk.sampleCount, COUNT_MAX);
  for (let i = 0; i < sampleCount; i++) {
    if (i === 0) {
      timeMs = reader.signed();
    } else {
      deltaMs += reader.signed();
      timeMs += deltaMs;
    }
    const isStale = columns.next(i === 0);
    if (reader.isShort) return;
    const counterReset = isGauge ? 'gauge' : i === 0 ? 'unknown' : 'notReset';
    if (!onHistogram(timeMs, isStale ? undefined : columns.build(counterReset))) return;
  }
}

/** On disk a count is 16 bits; in the middle of a change (changes.ts) it may be anything. */
const COUNT_MAX = 0xffff;

interface Columns {
  /** Reads the next sample; true where it is a staleness marker. */
  next(isFirst: boolean): boolean;
  build(counterReset: CounterReset): Histogram;
}

/** The sum's place among the XOR-coded values of a float histogram; its counts lie around it. */
const SUM = 2;

class IntegerColumns implements Columns {
  readonly #reader: BitReader;
  readonly #layout: HistogramLayout;
  /** Count, zero count, differences of buckets. */
  readonly #values: Float64Array;
  readonly #deltas: Float64Array;
  readonly #sum = new XorColumn(1);

  constructor(reader: BitReader, layout: HistogramLayout) {
    this.#reader = reader;
    this.#layout = layout;
    this.#values = new Float64Array(2 + bucketsOf(layout));
    this.#deltas = new Float64Array(this.#values.length);
  }

  next(isFirst: boolean): boolean {
    const values = this.#values;
    const reader = this.#reader;
    if (isFirst) {
      values[0] = reader.unsigned();
      values[1] = reader.unsigned();
      this.#sum.takeFirst(reader, 0);
      for (let i = 2; i < values.length; i++) values[i] = reader.signed();
      return false;
    }
    this.#change(0);
    this.#change(1);
    this.#sum.take(reader, 0);
    if (isStaleAt(this.#sum, 0)) return true;
    for (let i = 2; i < values.length; i++) this.#change(i);
    return false;
  }

  #change(index: number): void {
    this.#deltas[index] += this.#reader.signed();
    this.#values[index] += this.#deltas[index];
  }

  build(counterReset: CounterReset): Histogram {
    const { positive, negative } = this.#layout;
    const positiveBuckets = this.#buckets(positive, 2);
    return {
      schema: this.#layout.schema,
      counterReset,
      isInteger: true,
      zeroThreshold: this.#layout.zeroThreshold,
      zeroCount: this.#values[1],
      count: this.#values[0],
      sum: this.#sum.values[0],
      positive: positiveBuckets,
      negative: this.#buckets(negative, 2 + positiveBuckets.counts.length),
      customBounds: this.#layout.customBounds,
    };
  }

  #buckets(spans: Spans, from: number): HistogramBuckets {
    const count = countBuckets(spans);
    if (count === 0 && spans.spanLengths.length === 0) return NO_BUCKETS;
    const counts = new Float64Array(count);
    let absolute = 0;
    for (let i = 0; i < count; i++) {
      absolute += this.#values[from + i];
      counts[i] = absolute;
    }
    return { spanOffsets: spans.spanOffsets, spanLengths: spans.spanLengths, counts };
  }
}

class FloatColumns implements Columns {
  readonly #reader: BitReader;
  readonly #layout: HistogramLayout;
  /** Count, zero count, sum, buckets. */
  readonly #xor: XorColumn;

  constructor(reader: BitReader, layout: HistogramLayout) {
    this.#reader = reader;
    this.#layout = layout;
    this.#xor = new XorColumn(3 + bucketsOf(layout));
  }

  next(isFirst: boolean): boolean {
    const xor = this.#xor;
    const count = xor.values.length;
    for (let i = 0; i < count; i++) {
      if (isFirst) xor.takeFirst(this.#reader, i);
      else xor.take(this.#reader, i);
      if (i === SUM && !isFirst && isStaleAt(xor, SUM)) return true;
    }
    return false;
  }

  build(counterReset: CounterReset): Histogram {
    const { positive, negative } = this.#layout;
    const { values } = this.#xor;
    const positiveBuckets = this.#buckets(positive, 3);
    return {
      schema: this.#layout.schema,
      counterReset,
      isInteger: false,
      zeroThreshold: this.#layout.zeroThreshold,
      zeroCount: values[1],
      count: values[0],
      sum: values[SUM],
      positive: positiveBuckets,
      negative: this.#buckets(negative, 3 + positiveBuckets.counts.length),
      customBounds: this.#layout.customBounds,
    };
  }

  #buckets(spans: Spans, from: number): HistogramBuckets {
    const count = countBuckets(spans);
    if (count === 0 && spans.spanLengths.length === 0) return NO_BUCKETS;
    const counts = this.#xor.values.slice(from, from + count);
    return { spanOffsets: spans.spanOffsets, spanLengths: spans.spanLengths, counts };
  }
}

function bucketsOf(layout: HistogramLayout): number {
  return countBuckets(layout.positive) + countBuckets(layout.negative);
}

function isStaleAt(column: XorColumn, index: number): boolean {
  return column.bits[2 * index] === STALE_LOW && column.bits[2 * index + 1] === STALE_HIGH;
}
