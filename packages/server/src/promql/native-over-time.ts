/**
 * Functions over the windows of series that hold native histograms.
 *
 * Some functions know floats alone and leave histograms out, with a note where a window has both.
 * Others answer of either kind but not of a mix. The rest looks at all samples in order of time.
 */
import {
  compactHistogram,
  divideHistogram,
  type Histogram,
  HistogramMean,
  HistogramSum,
  isCounterReset,
  isEqualHistogram,
  withCounterReset,
} from '../series/index.ts';
import {
  annotateHistogramKind,
  annotateIgnoredInRange,
  annotateMixedBounds,
  annotateMixedSamples,
  annotateReconciledBounds,
  annotateResetCollision,
} from './annotations.ts';
import { countPairs, isFloatChange, isFloatReset } from './counters.ts';
import { subtractNoted } from './native-arithmetic.ts';
import { extendHistograms } from './native-extended-rate.ts';
import {
  emitHistogram,
  type MergedColumn,
  mergeLanes,
  type NativeFunction,
  type NativePass,
  placeOf,
} from './native-pass.ts';
import { extrapolateHistograms } from './native-rate.ts';
import { emit, type RangePass } from './range-pass.ts';
import { RATE_KINDS, type RateKind } from './rate.ts';
import { isStartReset } from './start-times.ts';
import { assertFactors } from './trends.ts';
import { createWindows, emptyOutside, findWindows } from './windows.ts';

/** A function of floats: histograms are left out. */
const ofFloats: NativeFunction = (pass, fill) => {
  fill(pass);
  const { windows, nativeWindows, run, metric } = pass;
  for (let step = 0; step < windows.from.length; step++) {
    if (windows.to[step] <= windows.from[step]) continue;
    if (nativeWindows.to[step] <= nativeWindows.from[step]) continue;
    annotateIgnoredInRange(run.annotations, metric, pass.firstArgumentSpan);
  }
};

/** A function of floats or of histograms: a window that holds both has no answer. */
function ofEither(fillHistograms: (pass: NativePass) => void): NativeFunction {
  return (pass, fill) => {
    const { windows, nativeWindows, run, metric, shape } = pass;
    for (let step = 0; step < windows.from.length; step++) {
      if (windows.to[step] <= windows.from[step]) continue;
      if (nativeWindows.to[step] <= nativeWindows.from[step]) continue;
      annotateMixedSamples(run.annotations, metric, shape.span);
      windows.to[step] = windows.from[step];
      nativeWindows.to[step] = nativeWindows.from[step];
    }
    fill(pass);
    fillHistograms(pass);
  };
}

function ofRate(kind: RateKind): NativeFunction {
  return ofEither((pass) => {
    if (pass.shape.extension === undefined) extrapolateHistograms(pass, kind);
    else extendHistograms(pass, kind);
  });
}

/** `sum_over_time` and `avg_over_time`. */
function ofTotal(createTotal: (first: Histogram) => HistogramSum | HistogramMean): NativeFunction {
  return ofEither((pass) => {
    const { from, to } = pass.nativeWindows;
    for (let step = 0; step < from.length; step++) {
      if (to[step] <= from[step]) continue;
      pass.run.work(to[step] - from[step]);
      const members = pass.native.histograms.slice(from[step], to[step]);
      const total = addUp(pass, members, createTotal);
      if (total !== undefined) emitHistogram(pass, step, total);
    }
  });
}

function addUp(
  pass: NativePass,
  [first, ...others]: readonly Histogram[],
  createTotal: (first: Histogram) => HistogramSum | HistogramMean,
): Histogram | undefined {
  const { annotations } = pass.run;
  const { span } = pass.shape;
  const total = createTotal(first);
  if (!others.every((other) => total.add(other))) {
    annotateMixedBounds(annotations, pass.metric, span);
    return undefined;
  }
  if (total.hasResetConflict) annotateResetCollision(annotations, 'aggregation', span);
  if (total.hasReconciledBounds) annotateReconciledBounds(annotations, 'aggregation', span);
  return total.finish();
}

/** The pass over floats and histograms in order of time. */
interface MergedPass extends RangePass {
  readonly column: MergedColumn;
}

function merge(pass: NativePass): MergedPass {
  const column = mergeLanes(pass.column, pass.native);
  const windows = createWindows(pass.windows.from.length);
  findWindows(pass.shape, column, windows);
  emptyOutside(windows);
  return { ...pass, column, windows };
}

/** A function that asks how many samples there are and when, but not what they hold. */
const ofPresence: NativeFunction = (pass, fill) => fill(merge(pass));

/** `first_over_time` and `last_over_time`. */
function ofEdge(isLast: boolean): NativeFunction {
  return (pass) => {
    const { column, windows } = merge(pass);
    for (let step = 0; step < windows.from.length; step++) {
      if (windows.to[step] <= windows.from[step]) continue;
      const at = isLast ? windows.to[step] - 1 : windows.from[step];
      const histogram = column.histograms[at];
      if (histogram === undefined) emit(pass, step, column.values[at]);
      else emitHistogram(pass, step, histogram);
    }
  };
}

