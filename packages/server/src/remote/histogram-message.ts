/**
 * Native histograms as remote write and remote read carry them; the message is the same in all
 * versions (prompb/types.proto and io/prometheus/write/v2/types.proto of Prometheus).
 */
import type { ProtoReader, ProtoWriter } from '../platform/index.ts';
import {
  countsFromDeltas,
  type CounterReset,
  createHistogram,
  CUSTOM_BUCKETS_SCHEMA,
  type Histogram,
  STALE_HIGH,
  STALE_LOW,
} from '../series/index.ts';

/** A histogram that was read; `isStale`: it says that the series has ended. */
export interface HistogramSample {
  timeMs: number;
  startMs: number;
  isStale: boolean;
  parts: Histogram;
}

const RESETS: readonly CounterReset[] = ['unknown', 'reset', 'notReset', 'gauge'];

interface RawSide {
  readonly offsets: number[];
  readonly lengths: number[];
  readonly deltas: number[];
  readonly counts: number[];
}

interface Raw {
  isInteger: boolean;
  count: number;
  zeroCount: number;
  sum: number;
  schema: number;
  zeroThreshold: number;
  reset: number;
  timeMs: number;
  startMs: number;
  readonly sumBits: Uint32Array;
  readonly customBounds: number[];
  readonly negative: RawSide;
  readonly positive: RawSide;
}

/** Reads the message that the reader stands at; its parts are not checked yet. */
export function readHistogram(reader: ProtoReader): HistogramSample {
  const raw: Raw = {
    isInteger: true,
    count: 0,
    zeroCount: 0,
    sum: 0,
    schema: 0,
    zeroThreshold: 0,
    reset: 0,
    timeMs: 0,
    startMs: 0,
    sumBits: new Uint32Array(2),
    customBounds: [],
    negative: { offsets: [], lengths: [], deltas: [], counts: [] },
    positive: { offsets: [], lengths: [], deltas: [], counts: [] },
  };
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field >= 8 && field <= 13) readSide(reader, field, raw);
    else readField(reader, field, raw);
  }
  reader.leave(outer);
  return {
    timeMs: raw.timeMs,
    startMs: raw.startMs,
    isStale: raw.sumBits[0] === STALE_LOW && raw.sumBits[1] === STALE_HIGH,
    parts: partsOf(raw),
  };
}

/** Checks the parts of a histogram that was read. Throws `HISTOGRAM_INVALID`. */
export function checkHistogram({ parts }: HistogramSample): Histogram {
  return createHistogram(parts);
}

function partsOf(raw: Raw): Histogram {
  const { isInteger, positive, negative } = raw;
  const side = ({ offsets, lengths, deltas, counts }: RawSide): Histogram['positive'] => ({
    spanOffsets: offsets,
    spanLengths: lengths,
    counts: isInteger ? countsFromDeltas(deltas) : Float64Array.from(counts),
  });
  return {
    schema: raw.schema,
    counterReset: RESETS[raw.reset] ?? 'unknown',
    isInteger,
    zeroThreshold: raw.zeroThreshold,
    zeroCount: raw.zeroCount,
    count: raw.count,
    sum: new Float64Array(raw.sumBits.buffer)[0],
    positive: side(positive),
    negative: side(negative),
    customBounds:
      raw.schema === CUSTOM_BUCKETS_SCHEMA ? Float64Array.from(raw.customBounds) : undefined,
  };
}

function readField(reader: ProtoReader, field: number, raw: Raw): void {
  switch (field) {
    case 1:
      raw.count = reader.uint();
      return;
    case 2:
      raw.count = reader.double();
      raw.isInteger = false;
      return;
    case 3:
      reader.doubleBits(raw.sumBits, 0);
      return;
    case 4:
      raw.schema = reader.sint();
      return;
    case 5:
      raw.zeroThreshold = reader.double();
      return;
    case 6:
      raw.zeroCount = reader.uint();
      return;
    case 7:
      raw.zeroCount = reader.double();
      return;
    case 14:
      raw.reset = reader.uint();
      return;
    case 15:
      raw.timeMs = reader.int();
      return;
    case 16:
      readDoubles(reader, raw.customBounds);
      return;
    case 17:
      raw.startMs = reader.int();
      return;
    default:
      reader.skip();
  }
}

