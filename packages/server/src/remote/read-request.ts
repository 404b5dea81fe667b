/** Requests of remote read (prompb/remote.proto of Prometheus). */
import { invalid, ProtoReader } from '../platform/index.ts';
import { createMatcher, type Matcher } from '../series/index.ts';
import { READ_QUERIES_MAX } from './limits.ts';
import { MATCH_OPERATORS, SERIES_HINT } from './source-selection.ts';

/** What one query of a request selects. */
export interface ReadRange {
  readonly matchers: readonly Matcher[];
  /** Both ends inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ReadQuery extends ReadRange {
  /** Whether the samples are left out. */
  readonly isSeriesOnly: boolean;
}

/** A request, and which of the answers that it takes it gets. */
export interface ReadRequest {
  readonly queries: readonly ReadQuery[];
  readonly answer: 'samples' | 'chunks';
}

/** Reads a request. Throws `invalid` where it makes no sense, or takes no answer that we have. */
export function readReadRequest(bytes: Uint8Array): ReadRequest {
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
  return { queries: ranges, answer: chooseAnswer(types) };
}

/** The first type that the reader takes and that we have; one that names none knows samples only. */
function chooseAnswer(types: readonly number[]): ReadRequest['answer'] {
  if (types.length === 0) return 'samples';
  const type = types.find((one) => one === SAMPLES || one === STREAMED_XOR_CHUNKS);
  if (type !== undefined) return type === SAMPLES ? 'samples' : 'chunks';
  const message = `the request takes answers of the types ${types.join(', ')} only; there are 0 (SAMPLES) and 1 (STREAMED_XOR_CHUNKS)`;
  throw invalid('REMOTE_READ_INVALID', message);
}

const SAMPLES = 0;
const STREAMED_XOR_CHUNKS = 1;

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
