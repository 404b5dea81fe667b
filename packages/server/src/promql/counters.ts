/** Functions that compare neighbours within a window: `irate`, `idelta`, `resets`, `changes`. */
import { searchFirst } from './go-math.ts';
import { emit, type RangeFunction, type RangePass, windowEndMs } from './range-pass.ts';
import type { SampleColumn } from './select.ts';
import { isStartReset } from './start-times.ts';

/** The change between the last two samples of each window. */
function instantChange(isRate: boolean): RangeFunction {
  return (pass) => {
    const { from, to, begin, end } = pass.windows;
    const { values, timesMs } = pass.column;
    pass.run.work(end - begin);
    for (let step = begin; step < end; step++) {
      const last = to[step] - 1;
      if (last - 1 < from[step]) continue;
      const isReset =
        isRate && (values[last] < values[last - 1] || isStartReset(pass.column, last));
      const change = isReset ? values[last] : values[last] - values[last - 1];
      const seconds = (timesMs[last] - timesMs[last - 1]) / 1000;
      emit(pass, step, isRate ? change / seconds : change);
    }
  };
}

/**
 * How often something happened between neighbours. Counted once over the whole series as a
 * running total, so each window is a subtraction.
 */
export function countPairs(pass: RangePass, happens: (at: number) => boolean): void {
  const { column, windows } = pass;
  const totals = new Int32Array(Math.max(1, column.count));
  for (let at = 1; at < column.count; at++) {
    totals[at] = totals[at - 1] + (happens(at) ? 1 : 0);
  }
  pass.run.work(column.count + windows.end - windows.begin);
  for (let step = windows.begin; step < windows.end; step++) {
    const first = firstSample(pass, step);
    if (first < 0) continue;
    emit(pass, step, totals[windows.to[step] - 1] - totals[first]);
  }
}

/**
 * The sample that a window is counted from, or -1. An `anchored` one counts from the last sample
 * before the window, and needs at least one within.
 */
function firstSample(pass: RangePass, step: number): number {
  const from = pass.windows.from[step];
  const to = pass.windows.to[step];
  if (to <= from) return -1;
  if (pass.shape.extension === undefined) return from;
  const openMs = windowEndMs(pass, step) - pass.shape.rangeMs;
  const inside = from + searchFirst(to - from, (i) => pass.column.timesMs[from + i] > openMs);
  return inside === to ? -1 : Math.max(from, inside - 1);
}

/** Whether a float is the first one after a reset. */
export function isFloatReset(column: SampleColumn, at: number): boolean {
  return column.values[at] < column.values[at - 1] || isStartReset(column, at);
}

/** Whether a float differs from the one before it. */
export function isFloatChange({ values }: SampleColumn, at: number): boolean {
  if (Number.isNaN(values[at]) && Number.isNaN(values[at - 1])) return false;
  return values[at] !== values[at - 1];
}

/** By name. */
export const COUNTER_FUNCTIONS: Readonly<Record<string, RangeFunction>> = {
  changes: (pass) => countPairs(pass, (at) => isFloatChange(pass.column, at)),
  idelta: instantChange(false),
  irate: instantChange(true),
  resets: (pass) => countPairs(pass, (at) => isFloatReset(pass.column, at)),
};
