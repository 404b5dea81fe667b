/** A range of values for the vertical axis with everything that must be seen in it. */
export interface ValueRange {
  readonly low: number;
  readonly high: number;
}

const MARGIN = 0.06;

/**
 * Begins at zero where the values are large against their spread would otherwise look dramatic;
 * a line far from zero with small changes keeps its own range.
 */
export function chooseRange(
  values: { readonly min: number | null; readonly max: number | null },
  marks: readonly number[],
): ValueRange {
  const known = [values.min, values.max, ...marks].filter((value) => value !== null);
  if (known.length === 0) return { low: 0, high: 1 };
  const min = Math.min(...known);
  const max = Math.max(...known);
  if (min === max) return around(min);
  const spread = max - min;
  const isNearZero = min >= 0 && min < spread * 3;
  const low = isNearZero ? 0 : min - spread * MARGIN;
  return { low, high: max + (max - low) * MARGIN };
}

function around(value: number): ValueRange {
  if (value === 0) return { low: 0, high: 1 };
  return value > 0 ? { low: 0, high: value * 1.25 } : { low: value * 1.25, high: 0 };
}
