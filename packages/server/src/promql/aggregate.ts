/** Aggregations of whole vectors: `quantile`, `count_values`, and folds of what was computed. */
import { formatFloat, formatHistogram, labelsKey, quote, withLabel } from '../series/index.ts';
import { annotateIgnoredInGroup, annotateQuantile } from './annotations.ts';
import type { AggregateNode } from './ast.ts';
import { maxOf, minOf } from './go-math.ts';
import { floatsOf, type Grid, GridBuilder, hasHistogram, presentSpan } from './grid.ts';
import { GroupFold } from './group-fold.ts';
import { findGroups, GroupNames, groupLabels } from './groups.ts';
import { isLabelName, textOf } from './label-functions.ts';
import { quantileOf } from './quantile.ts';
import { failQuery, type Run } from './run.ts';

/** Evaluates an aggregation that folds each group into one row. */
export function aggregate(run: Run, node: AggregateNode, grid: Grid): Grid {
  const fold = new GroupFold(run, node, grid.stepCount);
  fold.addGrid(grid);
  return fold.finish();
}

/** The floats; where there are histograms too, a note says that they were left out. */
function leaveHistogramsOut(run: Run, node: AggregateNode, grid: Grid): Grid {
  if (hasHistogram(grid)) {
    annotateIgnoredInGroup(run.annotations, node.operator, node.operand.span);
  }
  return floatsOf(grid);
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
  const groups = findGroups(grid.labels, node);
  const names = new GroupNames();
  const out = new GridBuilder(run, stepCount, groups.labels.length);
  groups.rows.forEach((rows, group) => {
    for (const row of rows) names.note(group, grid.dropsName[row], presentSpan(grid, row).last);
    const base = out.addRow(groups.labels[group], names.isDropped(group));
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
