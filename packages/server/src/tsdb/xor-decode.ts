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
  /** What the chunk holds (chunk-kind.ts). */
  readonly kind: number;
  /** Whether its samples came late, and other chunks may hold some of the same time. */
  readonly isLate: boolean;
  /** When the counter behind its samples began to count; 0 where that is unknown. */
  readonly counterStartMs: number;
  /** With room for three words more than the stream takes: the reader looks ahead. */
  readonly words: Uint32Array;
  readonly bitCount: number;
  readonly sampleCount: number;
}

/** Bits that a change of distance takes, by the count of ones that it begins with, at most 4. */
const CHANGE_BITS: readonly number[] = [1, 16, 20, 24, 68];
const TWO_32 = 2 ** 32;

/**
 * Decodes the samples of a chunk that lie in [fromMs, toMs] to `out` from an index on, and answers
 * the index after the last.
 *
 * Damaged bits cannot run away: a read past the end stops decoding. A time that does not rise is
 * left out, be it damage or a chunk that was stored twice.
 *
 * One function over local numbers, because every query goes through it: with the state in fields
 * of a reader it took twice as long.
 */
export function decodeXor(
  chunk: ChunkWords,
  fromMs: number,
  toMs: number,
  out: DecodeTarget,
  outIndex: number,
): number {
  const { words, bitCount, sampleCount } = chunk;
  const { timesMs, bits } = out;
  const zigzag = readVarint(words, 0);
  let at = varintBits(words, 0);
  let timeMs = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  let deltaMs = 0;
  let high = peek(words, at);
  let low = peek(words, at + 32);
  at += 64;
  let leading = 0;
  let trailing = 0;
  let index = outIndex;
  let lastMs = index > 0 ? timesMs[index - 1] : -Infinity;
  for (let i = 1; at <= bitCount && timeMs <= toMs; i++) {
    if (timeMs >= fromMs && timeMs > lastMs) {
      timesMs[index] = timeMs;
      bits[2 * index] = low;
      bits[2 * index + 1] = high;
      index++;
      lastMs = timeMs;
    }
    if (i >= sampleCount || at === bitCount) break;
    if (i === 1) {
      deltaMs = readVarint(words, at);
      at += varintBits(words, at);
    } else {
      const change = peek(words, at);
      const ones = Math.min(4, Math.clz32(~change));
      if (ones === 4) deltaMs += peek(words, at + 4) * TWO_32 + (peek(words, at + 36) >>> 0);
      else if (ones > 0) deltaMs += narrowChange(change, ones);
      at += CHANGE_BITS[ones];
    }
    timeMs += deltaMs;
    const head = peek(words, at);
    at += 1;
    if (head >= 0) continue;
    at += 1;
    if (head >>> 30 === 0b11) {
      const written = (head >>> 19) & 63;
      leading = (head >>> 25) & 31;
      // A window of more than 64 bits is damage.
      trailing = Math.max(0, 64 - leading - (written === 0 ? 64 : written));
      at += 11;
    }
    const size = 64 - leading - trailing;
    const first = peek(words, at);
    const upper = size > 32 ? first >>> (64 - size) : 0;
    const lower = size > 32 ? peek(words, at + size - 32) : first >>> (32 - size);
    at += size;
    if (trailing >= 32) {
      high ^= lower << (trailing - 32);
    } else if (trailing > 0) {
      high ^= (upper << trailing) | (lower >>> (32 - trailing));
      low ^= lower << trailing;
    } else {
      high ^= upper;
      low ^= lower;
    }
  }
  return index;
}

/** The 32 bits that begin at a place in the stream, as a signed number. */
function peek(words: Uint32Array, at: number): number {
  const word = at >>> 5;
  const shift = at & 31;
  // Shifting by 32 in two steps, because one step would shift by 0.
  return (words[word] << shift) | ((words[word + 1] >>> 1) >>> (31 - shift));
}

/** The fields are not two's complement: 14 bits hold -8191 to 8192; 17 and 20 likewise. */
function narrowChange(head: number, ones: number): number {
  const width = 11 + 3 * ones;
  const field = (head << (ones + 1)) >>> (32 - width);
  return field > 1 << (width - 1) ? field - (1 << width) : field;
}

function readVarint(words: Uint32Array, from: number): number {
  let value = 0;
  let scale = 1;
  for (let n = 0; n < 10; n++) {
    const byte = peek(words, from + 8 * n) >>> 24;
    value += (byte & 127) * scale;
    if (byte < 128) break;
    scale *= 128;
  }
  return value;
}

function varintBits(words: Uint32Array, from: number): number {
  let bits = 8;
  while (bits < 80 && peek(words, from + bits - 8) < 0) bits += 8;
  return bits;
}
