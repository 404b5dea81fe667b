/**
 * Aggregations that make one row of each group: `sum`, `avg`, `quantile`, `count_values` …
 *
 * Groups are found once, from the labels. Rows are then added to their group's cells one after the
 * other, each over all steps, so that memory is walked in order.
 */
import {
  EMPTY_LABELS,
  filterLabels,
  formatFloat,
  formatHistogram,
  type Labels,
  labelsKey,
  METRIC_NAME,
  onlyLabels,
  quote,
  withLabel,
} from '../series/index.ts';
import { annotateIgnoredInGroup, annotateQuantile } from './annotations.ts';
import type { AggregateNode, AggregateOperator } from './ast.ts';
import { maxOf, minOf } from './go-math.ts';
import { floatsOf, type Grid, GridBuilder, hasHistogram, presentSpan } from './grid.ts';
import { addTo, addToMean, MEAN_CELLS, meanOf } from './kahan.ts';
import { isLabelName, textOf } from './label-functions.ts';
import { createHistogramFold } from './native-aggregate.ts';
import { quantileOf } from './quantile.ts';
import { failQuery, type Run } from './run.ts';

/** Which rows belong together. */
export interface Groups {
  readonly labels: readonly Labels[];
  /** The group of each row. */
  readonly ofRow: Int32Array;
}

/** The labels that a group is known by. */
export function groupLabels(
  labels: Labels,
  node: { readonly isWithout: boolean; readonly grouping: readonly string[] },
): Labels {
  if (node.isWithout) {
    return filterLabels(labels, (name) => name !== METRIC_NAME && !node.grouping.includes(name));
  }
  return node.grouping.length === 0 ? EMPTY_LABELS : onlyLabels(labels, node.grouping);
}

/** Assigns rows to groups, which are numbered in order of their first row. */
export function findGroups(
  grid: Grid,
  node: { readonly isWithout: boolean; readonly grouping: readonly string[] },
): Groups {
  const labels: Labels[] = [];
  const ofRow = new Int32Array(grid.labels.length);
  if (!node.isWithout && node.grouping.length === 0) {
    return { labels: ofRow.length === 0 ? labels : [EMPTY_LABELS], ofRow };
  }
  const known = new Map<string, number>();
  // Rows may share their labels (projection.ts); then a group is found without making a key.
  const ofLabels = new Map<Labels, number>();
  const findGroup = (labelsOfRow: Labels): number => {
    const own = groupLabels(labelsOfRow, node);
    const key = labelsKey(own);
    const group = known.get(key) ?? labels.push(own) - 1;
    known.set(key, group);
    ofLabels.set(labelsOfRow, group);
    return group;
  };
  for (let row = 0; row < ofRow.length; row++) {
    ofRow[row] = ofLabels.get(grid.labels[row]) ?? findGroup(grid.labels[row]);
  }
  return { labels, ofRow };
}

/**
 * Whether each group's name goes: decided by the rows that it has at its last step, the one that
 * Prometheus looks at last.
 */
function groupsDropName(grid: Grid, groups: Groups): readonly boolean[] {
  const drops = groups.labels.map(() => false);
  if (!grid.dropsName.includes(true)) return drops;
  const lastSteps = groups.labels.map(() => -1);
  groups.ofRow.forEach((group, row) => {
    const { last } = presentSpan(grid, row);
    if (last < lastSteps[group]) return;
    drops[group] = grid.dropsName[row] || (last === lastSteps[group] && drops[group]);
    lastSteps[group] = last;
  });
  return drops;
}

/** How rows are folded into a group, a step at a time. */
interface Fold {
  /** Numbers kept per group and step. */
  readonly cellCount: number;
  /** Takes in a value; `isFirst` where the group had none at this step. */
  add(cells: Float64Array, at: number, value: number, isFirst: boolean): void;
  result(cells: Float64Array, at: number): number;
}

const first = (cells: Float64Array, at: number): number => cells[at];

const VARIANCE_CELLS = 3;

/** Welford's method: the sum of squares, the mean, the count. */
function addToVariance(cells: Float64Array, at: number, value: number, isFirst: boolean): void {
  if (isFirst) {
    cells[at] = Number.isFinite(value) ? 0 : Number.NaN;
    cells[at + 1] = value;
    cells[at + 2] = 1;
    return;
  }
  const count = ++cells[at + 2];
  const delta = value - cells[at + 1];
  cells[at + 1] += delta / count;
  cells[at] += delta * (value - cells[at + 1]);
}

