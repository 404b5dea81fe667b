/**
 * Streams of bits, most significant first, in 32-bit words; and the numbers of variable length
 * that Prometheus' histogram chunks are made of (tsdb/chunkenc/varbit.go).
 *
 * A number begins with as many ones as its class has, and a zero; the class says how many bits
 * follow. Values are doubles here, exact up to 2^53, which is more than the encoder lets through.
 */

const TWO_32 = 2 ** 32;

/** Bits that follow, by the count of leading ones. The last class has no zero after its ones. */
const CLASS_BITS: readonly number[] = [0, 3, 6, 9, 12, 18, 25, 56, 64];
const CLASS_LAST = CLASS_BITS.length - 1;

/** Appends bits to words of its own. */
export class BitWriter {
  words = new Uint32Array(256);
  bitCount = 0;

  /** Empties it; what is not written is zero. */
  clear(): void {
    this.words.fill(0, 0, Math.min(this.words.length, (this.bitCount >>> 5) + 2));
    this.bitCount = 0;
  }

  /** Writes the low `size` bits of a number, 1 to 32; what lies above is ignored. */
  put(value: number, size: number): void {
    const word = this.bitCount >>> 5;
    if (word + 2 > this.words.length) this.#grow();
    const masked = size === 32 ? value : value & ((1 << size) - 1);
    const rest = (this.bitCount & 31) + size - 32;
    if (rest <= 0) {
      this.words[word] |= masked << -rest;
    } else {
      this.words[word] |= masked >>> rest;
      this.words[word + 1] = masked << (32 - rest);
    }
    this.bitCount += size;
  }

  /** Writes a whole number of either sign, below 2^53. */
  putSigned(value: number): void {
    let ones = value === 0 ? 0 : 1;
    while (ones < CLASS_LAST && !isSignedIn(value, CLASS_BITS[ones])) ones++;
    this.#putClass(ones, value);
  }

  /** Writes a whole number from 0, below 2^53. */
  putUnsigned(value: number): void {
    let ones = value === 0 ? 0 : 1;
    while (ones < CLASS_LAST && value >= 2 ** CLASS_BITS[ones]) ones++;
    this.#putClass(ones, value);
  }

  #putClass(ones: number, value: number): void {
    if (ones === CLASS_LAST) this.put(0xff, 8);
    else this.put((1 << (ones + 1)) - 2, ones + 1);
    const size = CLASS_BITS[ones];
    if (size > 32) this.put(Math.floor(value / TWO_32), size - 32);
    if (size > 0) this.put(value | 0, Math.min(size, 32));
  }

  #grow(): void {
    const grown = new Uint32Array(this.words.length * 2);
    grown.set(this.words);
    this.words = grown;
  }
}

/** The classes are lopsided: 3 bits hold -3 to 4. */
function isSignedIn(value: number, bits: number): boolean {
  const half = 2 ** (bits - 1);
  return value > -half && value <= half;
}

/**
 * Reads what BitWriter wrote. Past the end it answers zeros and `isShort` turns true, so that a
 * decoder checks once for each sample.
 */
export class BitReader {
  readonly #words: Uint32Array;
  readonly #end: number;
  at = 0;
  isShort = false;

  /** `words` has room for two words more than the bits take. */
  constructor(words: Uint32Array, bitCount: number) {
    this.#words = words;
    this.#end = bitCount;
  }

  /** The next `size` bits, 1 to 32, as a number from 0. */
  take(size: number): number {
    const { at } = this;
    if (at + size > this.#end) {
      this.isShort = true;
      return 0;
    }
    this.at = at + size;
    const word = at >>> 5;
    const shift = at & 31;
    const words = this.#words;
    // Shifting by 32 in two steps, because one step would shift by 0.
    const head = (words[word] << shift) | ((words[word + 1] >>> 1) >>> (31 - shift));
    return head >>> (32 - size);
  }

  signed(): number {
    const size = CLASS_BITS[this.#takeClass()];
    if (size === 0) return 0;
    if (size > 32) return this.#takeLong(size - 32, true);
    const field = this.take(size);
    return field > 2 ** (size - 1) ? field - 2 ** size : field;
  }

  unsigned(): number {
    const size = CLASS_BITS[this.#takeClass()];
    if (size === 0) return 0;
    return size > 32 ? this.#takeLong(size - 32, false) : this.take(size);
  }

  #takeClass(): number {
    let ones = 0;
    while (ones < CLASS_LAST && this.take(1) === 1) ones++;
    return ones;
  }

  /** The sign is taken off the upper part, where nothing is lost to rounding. */
  #takeLong(highBits: number, isSigned: boolean): number {
    const high = this.take(highBits);
    const low = this.take(32);
    const half = 2 ** (highBits - 1);
    const isNegative = isSigned && (high > half || (high === half && low > 0));
    return (isNegative ? high - 2 ** highBits : high) * TWO_32 + low;
  }
}
