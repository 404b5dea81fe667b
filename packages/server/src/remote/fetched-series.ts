/** Series that another server has sent, read from remote read or from its query API. */
import { AppError, invalid, limitExceeded, ProtoReader } from '../platform/index.ts';
import {
  createLabelsFromPairs,
  createSamples,
  type Histogram,
  type Labels,
  type Samples,
  setStale,
} from '../series/index.ts';
import { checkHistogram, readHistogram } from './histogram-message.ts';
import { SOURCE_SAMPLES_MAX, SOURCE_SERIES_MAX, SOURCE_UNPACKED_BYTES_MAX } from './limits.ts';
import { unpackSnappy } from './snappy.ts';

export interface FetchedSeries {
  readonly labels: Labels;
  /** In order of time; staleness markers where the source has them. */
  readonly samples: Samples;
}

export interface FetchedAnswer {
  readonly series: readonly FetchedSeries[];
  /** What the source says about its answer. */
  readonly warnings: readonly string[];
}

/** How a source is asked, and so what its answer is made of. */
export type SourceProtocol = 'remote_read' | 'promql';

/** Reads an answer. Throws `invalid` or `limitExceeded`; then nothing of it counts. */
export function readAnswer(protocol: SourceProtocol, body: Uint8Array): FetchedAnswer {
  return protocol === 'remote_read' ? readProto(body) : readJson(body);
}

function readProto(body: Uint8Array): FetchedAnswer {
  const reader = new ProtoReader(unpackSnappy(body, SOURCE_UNPACKED_BYTES_MAX));
  const builder = new AnswerBuilder();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field !== 1) {
      reader.skip();
      continue;
    }
    const outer = reader.enter();
    for (let inner = reader.next(); inner !== 0; inner = reader.next()) {
      if (inner === 1) readSeries(reader, builder);
      else reader.skip();
    }
    reader.leave(outer);
  }
  return builder.finish();
}

function readSeries(reader: ProtoReader, builder: AnswerBuilder): void {
  const pairs: [string, string][] = [];
  builder.begin();
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) pairs.push(readPair(reader));
    else if (field === 2) readSample(reader, builder);
    else if (field === 4) builder.addHistogram(readHistogram(reader));
    else reader.skip();
  }
  reader.leave(outer);
  builder.end(createLabelsFromPairs(pairs));
}

export function readPair(reader: ProtoReader): [string, string] {
  let name = '';
  let value = '';
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) name = reader.string();
    else if (field === 2) value = reader.string();
    else reader.skip();
  }
  reader.leave(outer);
  return [name, value];
}

function readSample(reader: ProtoReader, builder: AnswerBuilder): void {
  let timeMs = 0;
  const at = builder.reserve();
  const outer = reader.enter();
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) reader.doubleBits(builder.bits, 2 * at);
    else if (field === 2) timeMs = reader.int();
    else reader.skip();
  }
  reader.leave(outer);
  builder.add(timeMs, undefined);
}

