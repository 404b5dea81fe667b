/**
 * What the log's records hold (docs/formats/wal.md).
 *
 * A batch of samples is one record. Most samples of a scrape share its time, their series were
 * numbered in a row, and their values are whole numbers whose low bytes are zero: so one byte tells
 * the step to the next number and how many bytes of the value follow, and a sample takes about 4
 * bytes where Prometheus' log takes 7.
 */
import type { Exemplar, Histogram, Labels } from '../series/index.ts';
import { ByteReader, type ByteWriter } from './bytes.ts';
import { putHistogram, readHistogram } from './histogram-bytes.ts';

export const RECORD_SERIES = 1;
export const RECORD_SAMPLES = 2;
/** Samples of which at least one is more than a float in its turn. */
export const RECORD_MIXED = 3;
export const RECORD_EXEMPLARS = 4;

/** One sample takes at most this: control, series, time, value. */
export const SAMPLE_BYTES_MAX = 1 + 8 + 8 + 8;

/** Writes one series' number and labels. */
export function putSeries(writer: ByteWriter, id: number, labels: Labels): void {
  writer.varint(id);
  putLabels(writer, labels);
}

function putLabels(writer: ByteWriter, labels: Labels): void {
  writer.varint(labels.names.length);
  for (let i = 0; i < labels.names.length; i++) {
    writer.text(labels.names[i]);
    writer.text(labels.values[i]);
  }
}

function readLabels(reader: ByteReader): Labels {
  const count = reader.varint();
  const names: string[] = [];
  const values: string[] = [];
  for (let i = 0; i < count && !reader.isShort; i++) {
    names.push(reader.text());
    values.push(reader.text());
  }
  return { names, values };
}

/** Reads the content of a series record; false where it makes no sense. */
export function readSeries(
  bytes: Uint8Array,
  from: number,
  end: number,
  onSeries: (id: number, labels: Labels) => void,
): boolean {
  const reader = new ByteReader(bytes, from, end);
  while (!reader.isAtEnd) {
    const id = reader.varint();
    const labels = readLabels(reader);
    if (reader.isShort) return false;
    onSeries(id, labels);
  }
  return true;
}

/** Writes one exemplar and the number of its series. */
export function putExemplar(writer: ByteWriter, id: number, exemplar: Exemplar): void {
  writer.varint(id);
  writer.zigzag(exemplar.timeMs);
  writer.double(exemplar.value);
  putLabels(writer, exemplar.labels);
}

/** Reads the content of a record of exemplars; false where it makes no sense. */
export function readExemplars(
  reader: ByteReader,
  onExemplar: (id: number, exemplar: Exemplar) => void,
): boolean {
  while (!reader.isAtEnd) {
    const id = reader.varint();
    const timeMs = reader.zigzag();
    const value = reader.double();
    const labels = readLabels(reader);
    if (reader.isShort) return false;
    onExemplar(id, { labels, value, timeMs });
  }
  return true;
}

/** The count of value bytes that none has; in a mixed record a byte of flags follows it. */
const EXTENDED = 3;
const HAS_HISTOGRAM = 1;
const HAS_START = 2;
const IS_LATE = 4;

/** A sample that is more than a float which is newer than all of its series. */
export interface ExtendedSample {
  readonly id: number;
  readonly timeMs: number;
  /** Of a float; where the sample is a histogram they mean nothing. */
  readonly low: number;
  readonly high: number;
  readonly histogram: Histogram | undefined;
  /** When its counter began to count, 0 for unknown; undefined: as of the sample before. */
  readonly startTimeMs: number | undefined;
  /** Older than the newest sample of its series. */
  readonly isLate: boolean;
}

/** Writes the samples of one batch, each against the one before. */
export class SampleEncoder {
  readonly #writer: ByteWriter;
  #lastId = 0;
  #lastMs = 0;
  /** Whether the record is a mixed one. */
  isMixed = false;

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** Begins a record's content; there must be room for it all (SAMPLE_BYTES_MAX each). */
  begin(): void {
    this.#lastId = 0;
    this.#lastMs = 0;
    this.isMixed = false;
  }

