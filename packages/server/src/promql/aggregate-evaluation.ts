/**
 * Evaluates selectors and range functions over times of which a store has aggregates only
 * (aggregates.ts says what for, ADR 139 why so).
 */
import { type Aggregates, type AggregateTier, isStale } from '../series/index.ts';
import {
  AGGREGATE_FUNCTIONS,
  type AggregateWindow,
  SHARED_FUNCTIONS,
} from './aggregate-functions.ts';
import { AggregateTimes, type MovedWindow } from './aggregate-times.ts';
import type { AggregateEvaluator, AggregateSelector } from './aggregates.ts';
import { annotateAggregates, annotateEdgesOnly, annotateWidened } from './annotations.ts';
import type { Span } from './ast.ts';
import type { RowSink } from './grid.ts';
import type { SelectedSeries } from './queryable.ts';
import { emit, type RangeFunction, type RangePass, windowEndMs } from './range-pass.ts';
import { failQuery, type Run } from './run.ts';
import { collectRows, laneOf, type RowSource, type SampleColumn } from './select.ts';
import { createWindows, type WindowShape } from './windows.ts';

/** A share of a window that is longer by less than this is as good as the window itself. */
const WIDENED_RATIO_MIN = 0.1;

/** Makes what answers from the tiers of a store. */
export function openAggregates(tiers: readonly AggregateTier[]): AggregateEvaluator {
  return new Evaluator(new AggregateTimes(tiers));
}

class Evaluator implements AggregateEvaluator {
  readonly #times: AggregateTimes;

  constructor(times: AggregateTimes) {
    this.#times = times;
  }

  reaches(timeMs: number): boolean {
    return timeMs <= this.#times.untilMs;
  }

  selectRows(run: Run, { node, frame, reference, aspect }: AggregateSelector, out: RowSink): void {
    const times = this.#times;
    this.#assertPlain(node.extension);
    const { lookbackMs } = run.options;
    const series = run.options.queryable.select({
      matchers: node.matchers,
      fromMs: times.move(reference.firstMs) - lookbackMs + 1,
      toMs: reference.lastMs,
      withAggregates: true,
    });
    const hasStatisticsOnly = run.statisticsSelectors.has(node);
    const { span } = node;
    const source = { run, series, frame, reference, aspect, hasStatisticsOnly, span };
    collectRows(source, out, (parts, one, _, base) => {
      const { aggregates } = one;
      const { firstMs, lastMs } = reference;
      if (aggregates !== undefined) this.#note(run, { fromMs: firstMs - 1, toMs: lastMs }, span);
      fillMoved(parts, expand(one, parts), { out, base, times });
      return { from: 0, to: frame.stepCount };
    });
  }

  /** Says once for each tier where answers come from. */
  #note(run: Run, range: MovedWindow, span: Span): void {
    for (const tier of this.#times.tiersIn(range)) annotateAggregates(run.annotations, tier, span);
  }

  #assertPlain(extension: string | undefined): void {
    if (extension === undefined) return;
    const until = new Date(this.#times.untilMs).toISOString();
    failQuery(
      `${extension} modifier needs samples, and up to ${until} there are aggregates only: ` +
        'leave it out, or ask for later times',
    );
  }

  matrixStartMs(shape: WindowShape): number {
    this.#assertPlain(shape.extension);
    return this.#times.moveWindow(shape.reference.firstMs, shape.rangeMs).fromMs;
  }