/** Collects the samples of one series after the other in memory that is used again. */
class AnswerBuilder {
  readonly warnings = new Set<string>();
  readonly #series: FetchedSeries[] = [];
  #timesMs = new Float64Array(1024);
  #values = new Float64Array(1024);
  bits = new Uint32Array(this.#values.buffer);
  #histograms: (Histogram | undefined)[] | undefined;
  #count = 0;
  #total = 0;

  begin(): void {
    this.#count = 0;
    this.#histograms = undefined;
  }

  /** Makes room for one more sample; answers its place. */
  reserve(): number {
    const at = this.#count;
    if (at === this.#values.length) {
      const values = new Float64Array(at * 2);
      const timesMs = new Float64Array(at * 2);
      this.bits = new Uint32Array(values.buffer);
      // Bits, because a NaN's payload may not survive as a number.
      this.bits.set(new Uint32Array(this.#values.buffer));
      timesMs.set(this.#timesMs);
      this.#values = values;
      this.#timesMs = timesMs;
    }
    this.bits.fill(0, 2 * at, 2 * at + 2);
    return at;
  }

  /** Takes the reserved sample. One that is no newer than the one before it is passed over. */
  add(timeMs: number, histogram: Histogram | undefined): void {
    const at = this.#count;
    if (at > 0 && timeMs <= this.#timesMs[at - 1]) return;
    if (++this.#total > SOURCE_SAMPLES_MAX) {
      throw tooLarge(`more than ${SOURCE_SAMPLES_MAX} samples`);
    }
    this.#timesMs[at] = timeMs;
    if (histogram !== undefined) (this.#histograms ??= [])[at] = histogram;
    this.#count++;
  }

  addFloat(timeMs: number, value: number): void {
    const at = this.reserve();
    this.#values[at] = value;
    this.add(timeMs, undefined);
  }

  addHistogram(sample: ReturnType<typeof readHistogram>): void {
    const at = this.reserve();
    if (sample.isStale) {
      setStale(this.bits, at);
      this.add(sample.timeMs, undefined);
      return;
    }
    try {
      this.add(sample.timeMs, checkHistogram(sample));
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'invalid') throw error;
      this.warnings.add(`a histogram was left out: ${error.message}`);
    }
  }

  end(labels: Labels): void {
    if (this.#count === 0) return;
    if (this.#series.length >= SOURCE_SERIES_MAX) {
      throw tooLarge(`more than ${SOURCE_SERIES_MAX} series`);
    }
    const kept = createSamples(this.#count);
    kept.bits.set(this.bits.subarray(0, 2 * this.#count));
    kept.timesMs.set(this.#timesMs.subarray(0, this.#count));
    kept.count = this.#count;
    const histograms = this.#histograms;
    this.#series.push({
      labels,
      samples: histograms === undefined ? kept : { ...kept, histograms },
    });
  }

  finish(): FetchedAnswer {
    return { series: this.#series, warnings: [...this.warnings] };
  }
}

export function tooLarge(what: string): Error {
  return limitExceeded(
    'QUERY_SOURCE_TOO_LARGE',
    `${what} in its answer; narrow the query's selectors or shorten its range`,
  );
}

/** The JSON of an instant query: a matrix of samples, without staleness markers. */
function readJson(body: Uint8Array): FetchedAnswer {
  const answer = parseAnswer(body);
  const data = fieldsOf(answer['data']);
  if (answer['status'] !== 'success' || data['resultType'] !== 'matrix') {
    throw badAnswer('it is no matrix of samples');
  }
  const builder = new AnswerBuilder();
  for (const item of listOf(data['result'])) readJsonSeries(fieldsOf(item), builder);
  for (const text of listOf(answer['warnings'])) builder.warnings.add(String(text));
  return builder.finish();
}

function readJsonSeries(fields: Fields, builder: AnswerBuilder): void {
  const pairs = Object.entries(fieldsOf(fields['metric'])).map(
    ([name, value]): [string, string] => [name, String(value)],
  );
  if (listOf(fields['histograms']).length > 0) {
    builder.warnings.add(
      'native histograms were left out: the query API does not give them whole; ask by remote_read',
    );
  }
  builder.begin();
  for (const sample of listOf(fields['values'])) {
    const [seconds, text] = listOf(sample);
    const timeMs = Math.round(Number(seconds) * 1000);
    if (!Number.isSafeInteger(timeMs)) throw badAnswer('a sample has no time');
    builder.addFloat(timeMs, parseValue(text));
  }
  builder.end(createLabelsFromPairs(pairs));
}

function parseValue(text: unknown): number {
  if (text === '+Inf') return Infinity;
  if (text === '-Inf') return -Infinity;
  const value = Number(text);
  if (Number.isNaN(value) && text !== 'NaN') throw badAnswer('a value is no number');
  return value;
}

type Fields = Readonly<Record<string, unknown>>;

export function parseAnswer(body: Uint8Array): Fields {
  try {
    return fieldsOf(JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.length).toString()));
  } catch (error) {
    throw invalid('QUERY_SOURCE_INVALID', 'its answer is not JSON', { cause: error });
  }
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function badAnswer(why: string): Error {
  return invalid('QUERY_SOURCE_INVALID', `its answer makes no sense: ${why}`);
}
