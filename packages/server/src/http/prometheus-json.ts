/**
 * Query results as Prometheus writes them: values are strings, times are seconds. Written by hand,
 * because an answer may have a million points and an object for each would cost more than the
 * query (web/api/v1/json_codec.go, util/jsonutil).
 */
import type {
  MatrixSeries,
  QueryResult,
  QueryStats,
  QueryValue,
  VectorSample,
} from '../promql/index.ts';
import { createHistogramJson, type Histogram, type Labels } from '../series/index.ts';
import { type ByteText, encodeText } from './byte-text.ts';

/** Notes of one kind in one answer, as in Prometheus. */
const NOTES_MAX = 10;

/** Writes the whole body of a successful query; `hasStats` adds what it took. */
export function writeQueryAnswer(out: ByteText, result: QueryResult, hasStats = false): void {
  const { value, stats, warnings, infos, trace } = result;
  out.add(`{"status":"success","data":{"resultType":"${value.kind}","result":`);
  writeResult(out, value);
  if (hasStats) out.add(`,"stats":${JSON.stringify(describeStats(stats))}`);
  // Ours alone: Prometheus has nothing like it, and its clients pass over what they do not know.
  if (trace !== undefined) out.add(`,"trace":${JSON.stringify(trace)}`);
  const notes = {
    warnings: boundNotes(warnings, 'warning'),
    infos: boundNotes(infos, 'info'),
  };
  out.add(`}${formatNotes(notes)}}`);
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

function writeResult(out: ByteText, value: QueryValue): void {
  switch (value.kind) {
    case 'scalar':
      out.add(`[${formatTime(value.atMs)},"${formatValue(value.value)}"]`);
      break;
    case 'string':
      out.add(`[${formatTime(value.atMs)},${JSON.stringify(value.value)}]`);
      break;
    case 'vector':
      writeVector(out, value.samples, formatTime(value.atMs));
      break;
    case 'matrix': {
      const textsOf = createTimeTexts();
      out.addAscii('[');
      for (const [i, series] of value.series.entries()) {
        out.addAscii(i === 0 ? OPEN_METRIC : `,${OPEN_METRIC}`);
        out.addEncoded(encodeMetric(series.labels));
        out.add(`${formatLanes(series, textsOf(series.timesMs))}}`);
      }
      out.addAscii(']');
    }
  }
}

const OPEN_METRIC = '{"metric":';

/** Tens of thousands of lines that differ in their numbers from those of the last answer. */
function writeVector(out: ByteText, samples: readonly VectorSample[], at: string): void {
  const beforeValue = `,"value":[${at},"`;
  let open = `[${OPEN_METRIC}`;
  for (const { labels, value, histogram } of samples) {
    out.addAscii(open);
    open = `,${OPEN_METRIC}`;
    out.addEncoded(encodeMetric(labels));
    if (histogram === undefined) {
      out.addAscii(beforeValue);
      out.addAscii(formatValue(value));
      out.addAscii('"]}');
    } else {
      out.add(`,"histogram":[${at},${formatSample(value, histogram)}]}`);
    }
  }
  out.addAscii(samples.length === 0 ? '[]' : ']');
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
const metricsKnown = new WeakMap<Labels, Uint8Array>();

function encodeMetric(labels: Labels): Uint8Array {
  const known = metricsKnown.get(labels);
  if (known !== undefined) return known;
  const { names, values } = labels;
  const pairs = names.map((name, i) => `${JSON.stringify(name)}:${JSON.stringify(values[i])}`);
  const encoded = encodeText(`{${pairs.join(',')}}`);
  metricsKnown.set(labels, encoded);
  return encoded;
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
