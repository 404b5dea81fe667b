/**
 * Go's client, and what every official client tells of its process. `promhttp_metric_handler_*`
 * counts scrapes, which are no traffic of the service, and is left out on purpose.
 */
import type { Convention } from '../model.ts';

const OPEN_FILES = {
  name: 'open files',
  expression: 'max(process_open_fds / process_max_fds)',
};
const RESIDENT = { name: 'resident', expression: 'max(process_resident_memory_bytes)' };

export const GO: Convention = {
  name: 'Go client',
  source: 'https://github.com/prometheus/client_golang/tree/main/prometheus/collectors',
  slot: 'resources',
  sign: 'go_goroutines',
  signals: [
    {
      kind: 'saturation',
      title: 'Process',
      unit: 'ratio',
      isFullness: true,
      lines: [
        {
          name: 'CPU',
          expression: 'max(rate(process_cpu_seconds_total[1m]) / go_sched_gomaxprocs_threads)',
        },
        OPEN_FILES,
      ],
    },
    {
      kind: 'saturation',
      title: 'CPU cores in use',
      unit: 'count',
      lines: [
        {
          name: 'busiest instance',
          expression: 'max(rate(process_cpu_seconds_total[1m]))',
        },
      ],
    },
    {
      kind: 'saturation',
      title: 'Memory',
      unit: 'bytes',
      lines: [{ name: 'heap', expression: 'max(go_memstats_heap_inuse_bytes)' }, RESIDENT],
    },
    {
      kind: 'saturation',
      title: 'Goroutines',
      unit: 'count',
      lines: [{ name: 'busiest instance', expression: 'max(go_goroutines)' }],
    },
  ],
};

export const PROCESS: Convention = {
  name: 'Prometheus client',
  source: 'https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics',
  slot: 'resources',
  signals: [
    {
      kind: 'saturation',
      title: 'Process',
      unit: 'ratio',
      isFullness: true,
      lines: [OPEN_FILES],
    },
    {
      kind: 'saturation',
      title: 'CPU cores in use',
      unit: 'count',
      lines: [{ name: 'busiest instance', expression: 'max(rate(process_cpu_seconds_total[1m]))' }],
    },
    { kind: 'saturation', title: 'Memory', unit: 'bytes', lines: [RESIDENT] },
  ],
};
