/**
 * What start times tell about a counter: each sample may say when counting began.
 *
 * A store that does not keep them leaves everything here without effect.
 */
import { annotateStartOverlap } from './annotations.ts';
import type { RangePass } from './range-pass.ts';

/** Samples with their starts, floats or histograms. */
interface StartedColumn {
  readonly count: number;
  readonly timesMs: Float64Array;
  readonly startTimesMs: Float64Array | undefined;
}

/**
 * Whether a sample's start time says that its counter began anew after the sample before it.
 * A start at the very sample before means a reset only where starts are known at all: it is how
 * deltas look, but also how an unknown start is written.
 */
export function isStartReset(column: StartedColumn, at: number): boolean {
  const { startTimesMs, timesMs } = column;
  if (startTimesMs === undefined) return false;
  const start = startTimesMs[at];
  const previousMs = timesMs[at - 1];
  if (start === 0 || start >= timesMs[at] || start < previousMs) return false;
  if (start > previousMs) return true;
  const previousStart = startTimesMs[at - 1];
  return previousStart !== 0 && previousStart < previousMs;
}

/** Whether a sample's start lies before the sample in front of it, yet is not that one's start. */
function isStartOverlap(startTimesMs: Float64Array, timesMs: Float64Array, at: number): boolean {
  const start = startTimesMs[at];
  return start !== 0 && start < timesMs[at - 1] && start !== startTimesMs[at - 1];
}

/** Warns once for each window in which starts contradict the samples. */
export function annotateOverlaps(
  pass: Omit<RangePass, 'column'> & { readonly column: StartedColumn },
): void {
  const { startTimesMs, timesMs, count } = pass.column;
  if (startTimesMs === undefined) return;
  const overlaps: number[] = [];
  for (let at = 1; at < count; at++) {
    if (isStartOverlap(startTimesMs, timesMs, at)) overlaps.push(at);
  }
  if (overlaps.length === 0) return;
  const { from, to, begin, end } = pass.windows;
  for (let step = begin; step < end; step++) {
    if (!overlaps.some((at) => at > from[step] && at < to[step])) continue;
    annotateStartOverlap(pass.run.annotations, pass.metric, pass.shape.span);
  }
}
