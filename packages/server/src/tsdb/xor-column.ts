/**
 * Values that are each coded against their own predecessor, as XOR chunks code theirs
 * (xor-decode.ts): the sum of a histogram, and all counts of one whose counts are no integers.
 */
import type { BitReader, BitWriter } from './bit-stream.ts';

/** No window of changed bits yet. */
const NO_WINDOW = 0xff;

export class XorColumn {
  /** The newest values; `bits` is the same memory. */
  readonly values: Float64Array;
  readonly bits: Uint32Array;
  readonly #leading: Uint8Array;
  readonly #trailing: Uint8Array;

  constructor(count: number) {
    this.values = new Float64Array(count);
    this.bits = new Uint32Array(this.values.buffer);
    this.#leading = new Uint8Array(count).fill(NO_WINDOW);
    this.#trailing = new Uint8Array(count);
  }

  /** Writes the first value whole. */
  begin(writer: BitWriter, index: number, low: number, high: number): void {
    this.bits[2 * index] = low;
    this.bits[2 * index + 1] = high;
    writer.put(high, 32);
    writer.put(low, 32);
  }

  /** Writes a value against the one before. */
  put(writer: BitWriter, index: number, low: number, high: number): void {
    const changedLow = this.bits[2 * index] ^ low;
    const changedHigh = this.bits[2 * index + 1] ^ high;
    this.bits[2 * index] = low;
    this.bits[2 * index + 1] = high;
    if ((changedLow | changedHigh) === 0) {
      writer.put(0, 1);
      return;
    }
    // Five bits hold the count of leading zeros, so more than 31 count as 31.
    const leading = Math.min(31, Math.clz32(changedHigh));
    const trailing = changedLow === 0 ? 32 + countTrailing(changedHigh) : countTrailing(changedLow);
    const known = this.#leading[index];
    if (known !== NO_WINDOW && leading >= known && trailing >= this.#trailing[index]) {
      writer.put(0b10, 2);
    } else {
      this.#leading[index] = leading;
      this.#trailing[index] = trailing;
      // A count of 64 does not fit into six bits and is written as 0.
      writer.put((0b11 << 11) | (leading << 6) | ((64 - leading - trailing) & 63), 13);
    }
    const size = 64 - this.#leading[index] - this.#trailing[index];
    putChanged(writer, changedHigh, changedLow, this.#trailing[index], size);
  }

  /** Reads the first value. */
  takeFirst(reader: BitReader, index: number): void {
    this.bits[2 * index + 1] = reader.take(32);
    this.bits[2 * index] = reader.take(32);
  }

  /** Reads the next value. */
  take(reader: BitReader, index: number): void {
    if (reader.take(1) === 0) return;
    if (reader.take(1) === 1) {
      const leading = reader.take(5);
      const size = reader.take(6);
      this.#leading[index] = leading;
      // A window of more than 64 bits is damage.
      this.#trailing[index] = Math.max(0, 64 - leading - (size === 0 ? 64 : size));
    }
    const trailing = this.#trailing[index];
    const size = 64 - Math.min(31, this.#leading[index]) - trailing;
    const upper = size > 32 ? reader.take(size - 32) : 0;
    const lower = reader.take(Math.min(32, size));
    if (trailing >= 32) {
      this.bits[2 * index + 1] ^= lower << (trailing - 32);
    } else if (trailing > 0) {
      this.bits[2 * index + 1] ^= (upper << trailing) | (lower >>> (32 - trailing));
      this.bits[2 * index] ^= lower << trailing;
    } else {
      this.bits[2 * index + 1] ^= upper;
      this.bits[2 * index] ^= lower;
    }
  }
}

/** Writes `size` bits of a 64-bit word, those above the `trailing` lowest. */
function putChanged(
  writer: BitWriter,
  high: number,
  low: number,
  trailing: number,
  size: number,
): void {
  if (trailing >= 32) {
    writer.put(high >>> (trailing - 32), size);
    return;
  }
  const shiftedLow = trailing === 0 ? low : (low >>> trailing) | (high << (32 - trailing));
  if (size > 32) writer.put(high >>> trailing, size - 32);
  writer.put(shiftedLow, Math.min(32, size));
}

function countTrailing(word: number): number {
  return 31 - Math.clz32(word & -word);
}
