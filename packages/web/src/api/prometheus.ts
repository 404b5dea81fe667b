/** Prometheus' query API: what the graphs and Explore ask, with answers checked on arrival. */
import { readJson, UnreachableError } from './send.ts';

export type Metric = Readonly<Record<string, string>>;

/** A sample: epoch seconds and the value; NaN and infinities are values too. */
export type Point = readonly [atSeconds: number, value: number];

export interface MatrixSeries {
  readonly metric: Metric;
  readonly points: readonly Point[];
  /** Native histograms have no single value and cannot be drawn as a line. */
  readonly hasHistograms: boolean;
}

export interface InstantRow {
  readonly metric: Metric;
  readonly atSeconds: number;
  /** Text for strings and histograms. */
  readonly value: number | string;
}

export type InstantData =
  | { readonly kind: 'vector' | 'scalar' | 'string'; readonly rows: readonly InstantRow[] }
  | { readonly kind: 'matrix'; readonly series: readonly MatrixSeries[] };

/** An answer with what the server remarked about the query. */
export interface Answered<T> {
  readonly data: T;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** The query was refused or failed; the message is the server's. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly status: number;
  /** `bad_data`, `execution`, `timeout` … */
  readonly errorType: string;

  constructor(message: string, options: { readonly status: number; readonly errorType: string }) {
    super(message);
    this.status = options.status;
    this.errorType = options.errorType;
  }
}

