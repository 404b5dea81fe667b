/**
 * `histogram_quantile`, `histogram_quantiles` and `histogram_fraction` over classic histograms.
 *
 * Rows that differ in `le` only are one histogram. Which rows these are and how their bounds are
 * ordered is found once; each step then gathers the buckets that it has.
 */
import {
  formatOpenMetrics,
  type Labels,
  labelsKey,
  labelValue,
  METRIC_NAME,
  parseFloatText,
  withLabel,
  withoutLabels,
} from '../series/index.ts';
import { annotateBucketLabel, annotateMonotonicity, annotateQuantile } from './annotations.ts';
import type { Span } from './ast.ts';
import { type Buckets, bucketFraction, bucketQuantile, createBuckets } from './buckets.ts';
import { type Frame, timeAt } from './frame.ts';
import { type Grid, GridBuilder, mergeRows } from './grid.ts';
import type { Run } from './run.ts';

const BUCKET_LABEL = 'le';

/** One histogram: its rows in order of their bounds. */
interface ClassicHistogram {
  readonly labels: Labels;
  readonly rows: readonly number[];
  readonly bounds: readonly number[];
}

/** Groups rows into histograms; rows without a readable bound are noted and left out. */
function findHistograms(run: Run, grid: Grid, span: Span): readonly ClassicHistogram[] {
  const groups = new Map<string, { labels: Labels; members: { row: number; bound: number }[] }>();
  grid.labels.forEach((labels, row) => {
    const value = labelValue(labels, BUCKET_LABEL);
    const bound = parseFloatText(value);
    if (bound === undefined) {
      const metric = labelValue(labels, METRIC_NAME);
      annotateBucketLabel(run.annotations, { metric, value }, span);
      return;
    }
    const rest = withoutLabels(labels, [BUCKET_LABEL]);
    const key = labelsKey(rest);
    const group = groups.get(key) ?? { labels: rest, members: [] };
    groups.set(key, group);
    group.members.push({ row, bound });
  });
  return Array.from(groups.values(), ({ labels, members }) => {
    members.sort((a, b) => (a.bound < b.bound ? -1 : a.bound > b.bound ? 1 : 0));
    const rows = members.map(({ row }) => row);
    return { labels, rows, bounds: members.map(({ bound }) => bound) };
  });
}

/** Gathers the buckets that a histogram has at a step. */
function gather(grid: Grid, histogram: ClassicHistogram, step: number, into: Buckets): void {
  const { rows, bounds } = histogram;
  into.count = 0;
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * grid.stepCount + step;
    if (grid.present[at] === 0) continue;
    into.bounds[into.count] = bounds[i];
    into.counts[into.count++] = grid.values[at];
  }
}

/** A vector of buckets, and where it stands in the query. */
interface BucketVector {
  readonly grid: Grid;
  readonly span: Span;
}

/** Fills one row per histogram with what is made of its buckets at each step. */
function foldHistograms(
  run: Run,
  { grid, span }: BucketVector,
  out: GridBuilder,
  labelsOf: (labels: Labels) => Labels,
): (valueOf: (buckets: Buckets, step: number, metric: string) => number) => void {
  const histograms = findHistograms(run, grid, span);
  return (valueOf) => {
    for (const histogram of histograms) {
      const metric = labelValue(histogram.labels, METRIC_NAME);
      const buckets = createBuckets(histogram.rows.length);
      const base = out.addRow(labelsOf(histogram.labels), true);
      for (let step = 0; step < grid.stepCount; step++) {
        gather(grid, histogram, step, buckets);
        if (buckets.count === 0) continue;
        out.values[base + step] = valueOf(buckets, step, metric);
        out.present[base + step] = 1;
      }
      run.work(histogram.rows.length * grid.stepCount);
      out.keepIfPresent(base);
    }
  };
}

/** A φ per step, and where it stands in the query. */
export interface QuantileArgument {
  readonly values: Float64Array;
  readonly span: Span;
}

function annotateQuantiles(run: Run, phi: QuantileArgument): void {
  for (const value of phi.values) {
    if (!(value >= 0 && value <= 1)) annotateQuantile(run.annotations, value, phi.span);
  }
}

/** `histogram_quantile(φ, buckets)`. */
export function histogramQuantile(
  run: Run,
  phi: QuantileArgument,
  vector: BucketVector,
  frame: Frame,
): Grid {
  annotateQuantiles(run, phi);
  const out = new GridBuilder(run, frame.stepCount);
  const fold = foldHistograms(run, vector, out, (labels) => labels);
  fold(quantileFold(run, phi, vector.span, frame));
  return out.finish();
}

function quantileFold(
  run: Run,
  phi: QuantileArgument,
  span: Span,
  frame: Frame,
): (buckets: Buckets, step: number, metric: string) => number {
  return (buckets, step, metric) => {
    const { value, fix } = bucketQuantile(phi.values[step], buckets);
    if (fix !== undefined) {
      const note = { ...fix, metric, atMs: timeAt(frame, step) };
      annotateMonotonicity(run.annotations, note, span);
    }
    return value;
  };
}

/** `histogram_quantiles(buckets, label, φ…)`: each φ gives a row, labelled with it. */
export function histogramQuantiles(
  run: Run,
  label: string,
  phis: readonly QuantileArgument[],
  vector: BucketVector,
  frame: Frame,
): Grid {
  for (const phi of phis) annotateQuantiles(run, phi);
  const out = new GridBuilder(run, frame.stepCount);
  for (const phi of phis) {
    // The label's value is taken from the first step: a φ that varies is one row all the same.
    const text = formatOpenMetrics(phi.values[0]);
    const fold = foldHistograms(run, vector, out, (labels) => withLabel(labels, label, text));
    fold(quantileFold(run, phi, vector.span, frame));
  }
  // The same φ twice, or a label that the histogram has already, makes rows that are alike.
  return frame.isInstant ? out.finish() : mergeRows(run, out.finish());
}

/** `histogram_fraction(lower, upper, buckets)`. */
export function histogramFraction(
  run: Run,
  bounds: { readonly lower: Float64Array; readonly upper: Float64Array },
  vector: BucketVector,
  frame: Frame,
): Grid {
  const out = new GridBuilder(run, frame.stepCount);
  const fold = foldHistograms(run, vector, out, (labels) => labels);
  fold((buckets, step) => bucketFraction(bounds.lower[step], bounds.upper[step], buckets));
  return out.finish();
}
