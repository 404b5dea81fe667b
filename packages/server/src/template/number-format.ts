/**
 * Go's formatting of float64 (strconv.FormatFloat).
 *
 * JavaScript's toFixed and toPrecision round a tie away from zero, Go rounds it to even; so the
 * digits are taken from the exact decimal value, which every float64 has.
 */

export type FloatVerb = 'e' | 'f' | 'g';

/** A decimal number: `0.d1d2d3… × 10^point`; without digits it is zero. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** Formats a number; without a precision, with as few digits as tell it from its neighbours. */
export function formatFloat(value: number, verb: FloatVerb, precision?: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + formatMagnitude(Math.abs(value), verb, precision);
}

function formatMagnitude(value: number, verb: FloatVerb, precision: number | undefined): string {
  const isShortest = precision === undefined;
  const wanted = verb === 'g' && precision === 0 ? 1 : precision;
  const decimal = wanted === undefined ? shortest(value) : rounded(value, verb, wanted);
  switch (verb) {
    case 'e':
      return formatExponent(decimal, wanted ?? Math.max(decimal.digits.length - 1, 0));
    case 'f':
      return formatPlain(decimal, wanted ?? Math.max(decimal.digits.length - decimal.point, 0));
    case 'g': {
      const { digits, point } = decimal;
      let exponentFrom = wanted ?? 6;
      if (exponentFrom > digits.length && digits.length >= point) exponentFrom = digits.length;
      if (isShortest) exponentFrom = 6;
      const exponent = digits === '' ? 0 : point - 1;
      const isLarge = exponent < -4 || exponent >= Math.max(exponentFrom, 1);
      if (isLarge) return formatExponent(decimal, Math.max(digits.length - 1, 0));
      return formatPlain(decimal, Math.max(digits.length - point, 0));
    }
  }
}

function formatExponent({ digits, point }: Decimal, fractionCount: number): string {
  const first = digits[0] ?? '0';
  const fraction = digits.slice(1).padEnd(fractionCount, '0');
  const exponent = digits === '' ? 0 : point - 1;
  const mantissa = fractionCount > 0 ? `${first}.${fraction}` : first;
  const magnitude = String(Math.abs(exponent)).padStart(2, '0');
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${magnitude}`;
}

function formatPlain({ digits, point }: Decimal, fractionCount: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (fractionCount === 0) return whole;
  const leading = '0'.repeat(Math.min(Math.max(-point, 0), fractionCount));
  const fraction = (leading + digits.slice(Math.max(point, 0))).padEnd(fractionCount, '0');
  return `${whole}.${fraction.slice(0, fractionCount)}`;
}

function shortest(value: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa, exponent] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** Rounds half to even, at a number of significant digits (e, g) or of decimals (f). */
function rounded(value: number, verb: FloatVerb, precision: number): Decimal {
  if (value === 0) return { digits: '', point: 0 };
  const { units, scale } = exactDecimal(value);
  const exact = units.toString();
  const point = exact.length - scale;
  const keep = verb === 'f' ? point + precision : verb === 'e' ? precision + 1 : precision;
  if (keep < 0) return { digits: '', point: 0 };
  const kept = keep >= exact.length ? exact : roundDigits(units, exact.length - keep);
  // A carry through all digits ("999" to "1000") moves the point.
  const isCarried = keep < exact.length && kept.length > keep;
  const digits = kept.replace(/0+$/, '');
  return { digits, point: digits === '' ? 0 : point + (isCarried ? 1 : 0) };
}

/** The digits without the last `dropCount`, rounded half to even; '' where nothing remains. */
function roundDigits(units: bigint, dropCount: number): string {
  const divisor = 10n ** BigInt(dropCount);
  const quotient = units / divisor;
  const twiceRest = (units % divisor) * 2n;
  const isUp = twiceRest > divisor || (twiceRest === divisor && quotient % 2n === 1n);
  const answer = isUp ? quotient + 1n : quotient;
  return answer === 0n ? '' : answer.toString();
}

/** `value = units / 10^scale`, exactly. */
function exactDecimal(value: number): { readonly units: bigint; readonly scale: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n) & 0x7ff;
  const fraction = raw & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = Math.max(biased, 1) - 1075;
  if (exponent >= 0) return { units: mantissa << BigInt(exponent), scale: 0 };
  return { units: mantissa * 5n ** BigInt(-exponent), scale: -exponent };
}
