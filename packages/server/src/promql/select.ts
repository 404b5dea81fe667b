/**
 * Instant-vector selectors: for each step, the newest sample that is not older than the lookback.
 *
 * Time runs one way for samples and steps alike, so one cursor over each series finds the samples
 * of all steps.
 */
import { isStale, labelValue, METRIC_NAME, type Samples } from '../series/index.ts';
import type { Span, VectorSelectorNode } from './ast.ts';
import { type Frame, type Reference, referenceOf } from './frame.ts';
import { searchFirst } from './go-math.ts';
import { type Grid, GridBuilder, type RowSink } from './grid.ts';
import type { HistogramLane } from './histogram-lane.ts';
import { type NativeColumn, pickHistograms, statisticsOf } from './native-column.ts';
import { smoothHistogram } from './native-smoothing.ts';
import type { SelectedSeries } from './queryable.ts';
import type { Run } from './run.ts';

/** What is taken of the sample that a step finds. */
export type SampleAspect = 'value' | 'time' | 'startTime';

/** The steps to evaluate at, and where rows go. */
export interface RowTask {
  readonly frame: Frame;
  readonly out: RowSink;
}

/** Evaluates a selector at all steps of a frame. */
export function selectVector(
  run: Run,
  node: VectorSelectorNode,
  frame: Frame,
  aspect: SampleAspect = 'value',
): Grid {
  const out = new GridBuilder(run, frame.stepCount, run.expectedSeries.get(node));
  selectRows(run, node, { frame, out, aspect });
  return out.finish();
}

/** Evaluates a selector, and gives its rows away one by one. */
export function selectRows(
  run: Run,
  node: VectorSelectorNode,
  { frame, out, aspect = 'value' }: RowTask & { readonly aspect?: SampleAspect },
): void {
  const reference = referenceOf(frame, run.atMs(node.at), run.durationMs(node.offset, true));
  const isSmoothed = node.extension === 'smoothed' && aspect === 'value';
  const { lookbackMs } = run.options;
  if (run.aggregates?.reaches(reference.firstMs - lookbackMs + 1) === true) {
    run.aggregates.selectRows(run, { node, frame, reference, aspect }, out);
    return;
  }
  const hasStatisticsOnly = run.statisticsSelectors.has(node);
  const newestOnly = frame.stepCount === 1 && !isSmoothed && !hasStatisticsOnly;
  const projection = run.projections.get(node);
  const series = run.options.queryable.select({
    ...projection,
    matchers: node.matchers,
    fromMs: reference.firstMs - lookbackMs + 1,
    toMs: reference.lastMs + (isSmoothed ? lookbackMs : 0),
    // Whether a histogram was reset shows in the one before it.
    newestOnly,
    presenceOnly: newestOnly && projection?.presenceOnly === true,
    liveFromMs: isSmoothed ? -Infinity : reference.firstMs,
  });
  const fill = isSmoothed ? fillSmoothed : fillRow;
  const { span } = node;
  const source = { run, series, frame, reference, aspect, hasStatisticsOnly, span };
  collectRows(source, out, fill);
}

/** The parts of an evaluated selector that its rows are filled from. */
export interface RowSource {
  readonly run: Run;
  readonly series: Iterable<SelectedSeries>;
  readonly frame: Frame;
  readonly reference: Reference;
  readonly aspect: SampleAspect;
  /** Whether the buckets of histograms are not looked at. */
  readonly hasStatisticsOnly: boolean;
  /** Where in the query the selector stands. */
  readonly span: Span;
}

/** Fills a row; answers the steps that it looked at. */
type FillRow = (source: RowSource, one: SelectedSeries, out: RowSink, base: number) => Steps;

/** Makes a row for each series that has a sample at any step. */
export function collectRows(source: RowSource, out: RowSink, fill: FillRow = fillRow): void {
  for (const one of source.series) {
    source.run.read(one.samples.count + (one.aggregates?.count ?? 0), one.seriesCount);
    const base = out.addRow(one.labels, source.aspect !== 'value', one.seriesCount);
    const { from, to } = fill(source, one, out, base);
    out.keepIfPresent(base, from, to);
  }
}

/** Steps of a frame. */
interface Steps {
  readonly from: number;
  /** The first one behind them. */
  readonly to: number;
}

/** The steps that see a sample of a series: of a long range that may be very few. */
function findSteps({ frame, reference, run }: RowSource, { count, timesMs }: Samples): Steps {
  const { firstMs, stepMs } = reference;
  const { stepCount } = frame;
  if (stepCount === 1 || stepMs === 0 || count === 0) return { from: 0, to: stepCount };
  const lastMs = timesMs[count - 1] + run.options.lookbackMs;
  const from = Math.min(stepCount, Math.max(0, Math.ceil((timesMs[0] - firstMs) / stepMs)));
  const to = Math.min(stepCount, Math.floor((lastMs - firstMs) / stepMs) + 1);
  return { from, to: Math.max(from, to) };
}

function fillRow(source: RowSource, one: SelectedSeries, out: RowSink, base: number): Steps {
  const { count, timesMs, bits } = one.samples;
  const column = aspectOf(one, source.aspect);
  const steps = findSteps(source, one.samples);
  if (column === undefined) return steps;
  const divisor = source.aspect === 'value' ? 1 : 1000;
  const { firstMs, stepMs } = source.reference;
  const { lookbackMs } = source.run.options;
  const { values, present } = out;
  const lane = source.aspect === 'value' ? laneOf(one, source.hasStatisticsOnly) : undefined;
  let next = 0;
  for (let step = steps.from; step < steps.to; step++) {
    const referenceMs = firstMs + step * stepMs;
    while (next < count && timesMs[next] <= referenceMs) next++;
    if (next === 0) continue;
    const at = next - 1;
    if (timesMs[at] <= referenceMs - lookbackMs || isStale(bits, at)) continue;
    values[base + step] = column[at] / divisor;
    present[base + step] = 1;
    const histogram = lane === undefined ? undefined : lane[at];
    if (histogram !== undefined) out.setHistogram(base + step, histogram);
  }
  return steps;
}

