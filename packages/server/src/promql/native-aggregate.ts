/**
 * `sum` and `avg` of groups in which there are native histograms.
 *
 * Floats and histograms do not add up: a group that holds both at a step has no answer there, and
 * neither has one in which exponential buckets meet custom bounds.
 */
import { type Histogram, HistogramMean, HistogramSum } from '../series/index.ts';
import {
  annotateMixedBounds,
  annotateMixedGroup,
  annotateReconciledBounds,
  annotateResetCollision,
} from './annotations.ts';
import type { AggregateNode } from './ast.ts';
import { sampleCountOf } from './histogram-lane.ts';
import type { Run } from './run.ts';

/** What a group is at a step: what its floats are, a histogram, or nothing. */
type GroupAnswer = 'floats' | 'nothing' | Histogram;

/** A group at a step at which it has a histogram. */
interface FoldedCell {
  /** Undefined once the group cannot have an answer. */
  total: HistogramSum | HistogramMean | undefined;
  /** What was known of floats when bounds clashed: as in Prometheus, no more is looked at then. */
  hadFloatAtClash: boolean | undefined;
}

/** Takes in the histograms of groups, in order of their series. */
export class HistogramFold {
  readonly #run: Run;
  readonly #node: AggregateNode;
  readonly #cells = new Map<number, FoldedCell>();

  constructor(run: Run, node: AggregateNode) {
    this.#run = run;
    this.#node = node;
  }

  /** Adds a histogram to a group's step; `hasFloat`: whether a float was added before. */
  add(at: number, histogram: Histogram, hasFloat: boolean, metric: string): void {
    const cell = this.#cells.get(at);
    if (cell === undefined) {
      this.#run.hold(sampleCountOf(histogram) - 1);
      const total = hasFloat ? undefined : this.#create(histogram);
      this.#cells.set(at, { total, hadFloatAtClash: undefined });
      return;
    }
    if (cell.total === undefined || cell.total.add(histogram)) return;
    annotateMixedBounds(this.#run.annotations, metric, this.#node.operand.span);
    cell.total = undefined;
    cell.hadFloatAtClash = hasFloat;
  }

  #create(first: Histogram): HistogramSum | HistogramMean {
    return this.#node.operator === 'avg' ? new HistogramMean(first) : new HistogramSum(first);
  }

  /** What a group's step comes to, asked once. */
  finish(at: number, hasFloat: boolean): GroupAnswer {
    const cell = this.#cells.get(at);
    if (cell === undefined) return 'floats';
    const { annotations } = this.#run;
    const { span } = this.#node.operand;
    const { total } = cell;
    if (total?.hasReconciledBounds === true) {
      annotateReconciledBounds(annotations, 'aggregation', span);
    }
    if (cell.hadFloatAtClash ?? hasFloat) {
      annotateMixedGroup(annotations, span);
      return 'nothing';
    }
    if (total === undefined) return 'nothing';
    if (total.hasResetConflict) annotateResetCollision(annotations, 'aggregation', span);
    return total.finish();
  }
}
