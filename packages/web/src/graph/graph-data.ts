/** Turns the answer to a range query into lines on a common grid. */
import type { MatrixSeries, Metric } from '../api/prometheus.ts';
import { compareNames } from '../format/natural-order.ts';
import { LINE_COUNT_MAX, OTHER_COUNT_MAX } from './limits.ts';
import { nameSeries } from './series-name.ts';
import { countPoints, type TimeGrid } from './time-grid.ts';

export interface Line {
  readonly name: string;
  readonly metric: Metric;
  /** One for each point of the grid; null is a gap. */
  readonly values: readonly (number | null)[];
}

export interface GraphData {
  readonly grid: TimeGrid;
  /** Epoch seconds, as the drawing library wants them. */
  readonly times: readonly number[];
  /** Coloured and labelled. */
  readonly lines: readonly Line[];
  /** Drawn in grey. */
  readonly others: readonly Line[];
  /** Not drawn at all. */
  readonly hiddenCount: number;
}

/** The largest series get a colour and a name, in an order that does not change with the data. */
export function buildGraphData(series: readonly MatrixSeries[], grid: TimeGrid): GraphData {
  const names = nameSeries(series.map(({ metric }) => metric));
  const lines = series
    .map(({ metric, points }, index) => ({
      name: names[index] ?? '',
      metric,
      values: placePoints(points, grid),
    }))
    .map((line) => ({ line, size: meanSize(line.values) }))
    .toSorted((a, b) => b.size - a.size)
    .map(({ line }) => line);
  const drawn = lines.slice(0, LINE_COUNT_MAX);
  return {
    grid,
    times: listTimes(grid),
    lines: drawn.toSorted((a, b) => compareNames(a.name, b.name)),
    others: lines.slice(LINE_COUNT_MAX, LINE_COUNT_MAX + OTHER_COUNT_MAX),
    hiddenCount: Math.max(0, lines.length - LINE_COUNT_MAX - OTHER_COUNT_MAX),
  };
}

/** Lines that have names of their own, in the order given: the same everywhere and every time. */
export function buildNamedData(
  lines: readonly { readonly name: string; readonly points: MatrixSeries['points'] }[],
  grid: TimeGrid,
): GraphData {
  const drawn = lines.map(({ name, points }) => ({
    name,
    metric: {},
    values: placePoints(points, grid),
  }));
  return {
    grid,
    times: listTimes(grid),
    lines: drawn.slice(0, LINE_COUNT_MAX),
    others: drawn.slice(LINE_COUNT_MAX, LINE_COUNT_MAX + OTHER_COUNT_MAX),
    hiddenCount: Math.max(0, drawn.length - LINE_COUNT_MAX - OTHER_COUNT_MAX),
  };
}

/** Whether there is anything to draw. */
export function isEmptyData({ lines }: GraphData): boolean {
  return lines.every(({ values }) => values.every((value) => value === null));
}

/** Points that have both neighbours missing: a line cannot show them. */
export function findLonePoints(values: ArrayLike<number | null | undefined>): number[] {
  // For each line at each drawing: a plain loop over what may be a hundred thousand points.
  const lone: number[] = [];
  for (let index = 0; index < values.length; index++) {
    const isLone =
      isKnown(values[index]) && !isKnown(values[index - 1]) && !isKnown(values[index + 1]);
    if (isLone) lone.push(index);
  }
  return lone;
}

function isKnown(value: number | null | undefined): boolean {
  return value !== null && value !== undefined;
}

function listTimes(grid: TimeGrid): readonly number[] {
  const { fromMs, stepMs } = grid;
  return Array.from({ length: countPoints(grid) }, (_, index) => (fromMs + index * stepMs) / 1000);
}

function placePoints(points: MatrixSeries['points'], grid: TimeGrid): (number | null)[] {
  const values: (number | null)[] = Array.from({ length: countPoints(grid) }, () => null);
  for (const [atSeconds, value] of points) {
    const index = Math.round((atSeconds * 1000 - grid.fromMs) / grid.stepMs);
    // NaN and infinities have no place on a scale; the table shows them.
    if (index >= 0 && index < values.length && Number.isFinite(value)) values[index] = value;
  }
  return values;
}

function meanSize(values: readonly (number | null)[]): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value === null) continue;
    sum += Math.abs(value);
    count += 1;
  }
  return count === 0 ? -1 : sum / count;
}
