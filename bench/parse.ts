/**
 * How many queries a second of processor time the PromQL parser reads, checked and built into a
 * tree. No peer: none has its parser to call from here.
 *
 * The queries are those of Prometheus' own scripts where they are at hand (`NINES_CONFORMANCE`,
 * default ../shared/conformance), else a few of the usual kinds.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseExpr } from '../packages/server/src/promql/index.ts';
import { ROOT } from '../tools/run-step.ts';
import type { Bench } from './bench.ts';

const USUAL = [
  'up',
  'sum by (job, instance) (rate(http_requests_total{code=~"5..", job!="a"}[5m]))',
  'histogram_quantile(0.9, sum(rate(latency_bucket[10m])) by (le)) > 0.5',
  '100 * (1 - avg without (cpu) (irate(node_cpu{mode="idle"}[5m] offset 1h)))',
  'max_over_time(rate(up[1m])[1h30m:1m] @ 1603774568 offset -5m)',
];
const EVAL =
  /^\s*eval\S*\s+(?:instant(?:\s+at\s+\S+)?|range\s+from\s+\S+\s+to\s+\S+\s+step\s+\S+)\s+(.*)$/;
/** Long enough for the compiler to have done its work early on. */
const PROCESSOR_SECONDS = 3;

export const parse: Bench = {
  name: 'parse',
  summary: 'queries parsed a second of processor time (no peer)',
  async run({ report }) {
    const queries = loadQueries();
    const from = process.cpuUsage();
    let count = 0;
    let usedMs = 0;
    while (usedMs < PROCESSOR_SECONDS * 1000) {
      for (const query of queries) parseExpr(query);
      count += queries.length;
      usedMs = process.cpuUsage(from).user / 1000;
    }
    report({
      name: 'parse_queries_per_cpu_second',
      unit: 'queries/s',
      better: 'higher',
      load: `${queries.length} queries, again and again for ${PROCESSOR_SECONDS} s`,
      values: [(count / usedMs) * 1000],
    });
  },
};

function loadQueries(): readonly string[] {
  const data = process.env['NINES_CONFORMANCE'] ?? join(ROOT, '../shared/conformance');
  const folder = join(data, 'promql');
  if (!existsSync(folder)) return USUAL;
  return readdirSync(folder)
    .filter((name) => name.endsWith('.test'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
    .flatMap((line) => EVAL.exec(line)?.[1] ?? []);
}
