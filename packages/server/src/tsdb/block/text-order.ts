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

/** Sorted at once; a few milliseconds of work. */
const RUN_LENGTH = 4096;

/** The same for very many texts, into a new list; gives way every few milliseconds. */
export function* sortUtf8InSlices(texts: readonly string[]): Generator<void, string[]> {
  let runs: string[][] = [];
  for (let from = 0; from < texts.length; from += RUN_LENGTH) {
    runs.push(sortUtf8(texts.slice(from, from + RUN_LENGTH)));
    yield;
  }
  while (runs.length > 1) {
    const longer: string[][] = [];
    for (let i = 0; i < runs.length; i += 2) {
      longer.push(i + 1 < runs.length ? yield* mergeRuns(runs[i], runs[i + 1]) : runs[i]);
    }
    runs = longer;
  }
  return runs.at(0) ?? [];
}

function* mergeRuns(a: readonly string[], b: readonly string[]): Generator<void, string[]> {
  const merged: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const isFromA = j >= b.length || (i < a.length && compareUtf8(a[i], b[j]) <= 0);
    merged.push(isFromA ? a[i++] : b[j++]);
    if (merged.length % RUN_LENGTH === 0) yield;
  }
  return merged;
}
