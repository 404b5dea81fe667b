/**
 * How values are folded into those of their group: `sum`, `count`, `max` …
 *
 * A row is folded over all of its steps in one loop: no value passes through a call, for which V8
 * would have to put it on the heap.
 */
import type { AggregateOperator } from './ast.ts';
import { addTo, addToMean, MEAN_CELLS, meanOf } from './kahan.ts';

/**
 * Folds the values of a row that are present, from one step to before another, into a group.
 *
 * The group's numbers at step s lie from `(base + s) * cellCount` on, `seen[base + s]` says whether
 * it has any yet, and the row's value lies at `rowBase + s`.
 */
type FoldRow = (
  cells: Float64Array,
  seen: Uint8Array,
  base: number,
  values: Float64Array,
  present: Uint8Array,
  rowBase: number,
  from: number,
  to: number,
) => void;

/** One way of folding. */
export interface Fold {
  /** Numbers kept per group and step. */
  readonly cellCount: number;
  readonly addRow: FoldRow;
  /** The group's value, from its numbers at a place. */
  result(cells: Float64Array, at: number): number;
}

const first = (cells: Float64Array, at: number): number => cells[at];

const addCounts: FoldRow = (cells, seen, base, _values, present, rowBase, from, to) => {
  for (let step = from; step < to; step++) {
    if (present[rowBase + step] === 0) continue;
    cells[base + step]++;
    seen[base + step] = 1;
  }
};

const markGroup: FoldRow = (cells, seen, base, _values, present, rowBase, from, to) => {
  for (let step = from; step < to; step++) {
    if (present[rowBase + step] === 0) continue;
    cells[base + step] = 1;
    seen[base + step] = 1;
  }
};

const addSums: FoldRow = (cells, seen, base, values, present, rowBase, from, to) => {
  for (let step = from; step < to; step++) {
    if (present[rowBase + step] === 0) continue;
    const at = base + step;
    // The first value is taken as it is, so that a sum of minus zero stays one.
    if (seen[at] === 0) cells[2 * at] = values[rowBase + step];
    else addTo(cells, 2 * at, values[rowBase + step]);
    seen[at] = 1;
  }
};

const addMeans: FoldRow = (cells, seen, base, values, present, rowBase, from, to) => {
  for (let step = from; step < to; step++) {
    if (present[rowBase + step] === 0) continue;
    addToMean(cells, MEAN_CELLS * (base + step), values[rowBase + step]);
    seen[base + step] = 1;
  }
};

const keepMax: FoldRow = (cells, seen, base, values, present, rowBase, from, to) => {
  for (let step = from; step < to; step++) {
    if (present[rowBase + step] === 0) continue;
    const at = base + step;
    const value = values[rowBase + step];
    if (seen[at] === 0 || cells[at] < value || Number.isNaN(cells[at])) cells[at] = value;
    seen[at] = 1;
  }
};

const keepMin: FoldRow = (cells, seen, base, values, present, rowBase, from, to) => {
  for (let step = from; step < to; step++) {
    if (present[rowBase + step] === 0) continue;
    const at = base + step;
    const value = values[rowBase + step];
    if (seen[at] === 0 || cells[at] > value || Number.isNaN(cells[at])) cells[at] = value;
    seen[at] = 1;
  }
};

const VARIANCE_CELLS = 3;

/** Welford's method: the sum of squares, the mean, the count. */
const addVariances: FoldRow = (cells, seen, base, values, present, rowBase, from, to) => {
  for (let step = from; step < to; step++) {
    if (present[rowBase + step] === 0) continue;
    const at = VARIANCE_CELLS * (base + step);
    const value = values[rowBase + step];
    if (seen[base + step] === 0) {
      cells[at] = Number.isFinite(value) ? 0 : Number.NaN;
      cells[at + 1] = value;
      cells[at + 2] = 1;
      seen[base + step] = 1;
      continue;
    }
    const count = ++cells[at + 2];
    const delta = value - cells[at + 1];
    cells[at + 1] += delta / count;
    cells[at] += delta * (value - cells[at + 1]);
  }
};

/** By operator; those that are not here do more than fold. */
export const FOLDS: Readonly<Partial<Record<AggregateOperator, Fold>>> = {
  avg: { cellCount: MEAN_CELLS, addRow: addMeans, result: meanOf },
  count: { cellCount: 1, addRow: addCounts, result: first },
  group: { cellCount: 1, addRow: markGroup, result: first },
  max: { cellCount: 1, addRow: keepMax, result: first },
  min: { cellCount: 1, addRow: keepMin, result: first },
  stddev: {
    cellCount: VARIANCE_CELLS,
    addRow: addVariances,
    result: (cells, at) => Math.sqrt(cells[at] / cells[at + 2]),
  },
  stdvar: {
    cellCount: VARIANCE_CELLS,
    addRow: addVariances,
    result: (cells, at) => cells[at] / cells[at + 2],
  },
  sum: { cellCount: 2, addRow: addSums, result: (cells, at) => cells[at] + cells[at + 1] },
};

/** What is made of floats alone: histograms are left out, with a note. */
export const OF_FLOATS: ReadonlySet<AggregateOperator> = new Set([
  'max',
  'min',
  'stddev',
  'stdvar',
]);

/** What is made of either kind, but not of both. */
export const OF_EITHER: ReadonlySet<AggregateOperator> = new Set(['avg', 'sum']);
