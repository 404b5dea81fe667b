/**
 * Decimal numbers as people read them: `1,234.5`.
 *
 * Every language that the page speaks writes them so. `Intl.NumberFormat` writes the same, but the
 * first use of Intl takes longer than any other part of the first board's drawing: see ADR 84.
 */

/** At most so many digits after the point, or so many digits that count, as Intl has both. */
export type Digits = { readonly fractionMax: number } | { readonly significantMax: number };

/** From here on `toFixed` writes powers of ten. */
const FIXED_MAX = 1e21;
/** More digits than this `toFixed` refuses. */
const FRACTION_MAX = 100;

export function formatDecimal(value: number, digits: Digits): string {
  if (!Number.isFinite(value) || Math.abs(value) >= FIXED_MAX) return String(value);
  const text = 'fractionMax' in digits ? value.toFixed(digits.fractionMax) : round(value, digits);
  const point = text.indexOf('.');
  const wholeEnd = point === -1 ? text.length : point;
  const whole = group(text.slice(0, wholeEnd));
  let end = text.length;
  while (end > wholeEnd && text[end - 1] === '0') end--;
  return end <= wholeEnd + 1 ? whole : whole + text.slice(wholeEnd, end);
}

/** Splits digits into threes, from the right; without a regular expression, which is slow at first. */
function group(digits: string): string {
  const start = digits.startsWith('-') ? 1 : 0;
  let end = digits.length;
  let grouped = '';
  for (; end - start > 3; end -= 3) grouped = `,${digits.slice(end - 3, end)}${grouped}`;
  return digits.slice(0, end) + grouped;
}

/** To digits that count, but never as a power of ten. */
function round(value: number, { significantMax }: { readonly significantMax: number }): string {
  const text = value.toExponential(significantMax - 1);
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  const places = Math.min(FRACTION_MAX, Math.max(0, significantMax - 1 - exponent));
  return Number(text).toFixed(places);
}
