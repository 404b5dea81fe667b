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
  READ_SERIES_PER_TURN,
  READ_STREAM_SAMPLES_MAX,
  UNPACKED_BYTES_MAX,
} from './limits.ts';
import { type EncodeChunks, streamChunks } from './read-chunks.ts';
import { type ReadQuery, type ReadRange, readReadRequest } from './read-request.ts';
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
  estimate(range: ReadRange): { readonly sampleCount: number };
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
    const isStream = request.answer === 'chunks';
    assertAffordable(store, queries, isStream ? READ_STREAM_SAMPLES_MAX : READ_SAMPLES_MAX);
    const results = queries.map((query) => readResult(store, query, external));
    if (isStream) return { kind: 'chunks', stream: streamChunks(results, encodeChunks) };
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
  for (const result of results) {
    const start = writer.begin(1);
    let count = 0;
    for (const { labels, samples } of result) {
      writeSeries(writer, labels, samples);
      if (++count % READ_SERIES_PER_TURN === 0) await setImmediate();
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

function assertAffordable(store: ReadStore, queries: readonly ReadQuery[], most: number): void {
  const sampleCount = queries.reduce(
    (sum, query) => sum + (query.isSeriesOnly ? 0 : store.estimate(query).sampleCount),
    0,
  );
  if (sampleCount <= most) return;
  throw limitExceeded(
    'REMOTE_READ_TOO_LARGE',
    `about ${sampleCount} samples match, at most ${most} are read at once; narrow the ` +
      'selector or the range, or query here instead',
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
