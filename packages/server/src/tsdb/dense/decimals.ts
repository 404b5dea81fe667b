/**
 * Finds what most values of monitoring are: decimals of few digits. A value v is written as a whole
 * number n with v = n / 10^e, one e for all values of a chunk. The division is exact to the bit: n and
 * 10^e are exact as doubles, so the quotient is the double nearest to the decimal, which is how the
 * value was read from text in the first place.
 */
import { EXPONENT_MAX, INTEGER_MAX, NEAR_EXPONENT_MAX, NEAR_ULPS_MAX } from './limits.ts';

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

/** Values looked at to find the power of ten of those that lie beside decimals. */
const NEAR_SAMPLES = 32;

/**
 * The same for values that lie beside decimals, as sums of decimals do: `ulps` is how many doubles
 * further a value lies. Answers e; undefined where too many values lie beside none.
 */
export function findNearDecimals(
  bits: Uint32Array,
  numbers: Float64Array,
  ulps: Float64Array,
): number | undefined {
  const count = numbers.length;
  const values = new Float64Array(bits.buffer, bits.byteOffset, count);
  const step = Math.ceil(count / NEAR_SAMPLES);
  for (let e = 0; e <= NEAR_EXPONENT_MAX; e++) {
    let others = 0;
    for (let i = 0; i < count; i += step) {
      if (Number.isFinite(values[i]) && !isNear(bits, i, values[i], POWERS[e])) others++;
    }
    if (others <= OTHERS_SHARE_MAX * NEAR_SAMPLES) return setNear(bits, numbers, ulps, e);
  }
  return undefined;
}

function setNear(
  bits: Uint32Array,
  numbers: Float64Array,
  ulps: Float64Array,
  exponent: number,
): number | undefined {
  const count = numbers.length;
  const values = new Float64Array(bits.buffer, bits.byteOffset, count);
  const power = POWERS[exponent];
  let others = 0;
  for (let i = 0; i < count; i++) {
    const isFit = isNear(bits, i, values[i], power);
    numbers[i] = isFit ? roundTo(values[i], power) : Number.NaN;
    ulps[i] = isFit ? ulpsBeside(bits, i, numbers[i] / power) : 0;
    if (!isFit && Number.isFinite(values[i])) others++;
  }
  return others > OTHERS_FREE + count * OTHERS_SHARE_MAX ? undefined : exponent;
}

function isNear(bits: Uint32Array, index: number, value: number, power: number): boolean {
  const number = roundTo(value, power);
  const isSmall = Math.abs(number) <= INTEGER_MAX;
  return isSmall && Math.abs(ulpsBeside(bits, index, number / power)) <= NEAR_ULPS_MAX;
}

/** The nearest whole number of times; never -0, which a column cannot hold. */
function roundTo(value: number, power: number): number {
  return Math.round(value * power) + 0;
}

const scratch = new Float64Array(1);
const scratchWords = new Uint32Array(scratch.buffer);

/** How many doubles a value lies beyond another one of the same sign; much more where it has not. */
function ulpsBeside(bits: Uint32Array, index: number, from: number): number {
  scratch[0] = from;
  const high = bits[2 * index + 1] - scratchWords[1];
  return high * 2 ** 32 + (bits[2 * index] - scratchWords[0]);
}

/** Moves the double at an index by so many. */
export function moveByUlps(bits: Uint32Array, index: number, ulps: number): void {
  const low = bits[2 * index] + ulps;
  bits[2 * index] = low;
  bits[2 * index + 1] += Math.floor(low / 2 ** 32);
}
