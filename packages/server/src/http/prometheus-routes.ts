/**
 * Prometheus' HTTP API under /api/v1, for Grafana, promtool and everyone's scripts.
 *
 * What is answered about targets, rules and alerts comes in as plain data in Prometheus' shape:
 * `app` makes it from the engines.
 */
import type { FastifyInstance } from 'fastify';
import { invalid } from '../platform/index.ts';
import {
  createExprJson,
  formatPretty,
  parseExpr,
  type Queryable,
  type QueryEngine,
  type QueryResult,
} from '../promql/index.ts';
import { labelsRecord, type Labels, labelsKey } from '../series/index.ts';
import { QUERY_TIMEOUT_MS, SERIES_ANSWER_MAX } from './limits.ts';
import { createMount, json } from './prometheus-answer.ts';
import { formatQueryAnswer, formatSuccess } from './prometheus-json.ts';
import { type ApiParams, badParameter } from './prometheus-params.ts';
import { mountPrometheusStatusRoutes, type PrometheusStatus } from './prometheus-status-routes.ts';

export interface PrometheusApi {
  readonly engine: QueryEngine;
  readonly queryable: Queryable;
  readonly now: () => number;
  /** Data in the shape of Prometheus' answers, from the parameters of the request. */
  readonly targets: (params: ApiParams) => unknown;
  readonly rules: (params: ApiParams) => unknown;
  readonly alerts: () => unknown;
  readonly metadata: (params: ApiParams) => unknown;
  readonly status: PrometheusStatus;
}

const TRUNCATED = 'results truncated due to limit';

/** Mounts the API. */
export function mountPrometheusRoutes(server: FastifyInstance, api: PrometheusApi): void {
  const mount = createMount(server);
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
  mount('query_exemplars', json(listExemplars));
  mount('targets', json(api.targets));
  mount('rules', json(api.rules));
  mount('alerts', json(api.alerts));
  mount('metadata', json(api.metadata));
  mountPrometheusStatusRoutes(server, api.status);
}

function queryInstant(api: PrometheusApi, params: ApiParams): string {
  const limit = params.limit();
  const result = api.engine.evaluateInstant({
    text: params.text('query'),
    atMs: params.timeMs('time', api.now()),
    ...readQueryOptions(params),
  });
  return formatQueryAnswer(truncate(result, limit), hasStats(params));
}

function queryRange(api: PrometheusApi, params: ApiParams): string {
  for (const name of ['start', 'end', 'step']) {
    if (params.text(name) !== '') continue;
    const kind = name === 'step' ? 'duration' : 'timestamp';
    throw badParameter(name, `cannot parse "" to a valid ${kind}`);
  }
  const limit = params.limit();
  const { fromMs, toMs } = params.range();
  const stepMs = params.durationMs('step') ?? 0;
  if (stepMs <= 0) {
    const why = 'zero or negative query resolution step widths are not accepted';
    throw badParameter('step', `${why}. Try a positive integer`);
  }
  const text = params.text('query');
  const options = readQueryOptions(params);
  const result = api.engine.evaluateRange({ text, fromMs, toMs, stepMs, ...options });
  return formatQueryAnswer(truncate(result, limit), hasStats(params));
}

function readQueryOptions(params: ApiParams): { timeoutMs: number; lookbackMs?: number } {
  const timeoutMs = Math.min(params.durationMs('timeout') ?? QUERY_TIMEOUT_MS, QUERY_TIMEOUT_MS);
  const lookbackMs = params.durationMs('lookback_delta') ?? 0;
  return lookbackMs > 0 ? { timeoutMs, lookbackMs } : { timeoutMs };
}

/** Whatever it says, as in Prometheus. */
function hasStats(params: ApiParams): boolean {
  return params.text('stats') !== '';
}

/** Keeps the first series of an answer where a limit was asked for, and says so. */
function truncate(result: QueryResult, limit: number | undefined): QueryResult {
  const { value } = result;
  if (limit === undefined || value.kind === 'scalar' || value.kind === 'string') return result;
  const rows = value.kind === 'vector' ? value.samples : value.series;
  if (rows.length <= limit) return result;
  const kept: QueryResult['value'] =
    value.kind === 'vector'
      ? { ...value, samples: value.samples.slice(0, limit) }
      : { ...value, series: value.series.slice(0, limit) };
  return { ...result, value: kept, warnings: [...result.warnings, TRUNCATED] };
}

/** Exemplars are not kept; the question is held against its grammar all the same. */
function listExemplars(params: ApiParams): readonly unknown[] {
  params.range();
  parseExpr(params.text('query'));
  return [];
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
