/** Floats as text, read and written as Go does; labels and annotations carry them. */

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const SPECIAL = /^([+-]?)(inf|infinity|nan)$/i;

/** Reads what Go's `strconv.ParseFloat` reads, hexadecimal aside; undefined for anything else. */
export function parseFloatText(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const special = SPECIAL.exec(text);
  if (special === null) return undefined;
  if (special[2].toLowerCase() === 'nan') return special[1] === '' ? Number.NaN : undefined;
  return special[1] === '-' ? -Infinity : Infinity;
}

/** Writes all digits and never an exponent: Go's `FormatFloat(value, 'f', -1, 64)`. */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return formatSpecial(value);
  const text = String(value);
  if (!text.includes('e')) return Object.is(value, -0) ? '-0' : text;
  const [digits, exponent] = decompose(value);
  const sign = value < 0 ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return sign + digits.padEnd(exponent + 1, '0');
}

/**
 * Writes the shortest form, with an exponent from `exponentFrom` on: Go's `%g` (6), and with its
 * precision as the limit `%.2g`, whose rounding is the caller's.
 */
export function formatShort(value: number, exponentFrom = 6): string {
  if (!Number.isFinite(value)) return formatSpecial(value);
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits, exponent] = decompose(value);
  if (exponent >= -4 && exponent < exponentFrom) return formatFloat(value);
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  const size = String(Math.abs(exponent)).padStart(2, '0');
  return `${value < 0 ? '-' : ''}${mantissa}e${exponent < 0 ? '-' : '+'}${size}`;
}

/** Writes a float as an OpenMetrics label value: always with a point or an exponent. */
export function formatOpenMetrics(value: number): string {
  const text = formatShort(value);
  return /[e.IN]/.test(text) ? text : `${text}.0`;
}

function formatSpecial(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? '+Inf' : '-Inf';
}

/** The significant digits, and the decimal exponent of the first. */
function decompose(value: number): [string, number] {
  const [mantissa, exponent] = Math.abs(value).toExponential().split('e');
  return [mantissa.replace('.', ''), Number(exponent)];
}
