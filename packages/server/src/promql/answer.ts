/** The answer of a query, made from the evaluator's columns. */
import { limitExceeded } from '../platform/index.ts';
import type { Histogram, Labels } from '../series/index.ts';
import { type Frame, timeAt } from './frame.ts';
import type { HistogramCells, HistogramLane } from './histogram-lane.ts';
import { type Grid, mergeRows, relabel, sortRows } from './grid.ts';
import { withoutMetadata } from './matching.ts';
import type { Run } from './run.ts';

/** One series of an instant vector. */
export interface VectorSample {
  readonly labels: Labels;
  /** NaN where the sample is a histogram. */
  readonly value: number;
  readonly histogram?: Histogram;
}

/** One series of a matrix; times rise. */
export interface MatrixSeries {
  readonly labels: Labels;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** Parallel to the values, which are NaN where this has a histogram; absent: all are floats. */
  readonly histograms?: HistogramLane;
}

/** Takes away the names that were due to go, and joins what then has the same labels. */
export function finishNames(run: Run, grid: Grid): Grid {
  const labels = grid.labels.map((one, row) => (grid.dropsName[row] ? withoutMetadata(one) : one));
  return mergeRows(run, relabel(grid, { labels }));
}

/** The samples of a vector at its only step, in the order of its rows. */
export function samplesOf(run: Run, grid: Grid): readonly VectorSample[] {
  const samples: VectorSample[] = [];
  grid.labels.forEach((labels, row) => {
    if (grid.present[row] === 0) return;
    const histogram = grid.histograms?.get(row);
    if (histogram === undefined) samples.push({ labels, value: grid.values[row] });
    else samples.push({ labels, value: Number.NaN, histogram });
  });
  assertOutputSize(run, samples.length);
  return samples;
}

/** The series of a vector over a frame's steps, in order of their labels. */
export function matrixOf(run: Run, unsorted: Grid, frame: Frame): readonly MatrixSeries[] {
  const grid = sortRows(unsorted);
  const { stepCount } = grid;
  const timesMs = Float64Array.from({ length: stepCount }, (_, step) => timeAt(frame, step));
  const series: MatrixSeries[] = [];
  grid.labels.forEach((labels, row) => {
    const base = row * stepCount;
    const present = grid.present.subarray(base, base + stepCount);
    if (!present.includes(1)) return;
    const isKept = (_: unknown, step: number): boolean => present[step] === 1;
    const values = grid.values.subarray(base, base + stepCount);
    const isFull = !present.includes(0);
    const one: MatrixSeries = {
      labels,
      timesMs: isFull ? timesMs : timesMs.filter(isKept),
      values: isFull ? values : values.filter(isKept),
    };
    const lane = grid.histograms && laneOf(grid.histograms, base, stepCount).filter(isKept);
    series.push(lane === undefined ? one : withHistograms(one, lane));
  });
  assertOutputSize(run, series.length);
  return series;
}

function laneOf(histograms: HistogramCells, base: number, stepCount: number): HistogramLane {
  return Array.from({ length: stepCount }, (_, step) => histograms.get(base + step));
}

/** A series with its histograms, if it has any; NaN stands beside each. */
function withHistograms(one: MatrixSeries, histograms: HistogramLane): MatrixSeries {
  if (histograms.every((histogram) => histogram === undefined)) return one;
  const isFloat = (at: number): boolean => histograms[at] === undefined;
  const values = one.values.map((value, at) => (isFloat(at) ? value : Number.NaN));
  return { ...one, values, histograms };
}

/** Refuses an answer that no client could take in. */
export function assertOutputSize(run: Run, seriesCount: number): void {
  const { outputSeriesMax } = run.options.limits;
  if (seriesCount <= outputSeriesMax) return;
  throw limitExceeded(
    'QUERY_TOO_DEAR',
    `the answer has ${seriesCount} series; at most ${outputSeriesMax} are allowed: aggregate them`,
  );
}
