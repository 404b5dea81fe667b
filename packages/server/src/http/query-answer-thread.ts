/**
 * From a question of Prometheus' API to the bytes of its answer. It runs where the query runs: in
 * a thread of its own, so that the server's thread only passes bytes on. That thread imports this
 * file rather than the module's index, because each thread loads its own copy of what it imports.
 */
import type { Expr, QueryEngine, QueryProgress, QueryResult, QueryStats } from '../promql/index.ts';
import { ByteText } from './byte-text.ts';
import { writeQueryAnswer } from './prometheus-json.ts';

/** When a query is evaluated: at one moment, or at the steps of a range, ends included. */
export type QueryTimes =
  | { readonly atMs: number }
  | { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };

/** What `query` and `query_range` ask. */
export interface QueryQuestion {
  readonly text: string;
  readonly times: QueryTimes;
  /** Less than the server's own limit, where the client said so. */
  readonly timeoutMs?: number;
  readonly lookbackMs?: number;
  /** Series of the answer that the client takes at most. */
  readonly limit?: number;
  readonly hasStats: boolean;
  readonly hasTrace: boolean;
  /** Whether other servers' series are left out, where there are sources. */
  readonly isLocal?: boolean;
}

/** How a running query is watched and ended. */
export interface QueryWatch {
  /** The parsed text, where it has been parsed before. */
  readonly expr?: Expr;
  readonly timeoutMs?: number;
  readonly isCancelled?: () => boolean;
  readonly onProgress?: (progress: QueryProgress) => void;
}

export const TRUNCATED = 'results truncated due to limit';

/** Evaluates a question. */
export function evaluateQuestion(
  engine: QueryEngine,
  question: QueryQuestion,
  watch: QueryWatch = {},
): QueryResult {
  const { text, times, lookbackMs, hasTrace } = question;
  const timeoutMs = watch.timeoutMs ?? question.timeoutMs;
  const query = {
    text,
    hasTrace,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(lookbackMs === undefined ? {} : { lookbackMs }),
    ...(watch.expr === undefined ? {} : { expr: watch.expr }),
    ...(watch.isCancelled === undefined ? {} : { isCancelled: watch.isCancelled }),
    ...(watch.onProgress === undefined ? {} : { onProgress: watch.onProgress }),
  };
  return 'atMs' in times
    ? engine.evaluateInstant({ ...query, ...times })
    : engine.evaluateRange({ ...query, ...times });
}

/** Evaluates a question, and writes the body of its answer. */
export function answerQuestion(
  engine: QueryEngine,
  question: QueryQuestion,
  watch: QueryWatch = {},
): { readonly body: Uint8Array<ArrayBuffer>; readonly stats: QueryStats } {
  const result = evaluateQuestion(engine, question, watch);
  const body = new ByteText();
  writeQueryAnswer(body, truncate(result, question.limit), question.hasStats);
  return { body: body.finish(), stats: result.stats };
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
