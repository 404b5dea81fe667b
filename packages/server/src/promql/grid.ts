/**
 * An instant vector at all steps at once: one row per series, one column per step.
 *
 * Values lie row by row in a single Float64Array, with a byte beside each that says whether there
 * is one. Two large arrays instead of two small ones per series: a query over a hundred thousand
 * series makes two allocations, and loops over a row run through memory in order.
 */
import { compareLabels, type Histogram, type Labels, labelsKey } from '../series/index.ts';
import type { Frame } from './frame.ts';
import { HistogramCells, sampleCountOf } from './histogram-lane.ts';
import { failQuery, type Run } from './run.ts';

export interface Grid {
  readonly kind: 'vector';
  readonly stepCount: number;
  /** One per row. */
  readonly labels: readonly Labels[];
  /** Per row: whether the metric's name goes when the query's answer is made. */
  readonly dropsName: readonly boolean[];
  /** Row r, step s at `r * stepCount + s`. */
  readonly values: Float64Array;
  /** 1 where there is a value or a histogram. */
  readonly present: Uint8Array;
  /** By cell; undefined where all are floats. */
  readonly histograms: HistogramCells | undefined;
}

/** A scalar at all steps. */
export interface ScalarColumn {
  readonly kind: 'scalar';
  readonly values: Float64Array;
}

interface TextValue {
  readonly kind: 'string';
  readonly text: string;
}

export type Value = Grid | ScalarColumn | TextValue;

/**
 * Where rows go, one at a time: to a grid, or to their groups at once (group-fold.ts). The arrays
 * may move, so take them anew after each `addRow`.
 */
export interface RowSink {
  readonly stepCount: number;
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly histograms: HistogramCells | undefined;
  /**
   * Begins an empty row and answers where it lies. It may stand for several series that are there,
   * which only matters to who counts them.
   */
  addRow(labels: Labels, dropsName: boolean, seriesCount?: number): number;
  /** Puts a histogram into a cell. */
  setHistogram(at: number, histogram: Histogram): void;
  /**
   * Ends a row; says whether it has a value and stays. All that is present lies from one step to
   * before another.
   */
  keepIfPresent(base: number, from?: number, to?: number): boolean;
}

const FIRST_ROWS = 16;

/** Collects rows. */
export class GridBuilder implements RowSink {
  readonly stepCount: number;
  values: Float64Array;
  present: Uint8Array;
  histograms: HistogramCells | undefined;
  private readonly run: Run;
  private readonly labels: Labels[] = [];
  private readonly dropsName: boolean[] = [];

  constructor(run: Run, stepCount: number, rowCount = FIRST_ROWS) {
    this.run = run;
    this.stepCount = stepCount;
    this.values = new Float64Array(Math.max(1, rowCount) * stepCount);
    this.present = new Uint8Array(Math.max(1, rowCount) * stepCount);
  }

  get rowCount(): number {
    return this.labels.length;
  }

  addRow(labels: Labels, dropsName: boolean): number {
    const base = this.labels.length * this.stepCount;
    if (base + this.stepCount > this.values.length) this.grow();
    this.labels.push(labels);
    this.dropsName.push(dropsName);
    this.run.hold(this.stepCount);
    this.run.work(this.stepCount);
    return base;
  }

  keepIfPresent(base: number, from = 0, to = this.stepCount): boolean {
    if (this.hasValue(base + from, base + to)) return true;
    this.labels.pop();
    this.dropsName.pop();
    this.run.release(this.stepCount);
    return false;
  }

  /** Looks at the one row: behind it lies room for all rows that may still come. */
  private hasValue(from: number, to: number): boolean {
    if (from < to && this.present[from] === 1) return true;
    return this.present.subarray(from, to).includes(1);
  }

  setDropsName(row: number, dropsName: boolean): void {
    this.dropsName[row] = dropsName;
  }

  setHistogram(at: number, histogram: Histogram): void {
    this.histograms ??= new HistogramCells(this.stepCount);
    this.histograms.set(at, histogram);
    this.present[at] = 1;
    this.run.hold(sampleCountOf(histogram) - 1);
  }

  /** Copies what is present in a cell of a grid. */
  copyCell(from: Grid, cell: number, at: number): void {
    const histogram = from.histograms?.get(cell);
    if (histogram !== undefined) this.setHistogram(at, histogram);
    this.values[at] = from.values[cell];
    this.present[at] = 1;
  }

  finish(): Grid {
    const { stepCount, labels, dropsName, values, present, histograms } = this;
    return { kind: 'vector', stepCount, labels, dropsName, values, present, histograms };
  }

  private grow(): void {
    const values = new Float64Array(this.values.length * 2);
    values.set(this.values);
    const present = new Uint8Array(this.present.length * 2);
    present.set(this.present);
    this.values = values;
    this.present = present;
  }
}

/** The vector without rows. */
export function emptyGrid(stepCount: number): Grid {
  return {
    kind: 'vector',
    stepCount,
    labels: [],
    dropsName: [],
    values: new Float64Array(0),
    present: new Uint8Array(0),
    histograms: undefined,
  };
}

