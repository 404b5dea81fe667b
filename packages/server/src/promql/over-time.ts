/** Functions that fold a window into one value: `*_over_time` and their kin. */
import { annotateQuantile } from './annotations.ts';
import { addTo, addToMean, MEAN_CELLS, meanOf } from './kahan.ts';
import { quantileOf } from './quantile.ts';
import { eachWindow, emit, type RangeFunction, type RangePass } from './range-pass.ts';
import type { SampleColumn } from './select.ts';

/**
 * Running totals, where they are exact: sums of whole numbers below 2⁵³ lose nothing, so a
 * window's sum is a difference of two totals, to the bit what adding it up would give. That is
 * `up`, `probe_success` and most gauges, over windows as long as an SLO's.
 */
function exactTotals({ values, count }: SampleColumn): Float64Array | undefined {
  const totals = new Float64Array(count + 1);
  let size = 0;
  for (let i = 0; i < count; i++) {
    if (!Number.isSafeInteger(values[i])) return undefined;
    size += Math.abs(values[i]);
    totals[i + 1] = totals[i] + values[i];
  }
  return size <= Number.MAX_SAFE_INTEGER ? totals : undefined;
}

/** A function of a window's compensated sum. */
function ofSum(
  result: (sum: number, lost: number, pass: RangePass, from: number, to: number) => number,
): RangeFunction {
  return (pass) => {
    const { values } = pass.column;
    const totals = exactTotals(pass.column);
    const fill = eachWindow((_, from, to) => {
      if (totals !== undefined) return result(totals[to] - totals[from], 0, pass, from, to);
      // As in kahan.ts, but without calls: this is the hottest loop of all.
      let sum = 0;
      let lost = 0;
      for (let i = from; i < to; i++) {
        const value = values[i];
        const next = sum + value;
        if (next === Infinity || next === -Infinity) lost = 0;
        else if (Math.abs(sum) >= Math.abs(value)) lost += sum - next + value;
        else lost += value - next + sum;
        sum = next;
      }
      return result(sum, lost, pass, from, to);
    });
    fill(pass);
  };
}

/** The mean, by the careful way where the sum overflows. */
function averageWindow(
  sum: number,
  lost: number,
  pass: RangePass,
  from: number,
  to: number,
): number {
  if (sum !== Infinity && sum !== -Infinity) return sum / (to - from) + lost / (to - from);
  const { values } = pass.column;
  const mean = new Float64Array(MEAN_CELLS);
  for (let i = from; i < to; i++) addToMean(mean, 0, values[i]);
  return meanOf(mean, 0);
}

/** Welford's running variance, with both of its sums compensated. */
function varianceWindow(pass: RangePass, from: number, to: number): number {
  const { values } = pass.column;
  const state = new Float64Array(4);
  for (let i = from; i < to; i++) {
    const delta = values[i] - (state[0] + state[1]);
    addTo(state, 0, delta / (i - from + 1));
    addTo(state, 2, delta * (values[i] - (state[0] + state[1])));
  }
  return (state[2] + state[3]) / (to - from);
}

function quantileWindow(pass: RangePass, from: number, to: number, step: number): number {
  const phi = pass.scalars[0][step];
  if (!(phi >= 0 && phi <= 1)) {
    annotateQuantile(pass.run.annotations, phi, pass.firstArgumentSpan);
  }
  return quantileOf(phi, pass.column.values.slice(from, to), to - from);
}

/** The median of the distances from the median; NaN makes it undefined. */
function deviationWindow(pass: RangePass, from: number, to: number): number {
  const scratch = pass.column.values.slice(from, to);
  if (scratch.some(Number.isNaN)) return Number.NaN;
  const median = quantileOf(0.5, scratch, scratch.length);
  const distances = scratch.map((value) => Math.abs(value - median));
  return quantileOf(0.5, distances, distances.length);
}

/**
 * The largest (or smallest) value of each window, in one pass: candidates are kept in a queue in
 * which each is beaten by none behind it, so the best of the window is always at the front. Of
 * equal values the earlier one stays, and where its time is asked for the later one: 0 and -0 are
 * equal. NaN never wins unless there is nothing else.
 */
function extremes(isMax: boolean, wantsTime: boolean): RangeFunction {
  return (pass) => {
    const { from, to, begin, end } = pass.windows;
    const { values, timesMs, count } = pass.column;
    const isBeaten = (old: number, value: number): boolean =>
      wantsTime && old === value ? true : isMax ? old < value : old > value;
    const queue = new Int32Array(count);
    let head = 0;
    let tail = 0;
    let next = 0;
    for (let step = begin; step < end; step++) {
      for (; next < to[step]; next++) {
        const value = values[next];
        if (Number.isNaN(value)) continue;
        while (tail > head && isBeaten(values[queue[tail - 1]], value)) tail--;
        queue[tail++] = next;
      }
      if (to[step] === from[step]) continue;
      while (head < tail && queue[head] < from[step]) head++;
      const isFound = head < tail;
      // Among nothing but NaN the last sample is the extreme one.
      const best = isFound ? queue[head] : to[step] - 1;
      emit(pass, step, wantsTime ? timesMs[best] / 1000 : values[best]);
    }
    pass.run.work(count + end - begin);
  };
}

function atEdge(isLast: boolean, wantsTime: boolean): RangeFunction {
  return eachWindow((pass, from, to) => {
    const at = isLast ? to - 1 : from;
    return wantsTime ? pass.column.timesMs[at] / 1000 : pass.column.values[at];
  });
}

/** By name; none of them needs more than one sample. */
export const OVER_TIME_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  absent_over_time: eachWindow(() => 1),
  avg_over_time: ofSum(averageWindow),
  count_over_time: eachWindow((_, from, to) => to - from),
  first_over_time: atEdge(false, false),
  last_over_time: atEdge(true, false),
  mad_over_time: eachWindow(deviationWindow),
  max_over_time: extremes(true, false),
  min_over_time: extremes(false, false),
  present_over_time: eachWindow(() => 1),
  quantile_over_time: eachWindow(quantileWindow),
  stddev_over_time: eachWindow((pass, from, to) => Math.sqrt(varianceWindow(pass, from, to))),
  stdvar_over_time: eachWindow(varianceWindow),
  sum_over_time: ofSum((sum, lost) => sum + lost),
  ts_of_first_over_time: atEdge(false, true),
  ts_of_last_over_time: atEdge(true, true),
  ts_of_max_over_time: extremes(true, true),
  ts_of_min_over_time: extremes(false, true),
};
