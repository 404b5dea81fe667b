/** Functions that fit a line or a smoothed curve: `deriv`, `predict_linear` and their kin. */
import { timeAt } from './frame.ts';
import { addTo, totalOf } from './kahan.ts';
import { eachWindow, type RangeFunction, type RangePass } from './range-pass.ts';
import { failQuery } from './run.ts';
import type { Windows } from './windows.ts';

interface Line {
  readonly slope: number;
  /** Its value at the time that was asked for. */
  readonly intercept: number;
}

/** The line of least squares through a window, with times counted from `originMs`. */
function fitLine(pass: RangePass, from: number, to: number, originMs: number): Line {
  const { timesMs, values } = pass.column;
  // Sums of x, y, xy and x², each followed by its compensation.
  const sums = new Float64Array(8);
  let isConstant = true;
  for (let i = from; i < to; i++) {
    const x = (timesMs[i] - originMs) / 1000;
    const y = values[i];
    if (y !== values[from] && i > from) isConstant = false;
    addTo(sums, 0, x);
    addTo(sums, 2, y);
    addTo(sums, 4, x * y);
    addTo(sums, 6, x * x);
  }
  if (isConstant) {
    const isInfinite = Math.abs(values[from]) === Infinity;
    return isInfinite
      ? { slope: Number.NaN, intercept: Number.NaN }
      : { slope: 0, intercept: values[from] };
  }
  const count = to - from;
  const [sumX, sumY] = [totalOf(sums, 0), totalOf(sums, 2)];
  const covariance = totalOf(sums, 4) - (sumX * sumY) / count;
  const variance = totalOf(sums, 6) - (sumX * sumX) / count;
  const slope = covariance / variance;
  return { slope, intercept: sumY / count - (slope * sumX) / count };
}

function derive(pass: RangePass, from: number, to: number): number {
  // Times near the samples: differences of large ones would lose digits.
  return fitLine(pass, from, to, pass.column.timesMs[from]).slope;
}

function predict(pass: RangePass, from: number, to: number, step: number): number {
  const { slope, intercept } = fitLine(pass, from, to, timeAt(pass.frame, step));
  return slope * pass.scalars[0][step] + intercept;
}

/** Holt's linear method: a smoothed level and a smoothed trend. */
function smooth(pass: RangePass, from: number, to: number, step: number): number {
  const { values } = pass.column;
  const factor = pass.scalars[0][step];
  const trendFactor = pass.scalars[1][step];
  let before = 0;
  let level = values[from];
  let trend = values[from + 1] - values[from];
  for (let i = from + 1; i < to; i++) {
    if (i > from + 1) trend = trendFactor * (level - before) + (1 - trendFactor) * trend;
    const next = factor * values[i] + (1 - factor) * (level + trend);
    before = level;
    level = next;
  }
  return level;
}

/** Checks both factors at each step that has samples, as Prometheus does. */
const smoothing: RangeFunction = (pass) => {
  assertFactors(pass, pass.windows);
  eachWindow(smooth, 2)(pass);
};

/** Refuses the factors of `double_exponential_smoothing` at the first window that has samples. */
export function assertFactors({ scalars }: RangePass, windows: Windows): void {
  const { from, to, begin, end } = windows;
  for (let step = begin; step < end; step++) {
    if (to[step] === from[step]) continue;
    assertFactor('smoothing factor. Expected: 0 < sf < 1', scalars[0][step]);
    assertFactor('trend factor. Expected: 0 < tf < 1', scalars[1][step]);
  }
}

function assertFactor(what: string, factor: number): void {
  // NaN passes here, as it does in Prometheus: it is neither too small nor too large.
  if (factor <= 0 || factor >= 1) failQuery(`invalid ${what}, got: ${factor.toFixed(6)}`);
}

/** By name. */
export const TREND_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  deriv: eachWindow(derive, 2),
  double_exponential_smoothing: smoothing,
  predict_linear: eachWindow(predict, 2),
};
