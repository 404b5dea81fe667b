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
  /**
   * With room for three words more than the stream takes: the reader looks ahead. Where it was read
   * from its middle, this is the rest, and so is the count of bits; samples are counted in all.
   */
  readonly words: Uint32Array;
  readonly bitCount: number;
  readonly sampleCount: number;
}

/** Bits that a change of distance takes, by the count of ones that it begins with, at most 4. */
const CHANGE_BITS: readonly number[] = [1, 16, 20, 24, 68];
const TWO_32 = 2 ** 32;

/**
 * Where a decoder stands in a stream, and all that it needs to go on from there. A stream that is
 * still written to stays as it is up to any sample, so a cursor stays good while samples are added.
 */
export class XorCursor {
  /** Samples decoded so far; 0: none, and the other numbers mean nothing. */
  count = 0;
  /** The first bit after the sample that it stands on, counted from the first word at hand. */
  at = 0;
  timeMs = 0;
  /** Since the sample before; of no meaning at the first one. */
  deltaMs = 0;
  high = 0;
  low = 0;
  /** The window of changed bits. */
  leading = 0;
  trailing = 0;
}

const shared = new XorCursor();
const NOWHERE: DecodeTarget = { timesMs: new Float64Array(0), bits: new Uint32Array(0) };

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
  if (!beginXor(chunk, shared)) return outIndex;
  skipXor(chunk, shared, fromMs);
  return takeXor(chunk, shared, fromMs, toMs, out, outIndex);
}

/** Puts a cursor on the first sample; false where the stream has none. */
export function beginXor({ words, bitCount }: ChunkWords, cursor: XorCursor): boolean {
  const zigzag = readVarint(words, 0);
  const at = varintBits(words, 0);
  cursor.count = 1;
  cursor.at = at + 64;
  cursor.timeMs = zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
  cursor.deltaMs = 0;
  cursor.high = peek(words, at);
  cursor.low = peek(words, at + 32);
  cursor.leading = 0;
  cursor.trailing = 0;
  return cursor.at <= bitCount;
}

/** Moves a cursor to the last sample before a time; it stays on the first where that is later. */
export function skipXor(chunk: ChunkWords, cursor: XorCursor, beforeMs: number): void {
  runXor(chunk, cursor, -Infinity, Math.ceil(beforeMs) - 1, undefined, 0);
}

/** Goes on from a cursor that `skipXor` has moved, as `decodeXor` does. */
export function takeXor(
  chunk: ChunkWords,
  cursor: XorCursor,
  fromMs: number,
  toMs: number,
  out: DecodeTarget,
  outIndex: number,
): number {
  const { timeMs, low, high } = cursor;
  if (timeMs > toMs) return outIndex;
  let index = outIndex;
  if (timeMs >= fromMs && (index === 0 || timeMs > out.timesMs[index - 1])) {
    out.timesMs[index] = timeMs;
    out.bits[2 * index] = low;
    out.bits[2 * index + 1] = high;
    index++;
  }
  return runXor(chunk, cursor, fromMs, toMs, out, index);
}

/**
 * Decodes the samples after a cursor up to a time, and leaves the cursor on the last of them. Those
 * from `fromMs` on go to `out`, where there is one; answers the index after the last.
 *
 * One function over local numbers, because every query goes through it: with the state in fields
 * of a reader it took twice as long. Of a sample, two reads of the stream say all: one its change
 * of distance and what kind of value follows, one the bits of the value.
 */
