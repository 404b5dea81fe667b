/**
 * Reads numbers straight from bytes.
 *
 * The fast way is Clinger's: where the digits form an integer below 2^53 and the power of ten is
 * at most 22, both are exact float64 values, and one multiplication or division rounds correctly.
 * Programs print floats with up to 17 digits, though, and then the digits alone take two float64
 * values, of which the quotient with a power of ten is computed with twice the precision; where
 * that does not tell for sure which float64 value is nearest, and everywhere else, JavaScript's own
 * conversion is used, which is exact for decimals, after a check against the syntax that Go accepts.
 */

/** What `readDecimal` answers where it leaves a number to `parseFloatText`. */
export const NOT_SIMPLE = -1;

const POWERS = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));
const EXACT_POWER_MAX = 22;
/** As many digits always form an integer below 2^53. */
const EXACT_DIGITS = 15;
/** Cuts a float64 value into two halves of 26 bits each (Dekker 1971). */
const SPLITTER = 2 ** 27 + 1;
/** Relative; some hundred times what is lost by the arithmetic of two float64 values. */
const PAIR_ERROR = 2 ** -95;

/** As many digits always form an integer below 2^31. */
const WORD_DIGITS = 9;

const SPACE = 0x20;
const TAB = 0x09;
const NEWLINE = 0x0a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;

/**
 * Reads a decimal number and writes it to `values[index]`; answers where it ended, or NOT_SIMPLE.
 * The bytes must hold a newline at or after `at`, which is where every number ends at the latest.
 */
export function readDecimal(
  bytes: Uint8Array,
  at: number,
  values: Float64Array,
  index: number,
): number {
  let i = at;
  let c = bytes[i];
  const isNegative = c === MINUS;
  if (isNegative || c === PLUS) c = bytes[++i];
  // The first nine digits as one integer and the next ones as another: they add up in a third of
  // the time that float64 takes.
  let first = 0;
  let digits = 0;
  let digitCount = 0;
  let pointAt = -1;
  for (;;) {
    const digit = c - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digitCount === WORD_DIGITS) {
        first = digits;
        digits = digit;
      } else {
        digits = (Math.imul(digits, 10) + digit) | 0;
      }
      digitCount++;
    } else if (c === DOT && pointAt < 0) {
      pointAt = digitCount;
    } else {
      break;
    }
    c = bytes[++i];
  }
  if (digitCount === 0) return NOT_SIMPLE;
  // The usual number, on a way without branches that it does not need.
  if (c === NEWLINE && digitCount <= EXACT_DIGITS) {
    const sum = joinWords(first, digits, digitCount);
    const value = pointAt < 0 ? sum : sum / POWERS[digitCount - pointAt];
    values[index] = isNegative ? -value : value;
    return i;
  }
  const isShort = digitCount <= 2 * WORD_DIGITS;
  const mantissa = isShort ? joinWords(first, digits, digitCount) : sumDigits(bytes, at);
  let power = pointAt < 0 ? 0 : pointAt - digitCount;
  // 0x65 and 0x45: e and E.
  if ((c | 0x20) === 0x65) {
    c = bytes[++i];
    const isSmall = c === MINUS;
    if (isSmall || c === PLUS) c = bytes[++i];
    const exponentAt = i;
    let exponent = 0;
    for (let digit = c - ZERO; digit >= 0 && digit <= 9; digit = c - ZERO) {
      exponent = exponent * 10 + digit;
      c = bytes[++i];
    }
    if (i === exponentAt) return NOT_SIMPLE;
    power += isSmall ? -exponent : exponent;
  }
  if (c !== NEWLINE && c !== SPACE && c !== TAB) return NOT_SIMPLE;
  if (power < -EXACT_POWER_MAX || power > EXACT_POWER_MAX) return NOT_SIMPLE;
  let value = power < 0 ? mantissa / POWERS[-power] : mantissa * POWERS[power];
  // A sum that went past 2^53 on the way may have been rounded, so it must stay below.
  if (mantissa > Number.MAX_SAFE_INTEGER) value = readLong(bytes, at, power);
  if (Number.isNaN(value)) return NOT_SIMPLE;
  values[index] = isNegative ? -value : value;
  return i;
}

