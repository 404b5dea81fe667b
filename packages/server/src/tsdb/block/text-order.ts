/**
 * The order of text by UTF-8 bytes, which files of Prometheus are sorted in.
 *
 * JavaScript compares UTF-16 units. The two orders differ only where a character outside the basic
 * plane (a surrogate, D800..DFFF) meets one of E000..FFFF.
 */

const UNUSUAL = /[\ud800-\uffff]/;

/** Orders two texts by their UTF-8 bytes. */
export function compareUtf8(a: string, b: string): number {
  if (a === b) return 0;
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const unitA = a.charCodeAt(i);
    const unitB = b.charCodeAt(i);
    if (unitA !== unitB) return rank(unitA) - rank(unitB);
  }
  return a.length - b.length;
}

/** Puts surrogates behind all other units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/** Sorts texts in place by their UTF-8 bytes. */
export function sortUtf8(texts: string[]): string[] {
  // The plain order is a native sort, and nearly always the same.
  return texts.some((text) => UNUSUAL.test(text)) ? texts.sort(compareUtf8) : texts.sort();
}