function runXor(
  chunk: ChunkWords,
  cursor: XorCursor,
  fromMs: number,
  toMs: number,
  out: DecodeTarget | undefined,
  outIndex: number,
): number {
  const { words, bitCount, sampleCount } = chunk;
  const { timesMs, bits } = out ?? NOWHERE;
  let { count, at, timeMs, deltaMs, high, low, leading, trailing } = cursor;
  let highMask = maskAbove(trailing - 32);
  let lowMask = maskAbove(trailing);
  let index = outIndex;
  let lastMs = index > 0 ? timesMs[index - 1] : -Infinity;
  while (count < sampleCount && at < bitCount) {
    let next = at;
    let stepMs = deltaMs;
    let head = peek(words, at);
    if (count > 1 && head >= 0) {
      next += 1;
      head <<= 1;
    } else {
      stepMs = count === 1 ? readVarint(words, at) : deltaMs + readChange(words, at);
      next += count === 1 ? varintBits(words, at) : CHANGE_BITS[countOnes(head)];
      head = peek(words, next);
    }
    if (timeMs + stepMs > toMs) break;
    next += 1;
    if (head < 0) {
      next += 1;
      if (head >>> 30 === 0b11) {
        leading = (head >>> 25) & 31;
        trailing = trailingOf((head >>> 19) & 63, leading);
        highMask = maskAbove(trailing - 32);
        lowMask = maskAbove(trailing);
        next += 11;
      }
      const word = next >>> 5;
      const shift = next & 31;
      const middle = words[word + 1];
      // The 64 bits from here on; those past the window are other bits, and masked.
      const upper = (words[word] << shift) | ((middle >>> 1) >>> (31 - shift));
      const lower = (middle << shift) | ((words[word + 2] >>> 1) >>> (31 - shift));
      high ^= (upper >>> leading) & highMask;
      low ^= (((upper << 1) << (31 - leading)) | (lower >>> leading)) & lowMask;
      next += 64 - leading - trailing;
    }
    // The stream ends within the sample: the cursor stays where it was.
    if (next > bitCount) return index;
    at = next;
    count++;
    deltaMs = stepMs;
    timeMs += stepMs;
    if (out !== undefined && timeMs >= fromMs && timeMs > lastMs) {
      timesMs[index] = timeMs;
      bits[2 * index] = low;
      bits[2 * index + 1] = high;
      index++;
      lastMs = timeMs;
    }
  }
  cursor.count = count;
  cursor.at = at;
  cursor.timeMs = timeMs;
  cursor.deltaMs = deltaMs;
  cursor.high = high;
  cursor.low = low;
  cursor.leading = leading;
  cursor.trailing = trailing;
  return index;
}

/** The ones that a change of distance begins with. */
function countOnes(head: number): number {
  return Math.min(4, Math.clz32(~head));
}

function readChange(words: Uint32Array, at: number): number {
  const head = peek(words, at);
  const ones = countOnes(head);
  if (ones === 4) return peek(words, at + 4) * TWO_32 + (peek(words, at + 36) >>> 0);
  return ones === 0 ? 0 : narrowChange(head, ones);
}

/** The bits below a window; one of more than 64 bits is damage. */
function trailingOf(written: number, leading: number): number {
  return Math.max(0, 64 - leading - (written === 0 ? 64 : written));
}

/** Ones above so many of the lowest bits of a word. */
function maskAbove(count: number): number {
  if (count <= 0) return -1;
  return count >= 32 ? 0 : -1 << count;
}

/** The 32 bits that begin at a place in the stream, as a signed number. */
export function peek(words: Uint32Array, at: number): number {
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

const CONTINUED = 0x80808080;

/** Reads a varint out of the two words that begin with it; longer ones byte by byte. */
function readVarint(words: Uint32Array, from: number): number {
  const upper = peek(words, from);
  if ((~upper & CONTINUED) !== 0) return joinBytes(upper);
  const lower = peek(words, from + 32);
  if ((~lower & CONTINUED) !== 0) return joinBytes(upper) + joinBytes(lower) * 2 ** 28;
  return joinBytes(upper) + joinBytes(lower) * 2 ** 28 + readTail(words, from + 64) * 2 ** 56;
}

/** Seven bits of each byte from the top on, the lowest first, up to the one that ends a varint. */
function joinBytes(word: number): number {
  let value = (word >>> 24) & 127;
  if (word >= 0) return value;
  value |= ((word >>> 16) & 127) << 7;
  if ((word & 0x800000) === 0) return value;
  value |= ((word >>> 8) & 127) << 14;
  return (word & 0x8000) === 0 ? value : value | ((word & 127) << 21);
}

/** The two last bytes of the longest. */
function readTail(words: Uint32Array, from: number): number {
  const word = peek(words, from);
  const value = (word >>> 24) & 127;
  return word >= 0 ? value : value | (((word >>> 16) & 127) << 7);
}

function varintBits(words: Uint32Array, from: number): number {
  const upperEnds = ~peek(words, from) & CONTINUED;
  if (upperEnds !== 0) return Math.clz32(upperEnds) + 8;
  const lowerEnds = ~peek(words, from + 32) & CONTINUED;
  if (lowerEnds !== 0) return Math.clz32(lowerEnds) + 40;
  return peek(words, from + 64) >= 0 ? 72 : 80;
}