/** `changes` and `resets`; a float after a histogram, or the other way round, is both. */
function ofPairs(
  happensToFloats: (column: MergedColumn, at: number) => boolean,
  happensToHistograms: (column: MergedColumn, at: number) => boolean,
): NativeFunction {
  const happens = (column: MergedColumn, at: number): boolean => {
    const isHistogram = column.histograms[at] !== undefined;
    if (isHistogram !== (column.histograms[at - 1] !== undefined)) return true;
    return isHistogram ? happensToHistograms(column, at) : happensToFloats(column, at);
  };
  return (pass) => {
    const merged = merge(pass);
    countPairs(merged, (at) => happens(merged.column, at));
  };
}

function hasHistogramChanged({ histograms }: MergedColumn, at: number): boolean {
  const [before, now] = [histograms[at - 1], histograms[at]];
  return before !== undefined && now !== undefined && !isEqualHistogram(now, before);
}

function isHistogramReset(column: MergedColumn, at: number): boolean {
  const [before, now] = [column.histograms[at - 1], column.histograms[at]];
  if (before === undefined || now === undefined) return false;
  return isStartReset(column, at) || isCounterReset(now, before);
}

/** `irate` and `idelta`: the change between the last two samples. */
function ofLastTwo(isRate: boolean): NativeFunction {
  return (pass, fill) => {
    const merged = merge(pass);
    const { column, windows } = merged;
    for (let step = 0; step < windows.from.length; step++) {
      const last = windows.to[step] - 1;
      if (last - 1 < windows.from[step]) continue;
      const [before, now] = [column.histograms[last - 1], column.histograms[last]];
      if (before === undefined && now === undefined) continue;
      // What is left in the window after this are floats, which the float function answers.
      windows.to[step] = windows.from[step];
      if (before === undefined || now === undefined) {
        annotateMixedSamples(pass.run.annotations, pass.metric, pass.firstArgumentSpan);
        continue;
      }
      const change = instantChange(merged, { last, before, now }, isRate);
      if (change !== undefined) emitHistogram(pass, step, change);
    }
    fill(merged);
  };
}

function instantChange(
  pass: MergedPass,
  pair: { readonly last: number; readonly before: Histogram; readonly now: Histogram },
  isRate: boolean,
): Histogram | undefined {
  const { column, metric } = pass;
  const { last, before, now } = pair;
  const place = placeOf(pass);
  const isOdd = [before, now].some((one) => (one.counterReset === 'gauge') === isRate);
  if (isOdd) {
    const wanted = isRate ? 'counter' : 'gauge';
    annotateHistogramKind(place.annotations, { metric, wanted }, place.span);
  }
  const isReset = isRate && isHistogramReset(column, last);
  const change = isReset ? now : subtractNoted(place, now, before);
  if (change === undefined) return undefined;
  const result = compactHistogram(withCounterReset(change, 'gauge'));
  const seconds = (column.timesMs[last] - column.timesMs[last - 1]) / 1000;
  return isRate ? divideHistogram(result, seconds) : result;
}

/** By name: what each function over range vectors does where there are histograms. */
export const NATIVE_FUNCTIONS: ReadonlyMap<string, NativeFunction> = new Map(
  Object.entries<NativeFunction>({
    absent_over_time: ofPresence,
    avg_over_time: ofTotal((first) => new HistogramMean(first)),
    changes: ofPairs(isFloatChange, hasHistogramChanged),
    count_over_time: ofPresence,
    delta: ofRate(RATE_KINDS.delta),
    deriv: ofFloats,
    double_exponential_smoothing(pass, fill) {
      assertFactors(pass, pass.nativeWindows);
      ofFloats(pass, fill);
    },
    first_over_time: ofEdge(false),
    idelta: ofLastTwo(false),
    increase: ofRate(RATE_KINDS.increase),
    irate: ofLastTwo(true),
    last_over_time: ofEdge(true),
    mad_over_time: ofFloats,
    max_over_time: ofFloats,
    min_over_time: ofFloats,
    predict_linear: ofFloats,
    present_over_time: ofPresence,
    quantile_over_time: ofFloats,
    rate: ofRate(RATE_KINDS.rate),
    resets: ofPairs(isFloatReset, isHistogramReset),
    stddev_over_time: ofFloats,
    stdvar_over_time: ofFloats,
    sum_over_time: ofTotal((first) => new HistogramSum(first)),
    ts_of_first_over_time: ofPresence,
    ts_of_last_over_time: ofPresence,
    ts_of_max_over_time: ofFloats,
    ts_of_min_over_time: ofFloats,
  }),
);
