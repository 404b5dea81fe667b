/**
 * `sum` and `avg` of groups in which there are native histograms.
 *
 * Floats and histograms do not add up: a group that holds both at a step has no answer there, and
 * neither has one in which exponential buckets meet custom bounds.
 */
import {
  type Histogram,
  HistogramMean,
  HistogramSum,
  labelValue,
  METRIC_NAME,
} from '../series/index.ts';
import {
  annotateMixedBounds,
  annotateMixedGroup,
  annotateReconciledBounds,
  annotateResetCollision,
} from './annotations.ts';
import type { AggregateNode } from './ast.ts';
import type { Grid } from './grid.ts';
import type { Run } from './run.ts';

/** What a group is at a step: what its floats are, a histogram, or nothing. */
type GroupAnswer = 'floats' | 'nothing' | Histogram;

/** Answers for the groups of a grid with histograms, a step at a time. */
export function createHistogramFold(
  run: Run,
  node: AggregateNode,
  grid: Grid,
): (rows: readonly number[], step: number) => GroupAnswer {
  const create = (first: Histogram): HistogramSum | HistogramMean =>
    node.operator === 'avg' ? new HistogramMean(first) : new HistogramSum(first);
  const { annotations } = run;
  const { span } = node.operand;
  return (rows, step) => {
    const group = foldGroup(run, grid, { rows, step }, create, node);
    if (!group.hasHistogram) return 'floats';
    if (group.hasFloat) {
      annotateMixedGroup(annotations, span);
      return 'nothing';
    }
    const { total } = group;
    if (total === undefined) return 'nothing';
    if (total.hasResetConflict) annotateResetCollision(annotations, 'aggregation', span);
    return total.finish();
  };
}

interface FoldedGroup {
  hasFloat: boolean;
  hasHistogram: boolean;
  /** Undefined once the group cannot have an answer. */
  total: HistogramSum | HistogramMean | undefined;
}

function foldGroup(
  run: Run,
  grid: Grid,
  { rows, step }: { readonly rows: readonly number[]; readonly step: number },
  create: (first: Histogram) => HistogramSum | HistogramMean,
  node: AggregateNode,
): FoldedGroup {
  const { span } = node.operand;
  const group: FoldedGroup = { hasFloat: false, hasHistogram: false, total: undefined };
  for (const row of rows) {
    const at = row * grid.stepCount + step;
    if (grid.present[at] === 0) continue;
    const histogram = grid.histograms?.get(at);
    if (histogram === undefined) {
      group.hasFloat = true;
      continue;
    }
    const isFirst = !group.hasHistogram;
    group.hasHistogram = true;
    if (isFirst && !group.hasFloat) group.total = create(histogram);
    else if (group.total !== undefined && !group.total.add(histogram)) {
      // As in Prometheus, nothing that follows is looked at.
      annotateMixedBounds(run.annotations, labelValue(grid.labels[row], METRIC_NAME), span);
      return { ...group, total: undefined };
    }
  }
  if (group.total?.hasReconciledBounds === true) {
    annotateReconciledBounds(run.annotations, 'aggregation', span);
  }
  return group;
}