/** The histograms of a series, as far as they are looked at. */
export function laneOf(
  { samples }: SelectedSeries,
  hasStatisticsOnly: boolean,
): HistogramLane | undefined {
  return hasStatisticsOnly ? statisticsOf(samples) : samples.histograms;
}

function aspectOf(one: SelectedSeries, aspect: SampleAspect): Float64Array | undefined {
  switch (aspect) {
    case 'value':
      return one.samples.values;
    case 'time':
      return one.samples.timesMs;
    case 'startTime':
      return one.startTimesMs;
  }
}

/**
 * `smoothed`: the value on the line between the samples around each step, each at most the
 * lookback away; with no sample after it, the one before it.
 */
function fillSmoothed(source: RowSource, one: SelectedSeries, out: RowSink, base: number): Steps {
  const { frame, reference, run } = source;
  const { lookbackMs } = run.options;
  const kept = withoutStale(one, source.hasStatisticsOnly);
  const metric = labelValue(one.labels, METRIC_NAME);
  const place = { annotations: run.annotations, metric, span: source.span };
  for (let step = 0; step < frame.stepCount; step++) {
    const referenceMs = reference.firstMs + step * reference.stepMs;
    const moment = { referenceMs, lookbackMs };
    const histogram = kept.native && smoothHistogram(place, kept, kept.native, moment);
    if (typeof histogram === 'object') out.setHistogram(base + step, histogram);
    if (kept.native !== undefined && histogram !== 'floats only') continue;
    const from = searchFirst(kept.count, (i) => kept.timesMs[i] > referenceMs - lookbackMs);
    const to = searchFirst(kept.count, (i) => kept.timesMs[i] > referenceMs + lookbackMs);
    const at = from + searchFirst(to - from, (i) => kept.timesMs[from + i] >= referenceMs);
    const isExact = at < to && kept.timesMs[at] === referenceMs;
    if (!isExact && at === from) continue;
    out.present[base + step] = 1;
    if (isExact) out.values[base + step] = kept.values[at];
    else if (at === to) out.values[base + step] = kept.values[at - 1];
    else out.values[base + step] = interpolate(kept, at - 1, referenceMs, false);
  }
  return { from: 0, to: frame.stepCount };
}

/** One series' floats without staleness markers, and beside them its histograms. */
export interface SampleColumn {
  readonly count: number;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly startTimesMs: Float64Array | undefined;
  /** Undefined where all samples are floats. */
  readonly native: NativeColumn | undefined;
}

/** A column to be used again for the next series. */
interface FloatColumn extends SampleColumn {
  count: number;
  timesMs: Float64Array;
  values: Float64Array;
  startTimesMs: Float64Array | undefined;
  readonly native: undefined;
}

/**
 * Drops staleness markers and sets histograms apart; copies only where there is either. Elsewhere
 * `floats`, if given, is made to show the samples, so that nothing is made for each series.
 */
export function withoutStale(
  one: SelectedSeries,
  hasStatisticsOnly = false,
  floats?: FloatColumn,
): SampleColumn {
  const { samples, startTimesMs } = one;
  const { count, timesMs, values, bits } = samples;
  const lane = laneOf(one, hasStatisticsOnly);
  if (lane !== undefined) {
    const source = { count, timesMs, values, startTimesMs };
    const isFloat = (at: number): boolean => lane[at] === undefined && !isStale(bits, at);
    const native = pickHistograms(source, (at) => lane[at]);
    return { ...pickFloats(source, isFloat), native };
  }
  let first = 0;
  while (first < count && !isStale(bits, first)) first++;
  if (first === count) {
    if (floats === undefined) return { count, timesMs, values, startTimesMs, native: undefined };
    floats.count = count;
    floats.timesMs = timesMs;
    floats.values = values;
    floats.startTimesMs = startTimesMs;
    return floats;
  }
  return pickFloats({ count, timesMs, values, startTimesMs }, (at) => !isStale(bits, at));
}

/** The floats that are to be kept. */
export function pickFloats(
  { count, timesMs, values, startTimesMs }: Omit<SampleColumn, 'native'>,
  isKept: (index: number) => boolean,
): SampleColumn {
  const kept: number[] = [];
  for (let i = 0; i < count; i++) if (isKept(i)) kept.push(i);
  const pick = (from: Float64Array): Float64Array => Float64Array.from(kept, (i) => from[i]);
  return {
    count: kept.length,
    timesMs: pick(timesMs),
    values: pick(values),
    startTimesMs: startTimesMs && pick(startTimesMs),
    native: undefined,
  };
}

/**
 * The value at a time between sample `left` and the next. A counter that was reset between them
 * is taken to have begun again from 0 at the left one.
 */
export function interpolate(
  column: SampleColumn,
  left: number,
  atMs: number,
  isCounter: boolean,
): number {
  const { timesMs, values } = column;
  const to = values[left + 1];
  const from = isCounter && to < values[left] ? 0 : values[left];
  const share = timesMs[left + 1] - timesMs[left];
  return from + ((to - from) * (atMs - timesMs[left])) / share;
}
