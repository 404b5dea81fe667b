/**
 * How well a name answers a search: 1 for names that begin with what was typed, 0 for no match.
 *
 * A subsequence match wants every typed character in order and rewards runs; Jaro-Winkler (Winkler
 * 1990, "String Comparator Metrics and Enhanced Decision Rules") forgives typing mistakes. Both are
 * offered by Prometheus' search API (web/api/v1/search_filters.go).
 */

export type SearchAlgorithm = 'subsequence' | 'jarowinkler';

export interface SearchTerms {
  /** Any one of them is enough; none: everything matches. */
  readonly terms: readonly string[];
  readonly algorithm: SearchAlgorithm;
  /** 0 to 1: what scores less is no match. */
  readonly threshold: number;
  readonly isCaseSensitive: boolean;
}

/** What a name inside of which the text stands scores, where Jaro-Winkler is asked for. */
const INNER_SCORE = 0.9;
/** Winkler's weight of a shared beginning, and how much of it counts. */
const PREFIX_WEIGHT = 0.1;
const PREFIX_MAX = 4;

/** The best score over all terms; undefined: no term matches. */
export function scoreName(search: SearchTerms, name: string): number | undefined {
  if (search.terms.length === 0) return 1;
  const text = search.isCaseSensitive ? name : name.toLowerCase();
  let best: number | undefined;
  for (const term of search.terms) {
    const typed = search.isCaseSensitive ? term : term.toLowerCase();
    const score = scoreTerm(search, typed, text);
    if (score !== undefined && (best === undefined || score > best)) best = score;
  }
  return best;
}

function scoreTerm(search: SearchTerms, typed: string, text: string): number | undefined {
  if (text.startsWith(typed)) return 1;
  if (search.algorithm === 'subsequence') {
    const score = scoreSubsequence(typed, text);
    return score > 0 && score >= search.threshold ? score : undefined;
  }
  if (text.includes(typed)) return INNER_SCORE;
  const score = scoreJaroWinkler(typed, text);
  return score > 0 && score >= search.threshold ? score : undefined;
}

/**
 * The squares of the runs' lengths, over the square of the whole: one run scores 1, single
 * characters far apart nearly nothing. The longest beginning of what is left is taken where it
 * stands first. 0 where a character is missing.
 */
export function scoreSubsequence(typed: string, text: string): number {
  let sum = 0;
  let from = 0;
  for (let done = 0; done < typed.length; ) {
    const { at, length } = findRun(typed.slice(done), text, from);
    if (length === 0) return 0;
    sum += length * length;
    done += length;
    from = at + length;
  }
  return sum / (typed.length * typed.length);
}

/** The longest run that leaves a match for the rest possible. */
function findRun(
  typed: string,
  text: string,
  from: number,
): { readonly at: number; readonly length: number } {
  for (let length = typed.length; length > 0; length--) {
    const at = text.indexOf(typed.slice(0, length), from);
    if (at >= 0 && isSubsequence(typed.slice(length), text, at + length)) return { at, length };
  }
  return { at: 0, length: 0 };
}

function isSubsequence(typed: string, text: string, from: number): boolean {
  let at = from;
  for (let i = 0; i < typed.length; i++) {
    at = text.indexOf(typed[i], at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** Jaro's similarity, raised for a shared beginning. 1 for equal texts, 0 for nothing in common. */
export function scoreJaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const takenInB = new Uint8Array(b.length);
  const matchedInA: string[] = [];
  for (let i = 0; i < a.length; i++) {
    const end = Math.min(b.length, i + reach + 1);
    for (let k = Math.max(0, i - reach); k < end; k++) {
      if (takenInB[k] === 1 || a[i] !== b[k]) continue;
      takenInB[k] = 1;
      matchedInA.push(a[i]);
      break;
    }
  }
  const matches = matchedInA.length;
  if (matches === 0) return 0;
  const matchedInB = Array.from(takenInB.keys())
    .filter((k) => takenInB[k] === 1)
    .map((k) => b[k]);
  const moved = matchedInA.filter((char, i) => char !== matchedInB[i]).length / 2;
  const jaro = (matches / a.length + matches / b.length + (matches - moved) / matches) / 3;
  let prefix = 0;
  while (prefix < PREFIX_MAX && prefix < a.length && a[prefix] === b[prefix]) prefix++;
  return jaro + prefix * PREFIX_WEIGHT * (1 - jaro);
}
