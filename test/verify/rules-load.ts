/** What 5,000 rules cost in processor time, a Prometheus with the same rules beside it. */
import { findPrometheus } from '../harness/peers.ts';
import { runBench, valueOf } from './bench-lines.ts';
import { missing, type Verification } from './verification.ts';

const FIGURE = 'rules_cpu_seconds_per_round';
const RATIO_MAX = 1;
/** Half of a round. */
const SECONDS_MAX = 7.5;
const TIMEOUT_MS = 900_000;

export const rulesLoad: Verification = {
  name: 'rules-load',
  promise: `5,000 rules every 15 s take no more processor time than in Prometheus, and at most ${SECONDS_MAX} s of a processor`,
  async run() {
    if (findPrometheus().length === 0) return missing('prometheus (NINES_PEERS, PATH)');
    const { code, figures } = await runBench('rules', { timeoutMs: TIMEOUT_MS });
    const misses = code === 0 ? [] : [`the benchmark ended with exit code ${code}`];
    const ratio = valueOf(figures, FIGURE, 'ratio');
    if (!(ratio <= RATIO_MAX)) {
      misses.push(`${FIGURE}: ${ratio} of Prometheus', promised is at most ${RATIO_MAX}`);
    }
    const seconds = valueOf(figures, FIGURE, 'value');
    if (!(seconds <= SECONDS_MAX)) {
      misses.push(`${FIGURE}: ${seconds}, promised are at most ${SECONDS_MAX}`);
    }
    return { isKept: misses.length === 0, figures, misses };
  },
};
