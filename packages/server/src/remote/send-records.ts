/**
 * The records of the log of what is to be sent (docs/formats/send-log.md): series, floats,
 * histograms and exemplars. Numbers lie in columns, little-endian, so that a batch is a copy of the
 * arrays that the store got.
 */
import { crc32 } from 'node:zlib';
import { ProtoReader, ProtoWriter } from '../platform/index.ts';
import type { Exemplar, Histogram, SampleBatch } from '../series/index.ts';
import { checkHistogram, readHistogram, writeHistogram } from './histogram-message.ts';
import { SEND_RECORD_BYTES_MAX, SEND_RECORD_SAMPLES_MAX } from './limits.ts';
import { readExemplarV1, writeExemplarV1 } from './write-v1.ts';

/** Length and checksum before each record. */
export const FRAME_BYTES = 8;

const SERIES = 1;
const FLOATS = 2;
const HISTOGRAM = 3;
const EXEMPLAR = 4;
const HAS_STARTS = 1;
const FLOATS_HEADER_BYTES = 8;

/** What a reader of the log is told, in the order in which it was written. */
export interface RecordVisitor {
  /** The label fields of a remote write message of version 1; valid during the call only. */
  onSeries(ref: number, labelBytes: Uint8Array): void;
  onFloat(ref: number, timeMs: number, startMs: number, low: number, high: number): void;
  onHistogram(ref: number, timeMs: number, startMs: number, histogram: Histogram): void;
  onExemplar(ref: number, exemplar: Exemplar): void;
}

/** Builds records one behind the other; `finish` gives their bytes. */
export class RecordWriter {
  #buffer = Buffer.allocUnsafeSlow(64 * 1024);
  #at = 0;
  readonly #message = new ProtoWriter();

  reset(): void {
    this.#at = 0;
  }

  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  putSeries(ref: number, labelBytes: Uint8Array): void {
    this.#putMessage(SERIES, ref, labelBytes);
  }

  putHistogram(ref: number, timeMs: number, startMs: number, histogram: Histogram): void {
    this.#message.reset();
    writeHistogram(this.#message, 1, histogram, { timeMs, startMs });
    this.#putMessage(HISTOGRAM, ref, this.#message.finish());
  }

  putExemplar(ref: number, exemplar: Exemplar): void {
    this.#message.reset();
    writeExemplarV1(this.#message, exemplar);
    this.#putMessage(EXEMPLAR, ref, this.#message.finish());
  }

  /** The floats of a batch at the given places. */
  putFloats(batch: SampleBatch, places: Uint32Array): void {
    for (let from = 0; from < places.length; from += SEND_RECORD_SAMPLES_MAX) {
      this.#putFloats(batch, places.subarray(from, from + SEND_RECORD_SAMPLES_MAX));
    }
  }

  #putFloats(batch: SampleBatch, places: Uint32Array): void {
    const { refs, timesMs, bits, startTimesMs } = batch;
    const hasStarts = startTimesMs !== undefined && places.some((at) => startTimesMs[at] !== 0);
    const count = places.length;
    const start = this.#begin(FLOATS_HEADER_BYTES + count * (hasStarts ? 28 : 20));
    const buffer = this.#buffer;
    buffer[this.#at] = FLOATS;
    buffer[this.#at + 1] = hasStarts ? HAS_STARTS : 0;
    buffer.writeUInt16LE(0, this.#at + 2);
    buffer.writeUInt32LE(count, this.#at + 4);
    let at = this.#at + FLOATS_HEADER_BYTES;
    for (let i = 0; i < count; i++) {
      const place = places[i];
      buffer.writeUInt32LE(refs[place], at);
      buffer.writeDoubleLE(timesMs[place], at + 4);
      buffer.writeUInt32LE(bits[2 * place], at + 12);
      buffer.writeUInt32LE(bits[2 * place + 1], at + 16);
      at += 20;
      if (!hasStarts) continue;
      buffer.writeDoubleLE(startTimesMs?.[place] ?? 0, at);
      at += 8;
    }
    this.#end(start, at);
  }

  #putMessage(kind: number, ref: number, bytes: Uint8Array): void {
    const start = this.#begin(5 + bytes.length);
    this.#buffer[this.#at] = kind;
    this.#buffer.writeUInt32LE(ref, this.#at + 1);
    this.#buffer.set(bytes, this.#at + 5);
    this.#end(start, this.#at + 5 + bytes.length);
  }

  #begin(payloadBytes: number): number {
    const need = this.#at + FRAME_BYTES + payloadBytes;
    if (need > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(need, this.#buffer.length * 2));
      this.#buffer.copy(larger, 0, 0, this.#at);
      this.#buffer = larger;
    }
    const start = this.#at;
    this.#at += FRAME_BYTES;
    return start;
  }

  #end(start: number, end: number): void {
    const payload = this.#buffer.subarray(start + FRAME_BYTES, end);
    this.#buffer.writeUInt32LE(payload.length, start);
    this.#buffer.writeUInt32LE(crc32(payload), start + 4);
    this.#at = end;
  }
}

/** Bytes that the record at a place takes; 0: damaged; undefined: its length is not there yet. */
export function recordBytes(bytes: Buffer, at: number): number | undefined {
  if (bytes.length - at < FRAME_BYTES) return undefined;
  const length = bytes.readUInt32LE(at);
  return length === 0 || length > SEND_RECORD_BYTES_MAX ? 0 : FRAME_BYTES + length;
}

/** Reads the record at a place, which is there as a whole; false where it is damaged. */
export function readRecord(bytes: Buffer, at: number, visitor: RecordVisitor): boolean {
  const payload = bytes.subarray(at + FRAME_BYTES, at + FRAME_BYTES + bytes.readUInt32LE(at));
  if (crc32(payload) !== bytes.readUInt32LE(at + 4)) return false;
  if (payload[0] === FLOATS) return readFloats(payload, visitor);
  if (payload.length < 5) return false;
  const ref = payload.readUInt32LE(1);
  const message = payload.subarray(5);
  if (payload[0] === SERIES) visitor.onSeries(ref, message);
  else if (payload[0] === HISTOGRAM) {
    const reader = new ProtoReader(message);
    if (reader.next() !== 1) return false;
    const sample = readHistogram(reader);
    visitor.onHistogram(ref, sample.timeMs, sample.startMs, checkHistogram(sample));
  } else if (payload[0] === EXEMPLAR) visitor.onExemplar(ref, readExemplarV1(message));
  return true;
}

function readFloats(payload: Buffer, visitor: RecordVisitor): boolean {
  const hasStarts = payload[1] === HAS_STARTS;
  const width = hasStarts ? 28 : 20;
  const count = payload.readUInt32LE(4);
  if (payload.length !== FLOATS_HEADER_BYTES + count * width) return false;
  for (let i = 0, at = FLOATS_HEADER_BYTES; i < count; i++, at += width) {
    visitor.onFloat(
      payload.readUInt32LE(at),
      payload.readDoubleLE(at + 4),
      hasStarts ? payload.readDoubleLE(at + 20) : 0,
      payload.readUInt32LE(at + 12),
      payload.readUInt32LE(at + 16),
    );
  }
  return true;
}
