/**
 * What the two versions of remote write have in common: where samples go, and how a sample, an
 * exemplar and a histogram are read once their series is known.
 */
import { AppError, invalid, type ProtoReader } from '../platform/index.ts';
import { createLabelsFromPairs, EMPTY_LABELS, type Labels, setStale } from '../series/index.ts';
import type { Faults } from './faults.ts';
import { checkHistogram, type HistogramSample, readHistogram } from './histogram-message.ts';
import type { KnownSeries } from './known-series.ts';
import { EXEMPLAR_CHARS_MAX } from './limits.ts';
import type { MetadataBook } from './metadata-book.ts';
import { createSeriesLabels, type RawPair } from './series-labels.ts';
import type { WriteBatch } from './write-batch.ts';

/** Where what is read goes. */
export interface WriteTarget {
  readonly known: KnownSeries;
  readonly floats: WriteBatch;
  readonly histograms: WriteBatch;
  readonly faults: Faults;
  readonly metadata: MetadataBook;
}

/** Where the batches stood when a series began. */
export interface SeriesStart {
  readonly float: number;
  readonly histogram: number;
}

/** Notes where a series begins. */
export function beginSeries({ floats, histograms }: WriteTarget): SeriesStart {
  return { float: floats.count, histogram: histograms.count };
}

/** Reads one float sample; both versions number its fields alike, the second has one more. */
export function readSample(reader: ProtoReader, floats: WriteBatch): void {
  const at = floats.begin();
  floats.values[at] = 0;
  floats.timesMs[at] = 0;
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) reader.doubleBits(floats.bits, 2 * at);
    else if (field === 2) floats.timesMs[at] = reader.int();
    else if (field === 3) floats.startTimesMs[at] = reader.int();
    else reader.skip();
  }
  reader.leave(outer);
}

/** Reads one native histogram; one that makes no sense is left out with a fault. */
export function readHistogramSample(reader: ProtoReader, target: WriteTarget): void {
  const sample = readHistogram(reader);
  const { histograms, faults } = target;
  const histogram = sample.isStale ? undefined : checkOrRefuse(sample, faults);
  if (histogram === undefined && !sample.isStale) return;
  const at = histograms.begin();
  histograms.timesMs[at] = sample.timeMs;
  histograms.startTimesMs[at] = sample.startMs;
  histograms.values[at] = 0;
  if (sample.isStale) setStale(histograms.bits, at);
  histograms.histograms[at] = histogram;
}

function checkOrRefuse(
  sample: HistogramSample,
  faults: Faults,
): ReturnType<typeof checkHistogram> | undefined {
  try {
    return checkHistogram(sample);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    faults.add(error.message);
    return undefined;
  }
}

/** An exemplar whose labels are read by the version's own way. */
export interface RawExemplar {
  readonly pairs: readonly RawPair[];
  readonly value: number;
  readonly timeMs: number;
}

/** Takes an exemplar for the series at hand; one that makes no sense is left out with a fault. */
export function addExemplar(raw: RawExemplar, { floats, faults }: WriteTarget): void {
  const labels = createExemplarLabels(raw.pairs);
  if (typeof labels === 'string') faults.add(labels);
  else floats.addExemplar({ labels, value: raw.value, timeMs: raw.timeMs });
}

function createExemplarLabels(raw: readonly RawPair[]): Labels | string {
  if (raw.length === 0) return EMPTY_LABELS;
  const pairs: [string, string][] = [];
  let charCount = 0;
  for (const [name, value] of raw) {
    if (name === undefined || value === undefined) return 'exemplar: a text is not UTF-8';
    pairs.push([name, value]);
    charCount += name.length + value.length;
  }
  if (charCount <= EXEMPLAR_CHARS_MAX) return createLabelsFromPairs(pairs);
  return `exemplar: its labels have ${charCount} characters; at most ${EXEMPLAR_CHARS_MAX}`;
}

/**
 * Takes in a series that is seen for the first time; undefined where it is refused, with a fault.
 * What the disk refuses is thrown: that is nobody's fault, and the sender shall try again.
 */
export function learnSeries(
  key: { readonly bytes: Uint8Array; readonly from: number; readonly to: number },
  readPairs: () => readonly RawPair[],
  target: WriteTarget,
): number | undefined {
  try {
    return target.known.learn(key, createSeriesLabels(readPairs()));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.kind !== 'invalid' && error.kind !== 'limitExceeded') throw error;
    target.faults.add(error.message);
    return undefined;
  }
}

/** Gives the samples of a series their number, or takes them back where the series was refused. */
export function endSeries(start: SeriesStart, entry: number | undefined, to: WriteTarget): void {
  const { floats, histograms, known } = to;
  if (entry === undefined) {
    floats.cut(start.float);
    histograms.cut(start.histogram);
    return;
  }
  const ref = known.ref(entry);
  floats.assign(start.float, ref);
  histograms.assign(start.histogram, ref);
}

/** Says that a message is not what its version of remote write says. */
export function malformed(why: string): Error {
  return invalid('REMOTE_MESSAGE_INVALID', `not a valid remote write message: ${why}`);
}
