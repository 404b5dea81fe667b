/**
 * A column: whole numbers, and now and then 64 bits that are none, as short as they can be.
 *
 * Most columns of samples are steps of some unit with something regular in them: times rise by 15 s,
 * counters at about the same rate, and memory comes in pages. So from numbers n
 *
 *   m = (n - base) / unit          unit: the greatest common divisor
 *   r = m                          order 0: values around one
 *   r = m - m' - drift             order 1: values that drift; m' is the m before
 *   r = (m - m') - (m' - m'')      order 2: differences that drift; the first is `drift`
 *
 * of which the order with the shortest result is taken. The residuals r are written with a prefix
 * code of the column's own (prefix-code.ts), whose symbols are
 *
 *   a class    residuals of so many bits in zigzag; these bits, without the first, follow
 *   a literal  one residual that is frequent, without anything that follows
 *   a run      so many times the most frequent residual, which then has no other symbol; the count
 *              is written like a class
 *   a marker   64 bits that are no number, such as a staleness marker
 *   raw        the same for such that come once: they follow
 *
 * Where 64 bits are no number, m, m' and m'' stay as they are.
 *
 * As bytes: flags (order, 4: has runs), base and drift as zigzag varints, unit as varint, the residual
 * of runs where there are such, count of symbols, the symbols, the lengths of their codes with four
 * bits each, then the stream of bits, most significant first.
 *
 * The idea of the classes is that of JPEG (ITU T.81, F.1.2.1); Prometheus' own format writes
 * differences of differences of times in four classes with a fixed code, and bits of values.
 */

/** Symbols: a class of 0 to 53 bits. */
export const CLASS_MAX = 53;
/** 64 bits follow. */
export const SYMBOL_RAW = 54;
/** A run of 2^k or more, k bits follow; k is up to 16. */
export const SYMBOL_RUN = 55;
export const RUN_CLASS_MAX = 16;
/** A residual, as zigzag varint after the symbol. */
export const SYMBOL_LITERAL = 72;
/** 64 bits, eight bytes after the symbol, the high byte first. */
export const SYMBOL_MARKER = 73;

export const FLAG_RUNS = 4;
export const ORDER_MASK = 3;
export const ORDER_MAX = 2;

/** How many bits a whole number from 0 to 2^53 takes; 0 takes none. */
export function bitLength(value: number): number {
  if (value < TWO_32) return 32 - Math.clz32(value);
  return 64 - Math.clz32(value / TWO_32);
}

/** 0, -1, 1, -2 … as 0, 1, 2, 3 … */
export function toZigzag(value: number): number {
  return value >= 0 ? 2 * value : -2 * value - 1;
}

export const TWO_32 = 2 ** 32;
