/** Summaries and histograms in Prometheus' protobuf format. */
import type { Histogram, HistogramBuckets } from '../series/index.ts';
import { type ByteRange, setRange } from './proto-metrics.ts';
import { type ProtoCursor, WIRE_BYTES, WIRE_DOUBLE, WIRE_VARINT } from './proto-wire.ts';

/** The value of a summary. Reused from metric to metric. */
export class SummaryValue {
  count = 0;
  sum = 0;
  /** Pairs: the quantile, then its value. */
  readonly quantiles: number[] = [];
  readonly created: ByteRange = { from: -1, to: -1 };

  read(cursor: ProtoCursor, range: ByteRange): void {
    this.count = 0;
    this.sum = 0;
    this.quantiles.length = 0;
    this.created.from = -1;
    if (range.from < 0) return;
    cursor.enter(range.from, range.to);
    const quantiles: ByteRange[] = [];
    while (cursor.next()) {
      if (cursor.field === 1) {
        cursor.expect(WIRE_VARINT);
        this.count = cursor.unsigned;
      } else if (cursor.field === 2) this.sum = cursor.double;
      else if (cursor.field === 3) {
        cursor.expect(WIRE_BYTES);
        quantiles.push({ from: cursor.from, to: cursor.to });
      } else if (cursor.field === 4) setRange(this.created, cursor);
    }
    for (const { from, to } of quantiles) this.#readQuantile(cursor, from, to);
  }

  #readQuantile(cursor: ProtoCursor, from: number, to: number): void {
    let quantile = 0;
    let value = 0;
    cursor.enter(from, to);
    while (cursor.next()) {
      if (cursor.field === 1) quantile = cursor.double;
      else if (cursor.field === 2) value = cursor.double;
    }
    this.quantiles.push(quantile, value);
  }
}

/** One side of the buckets of a native histogram, as it is sent. */
class SentBuckets {
  readonly spanOffsets: number[] = [];
  readonly spanLengths: number[] = [];
  /** Of integer histograms: the first count, then the difference to each next one. */
  readonly deltas: number[] = [];
  /** Of float histograms. */
  readonly counts: number[] = [];

  clear(): void {
    this.spanOffsets.length = 0;
    this.spanLengths.length = 0;
    this.deltas.length = 0;
    this.counts.length = 0;
  }

  buckets(isInteger: boolean): HistogramBuckets {
    let count = 0;
    const counts = isInteger
      ? Float64Array.from(this.deltas, (delta) => (count += delta))
      : Float64Array.from(this.counts);
    return { spanOffsets: [...this.spanOffsets], spanLengths: [...this.spanLengths], counts };
  }
}

/** The value of a histogram, classic or native or both. Reused from metric to metric. */
export class HistogramValue {
  sum = 0;
  /** Of each classic bucket: its bound, its cumulative count, and where its exemplar lies. */
  readonly bounds: number[] = [];
  readonly cumulativeCounts: number[] = [];
  readonly bucketExemplars: (ByteRange | undefined)[] = [];
  /** Those of the native form. */
  readonly exemplars: ByteRange[] = [];
  readonly created: ByteRange = { from: -1, to: -1 };
  schema = 0;
  zeroThreshold = 0;
  #count = 0;
  #countFloat = 0;
  #zeroCount = 0;
  #zeroCountFloat = 0;
  readonly #positive = new SentBuckets();
  readonly #negative = new SentBuckets();
  readonly #messages: { readonly field: number; readonly range: ByteRange }[] = [];

  get count(): number {
    return this.#countFloat === 0 ? this.#count : this.#countFloat;
  }

  /** Whether it has a native form; an empty one is told by a span or by its zero bucket. */
  get isNative(): boolean {
    return (
      this.#positive.spanLengths.length > 0 ||
      this.#negative.spanLengths.length > 0 ||
      this.zeroThreshold > 0 ||
      this.#zeroCount > 0 ||
      this.#zeroCountFloat > 0
    );
  }

