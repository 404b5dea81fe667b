/**
 * The wire format of protocol buffers, read and written by hand
 * (protobuf.dev/programming-guides/encoding).
 *
 * The messages that Nines speaks are few and are met by the hundred thousand a second, so there is
 * no generated code and no object for each message: a reader walks over the bytes, tells the number
 * of each field, and whoever knows the message takes what it needs and skips the rest. Integers are
 * JavaScript numbers: exact up to 2^53, rounded beyond. The caller's bounds on the body are the
 * bounds of this: nothing here allocates more than a field of it is long.
 */
import { isUtf8 } from 'node:buffer';
import { invalid } from './errors.ts';

/** How a field is laid out: 0 a varint, 1 eight bytes, 2 a length and as many bytes, 5 four bytes. */
export type WireType = 0 | 1 | 2 | 5;

const TWO_32 = 2 ** 32;
const VARINT_BYTES_MAX = 10;

/** Walks over a message. Every method throws `PROTOBUF_INVALID` where the bytes make no sense. */
export class ProtoReader {
  readonly #buffer: Buffer;
  readonly #view: DataView;
  #at: number;
  #end: number;
  /** The low and the high word of the varint that was read last. */
  #low = 0;
  #high = 0;
  /** The layout of the field that `next` came to. */
  wireType: WireType = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = 0;
    this.#end = bytes.byteLength;
  }

  /** The place in the bytes. */
  get at(): number {
    return this.#at;
  }

  /** The number of the next field of this message, 0 at its end. Its value must be read or skipped. */
  next(): number {
    if (this.#at >= this.#end) return 0;
    const tag = this.packedUint();
    const field = Math.floor(tag / 8);
    const wireType = tag & 7;
    if (field === 0) throw this.#fault('a field has the number 0');
    if (wireType !== 0 && wireType !== 1 && wireType !== 2 && wireType !== 5) {
      throw this.#fault(`a field has the unknown wire type ${wireType}`);
    }
    this.wireType = wireType;
    return field;
  }

  /** Whether bytes are left in this message, or in the packed list that was entered. */
  get hasMore(): boolean {
    return this.#at < this.#end;
  }

  /**
   * Goes into the message or packed list that is the value of the field; answers what `leave` wants
   * to come back out. `next` and `hasMore` then tell its end.
   */
  enter(): number {
    this.#expect(2);
    const length = this.#length();
    const outer = this.#end;
    this.#end = this.#at + length;
    return outer;
  }

  /** Goes out of what was entered, past what is left of it. */
  leave(outer: number): void {
    this.#at = this.#end;
    this.#end = outer;
  }

  /** Passes over the value of the field. */
  skip(): void {
    switch (this.wireType) {
      case 0:
        this.#varint();
        return;
      case 1:
        this.#advance(8);
        return;
      case 2:
        this.#advance(this.#length());
        return;
      case 5:
        this.#advance(4);
        return;
    }
  }

  /** uint32, uint64, bool and enum. */
  uint(): number {
    this.#expect(0);
    return this.packedUint();
  }

  /** int32 and int64: two's complement. */
  int(): number {
    this.#expect(0);
    this.#varint();
    return (this.#high | 0) * TWO_32 + this.#low;
  }

  /** sint32 and sint64: zigzag. */
  sint(): number {
    this.#expect(0);
    return this.packedSint();
  }

  double(): number {
    this.#expect(1);
    return this.packedDouble();
  }

  /** A double as bits, low word and high word, because a NaN's payload does not survive as number. */
  doubleBits(into: Uint32Array, at: number): void {
    this.#expect(1);
    const start = this.#fixed(8);
    into[at] = this.#view.getUint32(start, true);
    into[at + 1] = this.#view.getUint32(start + 4, true);
  }

  /** An entry of a packed list of uint32 or uint64 that was entered. */
  packedUint(): number {
    // Most are tags and lengths of one byte.
    if (this.#at < this.#end) {
      const byte = this.#buffer[this.#at];
      if (byte < 0x80) {
        this.#at++;
        return byte;
      }
    }
    this.#varint();
    return this.#high * TWO_32 + this.#low;
  }

  /** An entry of a packed list of sint32 or sint64. */
  packedSint(): number {
    this.#varint();
    const isNegative = (this.#low & 1) === 1;
    const half = (this.#high >>> 1) * TWO_32 + (((this.#high << 31) | (this.#low >>> 1)) >>> 0);
    return isNegative ? -half - 1 : half;
  }

  /** An entry of a packed list of doubles. */
  packedDouble(): number {
    return this.#view.getFloat64(this.#fixed(8), true);
  }

  /** An entry of a packed list of fixed64. */
  packedFixed64(): number {
    const start = this.#fixed(8);
    return this.#view.getUint32(start + 4, true) * TWO_32 + this.#view.getUint32(start, true);
  }

  /** fixed64, as OTLP writes counts. */
  fixed64(): number {
    this.#expect(1);
    return this.packedFixed64();
  }

  /** sfixed64: two's complement. */
  sfixed64(): number {
    this.#expect(1);
    const start = this.#fixed(8);
    return this.#view.getInt32(start + 4, true) * TWO_32 + this.#view.getUint32(start, true);
  }

  /** A fixed64 that counts nanoseconds, as whole milliseconds. */
  fixed64Nanos(): number {
    this.#expect(1);
    const start = this.#fixed(8);
    const high = this.#view.getUint32(start + 4, true);
    const low = this.#view.getUint32(start, true);
    // In two steps, because nanoseconds since 1970 are more than a double holds exactly.
    const upper = high * 4294.967296;
    const whole = Math.floor(upper);
    return whole + Math.floor(upper - whole + low / 1e6);
  }

  fixed32(): number {
    this.#expect(5);
    return this.#view.getUint32(this.#fixed(4), true);
  }

  /** Text, which must be UTF-8. */
  string(): string {
    const text = this.findString();
    if (text === undefined) throw this.#fault('a text is not UTF-8');
    return text;
  }

  /** Text; undefined where it is not UTF-8, for those who would rather leave out a part. */
  findString(): string | undefined {
    const bytes = this.bytes();
    return decodeUtf8(this.#buffer, bytes.byteOffset - this.#buffer.byteOffset, bytes.length);
  }

  /** The bytes of the field; they are the message's own memory. */
  bytes(): Uint8Array {
    this.#expect(2);
    const length = this.#length();
    const start = this.#at;
    this.#at += length;
    return this.#buffer.subarray(start, this.#at);
  }

  #expect(wireType: WireType): void {
    if (this.wireType === wireType) return;
    throw this.#fault(`a field has the wire type ${this.wireType}; want ${wireType}`);
  }

  #length(): number {
    const length = this.packedUint();
    if (length > this.#end - this.#at) {
      throw this.#fault(`a field of ${length} bytes goes beyond its message`);
    }
    return length;
  }

  #fixed(count: number): number {
    const start = this.#at;
    this.#advance(count);
    return start;
  }

  #advance(count: number): void {
    if (count > this.#end - this.#at) throw this.#fault('the message ends within a field');
    this.#at += count;
  }

  #varint(): void {
    let low = 0;
    let high = 0;
    for (let i = 0; i < VARINT_BYTES_MAX; i++) {
      if (this.#at >= this.#end) throw this.#fault('the message ends within a number');
      const byte = this.#buffer[this.#at++];
      const part = byte & 0x7f;
      if (i < 4) low |= part << (7 * i);
      else if (i === 4) {
        low |= part << 28;
        high |= part >>> 4;
      } else high |= part << (7 * i - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw this.#fault(`a number has more than ${VARINT_BYTES_MAX} bytes`);
  }

  #fault(what: string): Error {
    return invalid('PROTOBUF_INVALID', `not a valid protobuf message: ${what} (byte ${this.#at})`);
  }
}

/** Builds a message. Its bytes are read by `finish`; `reset` begins another in the same memory. */
export class ProtoWriter {
  #buffer: Buffer;
  #view: DataView;
  #at = 0;

  constructor(capacityBytes = 1024) {
    this.#buffer = Buffer.allocUnsafeSlow(capacityBytes);
    this.#view = viewOf(this.#buffer);
  }

  get sizeBytes(): number {
    return this.#at;
  }

  reset(): void {
    this.#at = 0;
  }

  /** What was written, until the next `reset`: it is the writer's own memory. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#at);
  }

  /** uint32, uint64, bool, enum. */
  uint(field: number, value: number): void {
    this.#tag(field, 0);
    this.#varint(value >>> 0, Math.floor(value / TWO_32) >>> 0);
  }

  /** int32 and int64. */
  int(field: number, value: number): void {
    this.#tag(field, 0);
    this.#varint(value >>> 0, Math.floor(value / TWO_32) >>> 0);
  }

  /** sint32 and sint64. */
  sint(field: number, value: number): void {
    this.#tag(field, 0);
    this.packedSint(value);
  }

  double(field: number, value: number): void {
    this.#tag(field, 1);
    this.packedDouble(value);
  }

  /** A double by its bits, for staleness markers. */
  doubleBits(field: number, low: number, high: number): void {
    this.#tag(field, 1);
    this.#reserve(8);
    this.#view.setUint32(this.#at, low, true);
    this.#view.setUint32(this.#at + 4, high, true);
    this.#at += 8;
  }

  string(field: number, text: string): void {
    const start = this.begin(field);
    // Three bytes for each UTF-16 unit is the most that UTF-8 takes.
    this.#reserve(text.length * 3);
    this.#at += this.#buffer.write(text, this.#at, 'utf8');
    this.end(start);
  }

  bytes(field: number, bytes: Uint8Array): void {
    this.#tag(field, 2);
    this.#varint(bytes.length, 0);
    this.raw(bytes);
  }

  /** Fields that were written elsewhere. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Begins a nested message or a packed list; `end` wants the answer. */
  begin(field: number): number {
    this.#tag(field, 2);
    this.#reserve(1);
    return this.#at++;
  }

  /** Ends what `begin` began: its length is put before it, which moves it where that is long. */
  end(start: number): void {
    const length = this.#at - start - 1;
    if (length < 0x80) {
      this.#buffer[start] = length;
      return;
    }
    let extra = 0;
    for (let rest = length; rest >= 0x80; rest = Math.floor(rest / 128)) extra++;
    this.#reserve(extra);
    this.#buffer.copyWithin(start + 1 + extra, start + 1, this.#at);
    const end = this.#at + extra;
    this.#at = start;
    this.#varint(length, 0);
    this.#at = end;
  }

  /** An entry of a packed list of uint32 or uint64. */
  packedUint(value: number): void {
    this.#varint(value >>> 0, Math.floor(value / TWO_32) >>> 0);
  }

  /** An entry of a packed list of sint32 or sint64. */
  packedSint(value: number): void {
    const low = value >>> 0;
    const high = Math.floor(value / TWO_32) >>> 0;
    const sign = value < 0 ? -1 : 0;
    this.#varint(((low << 1) ^ sign) >>> 0, (((high << 1) | (low >>> 31)) ^ sign) >>> 0);
  }

  /** An entry of a packed list of doubles. */
  packedDouble(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  #tag(field: number, wireType: WireType): void {
    this.#varint(field * 8 + wireType, 0);
  }

  #varint(low: number, high: number): void {
    this.#reserve(VARINT_BYTES_MAX);
    const buffer = this.#buffer;
    let lo = low;
    let hi = high;
    while (hi !== 0 || lo >= 0x80) {
      buffer[this.#at++] = (lo & 0x7f) | 0x80;
      lo = ((lo >>> 7) | (hi << 25)) >>> 0;
      hi >>>= 7;
    }
    buffer[this.#at++] = lo;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#at + count, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
    this.#view = viewOf(grown);
  }
}

/** Text out of bytes; undefined where they are not UTF-8. */
export function decodeUtf8(bytes: Buffer, from: number, length: number): string | undefined {
  const text = bytes.toString('utf8', from, from + length);
  // The decoder puts this character where bytes are none, and bytes may also have it rightly.
  const isSound = !text.includes('\uFFFD') || isUtf8(bytes.subarray(from, from + length));
  return isSound ? text : undefined;
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
