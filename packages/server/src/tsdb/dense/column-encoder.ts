/** Writes columns (column-format.ts); one for each writer, for its memory. */
import { BitWriter } from '../bit-stream.ts';
import type { ByteWriter } from '../bytes.ts';
import {
  bitLength,
  CLASS_MAX,
  FLAG_RUNS,
  ORDER_MAX,
  RUN_CLASS_MAX,
  SYMBOL_LITERAL,
  SYMBOL_MARKER,
  SYMBOL_RAW,
  SYMBOL_RUN,
  toZigzag,
  TWO_32,
} from './column-format.ts';
import { DENSE_SAMPLES_MAX, INTEGER_MAX, LITERALS_MAX, SPREAD_MAX } from './limits.ts';
import { assignCodes, chooseLengths } from './prefix-code.ts';

/** Runs pay where every second residual is the same. */
const RUN_SHARE_MIN = 0.5;
/** An order that looks worse than the best one by more than this is not tried. */
const TRIED_RATIO_MAX = 1.25;
/** A literal that comes less often costs more in the header than it saves. */
const LITERAL_COUNT_MIN = 3;

/** One symbol of a code. */
interface Token {
  readonly symbol: number;
  count: number;
  /** Of a literal. */
  readonly residual?: number;
  /** Of a marker. */
  readonly high?: number;
  readonly low?: number;
}

/** What a column is to be written with. */
interface Plan {
  readonly order: number;
  readonly drift: number;
  readonly runOf: number | undefined;
  readonly tokens: readonly Token[];
  readonly lengths: readonly number[];
  /** By class, by class of runs: the token; -1 where there is none. */
  readonly byClass: Int16Array;
  readonly byRun: Int16Array;
  readonly literals: ReadonlyMap<number, number>;
  readonly markers: ReadonlyMap<string, number>;
  readonly raw: number;
  readonly bits: number;
}

export class ColumnEncoder {
  /** Numbers divided by their unit, less their base; NaN where there are 64 bits instead. */
  readonly #scaled = new Float64Array(DENSE_SAMPLES_MAX);
  readonly #residuals = new Float64Array(DENSE_SAMPLES_MAX);
  readonly #bits = new BitWriter();

