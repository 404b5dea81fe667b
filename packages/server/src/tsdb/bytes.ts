/**
 * Writing and reading of numbers and text in the store's files: little-endian (what Prometheus
 * reads too: big-endian), LEB128 varints.
 */
import { growBytes } from './grow.ts';

/** A varint of a number below 2^53 takes at most this many bytes. */
const VARINT_BYTES_MAX = 8;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Appends to a buffer that grows. */
export class ByteWriter {
  bytes: Uint8Array<ArrayBuffer>;
  at = 0;
  #view: DataView<ArrayBuffer>;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.bytes.buffer);
  }

  /** Makes room for this many more bytes. */
  reserve(count: number): void {
    const need = this.at + count;
    if (need <= this.bytes.length) return;
    this.bytes = growBytes(this.bytes, Math.max(need, this.bytes.length * 2));
    this.#view = new DataView(this.bytes.buffer);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.at++] = value;
  }

  word(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.at, value, true);
    this.at += 4;
  }

  /** The first words of an array. */
  words(from: Uint32Array, count: number): void {
    this.reserve(4 * count);
    const view = this.#view;
    const at = this.at;
    for (let i = 0; i < count; i++) view.setUint32(at + 4 * i, from[i], true);
    this.at = at + 4 * count;
  }

  /** Overwrites a word that was written before. */
  wordAt(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  /** The same with the high byte first, as the formats of Prometheus have it. */
  bigWord(value: number): void {
    this.reserve(4);
    this.#view.setUint32(this.at, value, false);
    this.at += 4;
  }

  bigWordAt(at: number, value: number): void {
    this.#view.setUint32(at, value, false);
  }

  /** A whole number from 0 to 2^53 in eight bytes, high byte first. */
  bigLong(value: number): void {
    this.bigWord(Math.floor(value / 2 ** 32));
    this.bigWord(value % 2 ** 32);
  }

  double(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** A whole number from 0 to 2^53. */
  varint(value: number): void {
    this.reserve(VARINT_BYTES_MAX);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.at++] = rest;
  }

  /** A whole number of either sign, below 2^52. */
  zigzag(value: number): void {
    this.varint(value >= 0 ? 2 * value : -2 * value - 1);
  }

  /** Length in bytes, then UTF-8. */
  text(value: string): void {
    const start = this.at;
    // Three bytes of UTF-8 per UTF-16 unit at most.
    this.reserve(VARINT_BYTES_MAX + value.length * 3);
    const room = value.length < 128 / 3 ? 1 : VARINT_BYTES_MAX;
    const { written } = encoder.encodeInto(value, this.bytes.subarray(start + room));
    this.varint(written);
    if (this.at !== start + room) {
      this.bytes.copyWithin(this.at, start + room, start + room + written);
    }
    this.at += written;
  }

  raw(from: Uint8Array): void {
    this.reserve(from.length);
    this.bytes.set(from, this.at);
    this.at += from.length;
  }

  /** A stream of bits, most significant first; the last byte is filled with zeros. */
  bits({ words, bitCount }: { readonly words: Uint32Array; readonly bitCount: number }): void {
    const count = Math.ceil(bitCount / 8);
    this.reserve(count);
    for (let i = 0; i < count; i++) {
      this.bytes[this.at++] = words[i >>> 2] >>> (24 - 8 * (i & 3));
    }
  }

  /** What was written, in place. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }
}

/**
 * Reads what ByteWriter wrote. Past the end it answers zeros and `isShort` turns true, so that a
 * decoder checks once at the end of a record rather than at every number.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  at: number;
  isShort = false;
  readonly #end: number;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, from = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = from;
    this.#end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.at >= this.#end;
  }

  #take(count: number): number {
    const at = this.at;
    if (at + count > this.#end) {
      this.isShort = true;
      return -1;
    }
    this.at = at + count;
    return at;
  }

  byte(): number {
    const at = this.#take(1);
    return at < 0 ? 0 : this.bytes[at];
  }

  word(): number {
    const at = this.#take(4);
    return at < 0 ? 0 : this.#view.getUint32(at, true);
  }

  /** Reads words to the start of `into`; where there are fewer, none. */
  words(into: Uint32Array, count: number): void {
    const at = this.#take(4 * count);
    if (at < 0) return;
    const view = this.#view;
    for (let i = 0; i < count; i++) into[i] = view.getUint32(at + 4 * i, true);
  }

  double(): number {
    const at = this.#take(8);
    return at < 0 ? 0 : this.#view.getFloat64(at, true);
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    this.isShort = true;
    return 0;
  }

  zigzag(): number {
    const coded = this.varint();
    return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
  }

  text(): string {
    const count = this.varint();
    const at = this.#take(count);
    return at < 0 ? '' : decoder.decode(this.bytes.subarray(at, at + count));
  }

  raw(count: number): Uint8Array {
    const at = this.#take(count);
    return at < 0 ? new Uint8Array(0) : this.bytes.subarray(at, at + count);
  }
}
