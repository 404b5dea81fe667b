/** Micrometer, as Spring Boot, Quarkus and Micronaut expose it. */
import type { Convention } from '../model.ts';
import { HTTP_FAILURES, OUTCOME_FAILURES } from './failures.ts';

const SOURCE = 'https://docs.spring.io/spring-boot/reference/actuator/metrics.html';

export const MICROMETER: readonly Convention[] = [
  {
    name: 'Micrometer HTTP server',
    source: SOURCE,
    slot: 'http',
    requests: [
      {
        title: 'HTTP requests served',
        durations: [{ metric: 'http_server_requests_seconds', unit: 'seconds' }],
        counters: ['http_server_requests_seconds_count'],
        failures: [...HTTP_FAILURES, ...OUTCOME_FAILURES],
      },
    ],
    advice: {
      latency:
        'set management.metrics.distribution.percentiles-histogram.http.server.requests=true: it' +
        ' gives http_server_requests_seconds_bucket',
    },
  },
  {
    name: 'Micrometer HTTP client',
    source: SOURCE,
    slot: 'calls',
    requests: [
      {
        title: 'HTTP requests made',
        durations: [{ metric: 'http_client_requests_seconds', unit: 'seconds' }],
        counters: ['http_client_requests_seconds_count'],
        failures: [...HTTP_FAILURES, ...OUTCOME_FAILURES],
        peers: ['client_name', 'clientName'],
      },
    ],
  },
  {
    name: 'Micrometer JVM',
    source: SOURCE,
    slot: 'resources',
    signals: [
      {
        kind: 'saturation',
        title: 'Process',
        unit: 'ratio',
        isFullness: true,
        lines: [
          { name: 'CPU', expression: 'max(process_cpu_usage)' },
          {
            // Pools without a maximum say -1.
            name: 'heap',
            expression:
              'max(sum without (id) (jvm_memory_used_bytes{area="heap"})' +
              ' / (sum without (id) (jvm_memory_max_bytes{area="heap"} > 0)))',
          },
          {
            name: 'open files',
            expression: 'max(process_files_open_files / process_files_max_files)',
          },
          {
            name: 'database connections',
            expression: 'max(hikaricp_connections_active / (hikaricp_connections_max > 0))',
          },
          {
            name: 'request threads',
            expression:
              'max(tomcat_threads_busy_threads / (tomcat_threads_config_max_threads > 0))',
          },
          {
            name: 'garbage collection',
            expression: 'max(sum without (action, cause, gc) (rate(jvm_gc_pause_seconds_sum[1m])))',
          },
        ],
      },
    ],
  },
];
