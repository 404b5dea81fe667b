/**
 * From matchers to the series of a block, by its index.
 *
 * The same plan as in the head (matching.ts): lists of exact values are intersected; where there
 * is none, the smallest union of one matcher's values is the start; all other matchers look at the
 * labels of the series that are left, each distinct value once.
 */
import type { Matcher } from '../../series/index.ts';
import { findExact, intersectAll, quickMatch } from '../matching.ts';
import type { IndexReader } from './index-reader.ts';

/** Numbers of the series that meet all matchers, rising: in order of labels. */
export function matchBlock(index: IndexReader, matchers: readonly Matcher[]): Uint32Array {
  const lists: Uint32Array[] = [];
  const filters: Matcher[] = [];
  for (const matcher of matchers) {
    const exact = findExact(matcher);
    if (exact === undefined) {
      filters.push(matcher);
      continue;
    }
    const place = index.table.find(matcher.name, exact);
    if (place === undefined) return new Uint32Array(0);
    lists.push(index.table.postings(place));
  }
  let ids = lists.length > 0 ? intersectAll(lists) : takeBase(index, filters);
  for (const filter of filters) {
    if (ids.length === 0) break;
    ids = filterIds(index, ids, filter);
  }
  return ids;
}

/** As in matching.ts; the matcher that was the start is taken out of `filters`. */
function takeBase(index: IndexReader, filters: Matcher[]): Uint32Array {
  const { table } = index;
  const allPlace = table.find('', '');
  if (allPlace === undefined) return new Uint32Array(0);
  let best: readonly number[] | undefined;
  let bestCount = table.postingsCount(allPlace);
  let bestIndex = -1;
  for (const [i, matcher] of filters.entries()) {
    if (matcher.matches('')) continue;
    const places = matchingPlaces(index, matcher);
    const count = places.reduce((sum, place) => sum + table.postingsCount(place), 0);
    if (best !== undefined && count >= bestCount) continue;
    best = places;
    bestCount = count;
    bestIndex = i;
  }
  if (best === undefined) return table.postings(allPlace);
  filters.splice(bestIndex, 1);
  return unite(index, best, bestCount);
}

/** Where the lists of the values are that a matcher accepts. */
function matchingPlaces(index: IndexReader, matcher: Matcher): readonly number[] {
  const { table } = index;
  const literals = matcher.operator === '=~' ? matcher.regex?.literals : undefined;
  if (literals !== undefined) {
    const found = [...new Set(literals)].map((value) => table.find(matcher.name, value));
    return found.filter((place) => place !== undefined);
  }
  const accepts = quickMatch(matcher);
  const places: number[] = [];
  for (const { value, place } of table.values(matcher.name)) {
    if (accepts(value)) places.push(place);
  }
  return places;
}

/** Lists of values of one label have no series in common. */
function unite(index: IndexReader, places: readonly number[], count: number): Uint32Array {
  const united = new Uint32Array(count);
  let at = 0;
  for (const place of places) {
    const ids = index.table.postings(place);
    united.set(ids, at);
    at += ids.length;
  }
  return places.length > 1 ? united.sort() : united;
}

/** Keeps the series whose label passes. */
function filterIds(index: IndexReader, ids: Uint32Array, matcher: Matcher): Uint32Array {
  const { symbols } = index;
  const accepts = quickMatch(matcher);
  const acceptsAbsent = matcher.matches('');
  /** By number of a symbol: whether it is the label's name; whether it passes as a value. */
  const isName = new Map<number, boolean>();
  const passes = new Map<number, boolean>();
  let kept = 0;
  for (const id of ids) {
    const { labels } = index.series(id);
    let verdict = acceptsAbsent;
    for (let i = 0; i < labels.length; i += 2) {
      const name = labels[i];
      const isOurs = isName.get(name) ?? symbols.text(name) === matcher.name;
      isName.set(name, isOurs);
      if (!isOurs) continue;
      const value = labels[i + 1];
      verdict = passes.get(value) ?? accepts(symbols.text(value));
      passes.set(value, verdict);
      break;
    }
    if (verdict) ids[kept++] = id;
  }
  return ids.subarray(0, kept);
}