export interface RangeRequest {
  readonly expression: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One part of a query, with the parts that it was made from. */
export interface TraceNode {
  readonly text: string;
  readonly steps: number;
  readonly series: number;
  readonly samplesRead: number;
  readonly elapsedMs: number;
  readonly children: readonly TraceNode[];
}

export interface PrometheusApi {
  readonly queryInstant: (
    request: { readonly expression: string; readonly atMs: number },
    signal: AbortSignal,
  ) => Promise<Answered<InstantData>>;
  readonly queryRange: (
    request: RangeRequest,
    signal: AbortSignal,
  ) => Promise<Answered<readonly MatrixSeries[]>>;
  /** The values of a label among the series that a selector matches. */
  readonly labelValues: (
    request: { readonly label: string; readonly of: string } & TimeRange,
    signal: AbortSignal,
  ) => Promise<readonly string[]>;
  /** What the parts of a query gave and took; null where it has none. */
  readonly trace: (
    request: RangeRequest | { readonly expression: string; readonly atMs: number },
    signal: AbortSignal,
  ) => Promise<TraceNode | null>;
}

export function createPrometheusApi(fetchFn: typeof fetch): PrometheusApi {
  const get = async (path: string, params: Readonly<Record<string, string>>, signal: AbortSignal) =>
    readAnswer(
      await fetchFn(`/api/v1/${path}?${new URLSearchParams(params)}`, {
        credentials: 'same-origin',
        signal,
      }).catch((cause: unknown) => {
        throw signal.aborted
          ? signal.reason
          : new UnreachableError('the server cannot be reached', { cause });
      }),
    );
  return {
    queryInstant: async ({ expression, atMs }, signal) => {
      const answer = await get('query', { query: expression, time: seconds(atMs) }, signal);
      return { ...answer, data: parseInstant(answer.data) };
    },
    queryRange: async (request, signal) => {
      const answer = await get('query_range', rangeParams(request), signal);
      return { ...answer, data: readArray(readField(answer.data, 'result')).map(parseSeries) };
    },
    labelValues: async ({ label, of, fromMs, toMs }, signal) => {
      const params = { 'match[]': of, start: seconds(fromMs), end: seconds(toMs) };
      const { data } = await get(`label/${escapeLabel(label)}/values`, params, signal);
      return readTexts(data);
    },
    trace: async (request, signal) => {
      // The answer itself is there already; one series of it is enough.
      const params = { trace: '1', limit: '1' };
      const { data } =
        'atMs' in request
          ? await get(
              'query',
              { query: request.expression, time: seconds(request.atMs), ...params },
              signal,
            )
          : await get('query_range', { ...rangeParams(request), ...params }, signal);
      const root = readField(data, 'trace');
      return root === undefined ? null : parseTrace(root);
    },
  };
}

/** A name that is no plain word stands in a path in Prometheus' own escaping. */
function escapeLabel(label: string): string {
  if (/^[A-Za-z_]\w*$/.test(label)) return label;
  const escaped = label.replaceAll('_', '__').replaceAll(/[^\w]/gu, (character) => {
    return `_${(character.codePointAt(0) ?? 0).toString(16)}_`;
  });
  return `U__${escaped}`;
}

function rangeParams({ expression, fromMs, toMs, stepMs }: RangeRequest) {
  return {
    query: expression,
    start: seconds(fromMs),
    end: seconds(toMs),
    step: seconds(stepMs),
  };
}

function parseTrace(node: unknown): TraceNode {
  return {
    text: String(readField(node, 'text')),
    steps: Number(readField(node, 'steps')),
    series: Number(readField(node, 'series')),
    samplesRead: Number(readField(node, 'samplesRead')),
    elapsedMs: Number(readField(node, 'elapsedMs')),
    children: readArray(readField(node, 'children')).map(parseTrace),
  };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

async function readAnswer(response: Response): Promise<Answered<unknown>> {
  const body = await readJson(response);
  if (readField(body, 'status') === 'success') {
    return {
      data: readField(body, 'data'),
      warnings: readTexts(readField(body, 'warnings')),
      infos: readTexts(readField(body, 'infos')),
    };
  }
  const message = readField(body, 'error') ?? readField(body, 'message');
  const errorType = readField(body, 'errorType');
  throw new QueryError(
    typeof message === 'string' ? message : `the server answered with status ${response.status}`,
    { status: response.status, errorType: typeof errorType === 'string' ? errorType : 'unknown' },
  );
}

/** Reads the data of an instant answer; throws where it is none. */
export function parseInstant(data: unknown): InstantData {
  const kind = readField(data, 'resultType');
  const result = readField(data, 'result');
  switch (kind) {
    case 'matrix':
      return { kind, series: readArray(result).map(parseSeries) };
    case 'vector':
      return { kind, rows: readArray(result).map(parseRow) };
    case 'scalar':
    case 'string': {
      const [atSeconds, value] = readArray(result);
      const text = String(value);
      const row = { metric: {}, atSeconds: Number(atSeconds) };
      return { kind, rows: [{ ...row, value: kind === 'scalar' ? parseValue(text) : text }] };
    }
    default:
      throw malformed();
  }
}

function parseRow(entry: unknown): InstantRow {
  const metric = parseMetric(readField(entry, 'metric'));
  const sample = readField(entry, 'value');
  if (sample !== undefined) {
    const [atSeconds, value] = readArray(sample);
    return { metric, atSeconds: Number(atSeconds), value: parseValue(String(value)) };
  }
  const [atSeconds, histogram] = readArray(readField(entry, 'histogram'));
  return { metric, atSeconds: Number(atSeconds), value: describeHistogram(histogram) };
}

function parseSeries(entry: unknown): MatrixSeries {
  const samples = readField(entry, 'values');
  const points = samples === undefined ? [] : readArray(samples).map(parsePoint);
  return {
    metric: parseMetric(readField(entry, 'metric')),
    points,
    hasHistograms: readField(entry, 'histograms') !== undefined,
  };
}

function parsePoint(sample: unknown): Point {
  const [atSeconds, value] = readArray(sample);
  return [Number(atSeconds), parseValue(String(value))];
}

/** Reads a value as Prometheus writes it. */
export function parseValue(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return Number(text);
}

function describeHistogram(histogram: unknown): string {
  return `count ${String(readField(histogram, 'count'))}, sum ${String(readField(histogram, 'sum'))}`;
}

function parseMetric(metric: unknown): Metric {
  if (typeof metric !== 'object' || metric === null) throw malformed();
  return Object.fromEntries(Object.entries(metric).map(([name, value]) => [name, String(value)]));
}

function readField(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const field: unknown = Reflect.get(value, name);
  return field;
}

function readArray(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw malformed();
  return value;
}

function readTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function malformed(): QueryError {
  return new QueryError('the answer is not what Prometheus’ API describes', {
    status: 200,
    errorType: 'malformed',
  });
}
