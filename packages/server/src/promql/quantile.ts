/** The quantile of a set of values. */

/**
 * The φ-quantile of the first `count` values, which are sorted in place; NaN counts as the
 * smallest value. Between two values it interpolates.
 */
export function quantileOf(phi: number, values: Float64Array, count: number): number {
  if (count === 0 || Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return -Infinity;
  if (phi > 1) return Infinity;
  const sorted = values.subarray(0, count).sort();
  // A typed array sorts NaN to the end.
  let nanCount = 0;
  while (nanCount < count && Number.isNaN(sorted[count - 1 - nanCount])) nanCount++;
  const valueAt = (index: number): number =>
    index < nanCount ? Number.NaN : sorted[index - nanCount];
  const rank = phi * (count - 1);
  const lower = Math.floor(rank);
  const upper = Math.min(count - 1, lower + 1);
  const weight = rank - lower;
  return valueAt(lower) * (1 - weight) + valueAt(upper) * weight;
}
