/**
 * Prometheus' HTTP API under /api/v1, for Grafana, promtool and everyone's scripts.
 *
 * What is answered about targets, rules and alerts comes in as plain data in Prometheus' shape:
 * `app` makes it from the engines.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { invalid } from '../platform/index.ts';
import { createExprJson, formatPretty, parseExpr, type Queryable } from '../promql/index.ts';
import { labelsRecord, type Labels, labelsKey } from '../series/index.ts';
import { type FindExemplars, listExemplars } from './exemplar-answer.ts';
import { SERIES_ANSWER_MAX } from './limits.ts';
import { createMount, json } from './prometheus-answer.ts';
import { formatSuccess } from './prometheus-json.ts';
import { type ApiParams, badParameter } from './prometheus-params.ts';
import { mountPrometheusStatusRoutes, type PrometheusStatus } from './prometheus-status-routes.ts';
import { type QueryQuestion, TRUNCATED } from './query-answer-thread.ts';

/** Who asks, and whether still. */
export interface QueryAsker {
  readonly name: string;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
}

export interface PrometheusApi {
  /** Answers a query with the whole body, JSON as text or as bytes of UTF-8. */
  readonly answerQuery: (
    question: QueryQuestion,
    asker: QueryAsker,
  ) => Promise<string | Uint8Array>;
  readonly queryable: Queryable;
  readonly exemplars: FindExemplars;
  readonly now: () => number;
  /** Data in the shape of Prometheus' answers, from the parameters of the request. */
  readonly targets: (params: ApiParams) => unknown;
  readonly rules: (params: ApiParams) => unknown;
  readonly alerts: () => unknown;
  readonly metadata: (params: ApiParams) => unknown;
  readonly status: PrometheusStatus;
}

/** Mounts the API. */
export function mountPrometheusRoutes(server: FastifyInstance, api: PrometheusApi): void {
  const mount = createMount(server);
  mount('query', async (params, request, reply) =>
    api.answerQuery(readInstant(params, api.now), watchClient(request, reply)),
  );
  mount('query_range', async (params, request, reply) =>
    api.answerQuery(readRange(params), watchClient(request, reply)),
  );
  mount(
    'format_query',
    json((params) => formatPretty(parseExpr(params.text('query')))),
  );
  mount(
    'parse_query',
    json((params) => createExprJson(parseExpr(params.text('query')))),
  );
  const list = (make: (params: ApiParams) => readonly unknown[]) => (params: ApiParams) => {
    const all = make(params);
    const limit = params.limit() ?? all.length;
    const warnings = all.length > limit ? [TRUNCATED] : [];
    return formatSuccess(JSON.stringify(all.slice(0, limit)), { warnings, infos: [] });
  };
  mount(
    'labels',
    list((params) => listNames(api.queryable, params)),
  );
  mount('label/:name/values', (params, request) => {
    const name = readLabelName(request.params);
    return list((inner) => listValues(api.queryable, name, inner))(params);
  });
  mount(
    'series',
    list((params) => listSeries(api.queryable, params)),
  );
  mount(
    'query_exemplars',
    json((params) => listExemplars(api.exemplars, params)),
  );
  mount('targets', json(api.targets));
  mount('rules', json(api.rules));
  mount('alerts', json(api.alerts));
  mount('metadata', json(api.metadata));
  mountPrometheusStatusRoutes(server, api.status);
}

function readInstant(params: ApiParams, now: () => number): QueryQuestion {
  return {
    text: params.text('query'),
    times: { atMs: params.timeMs('time', now()) },
    ...readQueryOptions(params),
  };
}

function readRange(params: ApiParams): QueryQuestion {
  for (const name of ['start', 'end', 'step']) {
    if (params.text(name) !== '') continue;
    const kind = name === 'step' ? 'duration' : 'timestamp';
    throw badParameter(name, `cannot parse "" to a valid ${kind}`);
  }
  const { fromMs, toMs } = params.range();
  const stepMs = params.durationMs('step') ?? 0;
  if (stepMs <= 0) {
    const why = 'zero or negative query resolution step widths are not accepted';
    throw badParameter('step', `${why}. Try a positive integer`);
  }
  const text = params.text('query');
  return { text, times: { fromMs, toMs, stepMs }, ...readQueryOptions(params) };
}

function readQueryOptions(params: ApiParams): Omit<QueryQuestion, 'text' | 'times'> {
  const limit = params.limit();
  const timeoutMs = params.durationMs('timeout');
  const lookbackMs = params.durationMs('lookback_delta') ?? 0;
  return {
    hasStats: hasStats(params),
    isLocal: readScope(params),
    hasTrace: params.text('trace') !== '' && params.text('trace') !== '0',
    ...(limit === undefined ? {} : { limit }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(lookbackMs > 0 ? { lookbackMs } : {}),
  };
}

/** Whose series are asked for: this server's only, or all. */
function readScope(params: ApiParams): boolean {
  const scope = params.text('scope');
  if (scope !== '' && scope !== 'local' && scope !== 'all') {
    throw badParameter('scope', `cannot parse "${scope}"; want local or all`);
  }
  return scope === 'local';
}

/** Ends what a client asked for when its connection closes before it is answered. */
function watchClient({ actor }: FastifyRequest, reply: FastifyReply): QueryAsker {
  const abort = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) abort.abort();
  });
  return { name: actor?.displayName ?? '', signal: abort.signal };
}

/** Whatever it says, as in Prometheus. */
function hasStats(params: ApiParams): boolean {
  return params.text('stats') !== '';
}

function listNames(queryable: Queryable, params: ApiParams): readonly string[] {
  const range = params.range();
  const selectors = params.selectors();
  const sets = selectors.length === 0 ? [[]] : selectors;
  const names = sets.flatMap((matchers) => queryable.labelNames({ matchers, ...range }));
  return [...new Set(names)].sort();
}

function listValues(queryable: Queryable, name: string, params: ApiParams): readonly string[] {
  const range = params.range();
  const selectors = params.selectors();
  const sets = selectors.length === 0 ? [[]] : selectors;
  const values = sets.flatMap((matchers) => queryable.labelValues(name, { matchers, ...range }));
  return [...new Set(values)].sort();
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
  // One more than asked for tells that there were more.
  return all.slice(0, (params.limit() ?? all.length) + 1).map(labelsRecord);
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
  if (unescaped === '') throw invalid('QUERY_PARAMETER_INVALID', 'invalid label name: ""');
  return unescaped;
}
