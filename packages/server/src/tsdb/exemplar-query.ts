/** Which exemplars there are of some series. */
import {
  compareLabels,
  type Exemplar,
  isMatch,
  type Labels,
  type Matcher,
} from '../series/index.ts';
import type { Head } from './head.ts';

/** What to look for. */
export interface ExemplarRange {
  /** A series matches where all matchers of one of them do. */
  readonly selectors: readonly (readonly Matcher[])[];
  /** Both ends inclusive, epoch milliseconds. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** The exemplars of one series. */
export interface SeriesExemplars {
  readonly labels: Labels;
  /** In the order in which they came. */
  readonly exemplars: readonly Exemplar[];
}

/** Looks through all that are kept: they are few beside samples, and mostly of few series. */
export function findExemplars(head: Head, range: ExemplarRange): readonly SeriesExemplars[] {
  const { table, exemplars } = head;
  const { selectors, fromMs, toMs } = range;
  /** By series; undefined where it does not match. */
  const found = new Map<number, { labels: Labels; exemplars: Exemplar[] } | undefined>();
  const look = (id: number) => {
    const slot = table.ids.find(id);
    if (slot < 0) return undefined;
    const labels = table.labelsOf(slot);
    const matches = selectors.some((matchers) => isMatch(matchers, labels));
    return matches ? { labels, exemplars: new Array<Exemplar>() } : undefined;
  };
  exemplars.visit(0, Infinity, (id, exemplar) => {
    if (exemplar.timeMs < fromMs || exemplar.timeMs > toMs) return;
    if (!found.has(id)) found.set(id, look(id));
    found.get(id)?.exemplars.push(exemplar);
  });
  const all = [...found.values()].filter((series) => series !== undefined);
  return all.sort((a, b) => compareLabels(a.labels, b.labels));
}
