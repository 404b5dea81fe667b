/**
 * What a series costs in memory, a Prometheus of the same load beside it: after ten minutes of a
 * sample a second, when chunks have been closed and written; NINES_VERIFY_SECONDS says another time.
 */
import { runBench, valueOf } from './bench-lines.ts';
import { findPrometheus } from '../harness/peers.ts';
import { missing, type Verification } from './verification.ts';

const BYTES_PER_SERIES_MAX = 1024;
const SECONDS = 600;
/** What the benchmark takes beside the time that it watches. */
const OTHER_MS = 400_000;
const RATIO_MAX = 1 / 3;

export const seriesMemory: Verification = {
  name: 'series-memory',
  promise: `a series takes at most ${BYTES_PER_SERIES_MAX} bytes, 500,000 a third of Prometheus' memory`,
  async run() {
    if (findPrometheus().length === 0) return missing('prometheus (NINES_PEERS, PATH)');
    const seconds = Number(process.env['NINES_VERIFY_SECONDS'] ?? SECONDS);
    const timeoutMs = seconds * 1000 + OTHER_MS;
    const { code, figures } = await runBench('series-memory', { seconds, timeoutMs });
    const misses = code === 0 ? [] : [`the benchmark ended with exit code ${code}`];
    for (const name of ['series_100000_bytes_per_series', 'series_500000_bytes_per_series']) {
      const bytes = valueOf(figures, name, 'value');
      if (bytes <= BYTES_PER_SERIES_MAX) continue;
      misses.push(`${name}: ${bytes}, promised are at most ${BYTES_PER_SERIES_MAX}`);
    }
    const name = 'series_500000_resident_bytes';
    const ratio = valueOf(figures, name, 'ratio');
    if (!(ratio <= RATIO_MAX)) {
      misses.push(`${name}: ${ratio} of Prometheus', promised is at most a third`);
    }
    return { isKept: misses.length === 0, figures, misses };
  },
};
