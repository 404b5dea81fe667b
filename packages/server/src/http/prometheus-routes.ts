/**
 * Prometheus' HTTP API under /api/v1, for Grafana, promtool and everyone's scripts.
 *
 * What is answered about targets, rules and alerts comes in as plain data in Prometheus' shape:
 * `app` makes it from the engines.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError, invalid } from '../platform/index.ts';
import {
  createExprJson,
  formatPretty,
  ParseError,
  parseExpr,
  type Queryable,
  type QueryEngine,
} from '../promql/index.ts';
import { labelsRecord, type Labels, labelsKey } from '../series/index.ts';
import { QUERY_TIMEOUT_MS, SERIES_ANSWER_MAX } from './limits.ts';
import { formatQueryAnswer, formatSuccess } from './prometheus-json.ts';
import { ApiParams, badParameter } from './prometheus-params.ts';

export interface PrometheusApi {
  readonly engine: QueryEngine;
  readonly queryable: Queryable;
  readonly now: () => number;
  readonly version: string;
  /** Data in the shape of Prometheus' answers, from the parameters of the request. */
  readonly targets: (params: ApiParams) => unknown;
  readonly rules: (params: ApiParams) => unknown;
  readonly alerts: () => unknown;
  readonly metadata: (params: ApiParams) => unknown;
}

const NO_NOTES = { warnings: [], infos: [] };
/** What a query that was refused or failed is called, by its error. */
const STATUS_OF_EXECUTION = 422;

/** Mounts the API. */
export function mountPrometheusRoutes(server: FastifyInstance, api: PrometheusApi): void {
  const mount = (
    path: string,
    answer: (params: ApiParams, request: FastifyRequest) => string,
  ): void => {
    server.route({
      method: ['GET', 'POST'],
      url: `/api/v1/${path}`,
      config: { isPrometheus: true },
      handler: async (request, reply) => {
        reply.type('application/json').header('cache-control', 'no-store');
        return answerOrFail({ request, reply, answer });
      },
    });
  };
  const json = (make: (params: ApiParams) => unknown) => (params: ApiParams) =>
    formatSuccess(JSON.stringify(make(params)), NO_NOTES);
  mount('query', (params) => queryInstant(api, params));
  mount('query_range', (params) => queryRange(api, params));
  mount(
    'format_query',
    json((params) => formatPretty(parseExpr(params.text('query')))),
  );
  mount(
    'parse_query',
    json((params) => createExprJson(parseExpr(params.text('query')))),
  );
  mount(
    'labels',
    json((params) => listNames(api.queryable, params)),
  );
  mount('label/:name/values', (params, request) => {
    const name = readLabelName(request.params);
    return json((inner) => listValues(api.queryable, name, inner))(params);
  });
  mount(
    'series',
    json((params) => listSeries(api.queryable, params)),
  );
  mount('targets', json(api.targets));
  mount('rules', json(api.rules));
  mount('alerts', json(api.alerts));
  mount('metadata', json(api.metadata));
  mount(
    'status/buildinfo',
    json(() => describeBuild(api.version)),
  );
}

async function answerOrFail(what: {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly answer: (params: ApiParams, request: FastifyRequest) => string;
}): Promise<unknown> {
  const { request, reply, answer } = what;
  try {
    return answer(new ApiParams(request.url, request.body), request);
  } catch (error) {
    const failure = describeFailure(error);
    if (failure === undefined) throw error;
    const { status, errorType, message } = failure;
    return reply.code(status).send({ status: 'error', errorType, error: message });
  }
}

interface Failure {
  readonly status: number;
  readonly errorType: string;
  readonly message: string;
}

/** Errors of queries, as Prometheus sorts them; undefined: not the query's fault. */
function describeFailure(error: unknown): Failure | undefined {
  if (error instanceof ParseError) {
    const message = `invalid parameter "query": ${error.message}`;
    return { status: 400, errorType: 'bad_data', message };
  }
  if (!(error instanceof AppError) || !error.code.startsWith('QUERY_')) return undefined;
  const { code, message } = error;
  switch (code) {
    case 'QUERY_PARAMETER_INVALID':
    case 'QUERY_INVALID':
      return { status: 400, errorType: 'bad_data', message };
    case 'QUERY_TIMEOUT':
      return { status: 503, errorType: 'timeout', message };
    case 'QUERY_CANCELED':
      return { status: 503, errorType: 'canceled', message };
    default:
      return { status: STATUS_OF_EXECUTION, errorType: 'execution', message };
  }
}

