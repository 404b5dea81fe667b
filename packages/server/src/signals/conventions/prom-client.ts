/**
 * Services of Node.js with prom-client: the histogram that its own examples and express-prom-bundle,
 * fastify-metrics and most services make, and the default metrics.
 */
import type { Convention } from '../model.ts';
import { HTTP_FAILURES } from './failures.ts';

export const PROM_CLIENT: readonly Convention[] = [
  {
    // The same names are the custom of Go, Ruby, PHP and Rust services, and of FastAPI's
    // instrumentator, whose histogram with many buckets is `highr`; its other one has three.
    name: 'Prometheus HTTP server',
    source: 'https://prometheus.io/docs/practices/naming/',
    slot: 'http',
    requests: [
      {
        title: 'HTTP requests served',
        durations: [
          { metric: 'http_request_duration_highr_seconds', unit: 'seconds' },
          { metric: 'http_request_duration_seconds', unit: 'seconds' },
          { metric: 'http_server_requests_duration_seconds', unit: 'seconds' },
          { metric: 'http_request_duration_milliseconds', unit: 'milliseconds' },
          { metric: 'http_request_duration_ms', unit: 'milliseconds' },
          { metric: 'http_request_summary_seconds', unit: 'seconds' },
          { metric: 'http_requests_duration_seconds', unit: 'seconds' },
        ],
        counters: ['http_requests_total', 'http_request_total', 'http_server_requests_total'],
        failures: HTTP_FAILURES,
      },
    ],
  },
  {
    name: 'prom-client',
    source: 'https://github.com/siimon/prom-client#default-metrics',
    slot: 'resources',
    sign: 'nodejs_heap_size_used_bytes',
    signals: [
      {
        kind: 'saturation',
        title: 'Process',
        unit: 'ratio',
        isFullness: true,
        lines: [
          {
            // JavaScript runs in one thread, so one core is the most that it can use.
            name: 'CPU of one core',
            expression: 'max(rate(process_cpu_seconds_total[1m]))',
          },
          { name: 'open files', expression: 'max(process_open_fds / process_max_fds)' },
          {
            name: 'garbage collection',
            expression: 'max(sum without (kind) (rate(nodejs_gc_duration_seconds_sum[1m])))',
          },
        ],
      },
      {
        kind: 'saturation',
        title: 'Event loop',
        unit: 'seconds',
        lines: [{ name: 'p99 lag', expression: 'max(nodejs_eventloop_lag_p99_seconds)' }],
      },
      {
        // The total grows with the use and is no maximum: a share of it would always look full.
        kind: 'saturation',
        title: 'Memory',
        unit: 'bytes',
        lines: [
          { name: 'heap', expression: 'max(nodejs_heap_size_used_bytes)' },
          { name: 'resident', expression: 'max(process_resident_memory_bytes)' },
        ],
      },
    ],
  },
];
