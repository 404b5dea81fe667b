/** Finds what someone means by a few letters. */

export interface Ranked {
  readonly label: string;
}

/** More than this is scrolled past by nobody. */
const RESULT_COUNT_MAX = 12;

/** The items that fit, best first; with nothing typed, the first ones as they stand. */
export function rankItems<T extends Ranked>(items: readonly T[], text: string): readonly T[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return items.slice(0, RESULT_COUNT_MAX);
  return items
    .map((item) => ({ item, score: scoreOf(item.label.toLowerCase(), wanted) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, RESULT_COUNT_MAX)
    .map(({ item }) => item);
}

/** Beginnings before middles before letters in order; 0: not at all. */
function scoreOf(label: string, wanted: string): number {
  if (label.startsWith(wanted)) return 4;
  const at = label.indexOf(wanted);
  if (at > 0) return /[\s\-_.:/]/.test(label.charAt(at - 1)) ? 3 : 2;
  return hasInOrder(label, wanted) ? 1 : 0;
}

function hasInOrder(label: string, wanted: string): boolean {
  let from = 0;
  for (const letter of wanted) {
    const at = label.indexOf(letter, from);
    if (at === -1) return false;
    from = at + 1;
  }
  return true;
}
