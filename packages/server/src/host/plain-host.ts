/** The host as Node itself sees it, for systems without /proc. */
import { type Family, single } from './family.ts';
import type { PlainHost } from './host-reader.ts';

/** CPU and memory, under the names that node_exporter has on macOS and the BSDs. */
export function describePlain(host: PlainHost, nowMs: number): readonly Family[] {
  const { cpuSeconds, memoryTotalBytes, memoryFreeBytes, uptimeSeconds } = host;
  return [
    {
      name: 'node_cpu_seconds_total',
      type: 'counter',
      help: 'Seconds the CPUs spent in each mode.',
      samples: cpuSeconds.flatMap((modes, cpu) =>
        Object.entries(modes).map(([mode, value]) => ({
          labels: { cpu: String(cpu), mode },
          value,
        })),
      ),
    },
    single('gauge', 'node_memory_total_bytes', {
      help: 'Memory information field total_bytes.',
      value: memoryTotalBytes,
    }),
    single('gauge', 'node_memory_free_bytes', {
      help: 'Memory information field free_bytes.',
      value: memoryFreeBytes,
    }),
    single('gauge', 'node_boot_time_seconds', {
      help: 'Node boot time, in unixtime.',
      value: Math.round(nowMs / 1000 - uptimeSeconds),
    }),
  ];
}

/** What is the same everywhere: load, names, the time. */
export function describeCommon(host: PlainHost, nowMs: number): readonly Family[] {
  const [load1, load5, load15] = host.loadAverages;
  return [
    single('gauge', 'node_load1', { help: '1m load average.', value: load1 }),
    single('gauge', 'node_load5', { help: '5m load average.', value: load5 }),
    single('gauge', 'node_load15', { help: '15m load average.', value: load15 }),
    single('gauge', 'node_time_seconds', {
      help: 'System time in seconds since epoch (1970).',
      value: nowMs / 1000,
    }),
    {
      name: 'node_uname_info',
      type: 'gauge',
      help: 'Labeled system information as provided by the uname system call.',
      samples: [{ labels: { ...host.names }, value: 1 }],
    },
  ];
}
