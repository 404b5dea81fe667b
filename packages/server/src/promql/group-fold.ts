/**
 * Aggregations that make one row of each group, fed row by row: `sum`, `avg`, `max` …
 *
 * A selector or a function over windows gives its rows one at a time, and only the row's group
 * wants to know of it. So all rows are written into the same place and folded from there: a sum
 * over a week of ten thousand series holds one of their rows, where a grid of them took 200 MB.
 */
import {
  EMPTY_LABELS,
  type Histogram,
  type Labels,
  labelValue,
  METRIC_NAME,
} from '../series/index.ts';
import { annotateIgnoredInGroup } from './annotations.ts';
import type { AggregateNode } from './ast.ts';
import { type Fold, FOLDS, OF_EITHER, OF_FLOATS } from './folds.ts';
import { type Grid, GridBuilder, type RowSink } from './grid.ts';
import { GroupIndex, GroupNames } from './groups.ts';
import { HistogramCells } from './histogram-lane.ts';
import { HistogramFold } from './native-aggregate.ts';
import { failQuery, type Run } from './run.ts';

/** A row that stands in arrays of its own or among others. */
interface Row {
  readonly labels: Labels;
  readonly dropsName: boolean;
  readonly values: Float64Array;
  readonly present: Uint8Array;
  /** Where its first step lies. */
  readonly base: number;
}

const FIRST_GROUPS = 4;

export class GroupFold implements RowSink {
  readonly stepCount: number;
  /** Of the row at hand; nothing is present between two rows. */
  readonly values: Float64Array;
  readonly present: Uint8Array;
  histograms: HistogramCells | undefined;
  /** Rows that had a value. */
  rowCount = 0;
  readonly #run: Run;
  readonly #node: AggregateNode;
  readonly #fold: Fold;
  readonly #groups: GroupIndex;
  readonly #ofHistograms: HistogramFold;
  readonly #row: { labels: Labels; dropsName: boolean } & Omit<Row, 'labels' | 'dropsName'>;
  /** How many series the row at hand stands for. */
  #seriesCount = 1;
  /** By group and step: the numbers that the operator keeps, and whether there are any. */
  #cells = new Float64Array(0);
  #seen = new Uint8Array(0);
  readonly #names = new GroupNames();
  #groupCount = 0;

  constructor(run: Run, node: AggregateNode, stepCount: number) {
    const fold = FOLDS[node.operator];
    if (fold === undefined) failQuery(`unknown aggregation operator ${node.operator}`);
    this.stepCount = stepCount;
    this.values = new Float64Array(stepCount);
    this.present = new Uint8Array(stepCount);
    this.#run = run;
    this.#node = node;
    this.#fold = fold;
    this.#groups = new GroupIndex(node);
    this.#ofHistograms = new HistogramFold(run, node);
    const { values, present } = this;
    this.#row = { labels: EMPTY_LABELS, dropsName: false, values, present, base: 0 };
    run.hold(stepCount);
  }

  addRow(labels: Labels, dropsName: boolean, seriesCount = 1): number {
    this.#seriesCount = seriesCount;
    this.#row.labels = labels;
    this.#row.dropsName = dropsName;
    return 0;
  }

  setHistogram(at: number, histogram: Histogram): void {
    this.histograms ??= new HistogramCells(this.stepCount);
    this.histograms.set(at, histogram);
    this.present[at] = 1;
  }

