/**
 * `histogram_quantile`, `histogram_quantiles` and `histogram_fraction`.
 *
 * Rows that differ in `le` only are one classic histogram. Which rows these are and how their bounds
 * are ordered is found once; each step then gathers the buckets that it has. A native histogram is
 * one by itself; where a step has a classic one with the same labels, neither has an answer.
 */
import {
  formatOpenMetrics,
  type Histogram,
  histogramFraction as nativeFraction,
  histogramQuantile as nativeQuantile,
  type Labels,
  labelsKey,
  labelValue,
  METRIC_NAME,
  parseFloatText,
  withLabel,
  withoutLabels,
} from '../series/index.ts';
import {
  annotateBucketLabel,
  annotateMixedClassic,
  annotateMonotonicity,
  annotateNanObservations,
  annotateQuantile,
} from './annotations.ts';
import type { Span } from './ast.ts';
import { type Buckets, bucketFraction, bucketQuantile, createBuckets } from './buckets.ts';
import { type Frame, timeAt } from './frame.ts';
import {
  dropNames,
  emptyGrid,
  floatsOf,
  type Grid,
  GridBuilder,
  mergeRows,
  presentSpan,
} from './grid.ts';
import type { Run } from './run.ts';

const BUCKET_LABEL = 'le';

/** One classic histogram: its rows in order of their bounds. */
interface ClassicHistogram {
  /** Of its labels, to find it by. */
  readonly key: string;
  readonly labels: Labels;
  readonly rows: readonly number[];
  readonly bounds: readonly number[];
}

/** What the labels of a bucket say; its histogram's labels are one object for all its buckets. */
interface BucketLabels {
  readonly bound: number;
  readonly histogram: Labels;
}

/**
 * By the labels of a bucket. A store gives the same object for the same series for as long as it
 * keeps it (tsdb/label-source.ts), and what is remembered goes with that; a query that is asked
 * again then finds its histograms without looking at a text.
 */
const bucketsKnown = new WeakMap<Labels, BucketLabels>();

interface ClassicGroup {
  readonly key: string;
  readonly labels: Labels;
  readonly rows: number[];
  readonly bounds: number[];
}

/** Groups rows into histograms; rows without a readable bound are noted and left out. */
function findClassics(run: Run, grid: Grid, span: Span): readonly ClassicHistogram[] {
  const groups = new Map<string, ClassicGroup>();
  const byLabels = new Map<Labels, ClassicGroup>();
  const groupOf = (histogram: Labels): ClassicGroup => {
    const key = labelsKey(histogram);
    const group = groups.get(key) ?? { key, labels: histogram, rows: [], bounds: [] };
    groups.set(key, group);
    byLabels.set(histogram, group);
    return group;
  };
  grid.labels.forEach((labels, row) => {
    const known = bucketsKnown.get(labels);
    if (known !== undefined) {
      const group = byLabels.get(known.histogram) ?? groupOf(known.histogram);
      group.rows.push(row);
      group.bounds.push(known.bound);
      return;
    }
    const value = labelValue(labels, BUCKET_LABEL);
    const bound = parseFloatText(value);
    if (bound === undefined) {
      if (presentSpan(grid, row).first < 0) return;
      const metric = labelValue(labels, METRIC_NAME);
      annotateBucketLabel(run.annotations, { metric, value }, span);
      return;
    }
    const group = groupOf(withoutLabels(labels, [BUCKET_LABEL]));
    bucketsKnown.set(labels, { bound, histogram: group.labels });
    group.rows.push(row);
    group.bounds.push(bound);
  });
  for (const group of groups.values()) sortByBound(group);
  return [...groups.values()];
}

/** More buckets than these are no histogram that anybody made by hand. */
const FEW_BUCKETS = 64;

