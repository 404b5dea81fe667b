/**
 * Remote read: another Prometheus asks for the samples of some series, and computes by itself.
 *
 * Answered are samples, the response type that every client takes (prompb/remote.proto): streamed
 * chunks would save a client memory, and us nothing, since our chunks are not Prometheus'.
 */
import { setImmediate } from 'node:timers/promises';
import { invalid, limitExceeded, ProtoReader, ProtoWriter } from '../platform/index.ts';
import {
  createMatcher,
  createSamples,
  type Labels,
  labelValue,
  type Matcher,
  mergeLabels,
  type Samples,
} from '../series/index.ts';
import { writeHistogram } from './histogram-message.ts';
import {
  READ_QUERIES_MAX,
  READ_SAMPLES_MAX,
  READ_SERIES_PER_TURN,
  UNPACKED_BYTES_MAX,
} from './limits.ts';
import { packSnappy, unpackSnappy } from './snappy.ts';
import { MATCH_OPERATORS, SERIES_HINT } from './source-selection.ts';
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

interface ReadRange {
  readonly matchers: readonly Matcher[];
  /** Both ends inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

interface ReadQuery extends ReadRange {
  /** Whether the samples are left out. */
  readonly isSeriesOnly: boolean;
}

/** Answers a packed `ReadRequest` with a packed `ReadResponse`. */
export type AnswerRead = (body: Uint8Array) => Promise<Uint8Array>;

/** Builds the answerer; series leave with the external labels, as they do by remote write. */
export function createReadHandler(store: ReadStore, externalLabels: () => Labels): AnswerRead {
  return async (body) => {
    const external = externalLabels();
    const ranges = readRequest(unpackSnappy(body, UNPACKED_BYTES_MAX));
    const queries = ranges.map((range) => withoutExternal(range, external));
    assertAffordable(store, queries);
    const writer = new ProtoWriter(64 * 1024);
    for (const query of queries) {
      const result = writer.begin(1);
      let count = 0;
      for (const { labels, samples } of selectOrList(store, query)) {
        writeSeries(writer, mergeLabels(external, labels), samples);
        if (++count % READ_SERIES_PER_TURN === 0) await setImmediate();
      }
      writer.end(result);
    }
    return packSnappy(writer.finish());
  };
}

function selectOrList(store: ReadStore, query: ReadQuery): ReturnType<ReadStore['select']> {
  if (!query.isSeriesOnly) return store.select(query);
  return store.series(query).map((labels) => ({ labels, samples: NO_SAMPLES }));
}

const NO_SAMPLES = createSamples(0);

function assertAffordable(store: ReadStore, queries: readonly ReadQuery[]): void {
  const sampleCount = queries.reduce(
    (sum, query) => sum + (query.isSeriesOnly ? 0 : store.estimate(query).sampleCount),
    0,
  );
  if (sampleCount <= READ_SAMPLES_MAX) return;
  throw limitExceeded(
    'REMOTE_READ_TOO_LARGE',
    `about ${sampleCount} samples match, at most ${READ_SAMPLES_MAX} are read at once; narrow the ` +
      'selector or the range, or query here instead',
  );
}

function readRequest(bytes: Uint8Array): readonly ReadQuery[] {
  const reader = new ProtoReader(bytes);
  const ranges: ReadQuery[] = [];
  const types: number[] = [];
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) ranges.push(readQuery(reader));
    else if (field === 2) readTypes(reader, types);
    else reader.skip();
    if (ranges.length > READ_QUERIES_MAX) {
      throw invalid('REMOTE_READ_INVALID', `more than ${READ_QUERIES_MAX} queries in one request`);
    }
  }
  if (types.length > 0 && !types.includes(0)) {
    const message = 'only the response type SAMPLES is answered, and the request does not take it';
    throw invalid('REMOTE_READ_INVALID', message);
  }
  return ranges;
}

function readTypes(reader: ProtoReader, into: number[]): void {
  if (reader.wireType !== 2) {
    into.push(reader.uint());
    return;
  }
  const outer = reader.enter();
  while (reader.hasMore) into.push(reader.packedUint());
  reader.leave(outer);
}

function readQuery(reader: ProtoReader): ReadQuery {
  let fromMs = 0;
  let toMs = 0;
  let isSeriesOnly = false;
  const matchers: Matcher[] = [];
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) fromMs = reader.int();
    else if (field === 2) toMs = reader.int();
    else if (field === 3) matchers.push(readMatcher(reader));
    else if (field === 4) isSeriesOnly = readHint(reader) === SERIES_HINT;
    else reader.skip();
  }
  reader.leave(outer);
  return { fromMs, toMs, matchers, isSeriesOnly };
}

/** What the reader will do with the answer; '' where it does not say. */
function readHint(reader: ProtoReader): string {
  let name = '';
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) name = reader.string();
    else reader.skip();
  }
  reader.leave(outer);
  return name;
}

function readMatcher(reader: ProtoReader): Matcher {
  let type = 0;
  let name = '';
  let value = '';
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) type = reader.uint();
    else if (field === 2) name = reader.string();
    else if (field === 3) value = reader.string();
    else reader.skip();
  }
  reader.leave(outer);
  const operator = MATCH_OPERATORS.at(type);
  if (operator === undefined) throw invalid('REMOTE_READ_INVALID', `unknown matcher type ${type}`);
  try {
    return createMatcher(name, operator, value);
  } catch (error) {
    throw invalid('REMOTE_READ_INVALID', `cannot read the expression ${value}`, { cause: error });
  }
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
