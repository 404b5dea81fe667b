/**
 * The messages of Prometheus' protobuf format (io.prometheus.client, metrics.proto): families of
 * metrics, each preceded by its length. Decoded to what a scrape takes, where it lies.
 */
import { isUtf8 } from 'node:buffer';
import { createLabelsFromPairs, type Exemplar, type Labels } from '../series/index.ts';
import { LABELS_PER_SERIES_MAX } from './limits.ts';
import { ProtoCursor, ProtoFault, WIRE_BYTES, WIRE_VARINT } from './proto-wire.ts';

/** MetricType, by its numbers. */
export const COUNTER = 0;
export const GAUGE = 1;
export const SUMMARY = 2;
export const UNTYPED = 3;
export const HISTOGRAM = 4;
export const GAUGE_HISTOGRAM = 5;
export const TYPE_NAMES: readonly string[] =
  'counter gauge summary unknown histogram gaugehistogram'.split(' ');

/** A part of the body; `from` is -1 where there is none. */
export interface ByteRange {
  from: number;
  to: number;
}

/** What a family says of itself. */
export interface FamilyHeader {
  readonly name: string;
  readonly help: string;
  readonly type: number;
  readonly unit: string;
}

/** One metric, found in the body and taken apart as far as its labels and its value. */
export class MetricParts {
  /** The labels as they lie in the body, one after the other; empty where there are none. */
  readonly labels: ByteRange = { from: -1, to: -1 };
  /** Whether all labels lie in `labels` without anything between them. */
  isContiguous = true;
  /** The message with the value: counter, gauge, summary, untyped or histogram. */
  readonly value: ByteRange = { from: -1, to: -1 };
  /** 0 where there is none. */
  timeMs = 0;
}

const VALUE_FIELDS: readonly number[] = [3, 2, 4, 5, 7, 7];

/** Finds the parts of the metric at a range; `type` is that of its family. */
export function readMetric(
  cursor: ProtoCursor,
  { from, to }: ByteRange,
  type: number,
  out: MetricParts,
): void {
  out.labels.from = -1;
  out.labels.to = -1;
  out.isContiguous = true;
  out.value.from = -1;
  out.value.to = -1;
  out.timeMs = 0;
  cursor.enter(from, to);
  while (cursor.next()) {
    if (cursor.field === 1) {
      cursor.expect(WIRE_BYTES);
      if (out.labels.from < 0) out.labels.from = cursor.fieldFrom;
      else if (out.labels.to !== cursor.fieldFrom) out.isContiguous = false;
      out.labels.to = cursor.to;
    } else if (cursor.field === VALUE_FIELDS[type]) {
      cursor.expect(WIRE_BYTES);
      out.value.from = cursor.from;
      out.value.to = cursor.to;
    } else if (cursor.field === 6) {
      cursor.expect(WIRE_VARINT);
      out.timeMs = cursor.signed;
    }
  }
}

/** Copies the labels of a metric to the start of a buffer where they are not contiguous. */
export function gatherLabels(
  cursor: ProtoCursor,
  { from, to }: ByteRange,
  scratch: { bytes: Buffer },
): number {
  let length = 0;
  if (scratch.bytes.length < to - from) scratch.bytes = Buffer.allocUnsafeSlow(2 * (to - from));
  cursor.enter(from, to);
  while (cursor.next()) {
    if (cursor.field !== 1) continue;
    length += cursor.bytes.copy(scratch.bytes, length, cursor.fieldFrom, cursor.to);
  }
  return length;
}

/** Reads a family's header from its fields, the metrics left out; throws where it is not valid. */
export function readHeader(bytes: Buffer): FamilyHeader {
  const cursor = new ProtoCursor(bytes);
  const header = { name: '', help: '', type: COUNTER, unit: '' };
  cursor.enter(0, bytes.length);
  while (cursor.next()) {
    if (cursor.field === 1) header.name = readText(cursor, cursor, 'metric name');
    else if (cursor.field === 2) header.help = readText(cursor, cursor, 'help text');
    else if (cursor.field === 3) {
      cursor.expect(WIRE_VARINT);
      header.type = cursor.unsigned;
    } else if (cursor.field === 5) header.unit = readText(cursor, cursor, 'unit');
  }
  if (header.name === '') throw new ProtoFault(0, 'a metric family has no name');
  if (header.type > GAUGE_HISTOGRAM) {
    throw new ProtoFault(0, `unknown type ${header.type} for metric "${header.name}"`);
  }
  return header;
}

