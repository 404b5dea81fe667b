/**
 * The CPU's utilization, sampled each second into buckets of 5 %.
 *
 * A gauge that is scraped every 15 s misses a spike of five; an average over 15 s hides it. Counting
 * seconds by how busy they were keeps every spike, costs twenty numbers, and adds up over any span:
 * `increase(nines_host_cpu_utilization_ratio_bucket[1m])` is the book's minute (chapter 6).
 */
import type { Family } from './family.ts';
import { SAMPLE_GAP_MS_MAX } from './limits.ts';
import type { CpuTime } from './proc-stat.ts';

const BUCKETS = 20;
const NAME = 'nines_host_cpu_utilization_ratio';
const HELP = 'Seconds by how busy all CPUs together were in them, from 0 to 1.';

export interface CpuUtilization {
  /** Takes what the processors did so far; the difference to the time before is one sample. */
  observe(time: CpuTime | undefined, atMs: number): void;
  family(): Family;
}

export function createCpuUtilization(): CpuUtilization {
  /** Not cumulative: how many samples fell into each bucket. */
  const counts = Array.from({ length: BUCKETS }, () => 0);
  let sum = 0;
  let before: { readonly time: CpuTime; readonly atMs: number } | undefined;

  const note = (ratio: number): void => {
    // A value on a border belongs to the lower bucket, as `le` says; 0 to the first.
    const index = Math.max(0, Math.min(BUCKETS, Math.ceil(ratio * BUCKETS - 1e-9)) - 1);
    counts[index]++;
    sum += ratio;
  };

  return {
    observe(time, atMs) {
      const last = before;
      before = time === undefined ? undefined : { time, atMs };
      if (last === undefined || time === undefined) return;
      const total = time.totalSeconds - last.time.totalSeconds;
      const busy = time.busySeconds - last.time.busySeconds;
      if (atMs - last.atMs > SAMPLE_GAP_MS_MAX || !(total > 0)) return;
      note(Math.min(1, Math.max(0, busy / total)));
    },
    family() {
      let cumulative = 0;
      const samples: Family['samples'][number][] = counts.map((count, i) => {
        cumulative += count;
        return {
          suffix: '_bucket',
          labels: { le: String((i + 1) / BUCKETS) },
          value: cumulative,
        };
      });
      samples.push(
        { suffix: '_bucket', labels: { le: '+Inf' }, value: cumulative },
        { suffix: '_sum', value: sum },
        { suffix: '_count', value: cumulative },
      );
      return { name: NAME, type: 'histogram', help: HELP, samples };
    },
  };
}
