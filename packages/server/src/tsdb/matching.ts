/**
 * From matchers to series, by the index alone.
 *
 * Equality with a value gives short sorted lists that are intersected. All other matchers are
 * asked once for each distinct value, and series are then checked by the number of their pair: no
 * list has to be united or subtracted, and a matcher that accepts '' needs no case of its own (a
 * label that is absent counts as '', as in Prometheus).
 */
import type { Matcher } from '../series/index.ts';
import type { SeriesTable } from './series-table.ts';

/** Numbers of the series that meet all matchers, rising. The array is the caller's to change. */
export function matchSeries(table: SeriesTable, matchers: readonly Matcher[]): Uint32Array {
  const exacts: number[] = [];
  const filters: Matcher[] = [];
  for (const matcher of matchers) {
    const exact = findExact(matcher);
    if (exact === undefined) {
      filters.push(matcher);
      continue;
    }
    const pair = table.pairs.find(matcher.name, exact);
    if (pair === 0) return new Uint32Array(0);
    exacts.push(pair);
  }
  let ids = exacts.length > 0 ? takeAll(table, exacts) : takeBase(table, filters);
  for (const filter of filters) {
    if (ids.length === 0) break;
    ids = filterIds(table, ids, filter);
  }
  return ids;
}

/**
 * How many postings and label values matching looks at, at most; from counts alone. A value that
 * is held against a regular expression counts as much as a posting, which is kind to it.
 */
export function estimateMatchWork(table: SeriesTable, matchers: readonly Matcher[]): number {
  let seriesCount = table.seriesCount;
  let values = 0;
  let filters = 0;
  for (const matcher of matchers) {
    const exact = findExact(matcher);
    if (exact === undefined) {
      values += table.pairs.valueCount(matcher.name);
      filters++;
    } else {
      const pair = table.pairs.find(matcher.name, exact);
      seriesCount = Math.min(seriesCount, pair === 0 ? 0 : table.postings.count(pair));
    }
  }
  return seriesCount === 0 ? 0 : values + seriesCount * (1 + filters);
}

/** The one value that a matcher accepts, where it is one and not ''. */
export function findExact(matcher: Matcher): string | undefined {
  if (matcher.operator === '=') return matcher.value === '' ? undefined : matcher.value;
  const literals = matcher.regex?.literals;
  const isOne = matcher.operator === '=~' && literals?.length === 1 && literals[0] !== '';
  return isOne ? literals[0] : undefined;
}

/** The series that have all of some pairs. */
function takeAll(table: SeriesTable, pairs: number[]): Uint32Array {
  pairs.sort((a, b) => table.postings.count(a) - table.postings.count(b));
  let ids = table.seriesWith(pairs[0]);
  for (const pair of pairs.slice(1)) ids = table.keepWith(pair, ids);
  return ids;
}

/**
 * What to start from without an exact matcher: the smallest union of the lists of one matcher's
 * values, which then is done, or all series. A matcher that accepts '' also accepts series without
 * the label, so it cannot be a start.
 */
function takeBase(table: SeriesTable, filters: Matcher[]): Uint32Array {
  let best: readonly number[] | undefined;
  let bestCount = table.seriesCount;
  let bestIndex = -1;
  for (const [index, matcher] of filters.entries()) {
    if (matcher.matches('')) continue;
    const pairs = matchingPairs(table, matcher);
    const count = pairs.reduce((sum, pair) => sum + table.postings.count(pair), 0);
    if (best !== undefined && count >= bestCount) continue;
    best = pairs;
    bestCount = count;
    bestIndex = index;
  }
  if (best === undefined) return table.allIds();
  filters.splice(bestIndex, 1);
  return unite(best.map((pair) => table.seriesWith(pair)));
}

/** Pairs with the matcher's name whose value it accepts. */
function matchingPairs(table: SeriesTable, matcher: Matcher): number[] {
  const literals = matcher.operator === '=~' ? matcher.regex?.literals : undefined;
  if (literals !== undefined) {
    const found = [...new Set(literals)].map((value) => table.pairs.find(matcher.name, value));
    return found.filter((pair) => pair !== 0);
  }
  const accepts = quickMatch(matcher);
  const pairs: number[] = [];
  for (const [value, pair] of table.pairs.pairsOf(matcher.name)) {
    if (accepts(value)) pairs.push(pair);
  }
  return pairs;
}