  keepIfPresent(_base: number, from = 0, to = this.stepCount): boolean {
    const { histograms } = this;
    const hasAny =
      histograms === undefined
        ? this.#addFloats(this.#row, from, to)
        : this.#addMixed(this.#row, histograms);
    // At one moment there is one step, for which a call would take longer than all of the above.
    if (to === 1) this.present[0] = 0;
    else this.present.fill(0, from, to);
    this.histograms = undefined;
    if (!hasAny) return false;
    this.rowCount += this.#seriesCount;
    if (this.#seriesCount > 1) this.#countOthers(this.#seriesCount - 1);
    return true;
  }

  /** Counts the other series that the row at hand stood for; they are there at the only step. */
  #countOthers(count: number): void {
    if (this.#node.operator === 'count') this.#cells[this.#groupOf(this.#row)] += count;
  }

  /** Folds all rows of a grid. */
  addGrid({ labels, dropsName, values, present, histograms, stepCount }: Grid): void {
    for (let index = 0; index < labels.length; index++) {
      const base = index * stepCount;
      const row = { labels: labels[index], dropsName: dropsName[index], values, present, base };
      if (histograms === undefined) {
        this.#addFloats(row, 0, stepCount);
        continue;
      }
      this.addRow(row.labels, row.dropsName);
      this.values.set(values.subarray(base, base + stepCount));
      this.present.set(present.subarray(base, base + stepCount));
      this.histograms = histograms.ofRow(index);
      this.keepIfPresent(0);
    }
  }

  /** Folds what is present of a row as floats; false where nothing is. */
  #addFloats(row: Row, from: number, to: number): boolean {
    this.#run.work(to - from);
    const last = lastPresent(row, from, to);
    if (last < from) return false;
    const group = this.#groupOf(row);
    this.#fold.addRow(
      this.#cells,
      this.#seen,
      group * this.stepCount,
      row.values,
      row.present,
      row.base,
      from,
      last + 1,
    );
    this.#names.note(group, row.dropsName, last);
    return true;
  }

  /** Folds a row that has histograms, which not every operator takes for what they are. */
  #addMixed(row: Row, histograms: HistogramCells): boolean {
    const { stepCount } = this;
    const { operator, operand } = this.#node;
    const last = lastPresent(row, 0, stepCount);
    const isOfEither = OF_EITHER.has(operator);
    if (last < 0) return false;
    if (!isOfEither && !OF_FLOATS.has(operator)) return this.#addFloats(row, 0, stepCount);
    const floats = row.present.slice();
    const metric = labelValue(row.labels, METRIC_NAME);
    const group = this.#groupOf(row);
    for (let step = 0; step <= last; step++) {
      const histogram = row.present[step] === 1 ? histograms.get(step) : undefined;
      if (histogram === undefined) continue;
      floats[step] = 0;
      const at = group * stepCount + step;
      if (isOfEither) this.#ofHistograms.add(at, histogram, this.#seen[at] === 1, metric);
      else annotateIgnoredInGroup(this.#run.annotations, operator, operand.span);
    }
    this.#addFloats({ ...row, present: floats }, 0, stepCount);
    if (isOfEither) this.#names.note(group, row.dropsName, last);
    return true;
  }

  #groupOf({ labels }: Row): number {
    const group = this.#groups.groupOf(labels);
    if (group === this.#groupCount) this.#addGroup();
    return group;
  }

  #addGroup(): void {
    const { stepCount } = this;
    this.#run.hold(stepCount);
    const need = ++this.#groupCount * stepCount;
    if (need <= this.#seen.length) return;
    const length = Math.max(FIRST_GROUPS * stepCount, 2 * this.#seen.length);
    const seen = new Uint8Array(length);
    seen.set(this.#seen);
    this.#seen = seen;
    const cells = new Float64Array(length * this.#fold.cellCount);
    cells.set(this.#cells);
    this.#cells = cells;
  }

  /** The groups as rows. */
  finish(): Grid {
    const { stepCount } = this;
    const { labels } = this.#groups;
    const out = new GridBuilder(this.#run, stepCount, labels.length);
    labels.forEach((own, group) => {
      const base = out.addRow(own, this.#names.isDropped(group));
      for (let step = 0; step < stepCount; step++) this.#emit(group, step, out, base);
      out.keepIfPresent(base);
    });
    return out.finish();
  }

  #emit(group: number, step: number, out: GridBuilder, base: number): void {
    const at = group * this.stepCount + step;
    const hasFloat = this.#seen[at] === 1;
    const answer = this.#ofHistograms.finish(at, hasFloat);
    if (typeof answer === 'object') out.setHistogram(base + step, answer);
    if (answer !== 'floats' || !hasFloat) return;
    out.values[base + step] = this.#fold.result(this.#cells, at * this.#fold.cellCount);
    out.present[base + step] = 1;
  }
}

/** The last step in a range at which a row has anything; before the range: there is none. */
function lastPresent({ present, base }: Row, from: number, to: number): number {
  let last = to - 1;
  while (last >= from && present[base + last] === 0) last--;
  return last;
}
