/** /proc/stat: what the processors did, and how often the kernel did what (man 5 proc_stat). */
import { type Family, single } from './family.ts';
import { CPUS_MAX } from './limits.ts';

/** The kernel counts in USER_HZ, which is 100 on every architecture that Linux supports. */
const TICKS_PER_SECOND = 100;
/** In the order of the columns. The guests' time is part of `user` and `nice` already. */
const MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'] as const;
const HELP = 'Seconds the CPUs spent in each mode.';

/** How busy all processors together were so far, in seconds. */
export interface CpuTime {
  readonly busySeconds: number;
  readonly totalSeconds: number;
}

/** The first line's sums; undefined where the text is none of a kernel's. */
export function parseCpuTime(text: string): CpuTime | undefined {
  const ticks = /^cpu +([\d ]+)$/m.exec(text)?.[1].trim().split(/ +/).map(Number);
  if (ticks === undefined || ticks.length < 4) return undefined;
  const counted = ticks.slice(0, MODES.length);
  const total = counted.reduce((sum, one) => sum + one, 0);
  // Waiting for a disk is not work; with it idle would look busy.
  const idle = counted[3] + (counted[4] ?? 0);
  return { busySeconds: (total - idle) / TICKS_PER_SECOND, totalSeconds: total / TICKS_PER_SECOND };
}

/** Everything of the page that node_exporter shows. */
export function parseStat(text: string): readonly Family[] {
  const seconds: Family['samples'][number][] = [];
  for (const [, cpu, columns] of text.matchAll(/^cpu(\d+) +([\d ]+)$/gm)) {
    if (seconds.length >= CPUS_MAX * MODES.length) break;
    const ticks = columns.trim().split(/ +/);
    MODES.forEach((mode, i) => {
      if (i >= ticks.length) return;
      seconds.push({ labels: { cpu, mode }, value: Number(ticks[i]) / TICKS_PER_SECOND });
    });
  }
  return [
    { name: 'node_cpu_seconds_total', type: 'counter', help: HELP, samples: seconds },
    ...parseCounts(text),
  ];
}

const COUNTS = [
  ['ctxt', 'counter', 'node_context_switches_total', 'Total number of context switches.'],
  ['intr', 'counter', 'node_intr_total', 'Total number of interrupts serviced.'],
  ['processes', 'counter', 'node_forks_total', 'Total number of forks.'],
  ['btime', 'gauge', 'node_boot_time_seconds', 'Node boot time, in unixtime.'],
  ['procs_running', 'gauge', 'node_procs_running', 'Number of processes in runnable state.'],
  ['procs_blocked', 'gauge', 'node_procs_blocked', 'Number of processes blocked waiting for I/O.'],
] as const;

function parseCounts(text: string): readonly Family[] {
  const values = new Map<string, number>();
  for (const [, key, value] of text.matchAll(/^([a-z_]+) (\d+)/gm)) values.set(key, Number(value));
  return COUNTS.flatMap(([key, type, name, help]) => {
    const value = values.get(key);
    return value === undefined ? [] : [single(type, name, { help, value })];
  });
}