  fillRange(
    pass: RangePass,
    aggregates: Aggregates,
    { name, fill }: { readonly name: string; readonly fill: RangeFunction },
  ): void {
    const bounds = this.#findMoved(pass);
    if (bounds.length === 0) return;
    const { toMs: lastMs } = bounds[bounds.length - 1];
    this.#note(pass.run, { fromMs: bounds[0].fromMs, toMs: lastMs }, pass.shape.span);
    const valueOf = AGGREGATE_FUNCTIONS.get(name);
    const longestMs = pass.shape.rangeMs * (1 + WIDENED_RATIO_MIN);
    const isWider = bounds.some(({ fromMs, toMs }) => toMs - fromMs > longestMs);
    if (isWider && (valueOf === undefined || SHARED_FUNCTIONS.has(name))) {
      annotateWidened(pass.run.annotations, name, pass.shape.span);
    }
    if (valueOf === undefined) {
      annotateEdgesOnly(pass.run.annotations, name, pass.shape.span);
      this.#fillFromEdges(
        { ...pass, column: joinEdges(aggregates, pass.column, true) },
        bounds,
        fill,
      );
      return;
    }
    let window: AggregateWindow = {
      aggregates,
      fromEntry: 0,
      toEntry: 0,
      samples: pass.column,
      fromSample: 0,
      toSample: 0,
      bounds: bounds[0],
      rangeMs: pass.shape.rangeMs,
    };
    for (let step = 0; step < bounds.length; step++) {
      window = slide(window, bounds[step]);
      const { fromEntry, toEntry, fromSample, toSample } = window;
      pass.run.work(toEntry - fromEntry + toSample - fromSample + 1);
      const value = valueOf(window);
      pass.present[pass.base + step] = 0;
      if (value !== undefined) emit(pass, step, value);
    }
  }

  /**
   * The windows of the steps that look at aggregates, which are the first ones. Those with histograms
   * are left as they are: aggregates are of floats, and what is known of histograms is their samples.
   */
  #findMoved(pass: RangePass): readonly MovedWindow[] {
    const bounds: MovedWindow[] = [];
    const histogramsMs = pass.column.native?.timesMs.at(0) ?? Infinity;
    for (let step = 0; step < pass.windows.from.length; step++) {
      const moved = this.#times.moveWindow(windowEndMs(pass, step), pass.shape.rangeMs);
      if (moved.fromMs >= this.#times.untilMs || moved.toMs >= histogramsMs) break;
      bounds.push(moved);
    }
    return bounds;
  }

  /** Functions that need every sample are given those that are left: two of each interval. */
  #fillFromEdges(pass: RangePass, bounds: readonly MovedWindow[], fill: RangeFunction): void {
    const { count, timesMs } = pass.column;
    const windows = createWindows(pass.windows.from.length);
    windows.end = bounds.length;
    let from = 0;
    let to = 0;
    bounds.forEach(({ fromMs, toMs }, step) => {
      while (from < count && timesMs[from] <= fromMs) from++;
      while (to < count && timesMs[to] <= toMs) to++;
      windows.from[step] = from;
      windows.to[step] = Math.max(from, to);
    });
    pass.present.fill(0, pass.base, pass.base + bounds.length);
    fill({ ...pass, windows });
  }

  readWindow(
    run: Run,
    shape: WindowShape,
    { aggregates, column }: { readonly aggregates: Aggregates; readonly column: SampleColumn },
  ): SampleColumn {
    const { fromMs, toMs } = this.#times.moveWindow(shape.reference.firstMs, shape.rangeMs);
    this.#note(run, { fromMs, toMs }, shape.span);
    const all = joinEdges(aggregates, column, false);
    const isIn = (i: number): boolean => all.timesMs[i] > fromMs && all.timesMs[i] <= toMs;
    const kept = Array.from({ length: all.count }, (_, i) => i).filter(isIn);
    return {
      ...all,
      count: kept.length,
      timesMs: Float64Array.from(kept, (i) => all.timesMs[i]),
      values: Float64Array.from(kept, (i) => all.values[i]),
      native: column.native,
    };
  }
}

/** The window of the next step, which lies no earlier. */
function slide(window: AggregateWindow, bounds: MovedWindow): AggregateWindow {
  const { aggregates, samples } = window;
  const { count, endsMs } = aggregates;
  let { fromEntry, toEntry, fromSample, toSample } = window;
  while (fromEntry < count && endsMs[fromEntry] <= bounds.fromMs) fromEntry++;
  while (toEntry < count && endsMs[toEntry] <= bounds.toMs) toEntry++;
  while (fromSample < samples.count && samples.timesMs[fromSample] <= bounds.fromMs) fromSample++;
  while (toSample < samples.count && samples.timesMs[toSample] <= bounds.toMs) toSample++;
  return { ...window, bounds, fromEntry, toEntry, fromSample, toSample };
}