  /** The native form, as it was sent: not checked yet. */
  native(isGauge: boolean): Histogram {
    const isInteger = !(this.#countFloat > 0 || this.#zeroCountFloat > 0);
    return {
      schema: this.schema,
      counterReset: isGauge ? 'gauge' : 'unknown',
      isInteger,
      zeroThreshold: this.zeroThreshold,
      zeroCount: isInteger ? this.#zeroCount : this.#zeroCountFloat,
      count: isInteger ? this.#count : this.#countFloat,
      sum: this.sum,
      positive: this.#positive.buckets(isInteger),
      negative: this.#negative.buckets(isInteger),
      customBounds: undefined,
    };
  }

  read(cursor: ProtoCursor, range: ByteRange): void {
    this.#clear();
    if (range.from < 0) return;
    cursor.enter(range.from, range.to);
    while (cursor.next()) this.#readField(cursor);
    for (const message of this.#messages) {
      if (message.field === 3) this.#readBucket(cursor, message.range);
      else this.#readSpan(cursor, message.field, message.range);
    }
  }

  #clear(): void {
    this.sum = 0;
    this.bounds.length = 0;
    this.cumulativeCounts.length = 0;
    this.bucketExemplars.length = 0;
    this.exemplars.length = 0;
    this.created.from = -1;
    this.schema = 0;
    this.zeroThreshold = 0;
    this.#count = 0;
    this.#countFloat = 0;
    this.#zeroCount = 0;
    this.#zeroCountFloat = 0;
    this.#positive.clear();
    this.#negative.clear();
    this.#messages.length = 0;
  }

  /** The numbers are those of the fields of `Histogram` in metrics.proto. */
  #readField(cursor: ProtoCursor): void {
    switch (cursor.field) {
      case 1:
        this.#count = readUnsigned(cursor);
        break;
      case 2:
        this.sum = cursor.double;
        break;
      case 3:
      case 9:
      case 12:
        cursor.expect(WIRE_BYTES);
        this.#messages.push({ field: cursor.field, range: { from: cursor.from, to: cursor.to } });
        break;
      case 4:
        this.#countFloat = cursor.double;
        break;
      case 5:
        cursor.expect(WIRE_VARINT);
        this.schema = cursor.zigzag;
        break;
      case 6:
        this.zeroThreshold = cursor.double;
        break;
      case 7:
        this.#zeroCount = readUnsigned(cursor);
        break;
      case 8:
        this.#zeroCountFloat = cursor.double;
        break;
      case 10:
        cursor.addZigzags(this.#negative.deltas);
        break;
      case 11:
        cursor.addDoubles(this.#negative.counts);
        break;
      case 13:
        cursor.addZigzags(this.#positive.deltas);
        break;
      case 14:
        cursor.addDoubles(this.#positive.counts);
        break;
      case 15:
        setRange(this.created, cursor);
        break;
      case 16:
        cursor.expect(WIRE_BYTES);
        this.exemplars.push({ from: cursor.from, to: cursor.to });
    }
  }

  #readBucket(cursor: ProtoCursor, { from, to }: ByteRange): void {
    let bound = 0;
    let count = 0;
    let countFloat = 0;
    let exemplar: ByteRange | undefined;
    cursor.enter(from, to);
    while (cursor.next()) {
      if (cursor.field === 1) count = readUnsigned(cursor);
      else if (cursor.field === 2) bound = cursor.double;
      else if (cursor.field === 3) {
        cursor.expect(WIRE_BYTES);
        exemplar = { from: cursor.from, to: cursor.to };
      } else if (cursor.field === 4) countFloat = cursor.double;
    }
    this.bounds.push(bound);
    this.cumulativeCounts.push(countFloat === 0 ? count : countFloat);
    this.bucketExemplars.push(exemplar);
  }

  #readSpan(cursor: ProtoCursor, field: number, { from, to }: ByteRange): void {
    const side = field === 12 ? this.#positive : this.#negative;
    let offset = 0;
    let length = 0;
    cursor.enter(from, to);
    while (cursor.next()) {
      if (cursor.field > 2) continue;
      cursor.expect(WIRE_VARINT);
      if (cursor.field === 1) offset = cursor.zigzag;
      else length = cursor.unsigned;
    }
    side.spanOffsets.push(offset);
    side.spanLengths.push(length);
  }
}

function readUnsigned(cursor: ProtoCursor): number {
  // Clients of the early days sent some counts as doubles; the numbers of fields are the same.
  if (cursor.wire === WIRE_DOUBLE) return cursor.double;
  cursor.expect(WIRE_VARINT);
  return cursor.unsigned;
}
