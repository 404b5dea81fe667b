/**
 * Summation with compensation (Neumaier's variant of Kahan's), as Prometheus adds samples up.
 *
 * Hot loops call `addTo` with a two-element accumulator instead of an object per step: index 0 is
 * the running sum, index 1 what rounding has lost so far.
 */

/** Adds a value to the sum at `at` and its compensation at `at + 1`. */
export function addTo(accumulator: Float64Array, at: number, value: number): void {
  const sum = accumulator[at];
  const next = sum + value;
  if (next === Infinity || next === -Infinity) accumulator[at + 1] = 0;
  else if (Math.abs(sum) >= Math.abs(value)) accumulator[at + 1] += sum - next + value;
  else accumulator[at + 1] += value - next + sum;
  accumulator[at] = next;
}

/** The compensated sum; an infinite one is not compensated. */
export function totalOf(accumulator: Float64Array, at: number): number {
  return accumulator[at] + accumulator[at + 1];
}

/**
 * The mean of a stream of values, kept in four cells of a Float64Array: sum, compensation, count,
 * and whether the sum has overflowed. The direct mean is the more exact one; once the sum would
 * overflow, the mean itself is carried in the first cell and updated step by step.
 */
export const MEAN_CELLS = 4;

/** Adds a value to the mean that starts at `at`. */
export function addToMean(cells: Float64Array, at: number, value: number): void {
  const count = cells[at + 2] + 1;
  cells[at + 2] = count;
  if (count === 1) {
    cells[at] = value;
    cells[at + 1] = 0;
    return;
  }
  if (cells[at + 3] === 0) {
    const next = cells[at] + value;
    if (next !== Infinity && next !== -Infinity) {
      addTo(cells, at, value);
      return;
    }
    cells[at + 3] = 1;
    cells[at] /= count - 1;
    cells[at + 1] /= count - 1;
  }
  const share = (count - 1) / count;
  cells[at] *= share;
  cells[at + 1] *= share;
  addTo(cells, at, value / count);
}

/** The mean so far. */
export function meanOf(cells: Float64Array, at: number): number {
  if (cells[at + 3] === 1) return cells[at] + cells[at + 1];
  return cells[at] / cells[at + 2] + cells[at + 1] / cells[at + 2];
}
