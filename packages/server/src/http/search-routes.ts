/**
 * Search for names of metrics and labels, and for values of labels, as they are typed
 * (Prometheus' /api/v1/search). The answer is lines of JSON: batches of results, then a last line.
 */
import type { FastifyInstance } from 'fastify';
import { METRIC_NAME } from '../series/index.ts';
import { SEARCH_LIMIT_MAX, SEARCH_TERM_LENGTH_MAX, SEARCH_TERMS_MAX } from './limits.ts';
import { type Listed, type ListNames, type ListQuestion, readList } from './list-question.ts';
import { createMount, type MakeAnswer, watchClient } from './prometheus-answer.ts';
import { type ApiParams, badParameter } from './prometheus-params.ts';
import { scoreName, type SearchTerms } from './search-score.ts';

export interface SearchRoutes {
  readonly listNames: ListNames;
  /** What targets say of their metrics, by name. */
  readonly describeMetrics: () => ReadonlyMap<string, object>;
}

/** Results and lines where nothing else is asked for. */
const DEFAULT_LIMIT = 100;

interface Scored {
  readonly name: string;
  readonly score: number;
}

/** Mounts the three searches. */
export function mountSearchRoutes(server: FastifyInstance, options: SearchRoutes): void {
  const mount = createMount(server);
  const type = 'application/x-ndjson; charset=utf-8';
  const search = (
    path: string,
    readWhat: (params: ApiParams) => Pick<ListQuestion, 'wants' | 'label'>,
    showFor: (params: ApiParams) => (name: string) => object,
  ): void => {
    const find: MakeAnswer = async (params, request, reply) => {
      // The limit is that of the results: what is searched through is all there is.
      const question = { ...readList(params, readWhat(params)), limit: undefined };
      const listed = await options.listNames(question, watchClient(request, reply).signal);
      return answer(params, listed, showFor(params));
    };
    mount(`search/${path}`, find, { type });
  };
  search(
    'metric_names',
    () => ({ wants: 'values', label: METRIC_NAME }),
    (params) => {
      const isWanted = params.text('include_metadata') === 'true';
      const known = isWanted ? options.describeMetrics() : new Map<string, object>();
      return (name) => ({ name, ...known.get(name) });
    },
  );
  search(
    'label_names',
    () => ({ wants: 'names', label: '' }),
    () => (name) => ({ name }),
  );
  search(
    'label_values',
    (params) => {
      const label = params.text('label');
      if (label === '') throw badParameter('label', 'the name of a label is needed');
      return { wants: 'values', label };
    },
    () => (value) => ({ value }),
  );
}

function answer(
  params: ApiParams,
  { texts, warnings }: Listed,
  show: (name: string) => object,
): string {
  const terms = readTerms(params);
  const compare = readOrder(params);
  const limit = readCount(params, 'limit');
  const batchSize = readCount(params, 'batch_size');
  const withScore = params.text('include_score') === 'true';
  const found: Scored[] = [];
  for (const name of new Set(texts)) {
    const score = scoreName(terms, name);
    if (score !== undefined) found.push({ name, score });
  }
  found.sort(compare);
  const results = found
    .slice(0, limit)
    .map(({ name, score }) => (withScore ? { ...show(name), score } : show(name)));
  const lines: string[] = [];
  // A line without results says that there are none.
  for (let at = 0; at < Math.max(1, results.length); at += batchSize) {
    lines.push(JSON.stringify({ results: results.slice(at, at + batchSize) }));
  }
  const notes = warnings.length === 0 ? {} : { warnings };
  lines.push(JSON.stringify({ status: 'success', has_more: found.length > limit, ...notes }));
  return `${lines.join('\n')}\n`;
}

function readTerms(params: ApiParams): SearchTerms {
  const terms = [...params.all('search[]'), ...params.all('search')].filter((one) => one !== '');
  if (terms.length > SEARCH_TERMS_MAX) {
    throw badParameter('search[]', `at most ${SEARCH_TERMS_MAX} terms are searched for`);
  }
  if (terms.some((one) => one.length > SEARCH_TERM_LENGTH_MAX)) {
    throw badParameter('search[]', `a term has at most ${SEARCH_TERM_LENGTH_MAX} characters`);
  }
  const algorithm = params.text('fuzz_alg') || 'subsequence';
  if (algorithm !== 'subsequence' && algorithm !== 'jarowinkler') {
    throw badParameter('fuzz_alg', `"${algorithm}" is neither subsequence nor jarowinkler`);
  }
  const threshold = params.limit('fuzz_threshold') ?? 0;
  if (threshold > 100) throw badParameter('fuzz_threshold', 'it goes from 0 to 100');
  const isCaseSensitive = params.text('case_sensitive') !== 'false';
  return { terms, algorithm, threshold: threshold / 100, isCaseSensitive };
}

function readOrder(params: ApiParams): (a: Scored, b: Scored) => number {
  const by = params.text('sort_by');
  const direction = params.text('sort_dir');
  if (!['', 'alpha', 'score'].includes(by)) {
    throw badParameter('sort_by', `"${by}" is neither alpha nor score`);
  }
  if (!['', 'asc', 'dsc'].includes(direction)) {
    throw badParameter('sort_dir', `"${direction}" is neither asc nor dsc`);
  }
  if (direction !== '' && by !== 'alpha') {
    throw badParameter('sort_dir', 'it is for sort_by=alpha only');
  }
  const byName = (a: Scored, b: Scored): number => (a.name < b.name ? -1 : 1);
  if (by === 'score') return (a, b) => b.score - a.score || byName(a, b);
  return direction === 'dsc' ? (a, b) => byName(b, a) : byName;
}

function readCount(params: ApiParams, name: string): number {
  const count = params.limit(name) ?? DEFAULT_LIMIT;
  if (count > SEARCH_LIMIT_MAX) throw badParameter(name, `at most ${SEARCH_LIMIT_MAX}`);
  return count;
}
