/**
 * What all histograms of one chunk have in common, as it stands at the chunk's beginning
 * (Prometheus, tsdb/chunkenc/histogram_meta.go): threshold of the zero bucket, schema, spans of
 * both sides, and the bounds where they are listed.
 */
import { CUSTOM_BUCKETS_SCHEMA, type Histogram } from '../series/index.ts';
import type { BitReader, BitWriter } from './bit-stream.ts';
import { HISTOGRAM_BUCKETS_MAX } from './limits.ts';

/** Spans of one side; series/histogram.ts. */
export interface Spans {
  readonly spanOffsets: readonly number[];
  readonly spanLengths: readonly number[];
}

export interface HistogramLayout {
  readonly schema: number;
  readonly zeroThreshold: number;
  readonly positive: Spans;
  readonly negative: Spans;
  readonly customBounds: Float64Array | undefined;
}

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/** A threshold that is a power of two between 2^-243 and 2^10 is one byte: its exponent, and this. */
const THRESHOLD_BIAS = 243;
const THRESHOLD_WHOLE = 255;
/** Bounds in thousandths up to here are coded as whole numbers, which take 4 bytes at most. */
const BOUND_THOUSANDTHS_MAX = 33_554_430;

export function putLayout(writer: BitWriter, layout: HistogramLayout): void {
  putThreshold(writer, layout.zeroThreshold);
  writer.putSigned(layout.schema);
  putSpans(writer, layout.positive);
  putSpans(writer, layout.negative);
  if (layout.schema !== CUSTOM_BUCKETS_SCHEMA) return;
  const bounds = layout.customBounds ?? [];
  writer.putUnsigned(bounds.length);
  for (const bound of bounds) putBound(writer, bound);
}

/** Undefined where the bits make no layout. */
export function takeLayout(reader: BitReader): HistogramLayout | undefined {
  const zeroThreshold = takeThreshold(reader);
  const schema = reader.signed();
  const positive = takeSpans(reader);
  const negative = positive && takeSpans(reader);
  if (positive === undefined || negative === undefined || reader.isShort) return undefined;
  if (schema !== CUSTOM_BUCKETS_SCHEMA) {
    return { schema, zeroThreshold, positive, negative, customBounds: undefined };
  }
  const customBounds = takeBounds(reader);
  if (customBounds === undefined || reader.isShort) return undefined;
  return { schema, zeroThreshold, positive, negative, customBounds };
}

/** Whether a histogram can stand in a chunk of a layout. */
export function hasLayout(histogram: Histogram, layout: HistogramLayout): boolean {
  return (
    histogram.schema === layout.schema &&
    histogram.zeroThreshold === layout.zeroThreshold &&
    isSameSpans(histogram.positive, layout.positive) &&
    isSameSpans(histogram.negative, layout.negative) &&
    isSameBounds(histogram.customBounds, layout.customBounds)
  );
}

/** Whether two lists of bounds are the same. */
export function isSameBounds(a: Float64Array | undefined, b: Float64Array | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.length === b.length && a.every((bound, i) => bound === b[i]);
}

/** How many buckets the spans hold. */
export function countBuckets(spans: Spans): number {
  return spans.spanLengths.reduce((sum, length) => sum + length, 0);
}

function isSameSpans(a: Spans, b: Spans): boolean {
  return isSameNumbers(a.spanOffsets, b.spanOffsets) && isSameNumbers(a.spanLengths, b.spanLengths);
}

function isSameNumbers(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function putThreshold(writer: BitWriter, threshold: number): void {
  if (threshold === 0) {
    writer.put(0, 8);
    return;
  }
  // As 0.5 * 2^exponent, the way Go's Frexp has it.
  const exponent = Math.round(Math.log2(threshold)) + 1;
  const code = exponent + THRESHOLD_BIAS;
  if (code >= 1 && code < THRESHOLD_WHOLE && thresholdOf(code) === threshold) {
    writer.put(code, 8);
    return;
  }
  writer.put(THRESHOLD_WHOLE, 8);
  putDouble(writer, threshold);
}

function thresholdOf(code: number): number {
  return 2 ** (code - THRESHOLD_BIAS - 1);
}

function takeThreshold(reader: BitReader): number {
  const code = reader.take(8);
  if (code === 0) return 0;
  return code === THRESHOLD_WHOLE ? takeDouble(reader) : thresholdOf(code);
}

function putSpans(writer: BitWriter, spans: Spans): void {
  writer.putUnsigned(spans.spanLengths.length);
  for (let i = 0; i < spans.spanLengths.length; i++) {
    writer.putUnsigned(spans.spanLengths[i]);
    writer.putSigned(spans.spanOffsets[i]);
  }
}

function takeSpans(reader: BitReader): Spans | undefined {
  const count = reader.unsigned();
  const spanOffsets: number[] = [];
  const spanLengths: number[] = [];
  let buckets = 0;
  if (count > HISTOGRAM_BUCKETS_MAX) return undefined;
  for (let i = 0; i < count && !reader.isShort; i++) {
    const length = reader.unsigned();
    buckets += length;
    if (buckets > HISTOGRAM_BUCKETS_MAX) return undefined;
    spanLengths.push(length);
    spanOffsets.push(reader.signed());
  }
  return { spanOffsets, spanLengths };
}

function putBound(writer: BitWriter, bound: number): void {
  const thousandths = bound * 1000;
  const whole = Math.round(thousandths);
  // A bound of -0 would come back as 0.
  const isWhole = whole / 1000 === bound && !Object.is(bound, -0);
  if (thousandths >= 0 && thousandths <= BOUND_THOUSANDTHS_MAX && isWhole) {
    writer.putUnsigned(whole + 1);
    return;
  }
  writer.put(0, 1);
  putDouble(writer, bound);
}

function takeBounds(reader: BitReader): Float64Array | undefined {
  const count = reader.unsigned();
  if (count > HISTOGRAM_BUCKETS_MAX) return undefined;
  const bounds = new Float64Array(count);
  for (let i = 0; i < count && !reader.isShort; i++) {
    const code = reader.unsigned();
    bounds[i] = code === 0 ? takeDouble(reader) : (code - 1) / 1000;
  }
  return bounds;
}

function putDouble(writer: BitWriter, value: number): void {
  scratch[0] = value;
  writer.put(scratchWords[1], 32);
  writer.put(scratchWords[0], 32);
}

function takeDouble(reader: BitReader): number {
  scratchWords[1] = reader.take(32);
  scratchWords[0] = reader.take(32);
  return scratch[0];
}
