/** Functions of one value: arithmetic, trigonometry, rounding, clamping. */
import { cosh, maxOf, minOf, sinh } from './go-math.ts';
import { dropNames, floatsOf, type Grid } from './grid.ts';

/** By name. */
export const FLOAT_FUNCTIONS: Readonly<Record<string, (value: number) => number>> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh,
  deg: (value) => (value * 180) / Math.PI,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  rad: (value) => (value * Math.PI) / 180,
  sgn: (value) => (value < 0 ? -1 : value > 0 ? 1 : value),
  sin: Math.sin,
  sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

/**
 * Applies a function to every float; the name goes, because the values mean something else.
 * Histograms have no answer.
 */
export function mapValues(all: Grid, apply: (value: number, step: number) => number): Grid {
  const grid = floatsOf(all);
  const { stepCount, present } = grid;
  const size = grid.labels.length * stepCount;
  const values = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    if (present[i] === 1) values[i] = apply(grid.values[i], stepCount === 1 ? 0 : i % stepCount);
  }
  return { ...dropNames(grid), values };
}

/** Rounds to the nearest multiple, halves upwards. */
export function roundValues(grid: Grid, nearest: Float64Array): Grid {
  return mapValues(grid, (value, step) => {
    // Multiplying by the inverse loses less than dividing does: 0.1 is not representable, 10 is.
    const inverse = 1 / nearest[step];
    return Math.floor(value * inverse + 0.5) / inverse;
  });
}

/** Holds values between two bounds; where they cross there is no answer. */
export function clampValues(
  grid: Grid,
  minimum: (step: number) => number,
  maximum: (step: number) => number,
): Grid {
  const { stepCount } = grid;
  const clamped = mapValues(grid, (value, step) =>
    maxOf(minimum(step), minOf(maximum(step), value)),
  );
  const present = clamped.present.slice(0, grid.labels.length * stepCount);
  for (let step = 0; step < stepCount; step++) {
    if (!(maximum(step) < minimum(step))) continue;
    for (let i = step; i < present.length; i += stepCount) present[i] = 0;
  }
  return { ...clamped, present };
}
