/**
 * Reads XOR chunks: the encoding of the Gorilla paper (VLDB 2015) in the layout that Prometheus
 * gave it (tsdb/chunkenc/xor.go), bit for bit, so that chunks can move between the two.
 *
 * A stream of bits, most significant first:
 *   sample 0: time as zigzag varint, value as 64 bits;
 *   sample 1: distance in time as uvarint, then the value coded against the one before;
 *   others:   change of the distance (0 | 10 + 14 bits | 110 + 17 | 1110 + 20 | 1111 + 64), value.
 *   A value: 0 (same bits) | 10 + the bits that changed, in the window of the value before
 *            | 11 + 5 bits count of leading zeros + 6 bits count of bits (0 means 64) + the bits.
 *
 * Here the stream is an array of 32-bit words, first bit of the stream at the top of word 0; the
 * two bytes of count that precede it in a file are not part of it. Values go from words to words,
 * never through a JavaScript number, which would lose the payload of NaNs (series/sample.ts).
 */

/** Where decoded samples go; `bits` lies over the same memory as the values. */
interface DecodeTarget {
  readonly timesMs: Float64Array;
  readonly bits: Uint32Array;
}

/** A chunk's stream, as it was gathered from memory or read from a file. */
export interface ChunkWords {
  /** With room for three words more than the stream takes: the reader looks ahead. */
  readonly words: Uint32Array;
  readonly bitCount: number;
  readonly sampleCount: number;
}

const TWO_32 = 2 ** 32;

/**
 * Decodes the samples of a chunk that lie in [fromMs, toMs] to `out` from an index on, and answers
 * the index after the last.
 *
 * Damaged bits cannot run away: a read past the end stops decoding. A time that does not rise is
 * left out, be it damage or a chunk that was stored twice.
 */
export function decodeXor(
  chunk: ChunkWords,
  fromMs: number,
  toMs: number,
  out: DecodeTarget,
  outIndex: number,
): number {
  const { timesMs, bits } = out;
  let index = outIndex;
  let lastMs = index > 0 ? timesMs[index - 1] : -Infinity;
  const reader = new XorReader(chunk.words, chunk.bitCount);
  for (let i = 0; i < chunk.sampleCount; i++) {
    if (!reader.next(i)) break;
    const timeMs = reader.timeMs;
    if (timeMs > toMs) break;
    if (timeMs >= fromMs && timeMs > lastMs) {
      timesMs[index] = timeMs;
      bits[2 * index] = reader.low;
      bits[2 * index + 1] = reader.high;
      index++;
      lastMs = timeMs;
    }
  }
  return index;
}

/** Steps through the samples of one stream. */
class XorReader {
  timeMs = 0;
  deltaMs = 0;
  /** The two words of the value. */
  low = 0;
  high = 0;
  leading = 0;
  trailing = 0;
  readonly #words: Uint32Array;
  readonly #bitCount: number;
  #at = 0;

  constructor(words: Uint32Array, bitCount: number) {
    this.#words = words;
    this.#bitCount = bitCount;
  }

  /** Reads the sample with an index, which must rise by one from 0; false where the stream ends. */
  next(index: number): boolean {
    if (this.#at >= this.#bitCount) return false;
    if (index === 0) {
      const coded = this.#varint();
      this.timeMs = coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
      this.high = this.#peek(this.#at);
      this.low = this.#peek(this.#at + 32);
      this.#at += 64;
    } else {
      if (index === 1) {
        this.deltaMs = this.#varint();
      } else {
        const head = this.#peek(this.#at);
        // A regular series that stands still is the most common of all: two zero bits.
        if (head >>> 30 === 0) {
          this.#at += 2;
          this.timeMs += this.deltaMs;
          return this.#at <= this.#bitCount;
        }
        this.#nextDelta(head);
      }
      this.timeMs += this.deltaMs;
      this.#nextValue();
    }
    return this.#at <= this.#bitCount;
  }

  /** The 32 bits that begin at a place in the stream, as a signed number. */
  #peek(at: number): number {
    const word = at >>> 5;
    const shift = at & 31;
    if (shift === 0) return this.#words[word] | 0;
    return (this.#words[word] << shift) | (this.#words[word + 1] >>> (32 - shift));
  }

  #varint(): number {
    let value = 0;
    let scale = 1;
    for (let n = 0; n < 10; n++) {
      const byte = this.#peek(this.#at) >>> 24;
      this.#at += 8;
      value += (byte & 127) * scale;
      if (byte < 128) break;
      scale *= 128;
    }
    return value;
  }

  /** The fields are not two's complement: 14 bits hold -8191 to 8192, and so on. */
  #nextDelta(head: number): void {
    if (head >= 0) {
      this.#at += 1;
    } else if (head >>> 30 === 0b10) {
      const change = (head >>> 16) & 0x3fff;
      this.deltaMs += change > 0x2000 ? change - 0x4000 : change;
      this.#at += 16;
    } else if (head >>> 29 === 0b110) {
      const change = (head >>> 12) & 0x1ffff;
      this.deltaMs += change > 0x10000 ? change - 0x20000 : change;
      this.#at += 20;
    } else if (head >>> 28 === 0b1110) {
      const change = (head >>> 8) & 0xfffff;
      this.deltaMs += change > 0x80000 ? change - 0x100000 : change;
      this.#at += 24;
    } else {
      this.deltaMs += this.#peek(this.#at + 4) * TWO_32 + (this.#peek(this.#at + 36) >>> 0);
      this.#at += 68;
    }
  }

  #nextValue(): void {
    const head = this.#peek(this.#at);
    if (head >= 0) {
      this.#at += 1;
      return;
    }
    this.#at += 2;
    if (head >>> 30 === 0b11) {
      const size = (head >>> 19) & 63;
      this.leading = (head >>> 25) & 31;
      // A window of more than 64 bits is damage.
      this.trailing = Math.max(0, 64 - this.leading - (size === 0 ? 64 : size));
      this.#at += 11;
    }
    this.#changeValue(64 - this.leading - this.trailing);
  }

  #changeValue(size: number): void {
    const at = this.#at;
    this.#at = at + size;
    const isWide = size > 32;
    const high = isWide ? this.#peek(at) >>> (64 - size) : 0;
    const low = isWide ? this.#peek(at + size - 32) : this.#peek(at) >>> (32 - size);
    const shift = this.trailing;
    if (shift >= 32) {
      this.high ^= low << (shift - 32);
    } else if (shift > 0) {
      this.high ^= (high << shift) | (low >>> (32 - shift));
      this.low ^= low << shift;
    } else {
      this.high ^= high;
      this.low ^= low;
    }
  }
}
