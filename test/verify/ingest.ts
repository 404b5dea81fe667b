/** What taking in samples costs in processor time, a Prometheus under the same load beside it. */
import { findPrometheus } from '../harness/peers.ts';
import { runBench, valueOf } from './bench-lines.ts';
import { missing, type Verification } from './verification.ts';

const FIGURE = 'ingest_cpu_seconds_per_million_samples';
const RATIO_MAX = 0.5;

export const ingest: Verification = {
  name: 'ingest',
  promise: 'a scraped sample costs at most half of the processor time that Prometheus takes',
  async run() {
    if (findPrometheus().length === 0) return missing('prometheus (NINES_PEERS, PATH)');
    const { code, figures } = await runBench('ingest');
    const misses = code === 0 ? [] : [`the benchmark ended with exit code ${code}`];
    const ratio = valueOf(figures, FIGURE, 'ratio');
    if (!(ratio <= RATIO_MAX)) {
      misses.push(`${FIGURE}: ${ratio} of Prometheus', promised is at most ${RATIO_MAX}`);
    }
    return { isKept: misses.length === 0, figures, misses };
  },
};
