/**
 * Reads columns (column-format.ts); one for each reader, for its memory.
 *
 * In two passes over typed arrays: the stream of bits becomes residuals, these become numbers. Both
 * are functions over local numbers, because every query over old samples goes through them.
 */
import { ByteReader } from '../bytes.ts';
import { BlockDamage } from '../block/damage.ts';
import { growDoubles } from '../grow.ts';
import { peek } from '../xor-decode.ts';
import {
  CLASS_MAX,
  FLAG_RUNS,
  ORDER_MASK,
  ORDER_MAX,
  RUN_CLASS_MAX,
  SYMBOL_LITERAL,
  SYMBOL_MARKER,
  SYMBOL_RAW,
  SYMBOL_RUN,
  TWO_32,
} from './column-format.ts';
import { CODE_BITS_MAX, SYMBOLS_MAX } from './limits.ts';
import { fillTable } from './prefix-code.ts';
import { setWords } from './words.ts';

export class ColumnDecoder {
  /** What was decoded; NaN where 64 bits stand instead, which `markers` lists. */
  numbers = new Float64Array(1024);
  /** Places of what is no number, rising; and their bits, low and high in turn. */
  readonly places: number[] = [];
  readonly markers: number[] = [];
  #words = new Uint32Array(512);
  #bitCount = 0;
  readonly #table = new Uint16Array(1 << CODE_BITS_MAX);
  readonly #symbols = new Uint8Array(SYMBOLS_MAX);
  readonly #lengths = new Uint8Array(SYMBOLS_MAX);
  readonly #literals = new Float64Array(SYMBOLS_MAX);
  /** By symbol, low and high in turn. */
  readonly #markerBits = new Uint32Array(2 * SYMBOLS_MAX);

  /** Decodes a column of `count` numbers that takes all of the bytes. Throws `BlockDamage`. */
  decode(bytes: Uint8Array, count: number): void {
    if (count > this.numbers.length) this.numbers = growDoubles(this.numbers, count);
    this.places.length = 0;
    this.markers.length = 0;
    const reader = new ByteReader(bytes);
    const flags = reader.byte();
    const order = flags & ORDER_MASK;
    const base = reader.zigzag();
    const drift = reader.zigzag();
    const unit = reader.varint();
    const runOf = (flags & FLAG_RUNS) === 0 ? 0 : reader.zigzag();
    const codeBits = this.#readCode(reader);
    if (reader.isShort || order > ORDER_MAX) throw new BlockDamage('column', 'has no such head');
    this.#bitCount = (bytes.length - reader.at) * 8;
    this.#words = setWords(this.#words, bytes, reader.at);
    const end = this.#readResiduals(count, codeBits, runOf);
    if (end > this.#bitCount) throw new BlockDamage('column', 'ends before its last number');
    integrate(this.numbers, count, order, drift, unit, base);
  }

  /** Reads the symbols; answers the length of the longest code. */
  #readCode(reader: ByteReader): number {
    const count = reader.byte();
    if (count === 0 || count > SYMBOLS_MAX) throw new BlockDamage('column', `has ${count} symbols`);
    for (let i = 0; i < count; i++) {
      const symbol = reader.byte();
      this.#symbols[i] = symbol;
      if (
        symbol > SYMBOL_MARKER ||
        (symbol > SYMBOL_RUN + RUN_CLASS_MAX && symbol < SYMBOL_LITERAL)
      ) {
        throw new BlockDamage('column', `has a symbol ${symbol}`);
      }
      if (symbol === SYMBOL_LITERAL) this.#literals[i] = reader.zigzag();
      if (symbol === SYMBOL_MARKER) {
        this.#markerBits[2 * i + 1] = readBigWord(reader);
        this.#markerBits[2 * i] = readBigWord(reader);
      }
    }
    let longest = 1;
    for (let i = 0; i < count; i += 2) {
      const two = reader.byte();
      this.#lengths[i] = two >>> 4;
      if (i + 1 < count) this.#lengths[i + 1] = two & 15;
      longest = Math.max(longest, two >>> 4, i + 1 < count ? two & 15 : 0);
    }
    const lengths = this.#lengths.subarray(0, count);
    if (longest > CODE_BITS_MAX || !fillTable(lengths, this.#table, longest)) {
      throw new BlockDamage('column', 'has no complete code');
    }
    return longest;
  }

  /** Answers where in the stream the residuals end; what lies behind its end is zeros. */
  #readResiduals(count: number, codeBits: number, runOf: number): number {
    const words = this.#words;
    const table = this.#table;
    const symbols = this.#symbols;
    const out = this.numbers;
    const shift = 32 - codeBits;
    const bitCount = this.#bitCount;
    let at = 0;
    let i = 0;
    while (i < count && at <= bitCount) {
      const entry = table[peek(words, at) >>> shift];
      at += entry & 15;
      const index = entry >>> 4;
      const symbol = symbols[index];
      if (symbol === SYMBOL_LITERAL) {
        out[i++] = this.#literals[index];
      } else if (symbol <= 32) {
        const size = symbol - 1;
        const coded = symbol < 2 ? symbol : ((1 << size) | (peek(words, at) >>> (32 - size))) >>> 0;
        if (size > 0) at += size;
        out[i++] = (coded & 1) === 0 ? coded >>> 1 : ~(coded >>> 1);
      } else if (symbol <= CLASS_MAX) {
        const upper = symbol - 33;
        const high = upper === 0 ? 1 : (1 << upper) | (peek(words, at) >>> (32 - upper));
        const coded = high * TWO_32 + (peek(words, at + upper) >>> 0);
        at += symbol - 1;
        out[i++] = coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
      } else if (symbol >= SYMBOL_RUN && symbol < SYMBOL_LITERAL) {
        const size = symbol - SYMBOL_RUN;
        const length = size === 0 ? 1 : (1 << size) | (peek(words, at) >>> (32 - size));
        at += size;
        const end = Math.min(count, i + length);
        while (i < end) out[i++] = runOf;
      } else {
        const isRaw = symbol === SYMBOL_RAW;
        this.places.push(i);
        this.markers.push(isRaw ? peek(words, at + 32) >>> 0 : this.#markerBits[2 * index]);
        this.markers.push(isRaw ? peek(words, at) >>> 0 : this.#markerBits[2 * index + 1]);
        if (isRaw) at += 64;
        out[i++] = Number.NaN;
      }
    }
    return i < count ? Infinity : at;
  }
}

function readBigWord(reader: ByteReader): number {
  const word = reader.word();
  return ((word << 24) | ((word << 8) & 0xff0000) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}

/** Makes numbers of residuals, in place; what is no number stays NaN. */
function integrate(
  numbers: Float64Array,
  count: number,
  order: number,
  drift: number,
  unit: number,
  base: number,
): void {
  if (order === 0) {
    const middle = base + drift * unit;
    for (let i = 0; i < count; i++) numbers[i] = middle + numbers[i] * unit;
    return;
  }
  let before = -drift;
  let difference = drift;
  for (let i = 0; i < count; i++) {
    const residual = numbers[i];
    // What is no number leaves all as it is.
    if (residual !== residual) continue;
    if (order === 2) difference += residual;
    before += order === 2 ? difference : drift + residual;
    numbers[i] = base + before * unit;
  }
}