/** Spares the regex engine the values that lack the prefix every match has. */
export function quickMatch(matcher: Matcher): (value: string) => boolean {
  const prefix = matcher.regex?.prefix ?? '';
  if (prefix === '') return (value) => matcher.matches(value);
  const isNegative = matcher.operator === '!~';
  return (value) => (value.startsWith(prefix) ? matcher.matches(value) : isNegative);
}

/** The lists of pairs of one name have no series in common, so joined and sorted is united. */
function unite(lists: readonly Uint32Array[]): Uint32Array {
  const united = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    united.set(list, at);
    at += list.length;
  }
  return lists.length > 1 ? united.sort() : united;
}

/** Numbers that stand in all of the lists; each is sorted. */
export function intersectAll(lists: Uint32Array[]): Uint32Array {
  lists.sort((a, b) => a.length - b.length);
  let common = lists[0].slice();
  for (const list of lists.slice(1)) common = common.subarray(0, intersect(common, list));
  return common;
}

/** Keeps in `short` what `long` has too; answers how many. Steps through `long` by doubling. */
function intersect(short: Uint32Array, long: Uint32Array): number {
  let kept = 0;
  let at = 0;
  for (const id of short) {
    let step = 1;
    while (at + step < long.length && long[at + step] < id) step *= 2;
    let low = at + (step >>> 1);
    let high = Math.min(long.length, at + step + 1);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (long[middle] < id) low = middle + 1;
      else high = middle;
    }
    at = low;
    if (at === long.length) break;
    if (long[at] === id) short[kept++] = id;
  }
  return kept;
}

const UNSEEN = 0;
const OTHER_NAME = 1;
const REFUSED = 2;
const ACCEPTED = 3;

/** Keeps the series whose label passes; each distinct value is asked about once. */
function filterIds(table: SeriesTable, ids: Uint32Array, matcher: Matcher): Uint32Array {
  const { labels, pairs } = table;
  const accepts = quickMatch(matcher);
  const acceptsAbsent = matcher.matches('');
  const verdicts = new Uint8Array(pairs.capacity);
  const judge = (pair: number): number => {
    const isOther = pairs.name(pair) !== matcher.name;
    const verdict = isOther ? OTHER_NAME : accepts(pairs.value(pair)) ? ACCEPTED : REFUSED;
    verdicts[pair] = verdict;
    return verdict;
  };
  let slot = -1;
  const passes = (id: number): boolean => {
    slot = table.slotAfter(slot, id);
    const count = labels.load(slot);
    let verdict = OTHER_NAME;
    for (let i = 0; i < count && verdict === OTHER_NAME; i++) {
      const pair = labels.loaded[i];
      verdict = verdicts[pair] === UNSEEN ? judge(pair) : verdicts[pair];
    }
    return verdict === OTHER_NAME ? acceptsAbsent : verdict === ACCEPTED;
  };
  return filterGuarded(table, ids, passes);
}

/** Series that are looked at in a row: a block takes less time than lies between two changes. */
const FILTER_BLOCK = 512;

/** Keeps the numbers that pass, in place. What passes must only look. */
function filterGuarded(
  table: SeriesTable,
  ids: Uint32Array,
  passes: (id: number) => boolean,
): Uint32Array {
  const block = new Uint32Array(FILTER_BLOCK);
  let kept = 0;
  for (let from = 0; from < ids.length; from += FILTER_BLOCK) {
    const end = Math.min(ids.length, from + FILTER_BLOCK);
    const count = table.guard.read(() => {
      let passed = 0;
      for (let i = from; i < end; i++) if (passes(ids[i])) block[passed++] = ids[i];
      return passed;
    });
    for (let i = 0; i < count; i++) ids[kept++] = block[i];
  }
  return ids.subarray(0, kept);
}