/** The last sample of each interval, with the first one where that is wanted, and all samples after. */
function joinEdges(
  { count, counts, firstsMs, firsts, lastsMs, lasts }: Aggregates,
  samples: SampleColumn,
  hasFirsts: boolean,
): SampleColumn {
  const timesMs: number[] = [];
  const values: number[] = [];
  const add = (timeMs: number, value: number): void => {
    timesMs.push(timeMs);
    values.push(value);
  };
  for (let i = 0; i < count; i++) {
    if (hasFirsts && counts[i] > 1) add(firstsMs[i], firsts[i]);
    if (counts[i] > 0) add(lastsMs[i], lasts[i]);
  }
  for (let i = 0; i < samples.count; i++) add(samples.timesMs[i], samples.values[i]);
  return {
    count: timesMs.length,
    timesMs: Float64Array.from(timesMs),
    values: Float64Array.from(values),
    startTimesMs: undefined,
    native: undefined,
  };
}

/** What selectors see of a series: newest samples and markers of intervals, then samples. */
interface Expanded {
  readonly count: number;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly stale: Uint8Array;
  /** So many come from aggregates. */
  readonly entries: number;
  readonly one: SelectedSeries;
}

function expand(one: SelectedSeries, { aspect }: RowSource): Expanded {
  const { aggregates, samples } = one;
  const capacity = 2 * (aggregates?.count ?? 0) + samples.count;
  const timesMs = new Float64Array(capacity);
  const values = new Float64Array(capacity);
  const stale = new Uint8Array(capacity);
  let count = 0;
  for (let i = 0; aggregates !== undefined && i < aggregates.count; i++) {
    if (aggregates.counts[i] > 0) {
      timesMs[count] = aggregates.lastsMs[i];
      values[count] = aggregates.lasts[i];
      stale[count++] = aspect === 'startTime' ? 1 : 0;
    }
    if (aggregates.stalesMs[i] === 0) continue;
    timesMs[count] = aggregates.stalesMs[i];
    stale[count++] = 1;
  }
  const entries = count;
  const { startTimesMs } = one;
  for (let i = 0; i < samples.count; i++, count++) {
    timesMs[count] = samples.timesMs[i];
    values[count] = aspect === 'startTime' ? (startTimesMs?.[i] ?? 0) : samples.values[i];
    const isNone = aspect === 'startTime' && startTimesMs === undefined;
    stale[count] = isNone || isStale(samples.bits, i) ? 1 : 0;
  }
  return { count, timesMs, values: aspect === 'time' ? timesMs : values, stale, entries, one };
}

/** As `fillRow`, at times that are moved to the ends of intervals. */
function fillMoved(
  source: RowSource,
  { count, timesMs, values, stale, entries, one }: Expanded,
  {
    out,
    base,
    times,
  }: { readonly out: RowSink; readonly base: number; readonly times: AggregateTimes },
): void {
  const { frame, reference, aspect, run } = source;
  const { lookbackMs } = run.options;
  const divisor = aspect === 'value' ? 1 : 1000;
  const lane = aspect === 'value' ? laneOf(one, source.hasStatisticsOnly) : undefined;
  let next = 0;
  for (let step = 0; step < frame.stepCount; step++) {
    const referenceMs = times.move(reference.firstMs + step * reference.stepMs);
    while (next < count && timesMs[next] <= referenceMs) next++;
    if (next === 0) continue;
    const at = next - 1;
    if (timesMs[at] <= referenceMs - lookbackMs || stale[at] === 1) continue;
    out.values[base + step] = values[at] / divisor;
    out.present[base + step] = 1;
    const histogram = lane === undefined || at < entries ? undefined : lane[at - entries];
    if (histogram !== undefined) out.setHistogram(base + step, histogram);
  }
}
