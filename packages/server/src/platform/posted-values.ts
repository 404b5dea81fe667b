/** Values of bodies that others post, which no schema has judged. */

/** Text that both databases store and give back as it was. */
export function isStorableText(text: string, charsMax: number): boolean {
  return text.length <= charsMax && text.isWellFormed() && !text.includes('\u0000');
}

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/;

/** A time as of RFC 3339 in epoch milliseconds; NaN for anything else. */
export function parseRfc3339(value: unknown): number {
  return typeof value === 'string' && RFC3339.test(value) ? Date.parse(value) : Number.NaN;
}

const SHOWN_CHARS_MAX = 80;

/** A value as a fault names it: short, and without what an array or object holds. */
export function showValue(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? 'an array' : 'an object';
  }
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > SHOWN_CHARS_MAX ? `${text.slice(0, SHOWN_CHARS_MAX)}…` : text;
}
