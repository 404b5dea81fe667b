/**
 * Arithmetic where Go's rules and JavaScript's differ.
 *
 * Answers are compared with Prometheus down to the special values, and the two languages disagree
 * on a few of them: powers of one, and NaN beside an infinity.
 */

/** The power; one to any power, NaN included, is one, and so is minus one to an infinite one. */
export function power(base: number, exponent: number): number {
  if (base === 1) return 1;
  if (base === -1 && (exponent === Infinity || exponent === -Infinity)) return 1;
  return base ** exponent;
}

/** The larger; NaN where one is NaN, except beside +Inf. */
export function maxOf(a: number, b: number): number {
  return a === Infinity || b === Infinity ? Infinity : Math.max(a, b);
}

/** The smaller; NaN where one is NaN, except beside -Inf. */
export function minOf(a: number, b: number): number {
  return a === -Infinity || b === -Infinity ? -Infinity : Math.min(a, b);
}

/** The hyperbolic cosine; Go halves e^x, so it overflows where e^x does. */
export function cosh(value: number): number {
  return Math.abs(value) > LARGE ? Math.exp(Math.abs(value)) * 0.5 : Math.cosh(value);
}

/** The hyperbolic sine; as above. */
export function sinh(value: number): number {
  const isLarge = Math.abs(value) > LARGE;
  return isLarge ? Math.sign(value) * Math.exp(Math.abs(value)) * 0.5 : Math.sinh(value);
}

/** Beyond this e^-x adds nothing to e^x (Go, math/sinh.go). */
const LARGE = 21;

/**
 * The first index in [0, count) for which a rising condition holds; `count` where it never does.
 */
export function searchFirst(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
