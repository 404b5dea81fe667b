/** Asks a server about the past, so that two of them can be compared answer by answer. */
import { isDeepStrictEqual } from 'node:util';
import { items, valueAt } from '../harness/json.ts';
import type { RunningServer } from '../harness/server.ts';

const INSTANT = [
  'load',
  'sum by (slice) (load)',
  'slice:load:sum',
  'count by (instance) (count_over_time(load[30s]))',
  'topk(5, rate(load[10s]))',
  'quantile(0.9, load)',
  'up',
  'fault',
  'ALERTS',
  'ALERTS_FOR_STATE',
  'count({__name__=~".+"})',
];
const RANGE = [
  'sum by (slice) (rate(load[5s]))',
  'slice:load:sum',
  'max(fault) or vector(0)',
  'sum(up)',
  'count(pod_load)',
  'count by (alertname, alertstate) (ALERTS)',
];

export interface Comparison {
  readonly answers: number;
  readonly values: number;
  readonly misses: readonly string[];
}

/** Holds a restored server's answers for a span of the past to those of the one it comes from. */
export async function compareAnswers(
  source: RunningServer,
  restored: RunningServer,
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<Comparison> {
  const { fromMs, toMs } = span;
  const misses: string[] = [];
  let values = 0;
  const paths = listPaths(fromMs, toMs);
  for (const path of paths) {
    const [want, got] = [await ask(source, path), await ask(restored, path)];
    const result = items(valueAt(want, 'data', 'result'));
    values += countValues(result);
    if (valueAt(want, 'status') !== 'success') misses.push(`${path}: ${JSON.stringify(want)}`);
    else if (!isDeepStrictEqual(valueAt(got, 'data'), valueAt(want, 'data'))) {
      misses.push(`${path}: ${firstDifference(result, items(valueAt(got, 'data', 'result')))}`);
    }
  }
  return { answers: paths.length, values, misses };
}

/** A query has five seconds, which a machine that is busy with much else may not give it. */
const TRIES = 3;

async function ask(server: RunningServer, path: string): Promise<unknown> {
  let answer: unknown;
  for (let i = 0; i < TRIES && valueAt(answer, 'status') !== 'success'; i++) {
    answer = await server.get(path);
  }
  return answer;
}

function listPaths(fromMs: number, toMs: number): readonly string[] {
  const times = [toMs, (fromMs + toMs) / 2, fromMs + (toMs - fromMs) / 10];
  const instant = INSTANT.flatMap((query) =>
    times.map((at) => `query?query=${encodeURIComponent(query)}&time=${at / 1000}`),
  );
  const range = RANGE.map(
    (query) =>
      `query_range?query=${encodeURIComponent(query)}&start=${fromMs / 1000}&end=${toMs / 1000}&step=0.5`,
  );
  return [...instant, ...range].map((path) => `/api/v1/${path}`);
}

function countValues(result: readonly unknown[]): number {
  return result.reduce<number>((sum, series) => {
    const points = valueAt(series, 'values');
    return sum + (Array.isArray(points) ? points.length : 1);
  }, 0);
}

function firstDifference(want: readonly unknown[], got: readonly unknown[]): string {
  const at = want.findIndex((series, i) => !isDeepStrictEqual(series, got[i]));
  const text = (series: unknown): string => JSON.stringify(series ?? null).slice(0, 400);
  return `${want.length} series, then ${got.length}; number ${at}: ${text(want[at])} ≠ ${text(got[at])}`;
}
