/**
 * Makes aggregates of samples.
 *
 * The idea of keeping count, sum, minimum, maximum and a counter's own account beside one another is
 * Thanos'. Here the counter's account is its first and last sample, as they were, and what resets
 * took away between: so a rate over whole intervals has all that it would have of the samples, the
 * distances to the edges of the window included.
 */
import { isStale, type Samples } from '../../series/index.ts';
import type { AggregateColumns } from './aggregate-columns.ts';

/** Adds the aggregates of a series' floats, which begin after the last interval that is there. */
export function aggregateSamples(samples: Samples, everyMs: number, out: AggregateColumns): void {
  const { count, timesMs, values, bits, histograms } = samples;
  let at = -1;
  let endMs = -Infinity;
  let sum = 0;
  let lost = 0;
  for (let i = 0; i < count; i++) {
    if (histograms?.[i] !== undefined) continue;
    const timeMs = timesMs[i];
    if (timeMs > endMs) {
      if (at >= 0) out.sums[at] = sum + lost;
      endMs = endOf(timeMs, everyMs);
      at = out.begin(endMs);
      sum = 0;
      lost = 0;
    }
    if (isStale(bits, i)) {
      out.stalesMs[at] = timeMs;
      continue;
    }
    const value = values[i];
    note(out, at, timeMs, value);
    // Neumaier's sum, as that of a query over the samples.
    const next = sum + value;
    if (next === Infinity || next === -Infinity) lost = 0;
    else if (Math.abs(sum) >= Math.abs(value)) lost += sum - next + value;
    else lost += value - next + sum;
    sum = next;
  }
  if (at >= 0) out.sums[at] = sum + lost;
}

/** The end of the interval that a time lies in. */
export function endOf(timeMs: number, everyMs: number): number {
  return Math.ceil(timeMs / everyMs) * everyMs;
}

function note(out: AggregateColumns, at: number, timeMs: number, value: number): void {
  if (out.counts[at] === 0) {
    out.firstsMs[at] = timeMs;
    out.firsts[at] = value;
    out.mins[at] = value;
    out.maxs[at] = value;
  } else {
    if (value < out.lasts[at]) out.losts[at] += out.lasts[at];
    if (value < out.mins[at] || Number.isNaN(out.mins[at])) out.mins[at] = value;
    if (value > out.maxs[at] || Number.isNaN(out.maxs[at])) out.maxs[at] = value;
  }
  out.counts[at]++;
  out.lastsMs[at] = timeMs;
  out.lasts[at] = value;
  out.stalesMs[at] = 0;
}