/** Puts buckets in order of their bounds; equal ones stay as they are. */
function sortByBound({ rows, bounds }: ClassicGroup): void {
  if (rows.length > FEW_BUCKETS) {
    const members = rows.map((row, i) => ({ row, bound: bounds[i] }));
    members.sort((a, b) => (a.bound < b.bound ? -1 : a.bound > b.bound ? 1 : 0));
    members.forEach(({ row, bound }, i) => {
      rows[i] = row;
      bounds[i] = bound;
    });
    return;
  }
  // Most are nearly in order: labels are sorted as texts.
  for (let i = 1; i < rows.length; i++) {
    const row = rows[i];
    const bound = bounds[i];
    let at = i;
    for (; at > 0 && bounds[at - 1] > bound; at--) {
      rows[at] = rows[at - 1];
      bounds[at] = bounds[at - 1];
    }
    rows[at] = row;
    bounds[at] = bound;
  }
}

/** The rows that hold native histograms, and where these clash with classic ones. */
interface Natives {
  readonly rows: readonly number[];
  /** By key of the classic histogram: 1 at steps that have a native one too. */
  readonly clashes: ReadonlyMap<string, Uint8Array>;
}

/** Finds native histograms; a classic one with the same labels at the same step is warned of. */
function findNatives(
  run: Run,
  { grid, span }: HistogramVector,
  classics: readonly ClassicHistogram[],
): Natives {
  const { stepCount } = grid;
  const byKey = new Map(classics.map((classic) => [classic.key, classic]));
  const clashes = new Map<string, Uint8Array>();
  const rows: number[] = [];
  grid.labels.forEach((labels, row) => {
    const steps = stepsWithHistogram(grid, row);
    if (steps.length === 0) return;
    rows.push(row);
    const classic = byKey.get(labelsKey(labels));
    if (classic === undefined) return;
    const clash = new Uint8Array(stepCount);
    for (const step of steps) {
      if (classic.rows.some((bucket) => isFloat(grid, bucket * stepCount + step))) clash[step] = 1;
    }
    if (!clash.includes(1)) return;
    clashes.set(classic.key, clash);
    annotateMixedClassic(run.annotations, labelValue(labels, METRIC_NAME), span);
  });
  return { rows, clashes };
}

function stepsWithHistogram({ histograms, present, stepCount }: Grid, row: number): number[] {
  const steps: number[] = [];
  for (let step = 0; step < stepCount; step++) {
    const at = row * stepCount + step;
    if (present[at] === 1 && histograms?.get(at) !== undefined) steps.push(step);
  }
  return steps;
}