const FOLDS: Readonly<Partial<Record<AggregateOperator, Fold>>> = {
  avg: {
    cellCount: MEAN_CELLS,
    add: (cells, at, value) => addToMean(cells, at, value),
    result: meanOf,
  },
  count: {
    cellCount: 1,
    add: (cells, at) => {
      cells[at]++;
    },
    result: first,
  },
  group: {
    cellCount: 1,
    add: (cells, at) => {
      cells[at] = 1;
    },
    result: first,
  },
  max: {
    cellCount: 1,
    add: (cells, at, value, isFirst) => {
      if (isFirst || cells[at] < value || Number.isNaN(cells[at])) cells[at] = value;
    },
    result: first,
  },
  min: {
    cellCount: 1,
    add: (cells, at, value, isFirst) => {
      if (isFirst || cells[at] > value || Number.isNaN(cells[at])) cells[at] = value;
    },
    result: first,
  },
  stddev: {
    cellCount: VARIANCE_CELLS,
    add: addToVariance,
    result: (cells, at) => Math.sqrt(cells[at] / cells[at + 2]),
  },
  stdvar: {
    cellCount: VARIANCE_CELLS,
    add: addToVariance,
    result: (cells, at) => cells[at] / cells[at + 2],
  },
  sum: {
    cellCount: 2,
    add: (cells, at, value, isFirst) => {
      // The first value is taken as it is, so that a sum of minus zero stays one.
      if (isFirst) cells[at] = value;
      else addTo(cells, at, value);
    },
    result: (cells, at) => cells[at] + cells[at + 1],
  },
};

/** What is made of floats alone: histograms are left out, with a note. */
const OF_FLOATS: ReadonlySet<AggregateOperator> = new Set(['max', 'min', 'stddev', 'stdvar']);

/** What is made of either kind, but not of both. */
const OF_EITHER: ReadonlySet<AggregateOperator> = new Set(['avg', 'sum']);

/** Evaluates an aggregation that folds each group into one row. */
export function aggregate(run: Run, node: AggregateNode, all: Grid): Grid {
  const fold = FOLDS[node.operator];
  if (fold === undefined) return failQuery(`unknown aggregation operator ${node.operator}`);
  const { stepCount } = all;
  const groups = findGroups(all, node);
  const grid = OF_FLOATS.has(node.operator) ? leaveHistogramsOut(run, node, all) : all;
  const floats = OF_EITHER.has(node.operator) ? floatsOf(grid) : grid;
  const cells = new Float64Array(groups.labels.length * stepCount * fold.cellCount);
  const seen = new Uint8Array(groups.labels.length * stepCount);
  for (let row = 0; row < floats.labels.length; row++) {
    foldRow(floats, row, { fold, cells, seen, base: groups.ofRow[row] * stepCount });
    run.work(stepCount);
  }
  const out = new GridBuilder(run, stepCount, groups.labels.length);
  const drops = groupsDropName(grid, groups);
  const isMixed = floats !== grid;
  const foldHistograms = isMixed ? createHistogramFold(run, node, grid) : undefined;
  const rowsOf = isMixed ? rowsOfGroups(groups) : [];
  groups.labels.forEach((labels, group) => {
    const base = out.addRow(labels, drops[group]);
    for (let step = 0; step < stepCount; step++) {
      const at = group * stepCount + step;
      const answer = foldHistograms?.(rowsOf[group], step) ?? 'floats';
      if (typeof answer === 'object') out.setHistogram(base + step, answer);
      if (answer !== 'floats' || seen[at] === 0) continue;
      out.values[base + step] = fold.result(cells, at * fold.cellCount);
      out.present[base + step] = 1;
    }
    out.keepIfPresent(base);
  });
  return out.finish();
}

/** The floats; where there are histograms too, a note says that they were left out. */
function leaveHistogramsOut(run: Run, node: AggregateNode, grid: Grid): Grid {
  if (hasHistogram(grid)) {
    annotateIgnoredInGroup(run.annotations, node.operator, node.operand.span);
  }
  return floatsOf(grid);
}

