/** How long typical queries take over HTTP, on half an hour of 20,000 series. */
import { setTimeout } from 'node:timers/promises';
import type { Bench, BenchContext } from './bench.ts';
import { SERIES_PER_BODY } from './exposition.ts';
import { endAll, startLoadServer, startWithHistory } from './load.ts';
import { HISTORY_POINTS, HISTORY_STEP_MS, HISTORY_TARGETS, IDLE_CONFIG } from './load-shape.ts';
import type { RunningContender } from './running.ts';

/** A question, and the name of its figure. */
export interface Query {
  /** Part of the figure's name. */
  readonly name: string;
  readonly query: string;
  readonly isRange: boolean;
  /** How far back a range goes, and its step; half an hour in steps of 15 s where left out. */
  readonly range?: { readonly seconds: number; readonly step: number };
}

const QUERIES: readonly Query[] = [
  {
    name: 'rate_sum_by_instance',
    query: 'sum by (instance) (rate(node_cpu_seconds_total[1m]))',
    isRange: false,
  },
  { name: 'raw_2560_series', query: 'node_cpu_seconds_total', isRange: false },
  { name: 'count_20000_series', query: 'count({job="ne"})', isRange: false },
  { name: 'count_by_name', query: 'count by (__name__) ({job="ne"})', isRange: false },
  {
    name: 'histogram_quantile',
    query: 'histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))',
    isRange: false,
  },
  {
    name: 'range_30m_rate_sum_by_mode',
    query: 'sum by (mode) (rate(node_cpu_seconds_total[1m]))',
    isRange: true,
  },
];
/** Asked alternately this often; the best says what it takes, the others what else was going on. */
const ROUNDS = 10;
/** A reload takes some milliseconds, and the scrapes under way end. */
const RELOAD_MS = 2_000;
const RANGE_SECONDS = ((HISTORY_POINTS - 1) * HISTORY_STEP_MS) / 1000;

export const query: Bench = {
  name: 'query',
  summary: 'latency of typical queries over HTTP, the best of ten',
  async run(context) {
    const load = await startLoadServer();
    const running = await startWithHistory(context.contenders, load);
    await load.stop();
    // Without targets nothing changes under the queries, and no scrape runs beside them.
    for (const one of running) one.reconfigure(IDLE_CONFIG);
    await setTimeout(RELOAD_MS);
    // Not now: the half an hour ended before the servers began to scrape it.
    const endSeconds = Math.floor(load.historyEndMs / 1000);
    try {
      const load = `on ${HISTORY_TARGETS * SERIES_PER_BODY} series`;
      for (const one of QUERIES) await measureQuery(context, { running, one, endSeconds, load });
    } finally {
      await endAll(running);
    }
  },
};

/** Asks all sides in turns, and reports the best of each. */
export async function measureQuery(
  context: BenchContext,
  what: {
    readonly running: readonly RunningContender[];
    readonly one: Query;
    /** When the question is about. */
    readonly endSeconds: number;
    /** What the figure says of the load. */
    readonly load: string;
  },
): Promise<void> {
  const { running, one, endSeconds } = what;
  const path = createPath(one, endSeconds);
  const best = running.map(() => Number.POSITIVE_INFINITY);
  const counts = running.map(() => 0);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, server] of running.entries()) {
      const startedMs = performance.now();
      const text = await server.get(path);
      best[index] = Math.min(best[index], performance.now() - startedMs);
      counts[index] = countResults(text);
    }
  }
  // A quick answer to another question would be no figure.
  if (counts.some((count) => count !== counts[0] || count === 0)) {
    throw new Error(`${one.query} answered ${counts.join(' and ')} results`);
  }
  context.report({
    name: `query_${one.name}_ms`,
    unit: 'ms',
    better: 'lower',
    load: `${one.query}${one.isRange ? ` over ${rangeOf(one).seconds} s` : ''} ${what.load}, best of ${ROUNDS}`,
    values: best,
  });
}

function createPath(one: Query, endSeconds: number): string {
  const params = new URLSearchParams({ query: one.query });
  if (!one.isRange) {
    params.set('time', String(endSeconds));
    return `/api/v1/query?${params}`;
  }
  const { seconds, step } = rangeOf(one);
  params.set('start', String(endSeconds - seconds));
  params.set('end', String(endSeconds));
  params.set('step', String(step));
  return `/api/v1/query_range?${params}`;
}

function rangeOf({ range }: Query): { readonly seconds: number; readonly step: number } {
  return range ?? { seconds: RANGE_SECONDS, step: HISTORY_STEP_MS / 1000 };
}

/** The length of `data.result`. */
export function countResults(text: string): number {
  const answer: unknown = JSON.parse(text);
  const data = member(answer, 'data');
  const result = member(data, 'result');
  return Array.isArray(result) ? result.length : 0;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