function queryInstant(api: PrometheusApi, params: ApiParams): string {
  const result = api.engine.evaluateInstant({
    text: params.text('query'),
    atMs: params.timeMs('time', api.now()),
    ...readQueryOptions(params),
  });
  return formatQueryAnswer(result);
}

function queryRange(api: PrometheusApi, params: ApiParams): string {
  for (const name of ['start', 'end', 'step']) {
    if (params.text(name) !== '') continue;
    const kind = name === 'step' ? 'duration' : 'timestamp';
    throw badParameter(name, `cannot parse "" to a valid ${kind}`);
  }
  const result = api.engine.evaluateRange({
    text: params.text('query'),
    fromMs: params.timeMs('start', 0),
    toMs: params.timeMs('end', 0),
    stepMs: params.durationMs('step') ?? 0,
    ...readQueryOptions(params),
  });
  return formatQueryAnswer(result);
}

function readQueryOptions(params: ApiParams): { timeoutMs: number; lookbackMs?: number } {
  const lookbackMs = params.durationMs('lookback_delta');
  return {
    timeoutMs: Math.min(params.durationMs('timeout') ?? QUERY_TIMEOUT_MS, QUERY_TIMEOUT_MS),
    ...(lookbackMs === undefined ? {} : { lookbackMs }),
  };
}

function listNames(queryable: Queryable, params: ApiParams): readonly string[] {
  const range = params.range();
  const selectors = params.selectors();
  const sets = selectors.length === 0 ? [[]] : selectors;
  const names = sets.flatMap((matchers) => queryable.labelNames({ matchers, ...range }));
  return bounded(params, [...new Set(names)].sort());
}

function listValues(queryable: Queryable, name: string, params: ApiParams): readonly string[] {
  const range = params.range();
  const selectors = params.selectors();
  const sets = selectors.length === 0 ? [[]] : selectors;
  const values = sets.flatMap((matchers) => queryable.labelValues(name, { matchers, ...range }));
  return bounded(params, [...new Set(values)].sort());
}

function listSeries(queryable: Queryable, params: ApiParams): readonly Record<string, string>[] {
  const range = params.range();
  const selectors = params.selectors();
  if (selectors.length === 0) {
    throw invalid('QUERY_PARAMETER_INVALID', 'no match[] parameter provided');
  }
  const found = new Map<string, Labels>();
  for (const matchers of selectors) {
    for (const labels of queryable.series({ matchers, ...range }))
      found.set(labelsKey(labels), labels);
  }
  const all = [...found.values()];
  if (all.length > SERIES_ANSWER_MAX && params.limit() === undefined) {
    throw badParameter('match[]', `${all.length} series match; narrow it, or ask with limit=`);
  }
  return bounded(params, all).map(labelsRecord);
}

function bounded<Item>(params: ApiParams, items: readonly Item[]): readonly Item[] {
  const limit = params.limit();
  return limit === undefined ? items : items.slice(0, limit);
}

function readLabelName(params: unknown): string {
  const name = typeof params === 'object' && params !== null && 'name' in params ? params.name : '';
  const text = typeof name === 'string' ? name : '';
  // Prometheus' escaping for names that are not identifiers: U__ and hexadecimal code points.
  const unescaped = text.startsWith('U__')
    ? text
        .slice(3)
        .replaceAll(/__|_([0-9a-fA-F]+)_/g, (whole, hex?: string) =>
          whole === '__' || hex === undefined
            ? '_'
            : String.fromCodePoint(Number.parseInt(hex, 16)),
        )
    : text;
  if (unescaped === '') throw badParameter('name', 'invalid label name: ""');
  return unescaped;
}

/** Grafana reads the version to know which functions there are. */
function describeBuild(version: string): Record<string, string> {
  return {
    version: '3.5.0',
    revision: `nines-${version}`,
    branch: 'HEAD',
    buildUser: '',
    buildDate: '',
    goVersion: '',
  };
}