interface FoldTarget {
  readonly fold: Fold;
  readonly cells: Float64Array;
  readonly seen: Uint8Array;
  /** Where the group's steps begin. */
  readonly base: number;
}

function foldRow(grid: Grid, row: number, target: FoldTarget): void {
  const { fold, cells, seen, base } = target;
  const from = row * grid.stepCount;
  if (grid.stepCount === 1) {
    if (grid.present[from] === 0) return;
    fold.add(cells, base * fold.cellCount, grid.values[from], seen[base] === 0);
    seen[base] = 1;
    return;
  }
  // Of a long range a series may have a short part, and the rest is not worth a look.
  const present = grid.present.subarray(from, from + grid.stepCount);
  const first = present.indexOf(1);
  const last = first < 0 ? -1 : present.lastIndexOf(1);
  for (let step = Math.max(0, first); step <= last; step++) {
    if (present[step] === 0) continue;
    const at = base + step;
    fold.add(cells, at * fold.cellCount, grid.values[from + step], seen[at] === 0);
    seen[at] = 1;
  }
}

/** The rows of each group. */
export function rowsOfGroups(groups: Groups): readonly (readonly number[])[] {
  const rows: number[][] = groups.labels.map(() => []);
  groups.ofRow.forEach((group, row) => rows[group].push(row));
  return rows;
}

/** `quantile(φ, v)`. */
export function aggregateQuantile(
  run: Run,
  node: AggregateNode,
  all: Grid,
  phis: Float64Array,
): Grid {
  const grid = leaveHistogramsOut(run, node, all);
  const { stepCount } = grid;
  annotateBounds(run, node, phis);
  const groups = findGroups(grid, node);
  const drops = groupsDropName(grid, groups);
  const out = new GridBuilder(run, stepCount, groups.labels.length);
  rowsOfGroups(groups).forEach((rows, group) => {
    const base = out.addRow(groups.labels[group], drops[group]);
    const scratch = new Float64Array(rows.length);
    for (let step = 0; step < stepCount; step++) {
      let count = 0;
      for (const row of rows) {
        const at = row * stepCount + step;
        if (grid.present[at] === 1) scratch[count++] = grid.values[at];
      }
      if (count === 0) continue;
      out.values[base + step] = quantileOf(phis[step], scratch, count);
      out.present[base + step] = 1;
    }
    run.work(rows.length * stepCount);
    out.keepIfPresent(base);
  });
  return out.finish();
}

/** Prometheus notes the extremes of all steps, whether or not there is anything to aggregate. */
function annotateBounds(run: Run, node: AggregateNode, phis: Float64Array): void {
  const span = node.parameter?.span ?? node.span;
  if (phis.some(Number.isNaN)) annotateQuantile(run.annotations, Number.NaN, span);
  const max = phis.reduce(maxOf, -Infinity);
  const min = phis.reduce(minOf, Infinity);
  if (max > 1) annotateQuantile(run.annotations, max, span);
  if (min < 0) annotateQuantile(run.annotations, min, span);
}

/** `count_values("label", v)`: a row per group and value, which becomes a label. */
export function countValues(run: Run, node: AggregateNode, grid: Grid): Grid {
  const label = node.parameter === undefined ? '' : textOf(node.parameter);
  if (!isLabelName(label)) failQuery(`invalid label name ${quote(label)}`);
  const { stepCount } = grid;
  const grouping = node.isWithout ? node.grouping : [...node.grouping, label];
  const out = new GridBuilder(run, stepCount);
  const bases = new Map<string, number>();
  for (let row = 0; row < grid.labels.length; row++) {
    for (let step = 0; step < stepCount; step++) {
      const at = row * stepCount + step;
      if (grid.present[at] === 0) continue;
      const histogram = grid.histograms?.get(at);
      const value =
        histogram === undefined ? formatFloat(grid.values[at]) : formatHistogram(histogram);
      const named = withLabel(grid.labels[row], label, value);
      const labels = groupLabels(named, { isWithout: node.isWithout, grouping });
      const key = labelsKey(labels);
      const base = bases.get(key) ?? out.addRow(labels, false);
      bases.set(key, base);
      out.values[base + step]++;
      out.present[base + step] = 1;
    }
    run.work(stepCount);
  }
  return out.finish();
}