/** The number that two words form: nine digits, where there are more than these, and the rest. */
function joinWords(first: number, second: number, digitCount: number): number {
  return digitCount > WORD_DIGITS ? first * POWERS[digitCount - WORD_DIGITS] + second : second;
}

/** The number that all digits form which begin at `at`, behind a sign perhaps; past 2^53 about it. */
function sumDigits(bytes: Uint8Array, at: number): number {
  let sum = 0;
  for (let i = at; ; i++) {
    const digit = bytes[i] - ZERO;
    if (digit >= 0 && digit <= 9) sum = sum * 10 + digit;
    else if (bytes[i] !== DOT && i > at) return sum;
  }
}

/**
 * The number whose digits begin at `at`, behind a sign perhaps, times a power of ten; NaN where two
 * float64 values do not hold the digits, or the nearest float64 value is not certain.
 */
function readLong(bytes: Uint8Array, at: number, power: number): number {
  let high = 0;
  let low = 0;
  let digitCount = 0;
  for (let i = at; ; i++) {
    const c = bytes[i];
    const digit = c - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (digitCount < EXACT_DIGITS) high = high * 10 + digit;
      else low = low * 10 + digit;
      if (high > 0) digitCount++;
    } else if (c !== DOT && i > at) {
      break;
    }
  }
  if (digitCount > 2 * EXACT_DIGITS) return Number.NaN;
  return scalePair(high, low, POWERS[digitCount - EXACT_DIGITS], power);
}

/**
 * (high * scale + low) * 10^power, rounded once; NaN where that is not certain. Numbers are sums of
 * two float64 values here, the second of which holds what the first was rounded by.
 */
function scalePair(high: number, low: number, scale: number, power: number): number {
  const product = high * scale;
  const sum = product + low;
  const sumRest = low - (sum - product) + productRest(high, scale, product);
  const ten = POWERS[Math.abs(power)];
  const first = power < 0 ? sum / ten : sum * ten;
  const second =
    power < 0
      ? (sum - first * ten - productRest(first, ten, first * ten) + sumRest) / ten
      : productRest(sum, ten, first) + sumRest * ten;
  const error = first * PAIR_ERROR;
  const value = first + (second - error);
  return value === first + (second + error) ? value : Number.NaN;
}

/** What a product of two float64 values was rounded by. */
function productRest(a: number, b: number, product: number): number {
  const aScaled = SPLITTER * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = SPLITTER * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const INFINITY = /^([+-]?)inf(?:inity)?$/i;

/** Reads a number as Go's ParseFloat does in the form that Prometheus allows, or says why not. */
export function parseFloatText(text: string): number | string {
  if (/[pP_]/.test(text)) return 'unsupported character in float';
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinity = INFINITY.exec(text);
  if (infinity !== null) {
    return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  if (!DECIMAL.test(text)) return `"${text}" is not a number`;
  const value = Number(text);
  return Number.isFinite(value) ? value : `number "${text}" is out of range`;
}

/** Writes a number as OpenMetrics wants the values of `le` and `quantile`: `1.0`, `+Inf`, `2.5`. */
export function formatOpenMetricsFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const text = formatShortest(value);
  return /[e.]/.test(text) ? text : `${text}.0`;
}

/** As Go's 'g' format with the fewest digits: an exponent below 1e-4 and from 1e6 up. */
function formatShortest(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e6) return String(value);
  const [mantissa, exponent] = value.toExponential().split('e');
  const digits = exponent.slice(1).padStart(2, '0');
  return `${mantissa}e${exponent.startsWith('-') ? '-' : '+'}${digits}`;
}
