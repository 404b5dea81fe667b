/**
 * Remote read: another Prometheus asks for the samples of some series, and computes by itself.
 *
 * It is answered with samples, one message in memory, or with a stream of chunks (read-chunks.ts),
 * as the reader prefers.
 */
import { setImmediate } from 'node:timers/promises';
import { limitExceeded, ProtoWriter } from '../platform/index.ts';
import {
  createMatcher,
  createSamples,
  type Labels,
  labelValue,
  mergeLabels,
  type Samples,
} from '../series/index.ts';
import { writeHistogram } from './histogram-message.ts';
import {
  READ_SAMPLES_MAX,
  READ_SAMPLES_PER_TURN,
  READ_SERIES_MAX,
  READ_STREAM_SAMPLES_MAX,
  UNPACKED_BYTES_MAX,
} from './limits.ts';
import { COST_OF_SERIES, type EncodeChunks, streamChunks } from './read-chunks.ts';
import {
  type ReadQuery,
  type ReadRange,
  type ReadRequest,
  readReadRequest,
} from './read-request.ts';
import { packSnappy, unpackSnappy } from './snappy.ts';
import { writeLabelsV1 } from './write-v1.ts';

/** What remote read needs of a store. */
export interface ReadStore {
  /** Series in order of their labels; a series' samples are valid until the next. */
  select(range: ReadRange): Iterable<{
    readonly labels: Labels;
    readonly samples: Samples;
  }>;
  /** Label sets of matching series, without reading samples; in order. */
  series(range: ReadRange): readonly Labels[];
  /** At most what a selection would read. */
  estimate(range: ReadRange): { readonly seriesCount: number; readonly sampleCount: number };
}

/** A packed `ReadResponse`, or the bytes of a stream of `ChunkedReadResponse`. */
export type ReadAnswer =
  | { readonly kind: 'samples'; readonly body: Uint8Array }
  | { readonly kind: 'chunks'; readonly stream: AsyncIterable<Uint8Array> };

/** Answers a packed `ReadRequest`. Where it throws, nothing was streamed yet. */
export type AnswerRead = (body: Uint8Array) => Promise<ReadAnswer>;

export interface ReadHandlerOptions {
  readonly store: ReadStore;
  /** Series leave with these, as they do by remote write. */
  readonly externalLabels: () => Labels;
  readonly encodeChunks: EncodeChunks;
}

/** Builds the answerer. */
export function createReadHandler(options: ReadHandlerOptions): AnswerRead {
  const { store, externalLabels, encodeChunks } = options;
  return async (body) => {
    const external = externalLabels();
    const request = readReadRequest(unpackSnappy(body, UNPACKED_BYTES_MAX));
    const queries = request.queries.map((query) => withoutExternal(query, external));
    assertAffordable(store, { ...request, queries });
    const results = queries.map((query) => readResult(store, query, external));
    if (request.answer === 'chunks')
      return { kind: 'chunks', stream: streamChunks(results, encodeChunks) };
    return { kind: 'samples', body: await writeSamples(results) };
  };
}

/** The series of one query, as they leave; samples are valid until the next. */
function* readResult(
  store: ReadStore,
  query: ReadQuery,
  external: Labels,
): Generator<{ readonly labels: Labels; readonly samples: Samples }> {
  for (const { labels, samples } of selectOrList(store, query)) {
    yield { labels: mergeLabels(external, labels), samples };
  }
}

async function writeSamples(
  results: readonly ReturnType<typeof readResult>[],
): Promise<Uint8Array> {
  const writer = new ProtoWriter(64 * 1024);
  let costInTurn = 0;
  for (const result of results) {
    const start = writer.begin(1);
    for (const { labels, samples } of result) {
      writeSeries(writer, labels, samples);
      costInTurn += samples.count + COST_OF_SERIES;
      if (costInTurn < READ_SAMPLES_PER_TURN) continue;
      costInTurn = 0;
      await setImmediate();
    }
    writer.end(start);
  }
  return packSnappy(writer.finish());
}

function selectOrList(store: ReadStore, query: ReadQuery): ReturnType<ReadStore['select']> {
  if (!query.isSeriesOnly) return store.select(query);
  return store.series(query).map((labels) => ({ labels, samples: NO_SAMPLES }));
}

const NO_SAMPLES = createSamples(0);

/** Refuses what would hold up everybody else, or fill memory, before anything is read. */
function assertAffordable(store: ReadStore, { queries, answer }: ReadRequest): void {
  let seriesCount = 0;
  let sampleCount = 0;
  for (const query of queries) {
    const estimate = store.estimate(query);
    // Of a stream, labels and samples are in memory for one series at a time.
    if (answer === 'samples' || query.isSeriesOnly) seriesCount += estimate.seriesCount;
    if (!query.isSeriesOnly) sampleCount += estimate.sampleCount;
  }
  const samplesMax = answer === 'samples' ? READ_SAMPLES_MAX : READ_STREAM_SAMPLES_MAX;
  if (sampleCount > samplesMax) throw tooLarge(`${sampleCount} samples`, samplesMax);
  if (seriesCount > READ_SERIES_MAX) throw tooLarge(`${seriesCount} series`, READ_SERIES_MAX);
}

function tooLarge(found: string, most: number): Error {
  return limitExceeded(
    'REMOTE_READ_TOO_LARGE',
    `about ${found} match, at most ${most} are read at once; narrow the selector or the range, ` +
      'or query here instead',
  );
}

/** Stored series do not have the external labels, so what asks for them asks for nothing there. */
function withoutExternal(range: ReadQuery, external: Labels): ReadQuery {
  const matchers = range.matchers.map((matcher) => {
    const { name, operator, value } = matcher;
    const isExternal = operator === '=' && value !== '' && labelValue(external, name) === value;
    return isExternal ? createMatcher(name, '=', '') : matcher;
  });
  return { ...range, matchers };
}

function writeSeries(writer: ProtoWriter, labels: Labels, samples: Samples): void {
  const { count, timesMs, bits, histograms } = samples;
  const series = writer.begin(1);
  writeLabelsV1(writer, labels);
  for (let i = 0; i < count; i++) {
    const histogram = histograms?.[i];
    if (histogram !== undefined) {
      writeHistogram(writer, 4, histogram, { timeMs: timesMs[i], startMs: 0 });
      continue;
    }
    const sample = writer.begin(2);
    writer.doubleBits(1, bits[2 * i], bits[2 * i + 1]);
    writer.int(2, timesMs[i]);
    writer.end(sample);
  }
  writer.end(series);
}