  /**
   * Control byte: in the high half the step to this series' number (1 to 15; 0: a zigzag varint
   * follows); bit 3: the time differs from the one before, and a zigzag varint follows; low three
   * bits: bytes of the value, from the top, 7 standing for all 8.
   */
  put(id: number, timeMs: number, low: number, high: number): void {
    const writer = this.#writer;
    const step = id - this.#lastId;
    const isNear = step > 0 && step < 16;
    const hasTime = timeMs !== this.#lastMs;
    const size = valueSize(low, high);
    const { bytes } = writer;
    bytes[writer.at++] = (isNear ? step << 4 : 0) | (hasTime ? 8 : 0) | Math.min(7, size);
    if (!isNear) writer.zigzag(step);
    if (hasTime) writer.zigzag(timeMs - this.#lastMs);
    this.#lastId = id;
    this.#lastMs = timeMs;
    let at = writer.at;
    writer.at += size;
    if (size === 0) return;
    bytes[at++] = high >>> 24;
    if (size === 1) return;
    bytes[at++] = high >>> 16;
    if (size === 2) return;
    bytes[at++] = high >>> 8;
    bytes[at++] = high;
    for (let shift = 24; at < writer.at; shift -= 8) bytes[at++] = low >>> shift;
  }

  /** Writes a sample with an extension, and makes room for as many plain ones after it. */
  putExtended(sample: ExtendedSample, restCount: number): void {
    const writer = this.#writer;
    const { id, timeMs, histogram, startTimeMs } = sample;
    this.isMixed = true;
    const step = id - this.#lastId;
    const isNear = step > 0 && step < 16;
    const hasTime = timeMs !== this.#lastMs;
    writer.byte((isNear ? step << 4 : 0) | (hasTime ? 8 : 0) | EXTENDED);
    if (!isNear) writer.zigzag(step);
    if (hasTime) writer.zigzag(timeMs - this.#lastMs);
    this.#lastId = id;
    this.#lastMs = timeMs;
    writer.byte(
      (histogram === undefined ? 0 : HAS_HISTOGRAM) |
        (startTimeMs === undefined ? 0 : HAS_START) |
        (sample.isLate ? IS_LATE : 0),
    );
    if (startTimeMs !== undefined) writer.zigzag(startTimeMs);
    if (histogram === undefined) {
      writer.word(sample.low);
      writer.word(sample.high);
    } else {
      putHistogram(writer, histogram);
    }
    writer.reserve(restCount * SAMPLE_BYTES_MAX);
  }
}

/** Bytes of a value from the top down to the last that is not zero: 0, 1, 2, 4, 5, 6 or 8. */
function valueSize(low: number, high: number): number {
  if (low === 0) {
    if ((high & 0xffff) !== 0) return 4;
    if ((high & 0xff0000) !== 0) return 2;
    return high === 0 ? 0 : 1;
  }
  if ((low & 0xffff) !== 0) return 8;
  return (low & 0xff0000) !== 0 ? 6 : 5;
}

/** Takes samples of a mixed record as they are read; words of the value, never a number. */
export interface SampleSink {
  sample(id: number, timeMs: number, low: number, high: number): void;
  extended(sample: ExtendedSample): void;
}

/** Reads the content of a mixed record; false where it makes no sense. Plain ones: SampleRuns. */
export function readMixed(bytes: Uint8Array, from: number, end: number, sink: SampleSink): boolean {
  const reader = new ByteReader(bytes, from, end);
  let id = 0;
  let timeMs = 0;
  while (reader.at < end) {
    const control = bytes[reader.at++];
    const step = control >>> 4;
    id += step === 0 ? reader.zigzag() : step;
    if ((control & 8) !== 0) timeMs += reader.zigzag();
    if ((control & 7) === EXTENDED) {
      const extended = readExtended(reader, id, timeMs);
      if (extended === undefined || reader.isShort) return false;
      sink.extended(extended);
      continue;
    }
    const size = (control & 7) === 7 ? 8 : control & 7;
    const at = reader.at;
    reader.at += size;
    if (reader.isShort || reader.at > end) return false;
    let high = 0;
    let low = 0;
    if (size > 0) high = bytes[at] << 24;
    if (size > 1) high |= bytes[at + 1] << 16;
    if (size > 2) high |= (bytes[at + 2] << 8) | bytes[at + 3];
    for (let i = 4, shift = 24; i < size; i++, shift -= 8) low |= bytes[at + i] << shift;
    sink.sample(id, timeMs, low, high);
  }
  return true;
}

function readExtended(reader: ByteReader, id: number, timeMs: number): ExtendedSample | undefined {
  const flags = reader.byte();
  const startTimeMs = (flags & HAS_START) === 0 ? undefined : reader.zigzag();
  const isLate = (flags & IS_LATE) !== 0;
  if ((flags & HAS_HISTOGRAM) !== 0) {
    const histogram = readHistogram(reader);
    if (histogram === undefined) return undefined;
    return { id, timeMs, low: 0, high: 0, histogram, startTimeMs, isLate };
  }
  const low = reader.word();
  const high = reader.word();
  return { id, timeMs, low, high, histogram: undefined, startTimeMs, isLate };
}
