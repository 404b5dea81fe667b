/**
 * Query results as Prometheus writes them: values are strings, times are seconds. Written by hand,
 * because an answer may have a million points and an object for each would cost more than the
 * query (web/api/v1/json_codec.go, util/jsonutil).
 */
import type { MatrixSeries, QueryResult, QueryStats, QueryValue } from '../promql/index.ts';
import { createHistogramJson, type Histogram, type Labels } from '../series/index.ts';

/** Notes of one kind in one answer, as in Prometheus. */
const NOTES_MAX = 10;

/** Series of one sample are joined up to this length: each piece costs its reader a call. */
const PIECE_LENGTH = 16 * 1024;

/**
 * The whole body of a successful query, a series at a time, so that nobody has to hold all of it as
 * one text; `hasStats` adds what it took.
 */
export function* formatQueryAnswer(
  result: QueryResult,
  hasStats = false,
): IterableIterator<string> {
  const { value, stats, warnings, infos, trace } = result;
  yield `{"status":"success","data":{"resultType":"${value.kind}","result":`;
  yield* formatResult(value);
  if (hasStats) yield `,"stats":${JSON.stringify(describeStats(stats))}`;
  // Ours alone: Prometheus has nothing like it, and its clients pass over what they do not know.
  if (trace !== undefined) yield `,"trace":${JSON.stringify(trace)}`;
  const notes = {
    warnings: boundNotes(warnings, 'warning'),
    infos: boundNotes(infos, 'info'),
  };
  yield `}${formatNotes(notes)}}`;
}

function boundNotes(notes: readonly string[], kind: string): readonly string[] {
  const omitted = notes.length - NOTES_MAX;
  if (omitted <= 0) return notes;
  return [...notes.slice(0, NOTES_MAX), `${omitted} more ${kind} annotations omitted`];
}

/**
 * Prometheus' names (util/stats). Of its timers there is one here, the others are parts of it; and
 * the samples are those read from the store, also where several of a series give one value.
 */
function describeStats({ elapsedMs, samplesRead, samplesHeldMax }: QueryStats): unknown {
  const seconds = elapsedMs / 1000;
  return {
    timings: {
      evalTotalTime: seconds,
      resultSortTime: 0,
      queryPreparationTime: 0,
      innerEvalTime: seconds,
      execQueueTime: 0,
      execTotalTime: seconds,
    },
    samples: { totalQueryableSamples: samplesRead, peakSamples: samplesHeldMax },
  };
}

interface Notes {
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** Wraps data that is JSON already. */
export function formatSuccess(data: string, notes: Notes): string {
  return `{"status":"success","data":${data}${formatNotes(notes)}}`;
}

function formatNotes({ warnings, infos }: Notes): string {
  const warned = warnings.length > 0 ? `,"warnings":${JSON.stringify(warnings)}` : '';
  return infos.length > 0 ? `${warned},"infos":${JSON.stringify(infos)}` : warned;
}

function* formatResult(value: QueryValue): IterableIterator<string> {
  switch (value.kind) {
    case 'scalar':
      yield `[${formatTime(value.atMs)},"${formatValue(value.value)}"]`;
      break;
    case 'string':
      yield `[${formatTime(value.atMs)},${JSON.stringify(value.value)}]`;
      break;
    case 'vector': {
      const at = formatTime(value.atMs);
      let text = '[';
      let comma = '';
      for (const { labels, value: number, histogram } of value.samples) {
        const field = histogram === undefined ? 'value' : 'histogram';
        const shown = formatSample(number, histogram);
        text += `${comma}{"metric":${formatMetric(labels)},"${field}":[${at},${shown}]}`;
        comma = ',';
        if (text.length < PIECE_LENGTH) continue;
        yield text;
        text = '';
      }
      yield `${text}]`;
      break;
    }
    case 'matrix': {
      const textsOf = createTimeTexts();
      yield '[';
      for (const [i, series] of value.series.entries()) {
        const lanes = formatLanes(series, textsOf(series.timesMs));
        yield `${i === 0 ? '' : ','}{"metric":${formatMetric(series.labels)}${lanes}}`;
      }
      yield ']';
    }
  }
}

/** Series without gaps share their times, which are half of all numbers: those are written once. */
function createTimeTexts(): (timesMs: Float64Array) => readonly string[] {
  let known: Float64Array | undefined;
  let texts: readonly string[] = [];
  return (timesMs) => {
    if (timesMs !== known) texts = Array.from(timesMs, formatTime);
    known = timesMs;
    return texts;
  };
}

function formatSample(value: number, histogram: Histogram | undefined): string {
  if (histogram === undefined) return `"${formatValue(value)}"`;
  return JSON.stringify(createHistogramJson(histogram));
}

/** Floats and histograms of a series, each kind in a list of its own, if there are any. */
function formatLanes(series: MatrixSeries, times: readonly string[]): string {
  const { histograms } = series;
  if (histograms === undefined) return `,"values":${formatPoints(series.values, times)}`;
  const floats: string[] = [];
  const natives: string[] = [];
  times.forEach((time, i) => {
    const histogram = histograms[i];
    const point = `[${time},${formatSample(series.values[i], histogram)}]`;
    (histogram === undefined ? floats : natives).push(point);
  });
  const values = floats.length === 0 ? '' : `,"values":[${floats.join(',')}]`;
  return `${values},"histograms":[${natives.join(',')}]`;
}

function formatPoints(values: Float64Array, times: readonly string[]): string {
  let text = '[';
  for (let i = 0; i < times.length; i++) {
    text += `${i === 0 ? '[' : ',['}${times[i]},"${formatValue(values[i])}"]`;
  }
  return `${text}]`;
}

/**
 * By labels. A store gives the same object for the same series for as long as it keeps it, and a
 * bounded number of them (tsdb/label-source.ts); what is remembered goes with it.
 */
const metricsKnown = new WeakMap<Labels, string>();

function formatMetric(labels: Labels): string {
  const known = metricsKnown.get(labels);
  if (known !== undefined) return known;
  const { names, values } = labels;
  const pairs = names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(values[i])}`);
  const text = `{${pairs.join(',')}}`;
  metricsKnown.set(labels, text);
  return text;
}

/** Seconds, with three digits where they are not whole. */
export function formatTime(timeMs: number): string {
  const isWhole = timeMs % 1000 === 0;
  return isWhole ? String(timeMs / 1000) : (timeMs / 1000).toFixed(3);
}

/** The shortest text that reads back as the same number; JavaScript's and Go's rules agree. */
export function formatValue(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

/** A moment as Prometheus' JSON has it; the zero time where it has not happened. */
export function formatInstant(timeMs: number | undefined): string {
  return timeMs === undefined ? '0001-01-01T00:00:00Z' : new Date(timeMs).toISOString();
}