  /**
   * Writes numbers, each whole or NaN: then the 64 bits at its place are written. Answers false, and
   * writes nothing, where they are too large or lie too far apart.
   */
  encode(to: ByteWriter, numbers: Float64Array, bits: Uint32Array): boolean {
    const count = numbers.length;
    const base = firstNumber(numbers, count);
    if (Math.abs(base) > INTEGER_MAX) return false;
    const unit = findUnit(numbers, count, base);
    const scaled = this.#scaled;
    for (let i = 0; i < count; i++) {
      scaled[i] = (numbers[i] - base) / unit;
      if (Math.abs(scaled[i]) > SPREAD_MAX) return false;
    }
    const plan = this.#choosePlan(count, bits);
    writeHeader(to, plan, base, unit);
    this.#predict(plan.order, plan.drift, count);
    this.#writeResiduals(plan, count, bits);
    to.bits(this.#bits);
    return true;
  }

  #choosePlan(count: number, bits: Uint32Array): Plan {
    const drifts: number[] = [];
    const guesses: number[] = [];
    for (let order = 0; order <= ORDER_MAX; order++) {
      drifts.push(findDrift(order, this.#scaled, count));
      this.#predict(order, drifts[order], count);
      guesses.push(guessBits(this.#residuals, count));
    }
    const limit = Math.min(...guesses) * TRIED_RATIO_MAX;
    let best: Plan | undefined;
    for (let order = ORDER_MAX; order >= 0; order--) {
      if (guesses[order] > limit) continue;
      this.#predict(order, drifts[order], count);
      const plan = planCode(this.#residuals.subarray(0, count), bits, order, drifts[order]);
      if (best === undefined || plan.bits < best.bits) best = plan;
    }
    return best ?? planCode(this.#residuals.subarray(0, count), bits, ORDER_MAX, drifts[ORDER_MAX]);
  }

  #predict(order: number, drift: number, count: number): void {
    const scaled = this.#scaled;
    const residuals = this.#residuals;
    let before = order === 0 ? 0 : -drift;
    let difference = drift;
    for (let i = 0; i < count; i++) {
      const value = scaled[i];
      if (order === 0) residuals[i] = value - drift;
      else residuals[i] = value - before - difference;
      // Not a number: nothing is known of it, and all stays as it is.
      if (Number.isNaN(value)) continue;
      if (order === 2) difference = value - before;
      before = value;
    }
  }

  #writeResiduals(plan: Plan, count: number, bits: Uint32Array): void {
    const to = this.#bits;
    const residuals = this.#residuals;
    const codes = assignCodes(plan.lengths);
    to.clear();
    const put = (token: number): void => {
      if (plan.lengths[token] > 0) to.put(codes[token], plan.lengths[token]);
    };
    for (let i = 0; i < count; i++) {
      const residual = residuals[i];
      if (Number.isNaN(residual)) {
        const [low, high] = [bits[2 * i], bits[2 * i + 1]];
        const marker = plan.markers.get(markerKey(high, low));
        put(marker ?? plan.raw);
        if (marker !== undefined) continue;
        to.put(high, 32);
        to.put(low, 32);
      } else if (residual === plan.runOf) {
        const length = runLength(residuals, i, count);
        const size = bitLength(length) - 1;
        put(plan.byRun[size]);
        if (size > 0) to.put(length, size);
        i += length - 1;
      } else {
        const literal = plan.literals.get(residual);
        if (literal !== undefined) {
          put(literal);
          continue;
        }
        const coded = toZigzag(residual);
        const size = bitLength(coded);
        put(plan.byClass[size]);
        if (size > 33) to.put(Math.floor(coded / TWO_32), size - 33);
        if (size > 1) to.put((coded % TWO_32) | 0, Math.min(32, size - 1));
      }
    }
  }
}

function markerKey(high: number, low: number): string {
  return `${high}:${low}`;
}

function firstNumber(numbers: Float64Array, count: number): number {
  for (let i = 0; i < count; i++) if (!Number.isNaN(numbers[i])) return numbers[i];
  return 0;
}

/** The greatest common divisor of the distances to the base; 1 where there are none. */
function findUnit(numbers: Float64Array, count: number, base: number): number {
  let unit = 0;
  for (let i = 0; i < count && unit !== 1; i++) {
    let rest = Math.abs(numbers[i] - base);
    if (Number.isNaN(rest)) continue;
    while (rest !== 0) [unit, rest] = [rest, unit % rest];
  }
  return unit === 0 ? 1 : unit;
}

/** Looked at to find the median. */
const MEDIAN_SAMPLES = 128;

/** The value, or the difference, around which the others lie. */
function findDrift(order: number, scaled: Float64Array, count: number): number {
  const found: number[] = [];
  const step = order === 2 ? 1 : Math.max(1, Math.floor(count / MEDIAN_SAMPLES));
  for (let i = Math.min(order, 1); i < count; i += step) {
    const value = order === 0 ? scaled[i] : scaled[i] - scaled[i - 1];
    if (Number.isNaN(value)) continue;
    if (order === 2) return value;
    found.push(value);
  }
  if (found.length === 0) return 0;
  return Float64Array.from(found).sort()[found.length >>> 1];
}

/** About how many bits residuals take: their classes as if all were equally rare. */
function guessBits(residuals: Float64Array, count: number): number {
  let bits = count;
  for (let i = 0; i < count; i++) {
    const size = Math.abs(residuals[i]);
    if (size > 0) bits += 1 + bitLength(size);
  }
  return bits;
}

function runLength(residuals: Float64Array, from: number, count: number): number {
  let end = from + 1;
  while (end < count && residuals[end] === residuals[from]) end++;
  return end - from;
}

/** Chooses the symbols for residuals. */
function planCode(residuals: Float64Array, bits: Uint32Array, order: number, drift: number): Plan {
  const counts = new Map<number, number>();
  const markers = new Map<string, Token>();
  let tops = 0;
  let top: number | undefined;
  for (let i = 0; i < residuals.length; i++) {
    const residual = residuals[i];
    if (Number.isNaN(residual)) {
      noteMarker(markers, bits[2 * i + 1], bits[2 * i]);
      continue;
    }
    const count = (counts.get(residual) ?? 0) + 1;
    counts.set(residual, count);
    if (count > tops) [tops, top] = [count, residual];
  }
  const runOf = tops > residuals.length * RUN_SHARE_MIN ? top : undefined;
  const classes = new Uint32Array(CLASS_MAX + 1);
  for (const [residual, count] of counts) {
    if (residual !== runOf) classes[bitLength(toZigzag(residual))] += count;
  }
  const tokens: Token[] = [];
  const literals = takeLiterals(tokens, counts, classes, runOf);
  const byClass = new Int16Array(CLASS_MAX + 1).fill(-1);
  classes.forEach((count, size) => {
    if (count > 0) byClass[size] = tokens.push({ symbol: size, count }) - 1;
  });
  const byRun = runOf === undefined ? NO_RUNS : takeRuns(tokens, residuals, runOf);
  const { raw, byKey } = takeMarkers(tokens, markers);
  const lengths = chooseLengths(tokens.map(({ count }) => count));
  const total = tokens.reduce((sum, token, i) => sum + tokenBits(token, lengths[i]), 0);
  const codes = { literals, byClass, byRun, raw, markers: byKey };
  return { order, drift, runOf, tokens, lengths, ...codes, bits: total };
}

const NO_RUNS = new Int16Array(RUN_CLASS_MAX + 1).fill(-1);

function noteMarker(markers: Map<string, Token>, high: number, low: number): void {
  const key = markerKey(high, low);
  const known = markers.get(key);
  if (known === undefined) markers.set(key, { symbol: SYMBOL_MARKER, count: 1, high, low });
  else known.count++;
}

/** Takes residuals out of their classes where a symbol of their own is shorter. */
function takeLiterals(
  tokens: Token[],
  counts: ReadonlyMap<number, number>,
  classes: Uint32Array,
  runOf: number | undefined,
): ReadonlyMap<number, number> {
  const frequent = [...counts].filter(([, count]) => count >= LITERAL_COUNT_MIN);
  frequent.sort((a, b) => b[1] - a[1]);
  const literals = new Map<number, number>();
  for (const [residual, count] of frequent.slice(0, LITERALS_MAX)) {
    if (residual === runOf) continue;
    const coded = toZigzag(residual);
    const size = bitLength(coded);
    const saved = count * (Math.max(0, size - 1) + Math.log2(count / classes[size]));
    if (saved <= 4 + 8 * (1 + Math.ceil(size / 7))) continue;
    classes[size] -= count;
    literals.set(residual, tokens.push({ symbol: SYMBOL_LITERAL, count, residual }) - 1);
  }
  return literals;
}

function takeRuns(tokens: Token[], residuals: Float64Array, runOf: number): Int16Array {
  const counts = new Uint32Array(RUN_CLASS_MAX + 1);
  for (let i = 0; i < residuals.length; i++) {
    if (residuals[i] !== runOf) continue;
    const length = runLength(residuals, i, residuals.length);
    counts[bitLength(length) - 1]++;
    i += length - 1;
  }
  const byRun = new Int16Array(RUN_CLASS_MAX + 1).fill(-1);
  counts.forEach((count, size) => {
    if (count > 0) byRun[size] = tokens.push({ symbol: SYMBOL_RUN + size, count }) - 1;
  });
  return byRun;
}

/** Markers that come more than once get a symbol, as many as there is room for. */
function takeMarkers(tokens: Token[], markers: ReadonlyMap<string, Token>) {
  const byKey = new Map<string, number>();
  let rawCount = 0;
  for (const [key, token] of markers) {
    if (token.count > 1 && byKey.size < MARKERS_MAX) byKey.set(key, tokens.push(token) - 1);
    else rawCount += token.count;
  }
  const raw = rawCount === 0 ? -1 : tokens.push({ symbol: SYMBOL_RAW, count: rawCount }) - 1;
  return { raw, byKey };
}

const MARKERS_MAX = 8;

/** What a symbol takes in all, with its place in the header. */
function tokenBits({ symbol, count, residual }: Token, length: number): number {
  if (symbol === SYMBOL_RAW) return 12 + count * (length + 64);
  if (symbol === SYMBOL_MARKER) return 12 + 64 + count * length;
  if (symbol === SYMBOL_LITERAL) {
    return 20 + bitLength(toZigzag(residual ?? 0)) + count * length;
  }
  const extra = symbol >= SYMBOL_RUN ? symbol - SYMBOL_RUN : Math.max(0, symbol - 1);
  return 12 + count * (length + extra);
}

function writeHeader(to: ByteWriter, plan: Plan, base: number, unit: number): void {
  const { order, drift, runOf, tokens, lengths } = plan;
  to.byte(order | (runOf === undefined ? 0 : FLAG_RUNS));
  to.zigzag(base);
  to.zigzag(drift);
  to.varint(unit);
  if (runOf !== undefined) to.zigzag(runOf);
  to.byte(tokens.length);
  for (const { symbol, residual, high, low } of tokens) {
    to.byte(symbol);
    if (residual !== undefined) to.zigzag(residual);
    if (high !== undefined && low !== undefined) {
      to.bigWord(high);
      to.bigWord(low);
    }
  }
  for (let i = 0; i < lengths.length; i += 2) {
    to.byte((lengths[i] << 4) | (i + 1 < lengths.length ? lengths[i + 1] : 0));
  }
}
