/**
 * Finds what most values of monitoring are: decimals of few digits. A value v is written as a whole
 * number n with v = n / 10^e, one e for all values of a chunk. The division is exact to the bit: n and
 * 10^e are exact as doubles, so the quotient is the double nearest to the decimal, which is how the
 * value was read from text in the first place.
 */
import { EXPONENT_MAX, INTEGER_MAX } from './limits.ts';

/** 10^e, exact. */
export const POWERS: Float64Array = Float64Array.from({ length: EXPONENT_MAX + 1 }, (_, e) =>
  Number(`1e${e}`),
);

/** Values that are no such decimals; with more of them than this share a chunk is not written so. */
const OTHERS_SHARE_MAX = 1 / 16;
/** As many may come before the share counts. */
const OTHERS_FREE = 4;

/**
 * Sets `numbers` to the values times 10^e, NaN where a value is no decimal of so few digits: staleness
 * markers, infinities, -0. Answers e; undefined where too many values are none.
 */
export function findDecimals(values: Float64Array, numbers: Float64Array): number | undefined {
  const count = values.length;
  const exponent = findExponent(values);
  if (exponent === undefined) return undefined;
  const power = POWERS[exponent];
  let others = 0;
  for (let i = 0; i < count; i++) {
    const isFit = isDecimal(values[i], power);
    numbers[i] = isFit ? Math.round(values[i] * power) : Number.NaN;
    if (!isFit && Number.isFinite(values[i])) others++;
  }
  return others > OTHERS_FREE + count * OTHERS_SHARE_MAX ? undefined : exponent;
}

/** The least exponent that suits nearly all values. */
function findExponent(values: Float64Array): number | undefined {
  const count = values.length;
  let exponent = 0;
  let others = 0;
  for (let i = 0; i < count; i++) {
    if (isDecimal(values[i], POWERS[exponent]) || !Number.isFinite(values[i])) continue;
    const larger = findLarger(values[i], exponent);
    if (larger !== undefined) exponent = larger;
    else if (++others > OTHERS_FREE + count * OTHERS_SHARE_MAX) return undefined;
  }
  return exponent;
}

function findLarger(value: number, exponent: number): number | undefined {
  for (let e = exponent + 1; e <= EXPONENT_MAX; e++) {
    if (Math.abs(value) * POWERS[e] > INTEGER_MAX) return undefined;
    if (isDecimal(value, POWERS[e])) return e;
  }
  return undefined;
}

function isDecimal(value: number, power: number): boolean {
  const number = Math.round(value * power);
  // Numbers that are equal may differ in their sign; nothing else is lost.
  return number / power === value && Math.abs(number) <= INTEGER_MAX && !Object.is(value, -0);
}