function readText(cursor: ProtoCursor, { from, to }: ByteRange, what: string): string {
  cursor.expect(WIRE_BYTES);
  const text = cursor.bytes.subarray(from, to);
  if (!isUtf8(text)) throw new ProtoFault(cursor.fieldFrom, `${what} is not valid UTF-8`);
  return text.toString('utf8');
}

/** Reads a list of LabelPair fields into pairs; names may come twice. */
export function readLabelPairs(bytes: Buffer, { from, to }: ByteRange): [string, string][] {
  const outer = new ProtoCursor(bytes);
  const inner = new ProtoCursor(bytes);
  const pairs: [string, string][] = [];
  outer.enter(from, to);
  while (outer.next()) {
    if (outer.field !== 1) continue;
    outer.expect(WIRE_BYTES);
    const pair: [string, string] = ['', ''];
    inner.enter(outer.from, outer.to);
    while (inner.next()) {
      if (inner.field === 1) pair[0] = readText(inner, inner, 'label name');
      else if (inner.field === 2) pair[1] = readText(inner, inner, 'label value');
    }
    if (pair[0] === '') throw new ProtoFault(outer.fieldFrom, 'the name of a label is empty');
    if (pairs.length >= LABELS_PER_SERIES_MAX) {
      const message = `more than ${LABELS_PER_SERIES_MAX} labels in one series`;
      throw new ProtoFault(outer.fieldFrom, message);
    }
    pairs.push(pair);
  }
  return pairs;
}

/** An exemplar, whose time may be unknown (NaN). */
export function readExemplar(bytes: Buffer, { from, to }: ByteRange): Exemplar {
  const cursor = new ProtoCursor(bytes);
  let value = 0;
  let timeMs = Number.NaN;
  const ranges: ByteRange[] = [];
  cursor.enter(from, to);
  while (cursor.next()) {
    if (cursor.field === 1) ranges.push({ from: cursor.fieldFrom, to: cursor.to });
    else if (cursor.field === 2) value = cursor.double;
    else if (cursor.field === 3) timeMs = readTimestamp(bytes, cursor);
  }
  const pairs = ranges.flatMap((range) => readLabelPairs(bytes, range));
  const labels: Labels = createLabelsFromPairs(pairs);
  return { labels, value, timeMs };
}

/** google.protobuf.Timestamp in milliseconds. */
export function readTimestamp(bytes: Buffer, { from, to }: ByteRange): number {
  const cursor = new ProtoCursor(bytes);
  let seconds = 0;
  let nanos = 0;
  cursor.enter(from, to);
  while (cursor.next()) {
    if (cursor.field > 2) continue;
    cursor.expect(WIRE_VARINT);
    if (cursor.field === 1) seconds = cursor.signed;
    else nanos = cursor.signed;
  }
  return seconds * 1000 + Math.trunc(nanos / 1e6);
}

/** The value of a counter, gauge or untyped metric. */
export class PlainValue {
  value = 0;
  readonly exemplar: ByteRange = { from: -1, to: -1 };
  readonly created: ByteRange = { from: -1, to: -1 };

  read(cursor: ProtoCursor, range: ByteRange): void {
    this.value = 0;
    this.exemplar.from = -1;
    this.created.from = -1;
    if (range.from < 0) return;
    cursor.enter(range.from, range.to);
    while (cursor.next()) {
      if (cursor.field === 1) this.value = cursor.double;
      else if (cursor.field === 2) setRange(this.exemplar, cursor);
      else if (cursor.field === 3) setRange(this.created, cursor);
    }
  }
}

export function setRange(to: ByteRange, cursor: ProtoCursor): void {
  cursor.expect(WIRE_BYTES);
  to.from = cursor.from;
  to.to = cursor.to;
}
