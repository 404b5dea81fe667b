/** A server that was killed tells of all its samples at once, a Prometheus with the same beside it. */
import { findPrometheus } from '../harness/peers.ts';
import { runBench, valueOf } from './bench-lines.ts';
import { missing, type Verification } from './verification.ts';

const FIGURE = 'restart_answered_ms';
const ANSWERED_MS_MAX = 1000;
const TIMEOUT_MS = 1_800_000;

export const restart: Verification = {
  name: 'restart',
  promise: `${ANSWERED_MS_MAX} ms after its start a killed server counts 23 million samples right`,
  async run() {
    if (findPrometheus().length === 0) return missing('prometheus (NINES_PEERS, PATH)');
    const { code, figures } = await runBench('restart', { timeoutMs: TIMEOUT_MS });
    const misses = code === 0 ? [] : [`the benchmark ended with exit code ${code}`];
    const answeredMs = valueOf(figures, FIGURE, 'value');
    if (!(answeredMs <= ANSWERED_MS_MAX)) {
      misses.push(`${FIGURE}: ${answeredMs}, promised are at most ${ANSWERED_MS_MAX}`);
    }
    return { isKept: misses.length === 0, figures, misses };
  },
};