/** Fields 8 to 10 are of the negative side, 11 to 13 of the positive: spans, deltas, counts. */
function readSide(reader: ProtoReader, field: number, raw: Raw): void {
  const side = field < 11 ? raw.negative : raw.positive;
  switch ((field - 8) % 3) {
    case 0:
      readSpan(reader, side);
      return;
    case 1:
      readSints(reader, side.deltas);
      return;
    default:
      readDoubles(reader, side.counts);
  }
}

function readSpan(reader: ProtoReader, side: RawSide): void {
  let offset = 0;
  let length = 0;
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) offset = reader.sint();
    else if (field === 2) length = reader.uint();
    else reader.skip();
  }
  reader.leave(outer);
  side.offsets.push(offset);
  side.lengths.push(length);
}

/** Lists of numbers come packed into one field, or, from old writers, one field each. */
function readSints(reader: ProtoReader, into: number[]): void {
  if (reader.wireType !== 2) {
    into.push(reader.sint());
    return;
  }
  const outer = reader.enter();
  while (reader.hasMore) into.push(reader.packedSint());
  reader.leave(outer);
}

function readDoubles(reader: ProtoReader, into: number[]): void {
  if (reader.wireType !== 2) {
    into.push(reader.double());
    return;
  }
  const outer = reader.enter();
  while (reader.hasMore) into.push(reader.packedDouble());
  reader.leave(outer);
}

/** What is written of a histogram besides itself. */
export interface HistogramStamp {
  readonly timeMs: number;
  /** 0 where unknown. */
  readonly startMs: number;
}

/** Writes a histogram as a field of the message at hand. */
export function writeHistogram(
  writer: ProtoWriter,
  field: number,
  histogram: Histogram,
  stamp: HistogramStamp,
): void {
  const { isInteger, customBounds } = histogram;
  const start = writer.begin(field);
  if (isInteger) writer.uint(1, histogram.count);
  else writer.double(2, histogram.count);
  writer.double(3, histogram.sum);
  writer.sint(4, histogram.schema);
  writer.double(5, histogram.zeroThreshold);
  if (isInteger) writer.uint(6, histogram.zeroCount);
  else writer.double(7, histogram.zeroCount);
  writeSide(writer, 8, histogram.negative, isInteger);
  writeSide(writer, 11, histogram.positive, isInteger);
  writer.uint(14, RESETS.indexOf(histogram.counterReset));
  writer.int(15, stamp.timeMs);
  if (customBounds !== undefined && customBounds.length > 0) {
    const list = writer.begin(16);
    for (const bound of customBounds) writer.packedDouble(bound);
    writer.end(list);
  }
  if (stamp.startMs !== 0) writer.int(17, stamp.startMs);
  writer.end(start);
}

/** The end of a series of histograms: one whose sum is the staleness marker. */
export function writeStaleHistogram(writer: ProtoWriter, field: number, timeMs: number): void {
  const start = writer.begin(field);
  writer.uint(1, 0);
  writer.doubleBits(3, STALE_LOW, STALE_HIGH);
  writer.int(15, timeMs);
  writer.end(start);
}

function writeSide(
  writer: ProtoWriter,
  field: number,
  { spanOffsets, spanLengths, counts }: Histogram['positive'],
  isInteger: boolean,
): void {
  for (let i = 0; i < spanOffsets.length; i++) {
    const span = writer.begin(field);
    writer.sint(1, spanOffsets[i]);
    writer.uint(2, spanLengths[i]);
    writer.end(span);
  }
  if (counts.length === 0) return;
  const list = writer.begin(isInteger ? field + 1 : field + 2);
  let before = 0;
  for (const count of counts) {
    if (isInteger) writer.packedSint(count - before);
    else writer.packedDouble(count);
    before = count;
  }
  writer.end(list);
}