function isFloat({ histograms, present }: Grid, at: number): boolean {
  return present[at] === 1 && histograms?.get(at) === undefined;
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

/** A vector of histograms or buckets of them, and where it stands in the query. */
interface HistogramVector {
  readonly grid: Grid;
  readonly span: Span;
}

/** What is made of a histogram at a step. */
interface HistogramFold {
  classic(buckets: Buckets, step: number, metric: string): number;
  native(histogram: Histogram, step: number, metric: string): number;
}

/** Fills one row per histogram with what is made of it at each step. */
function foldHistograms(
  run: Run,
  vector: HistogramVector,
  out: GridBuilder,
  labelsOf: (labels: Labels) => Labels,
): (fold: HistogramFold) => void {
  const floats = floatsOf(vector.grid);
  const classics = findClassics(run, floats, vector.span);
  const isMixed = vector.grid.histograms !== undefined;
  const natives = isMixed ? findNatives(run, vector, classics) : undefined;
  const bucketsMax = classics.reduce((max, { rows }) => Math.max(max, rows.length), 0);
  const buckets = createBuckets(bucketsMax);
  return (fold) => {
    for (const row of natives?.rows ?? []) {
      const labels = vector.grid.labels[row];
      const clash = natives?.clashes.get(labelsKey(labels));
      foldNative(vector.grid, row, fold, { out, base: out.addRow(labelsOf(labels), true), clash });
    }
    for (const histogram of classics) {
      const metric = labelValue(histogram.labels, METRIC_NAME);
      const clash = natives?.clashes.get(histogram.key);
      const base = out.addRow(labelsOf(histogram.labels), true);
      for (let step = 0; step < floats.stepCount; step++) {
        gather(floats, histogram, step, buckets);
        if (buckets.count === 0 || clash?.[step] === 1) continue;
        out.values[base + step] = fold.classic(buckets, step, metric);
        out.present[base + step] = 1;
      }
      run.work(histogram.rows.length * floats.stepCount);
      out.keepIfPresent(base);
    }
  };
}

function foldNative(
  grid: Grid,
  row: number,
  fold: HistogramFold,
  target: {
    readonly out: GridBuilder;
    readonly base: number;
    readonly clash: Uint8Array | undefined;
  },
): void {
  const { out, base, clash } = target;
  const metric = labelValue(grid.labels[row], METRIC_NAME);
  for (const step of stepsWithHistogram(grid, row)) {
    const histogram = grid.histograms?.get(row * grid.stepCount + step);
    if (histogram === undefined || clash?.[step] === 1) continue;
    out.values[base + step] = fold.native(histogram, step, metric);
    out.present[base + step] = 1;
  }
  out.keepIfPresent(base);
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
  vector: HistogramVector,
  frame: Frame,
): Grid {
  annotateQuantiles(run, phi);
  const out = new GridBuilder(run, frame.stepCount);
  const fold = foldHistograms(run, vector, out, (labels) => labels);
  fold(quantileFold(run, phi, vector.span, frame));
  return joinRows(run, out.finish(), vector, frame);
}

/** A series that is a classic histogram at some steps and a native one at others is one row. */
function joinRows(run: Run, grid: Grid, vector: HistogramVector, frame: Frame): Grid {
  return vector.grid.histograms === undefined || frame.isInstant ? grid : mergeRows(run, grid);
}

function quantileFold(run: Run, phi: QuantileArgument, span: Span, frame: Frame): HistogramFold {
  const { annotations } = run;
  return {
    classic(buckets, step, metric) {
      const { value, fix } = bucketQuantile(phi.values[step], buckets);
      if (fix !== undefined) {
        const note = { ...fix, metric, atMs: timeAt(frame, step) };
        annotateMonotonicity(annotations, note, span);
      }
      return value;
    },
    native(histogram, step, metric) {
      const { value, note } = nativeQuantile(phi.values[step], histogram);
      const effect = note === 'isResult' ? 'quantile is NaN' : 'quantile is skewed';
      if (note !== 'none') annotateNanObservations(annotations, { metric, effect }, span);
      return value;
    },
  };
}

/** `histogram_quantiles(buckets, label, φ…)`: each φ gives a row, labelled with it. */
export function histogramQuantiles(
  run: Run,
  label: string,
  phis: readonly QuantileArgument[],
  vector: HistogramVector,
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
  vector: HistogramVector,
  frame: Frame,
): Grid {
  const out = new GridBuilder(run, frame.stepCount);
  const fold = foldHistograms(run, vector, out, (labels) => labels);
  fold({
    classic: (buckets, step) => bucketFraction(bounds.lower[step], bounds.upper[step], buckets),
    native(histogram, step, metric) {
      const { value, hasNan } = nativeFraction(bounds.lower[step], bounds.upper[step], histogram);
      const note = { metric, effect: 'fraction excludes them' } as const;
      if (hasNan) annotateNanObservations(run.annotations, note, vector.span);
      return value;
    },
  });
  return joinRows(run, out.finish(), vector, frame);
}

/** A function of native histograms alone; floats have no answer. */
export function mapHistograms(grid: Grid, valueOf: (histogram: Histogram) => number): Grid {
  const { histograms, stepCount } = grid;
  if (histograms === undefined) return emptyGrid(stepCount);
  const size = grid.labels.length * stepCount;
  const values = new Float64Array(size);
  const present = new Uint8Array(size);
  for (const [at, histogram] of histograms.entries()) {
    if (grid.present[at] === 0) continue;
    values[at] = valueOf(histogram);
    present[at] = 1;
  }
  return { ...dropNames(grid), values, present, histograms: undefined };
}
