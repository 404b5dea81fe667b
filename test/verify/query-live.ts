/** How long queries over live series take, a Prometheus of the same load beside it. */
import { runBench, valueOf } from './bench-lines.ts';
import { findPrometheus } from '../harness/peers.ts';
import { missing, type Verification } from './verification.ts';

const QUERIES = [
  'rate_sum_by_instance',
  'raw_12800_series',
  'count_100000_series',
  'count_by_name',
  'quantile_of_800_histograms',
  'range_7d',
];

export const queryLive: Verification = {
  name: 'query-live',
  promise: 'queries over 100,000 series that are scraped each second are faster than Prometheus',
  async run() {
    if (findPrometheus().length === 0) return missing('prometheus (NINES_PEERS, PATH)');
    const { code, figures } = await runBench('query-live');
    const misses = code === 0 ? [] : [`the benchmark ended with exit code ${code}`];
    for (const query of QUERIES) {
      const name = `query_live_${query}_ms`;
      const ratio = valueOf(figures, name, 'ratio');
      if (ratio < 1) continue;
      misses.push(`${name}: ${ratio} of Prometheus' time, promised is less than all of it`);
    }
    return { isKept: misses.length === 0, figures, misses };
  },
};
