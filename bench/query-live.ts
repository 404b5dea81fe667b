/** How long queries over 100,000 series take while all of them are being scraped each second. */
import { setTimeout } from 'node:timers/promises';
import type { Bench } from './bench.ts';
import { SERIES_PER_BODY } from './exposition.ts';
import { endAll, startLive, startLoadServer } from './load.ts';
import { LIVE_INTERVAL } from './load-shape.ts';
import { measureQuery, type Query } from './query.ts';

/** 100,000 series; the histograms of 200 machines are 800. */
const TARGETS = 200;
/** Every series has a minute of samples, and the code that takes them in is warm. */
const WARM_UP_MS = 75_000;
/** Both sides have scraped everything that is older than this. */
const SETTLED_SECONDS = 3;

const QUERIES: readonly Query[] = [
  {
    name: 'rate_sum_by_instance',
    query: 'sum by (instance) (rate(node_cpu_seconds_total[1m]))',
    isRange: false,
  },
  { name: 'raw_12800_series', query: 'node_cpu_seconds_total', isRange: false },
  { name: 'count_100000_series', query: 'count({job="ne"})', isRange: false },
  { name: 'count_by_name', query: 'count by (__name__) ({job="ne"})', isRange: false },
  {
    name: 'quantile_of_800_histograms',
    query: 'histogram_quantile(0.9, rate(http_request_duration_seconds_bucket[1m]))',
    isRange: false,
  },
  {
    name: 'range_7d',
    query: 'sum by (mode) (rate(node_cpu_seconds_total[5m]))',
    isRange: true,
    range: { seconds: 7 * 86_400, step: 300 },
  },
];

export const queryLive: Bench = {
  name: 'query-live',
  summary: 'latency of queries over 100,000 series while they are scraped, the best of ten',
  async run(context) {
    const load = await startLoadServer();
    const running = await startLive(context.contenders, load, TARGETS);
    try {
      await setTimeout(WARM_UP_MS);
      const text = `on ${TARGETS * SERIES_PER_BODY} series scraped every ${LIVE_INTERVAL}`;
      for (const one of QUERIES) {
        const endSeconds = Math.floor(Date.now() / 1000) - SETTLED_SECONDS;
        await measureQuery(context, {
          running,
          one: { ...one, name: `live_${one.name}` },
          endSeconds,
          load: text,
        });
      }
    } finally {
      await endAll(running);
      await load.stop();
    }
  },
};
