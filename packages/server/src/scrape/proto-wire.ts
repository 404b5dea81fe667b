/**
 * Protocol Buffers on the wire (protobuf.dev, "Encoding"), as much as a scrape needs: fields are
 * walked over where they lie, and nothing is copied. Every read is bounded by the message that it
 * is in; what does not fit is a ProtoFault with its offset.
 */

/** Bytes that are no message of the expected shape; `at` is the offset of the offending one. */
export class ProtoFault extends Error {
  override readonly name = 'ProtoFault';
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

export const WIRE_VARINT = 0;
export const WIRE_DOUBLE = 1;
export const WIRE_BYTES = 2;
export const WIRE_FLOAT = 5;

const VARINT_BYTES_MAX = 10;
const DOUBLE_BYTES = 8;
const FLOAT_BYTES = 4;

/**
 * Walks over the fields of messages. `next` finds a field, the reading methods take its value:
 *
 * ```
 * const cursor = new ProtoCursor(bytes);
 * cursor.enter(from, to);
 * while (cursor.next()) if (cursor.field === 1) name = [cursor.from, cursor.to];
 * ```
 */
export class ProtoCursor {
  readonly bytes: Buffer;
  /** The field's number. */
  field = 0;
  wire = 0;
  /** Where the field begins, its tag included. */
  fieldFrom = 0;
  /** The value's bytes, of any wire type. */
  from = 0;
  to = 0;
  #end = 0;
  #at = 0;
  /** The two halves of the newest varint. */
  #low = 0;
  #high = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Begins to walk over a message. */
  enter(from: number, to: number): void {
    this.#at = from;
    this.#end = to;
  }

  /** Finds the next field; false at the end of the message. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    this.fieldFrom = this.#at;
    this.#readVarint(this.#at, this.#end);
    const tag = this.#low;
    if (this.#high !== 0 || tag >>> 3 === 0) throw this.#fault('a field has no valid number');
    this.field = tag >>> 3;
    this.wire = tag & 7;
    this.from = this.to;
    switch (this.wire) {
      case WIRE_VARINT:
        this.#readVarint(this.from, this.#end);
        break;
      case WIRE_DOUBLE:
        this.to = this.from + DOUBLE_BYTES;
        break;
      case WIRE_FLOAT:
        this.to = this.from + FLOAT_BYTES;
        break;
      case WIRE_BYTES: {
        this.#readVarint(this.from, this.#end);
        const length = this.unsigned;
        this.from = this.to;
        this.to = this.from + length;
        break;
      }
      default:
        throw this.#fault(`field ${this.field} has the unknown wire type ${this.wire}`);
    }
    if (this.to > this.#end) throw this.#fault(`field ${this.field} reaches past its message`);
    this.#at = this.to;
    return true;
  }

  /** Refuses the field where it is not of the wire type that its number stands for. */
  expect(wire: number): void {
    if (this.wire === wire) return;
    throw this.#fault(`field ${this.field} has the wire type ${this.wire}, want ${wire}`);
  }

  /** Reads a varint outside of any message; answers its value, and `to` is where it ended. */
  lengthAt(at: number): number {
    this.fieldFrom = at;
    this.#readVarint(at, this.bytes.length);
    return this.unsigned;
  }

  /** The varint as uint64, rounded as Go rounds it to a float64. */
  get unsigned(): number {
    return this.#high * 2 ** 32 + this.#low;
  }

  /** The varint as int64. */
  get signed(): number {
    return (this.#high | 0) * 2 ** 32 + this.#low;
  }

  /** The varint as sint64 (zigzag). */
  get zigzag(): number {
    const half = this.#high * 2 ** 31 + (this.#low >>> 1);
    return (this.#low & 1) === 0 ? half : -half - 1;
  }

  /** The value as a double. */
  get double(): number {
    this.expect(WIRE_DOUBLE);
    return this.bytes.readDoubleLE(this.from);
  }

  /** Appends the field's numbers, packed or not: sint64. */
  addZigzags(to: number[]): void {
    if (this.wire === WIRE_VARINT) {
      to.push(this.zigzag);
      return;
    }
    this.expect(WIRE_BYTES);
    const end = this.to;
    for (let at = this.from; at < end; at = this.to) {
      this.#readVarint(at, end);
      to.push(this.zigzag);
    }
    this.to = end;
  }

  /** Appends the field's numbers, packed or not: double. */
  addDoubles(to: number[]): void {
    if (this.wire !== WIRE_DOUBLE) this.expect(WIRE_BYTES);
    if ((this.to - this.from) % DOUBLE_BYTES !== 0) throw this.#fault('a double is cut off');
    for (let at = this.from; at < this.to; at += DOUBLE_BYTES) to.push(this.bytes.readDoubleLE(at));
  }

  #readVarint(from: number, end: number): void {
    const { bytes } = this;
    let low = 0;
    let high = 0;
    let at = from;
    for (let shift = 0; ; shift += 7) {
      if (at >= end) throw this.#fault('a number is cut off');
      if (at - from >= VARINT_BYTES_MAX) throw this.#fault('a number has too many bytes');
      const byte = bytes[at++];
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) break;
    }
    this.#low = low >>> 0;
    this.#high = high >>> 0;
    this.to = at;
  }

  #fault(reason: string): ProtoFault {
    return new ProtoFault(this.fieldFrom, reason);
  }
}
