/**
 * Labels as queries are given them, made once rather than for each series of each query.
 *
 * Whole sets are remembered by series, because dashboards and rules ask for the same series every
 * few seconds; what is made from a set (its JSON, its key) can be remembered along with it. Where
 * a query looks at some labels only, all series that agree in those get the very same object: a
 * sum over a hundred thousand series by job then makes a handful of them.
 */
import { EMPTY_LABELS, type Labels } from '../series/index.ts';
import { LABELS_KEPT_MAX } from './limits.ts';
import type { SeriesTable } from './series-table.ts';

/** The labels of a series' slot; call it within a guard, for a slot that is the series' own. */
export type LabelsOf = (slot: number, id: number) => Labels;

interface KeptLabels {
  readonly id: number;
  readonly labels: Labels;
}

/** A set of pairs that was met, and those that go on from it. */
interface PairNode {
  readonly labels: Labels;
  readonly next: Map<number, PairNode>;
}

const UNSEEN = 0;
const WANTED = 1;
const UNWANTED = 2;

export class LabelSource {
  readonly #table: SeriesTable;
  /** By slot; a series' labels never change, but a slot may become another's. */
  #kept = new Map<number, KeptLabels>();

  constructor(table: SeriesTable) {
    this.#table = table;
  }

  /** What gives the labels for one query; with names: these labels only. */
  open(names: readonly string[] | undefined): LabelsOf {
    if (names === undefined) return (slot, id) => this.#wholeOf(slot, id);
    return names.length === 0 ? () => EMPTY_LABELS : this.#openSome(names);
  }

  #wholeOf(slot: number, id: number): Labels {
    const known = this.#kept.get(slot);
    if (known?.id === id) return known.labels;
    const labels = this.#table.labelsOf(slot);
    // All at once: what is asked again comes back soon, and to know the oldest would cost more.
    if (this.#kept.size >= LABELS_KEPT_MAX && known === undefined) this.#kept = new Map();
    this.#kept.set(slot, { id, labels });
    return labels;
  }

  /** Pairs stand in order of name, so a set of them is one path from the root. */
  #openSome(names: readonly string[]): LabelsOf {
    const { labels, pairs } = this.#table;
    const root: PairNode = { labels: { names: [], values: [] }, next: new Map() };
    const verdicts = new Uint8Array(pairs.capacity);
    const judge = (pair: number): number => {
      const verdict = names.includes(pairs.name(pair)) ? WANTED : UNWANTED;
      verdicts[pair] = verdict;
      return verdict;
    };
    const extend = (from: PairNode, pair: number): PairNode => {
      const known = from.next.get(pair);
      if (known !== undefined) return known;
      const added: PairNode = {
        labels: {
          names: [...from.labels.names, pairs.name(pair)],
          values: [...from.labels.values, pairs.value(pair)],
        },
        next: new Map(),
      };
      from.next.set(pair, added);
      return added;
    };
    return (slot) => {
      const count = labels.load(slot);
      const { loaded } = labels;
      let node = root;
      let missing = names.length;
      for (let i = 0; i < count && missing > 0; i++) {
        const pair = loaded[i];
        const verdict = verdicts[pair] === UNSEEN ? judge(pair) : verdicts[pair];
        if (verdict === UNWANTED) continue;
        node = extend(node, pair);
        missing--;
      }
      return node.labels;
    };
  }
}
