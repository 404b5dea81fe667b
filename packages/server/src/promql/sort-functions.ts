/** The functions that order an instant query's answer. */
import { compareLabels, labelValue } from '../series/index.ts';
import { type Grid, pickRows } from './grid.ts';

/** Orders floats by value; NaN comes last either way. */
export function sortByValue(grid: Grid, isDescending: boolean): Grid {
  const rows = presentRows(grid);
  rows.sort((a, b) => {
    const [x, y] = [grid.values[a], grid.values[b]];
    if (Number.isNaN(x) || Number.isNaN(y))
      return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
    const order = x < y ? -1 : x > y ? 1 : 0;
    return isDescending ? -order : order;
  });
  return pickRows(grid, rows);
}

/** Orders rows by the values of some labels, numbers within them by size; then by all labels. */
export function sortByLabels(grid: Grid, names: readonly string[], isDescending: boolean): Grid {
  const rows = presentRows(grid);
  rows.sort((a, b) => {
    const order = compareByLabels(grid, names, a, b);
    return isDescending ? -order : order;
  });
  return pickRows(grid, rows);
}

function presentRows(grid: Grid): number[] {
  return grid.labels.map((_, row) => row).filter((row) => grid.present[row] === 1);
}

function compareByLabels(grid: Grid, names: readonly string[], a: number, b: number): number {
  for (const name of names) {
    const x = labelValue(grid.labels[a], name);
    const y = labelValue(grid.labels[b], name);
    if (x !== y) return isNaturallyBefore(x, y) ? -1 : 1;
  }
  return compareLabels(grid.labels[a], grid.labels[b]);
}

/**
 * Whether one text comes before another when runs of digits count as numbers: `a2` before `a10`.
 * A text that is the beginning of the other comes first.
 */
export function isNaturallyBefore(a: string, b: string): boolean {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < left.length; i++) {
    if (i >= right.length) return false;
    const isEqual =
      isNumber(left[i]) && isNumber(right[i])
        ? Number(left[i]) === Number(right[i])
        : left[i] === right[i];
    if (!isEqual) {
      return isNumber(left[i]) && isNumber(right[i])
        ? Number(left[i]) < Number(right[i])
        : left[i] < right[i];
    }
  }
  return left.length <= right.length;
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
