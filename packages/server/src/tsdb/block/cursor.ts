/**
 * Reads numbers and text from bytes in memory, as Prometheus writes them: words with the high byte
 * first, LEB128 varints. Made once and set to new bytes, because a selection reads an entry for
 * each of its series. Past the end it answers zeros and `isShort` turns true.
 */
import { TEXT_BYTES_MAX } from './limits.ts';

/** Nine bytes hold 63 bits; a number that takes more is no number of ours. */
const VARINT_BYTES_MAX = 9;

const decoder = new TextDecoder();

export class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  at = 0;
  end = 0;
  isShort = false;

  /** Begins to read bytes, from an index up to another. */
  set(bytes: Uint8Array, from: number, end: number): this {
    this.bytes = bytes;
    this.at = from;
    this.end = Math.min(end, bytes.length);
    this.isShort = false;
    return this;
  }

  byte(): number {
    if (this.at >= this.end) {
      this.isShort = true;
      return 0;
    }
    return this.bytes[this.at++];
  }

  word(): number {
    const { bytes, at } = this;
    if (at + 4 > this.end) {
      this.isShort = true;
      this.at = this.end;
      return 0;
    }
    this.at = at + 4;
    return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
  }

  /** Eight bytes; exact below 2^53. */
  long(): number {
    const high = this.word();
    return high * 2 ** 32 + this.word();
  }

  uvarint(): number {
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

  /** Zigzag-coded. */
  varint(): number {
    const coded = this.uvarint();
    return coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
  }

  /** Length, then UTF-8. */
  text(): string {
    const length = this.skipText();
    return decoder.decode(this.bytes.subarray(this.at - length, this.at));
  }

  /** Passes over a text; answers its length in bytes. */
  skipText(): number {
    const length = this.uvarint();
    if (length > TEXT_BYTES_MAX || this.at + length > this.end) {
      this.isShort = true;
      this.at = this.end;
      return 0;
    }
    this.at += length;
    return length;
  }
}