/** A scalar from one value per step. */
export function createScalar(stepCount: number, valueOf: (step: number) => number): ScalarColumn {
  const values = new Float64Array(stepCount);
  for (let step = 0; step < stepCount; step++) values[step] = valueOf(step);
  return { kind: 'scalar', values };
}

/** Repeats what was evaluated at one step over all steps of a frame. */
export function broadcast(run: Run, value: Value, frame: Frame): Value {
  const { stepCount } = frame;
  if (value.kind === 'string') return value;
  if (value.kind === 'scalar') return createScalar(stepCount, () => value.values[0]);
  const builder = new GridBuilder(run, stepCount, value.labels.length);
  for (let row = 0; row < value.labels.length; row++) {
    if (value.present[row] === 0) continue;
    const base = builder.addRow(value.labels[row], value.dropsName[row]);
    const histogram = value.histograms?.get(row);
    for (let at = base; histogram !== undefined && at < base + stepCount; at++) {
      builder.setHistogram(at, histogram);
    }
    builder.values.fill(value.values[row], base, base + stepCount);
    builder.present.fill(1, base, base + stepCount);
  }
  return builder.finish();
}

/** The same values with other labels or another fate of the name, row by row. */
export function relabel(
  grid: Grid,
  change: { readonly labels?: readonly Labels[]; readonly dropsName?: readonly boolean[] },
): Grid {
  return { ...grid, ...change };
}

/** The same rows, all of which lose their name in the end. */
export function dropNames(grid: Grid): Grid {
  return relabel(grid, { dropsName: grid.labels.map(() => true) });
}

/** The floats of a grid; the very grid where there is nothing else. */
export function floatsOf(grid: Grid): Grid {
  const { histograms } = grid;
  if (histograms === undefined) return grid;
  const present = grid.present.slice();
  for (const [at] of histograms.entries()) present[at] = 0;
  return { ...grid, present, histograms: undefined };
}

/** Whether any cell holds a histogram. */
export function hasHistogram({ histograms, present }: Grid): boolean {
  return histograms?.entries().some(([at]) => present[at] === 1) ?? false;
}

/** The rows in another order; rows that are not named are left out. */
export function pickRows(grid: Grid, rows: readonly number[]): Grid {
  const { stepCount } = grid;
  const values = new Float64Array(rows.length * stepCount);
  const present = new Uint8Array(rows.length * stepCount);
  const histograms = grid.histograms && new HistogramCells(stepCount);
  rows.forEach((row, i) => {
    const from = row * stepCount;
    const to = i * stepCount;
    values.set(grid.values.subarray(from, from + stepCount), to);
    present.set(grid.present.subarray(from, from + stepCount), to);
    for (let step = 0; histograms !== undefined && step < stepCount; step++) {
      const histogram = grid.histograms?.get(from + step);
      if (histogram !== undefined) histograms.set(to + step, histogram);
    }
  });
  return {
    kind: 'vector',
    stepCount,
    labels: rows.map((row) => grid.labels[row]),
    dropsName: rows.map((row) => grid.dropsName[row]),
    values,
    present,
    histograms,
  };
}

/** The rows in order of their labels. */
export function sortRows(grid: Grid): Grid {
  const rows = grid.labels.map((_, row) => row);
  rows.sort((a, b) => compareLabels(grid.labels[a], grid.labels[b]));
  return pickRows(grid, rows);
}

/** The first and last step at which a row has a value; -1 where it has none. */
export function presentSpan(grid: Grid, row: number): { first: number; last: number } {
  const base = row * grid.stepCount;
  let first = 0;
  while (first < grid.stepCount && grid.present[base + first] === 0) first++;
  if (first === grid.stepCount) return { first: -1, last: -1 };
  let last = grid.stepCount - 1;
  while (grid.present[base + last] === 0) last--;
  return { first, last };
}

const DUPLICATE = 'vector cannot contain metrics with the same labelset';

/**
 * Joins rows that have the same labels, as long as no step has a value in two of them. The name's
 * fate is that of the row which is first in time.
 */
export function mergeRows(run: Run, grid: Grid): Grid {
  const rowsByKey = new Map<string, number[]>();
  grid.labels.forEach((labels, row) => {
    const key = labelsKey(labels);
    const rows = rowsByKey.get(key);
    if (rows === undefined) rowsByKey.set(key, [row]);
    else rows.push(row);
  });
  if (rowsByKey.size === grid.labels.length) return grid;
  const builder = new GridBuilder(run, grid.stepCount, rowsByKey.size);
  for (const rows of rowsByKey.values()) {
    const firsts = rows.map((row) => presentSpan(grid, row).first);
    const earliest = Math.min(...firsts.filter((step) => step >= 0));
    const leader = rows[Math.max(0, firsts.indexOf(earliest))];
    const base = builder.addRow(grid.labels[leader], grid.dropsName[leader]);
    for (const row of rows) mergeRow(grid, row, builder, base);
    builder.keepIfPresent(base);
  }
  return builder.finish();
}

function mergeRow(grid: Grid, row: number, into: GridBuilder, base: number): void {
  const from = row * grid.stepCount;
  for (let step = 0; step < grid.stepCount; step++) {
    if (grid.present[from + step] === 0) continue;
    if (into.present[base + step] === 1) failQuery(DUPLICATE);
    into.copyCell(grid, from + step, base + step);
  }
}
