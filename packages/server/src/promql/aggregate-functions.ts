/**
 * Functions over windows that are part aggregates, part samples, which give what they would give of
 * the samples alone.
 */
import type { Aggregates } from '../series/index.ts';
import type { MovedWindow } from './aggregate-times.ts';
import { addTo, totalOf } from './kahan.ts';
import { extension, RATE_KINDS, type RateKind } from './rate.ts';
import type { SampleColumn } from './select.ts';

/** One window: the entries of aggregates and the samples in it, all indexes half-open. */
export interface AggregateWindow {
  readonly aggregates: Aggregates;
  readonly fromEntry: number;
  readonly toEntry: number;
  readonly samples: SampleColumn;
  readonly fromSample: number;
  readonly toSample: number;
  /** Where it lies. */
  readonly bounds: MovedWindow;
  /** How long it was to be; it may be longer. */
  readonly rangeMs: number;
}

/** The answer of one window; undefined: none. */
type AggregateFunction = (window: AggregateWindow) => number | undefined;

function countOf({
  aggregates,
  fromEntry,
  toEntry,
  fromSample,
  toSample,
}: AggregateWindow): number {
  let count = toSample - fromSample;
  for (let i = fromEntry; i < toEntry; i++) count += aggregates.counts[i];
  return count;
}

function sumOf({ aggregates, samples, ...window }: AggregateWindow): number {
  const sum = new Float64Array(2);
  for (let i = window.fromEntry; i < window.toEntry; i++) addTo(sum, 0, aggregates.sums[i]);
  for (let i = window.fromSample; i < window.toSample; i++) addTo(sum, 0, samples.values[i]);
  return totalOf(sum, 0);
}

/** What a longer window has, as the share of the one that was asked for. */
function shareOf({ bounds, rangeMs }: AggregateWindow, amount: number): number {
  const lengthMs = bounds.toMs - bounds.fromMs;
  return lengthMs === rangeMs ? amount : (amount * rangeMs) / lengthMs;
}

function extreme(isMax: boolean): AggregateFunction {
  return (window) => {
    if (countOf(window) === 0) return undefined;
    const { aggregates, samples } = window;
    let best = Number.NaN;
    const take = (value: number): void => {
      if (Number.isNaN(best) || (isMax ? value > best : value < best)) best = value;
    };
    const column = isMax ? aggregates.maxs : aggregates.mins;
    for (let i = window.fromEntry; i < window.toEntry; i++) {
      if (aggregates.counts[i] > 0) take(column[i]);
    }
    for (let i = window.fromSample; i < window.toSample; i++) take(samples.values[i]);
    return best;
  };
}

/** A sample, as it was. */
interface Sample {
  readonly timeMs: number;
  readonly value: number;
}

function firstOf({ aggregates, samples, ...window }: AggregateWindow): Sample | undefined {
  for (let i = window.fromEntry; i < window.toEntry; i++) {
    if (aggregates.counts[i] === 0) continue;
    return { timeMs: aggregates.firstsMs[i], value: aggregates.firsts[i] };
  }
  const at = window.fromSample;
  if (at === window.toSample) return undefined;
  return { timeMs: samples.timesMs[at], value: samples.values[at] };
}

function lastOf({ aggregates, samples, ...window }: AggregateWindow): Sample | undefined {
  const at = window.toSample - 1;
  if (at >= window.fromSample) return { timeMs: samples.timesMs[at], value: samples.values[at] };
  for (let i = window.toEntry - 1; i >= window.fromEntry; i--) {
    if (aggregates.counts[i] === 0) continue;
    return { timeMs: aggregates.lastsMs[i], value: aggregates.lasts[i] };
  }
  return undefined;
}

/** What a counter lost to resets: within intervals, between them, and between samples. */
function lostIn({ aggregates, samples, ...window }: AggregateWindow): number {
  let lost = 0;
  let before = -Infinity;
  for (let i = window.fromEntry; i < window.toEntry; i++) {
    if (aggregates.counts[i] === 0) continue;
    if (aggregates.firsts[i] < before) lost += before;
    lost += aggregates.losts[i];
    before = aggregates.lasts[i];
  }
  for (let i = window.fromSample; i < window.toSample; i++) {
    if (samples.values[i] < before) lost += before;
    before = samples.values[i];
  }
  return lost;
}

/** As in rate.ts, of which this is the formula. */
function createChange({ isCounter, isPerSecond }: RateKind): AggregateFunction {
  return (window) => {
    const first = firstOf(window);
    const last = lastOf(window);
    const count = countOf(window);
    if (first === undefined || last === undefined || count < 2) return undefined;
    const { fromMs, toMs } = window.bounds;
    const change = last.value - first.value + (isCounter ? lostIn(window) : 0);
    const sampled = (last.timeMs - first.timeMs) / 1000;
    const average = sampled / (count - 1);
    const toEnd = extension((toMs - last.timeMs) / 1000, average);
    let toStart = extension((first.timeMs - fromMs) / 1000, average);
    const isRising = isCounter && change > 0 && first.value >= 0;
    if (isRising) toStart = Math.min(toStart, sampled * (first.value / change));
    const whole = change * (sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled);
    return isPerSecond ? whole / ((toMs - fromMs) / 1000) : shareOf(window, whole);
  };
}

/** By name: those that aggregates answer as samples would. */
export const AGGREGATE_FUNCTIONS: ReadonlyMap<string, AggregateFunction> = new Map<
  string,
  AggregateFunction
>([
  ['absent_over_time', (window) => (countOf(window) > 0 ? 1 : undefined)],
  ['present_over_time', (window) => (countOf(window) > 0 ? 1 : undefined)],
  ['avg_over_time', (window) => orNone(window, () => sumOf(window) / countOf(window))],
  ['sum_over_time', (window) => orNone(window, () => shareOf(window, sumOf(window)))],
  ['count_over_time', (window) => orNone(window, () => shareOf(window, countOf(window)))],
  ['min_over_time', extreme(false)],
  ['max_over_time', extreme(true)],
  ['first_over_time', (window) => firstOf(window)?.value],
  ['last_over_time', (window) => lastOf(window)?.value],
  ['ts_of_first_over_time', (window) => secondsOf(firstOf(window))],
  ['ts_of_last_over_time', (window) => secondsOf(lastOf(window))],
  ['rate', createChange(RATE_KINDS.rate)],
  ['increase', createChange(RATE_KINDS.increase)],
  ['delta', createChange(RATE_KINDS.delta)],
]);

/** Of which a window that is longer than its range gives a share. */
export const SHARED_FUNCTIONS: ReadonlySet<string> = new Set([
  'sum_over_time',
  'count_over_time',
  'increase',
  'delta',
]);

function orNone(window: AggregateWindow, valueOf: () => number): number | undefined {
  return countOf(window) > 0 ? valueOf() : undefined;
}

function secondsOf(sample: Sample | undefined): number | undefined {
  return sample && sample.timeMs / 1000;
}
