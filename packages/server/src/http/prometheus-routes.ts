/**
 * Prometheus' HTTP API under /api/v1, for Grafana, promtool and everyone's scripts.
 *
 * What is answered about targets, rules and alerts comes in as plain data in Prometheus' shape:
 * `app` makes it from the engines.
 */
import type { FastifyInstance } from 'fastify';
import { invalid } from '../platform/index.ts';
import { createExprJson, formatPretty, parseExpr } from '../promql/index.ts';
import { labelsKey, labelsRecord } from '../series/index.ts';
import { type FindExemplars, listExemplars } from './exemplar-answer.ts';
import { SERIES_ANSWER_MAX } from './limits.ts';
import {
  isLocalOnly,
  type Listed,
  type ListNames,
  type ListQuestion,
  readList,
} from './list-question.ts';
import {
  createMount,
  json,
  type MakeAnswer,
  type QueryAsker,
  watchClient,
} from './prometheus-answer.ts';
import { formatSuccess } from './prometheus-json.ts';
import { type ApiParams, badParameter } from './prometheus-params.ts';
import { mountPrometheusStatusRoutes, type PrometheusStatus } from './prometheus-status-routes.ts';
import { type QueryQuestion, TRUNCATED } from './query-answer-thread.ts';

export interface PrometheusApi {
  /** Answers a query with the whole body, JSON as text or as bytes of UTF-8. */
  readonly answerQuery: (
    question: QueryQuestion,
    asker: QueryAsker,
  ) => Promise<string | Uint8Array>;
  readonly listNames: ListNames;
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
  mount('labels', list(api, 'names', showTexts));
  mount('label/:name/values', list(api, 'values', showTexts));
  mount('series', list(api, 'series', showSeries));
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
    isLocal: isLocalOnly(params),
    hasTrace: params.text('trace') !== '' && params.text('trace') !== '0',
    ...(limit === undefined ? {} : { limit }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(lookbackMs > 0 ? { lookbackMs } : {}),
  };
}

/** Whatever it says, as in Prometheus. */
function hasStats(params: ApiParams): boolean {
  return params.text('stats') !== '';
}

function list(
  { listNames }: PrometheusApi,
  wants: ListQuestion['wants'],
  show: (listed: Listed, limit: number | undefined) => readonly unknown[],
): MakeAnswer {
  return async (params, request, reply) => {
    const label = wants === 'values' ? readLabelName(request.params) : '';
    const question = readList(params, { wants, label });
    if (wants === 'series' && question.selectors.length === 0) {
      throw invalid('QUERY_PARAMETER_INVALID', 'no match[] parameter provided');
    }
    const listed = await listNames(question, watchClient(request, reply).signal);
    const all = show(listed, question.limit);
    const limit = question.limit ?? all.length;
    const warnings = [...listed.warnings, ...(all.length > limit ? [TRUNCATED] : [])];
    return formatSuccess(JSON.stringify(all.slice(0, limit)), { warnings, infos: [] });
  };
}

function showTexts({ texts }: Listed): readonly string[] {
  return [...new Set(texts)].sort();
}

function showSeries(
  { series }: Listed,
  limit: number | undefined,
): readonly Record<string, string>[] {
  const found = new Map(series.map((labels) => [labelsKey(labels), labels]));
  const all = [...found.values()];
  if (all.length > SERIES_ANSWER_MAX && limit === undefined) {
    throw badParameter('match[]', `${all.length} series match; narrow it, or ask with limit=`);
  }
  // One more than asked for tells that there were more.
  return all.slice(0, (limit ?? all.length) + 1).map(labelsRecord);
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
