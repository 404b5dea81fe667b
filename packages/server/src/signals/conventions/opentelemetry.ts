/**
 * OpenTelemetry's semantic conventions as they arrive in Prometheus: dots become underscores, the
 * unit and `_total` are appended. Collectors may be told to leave units out, and Prometheus 3 may
 * keep the dots, so every name is tried in all its spellings.
 */
import type { Convention, DurationMetric } from '../model.ts';
import { GRPC_FAILURES, HTTP_FAILURES } from './failures.ts';

const SECONDS = { unit: 'seconds' } as const;
const MILLISECONDS = { unit: 'milliseconds' } as const;

/** The stable name in seconds, then the one before it in milliseconds. */
function durationsOf(stable: string, before: string): readonly DurationMetric[] {
  const plain = (name: string): string => name.replaceAll('.', '_');
  return [
    { metric: `${plain(stable)}_seconds`, ...SECONDS },
    { metric: plain(stable), ...SECONDS },
    { metric: stable, ...SECONDS },
    { metric: `${plain(before)}_milliseconds`, ...MILLISECONDS },
    { metric: plain(before), ...MILLISECONDS },
    { metric: before, ...MILLISECONDS },
  ];
}

/** Where the server is; `net_peer_name` before 1.21 of the conventions. */
const ADDRESSES = ['server_address', 'server.address', 'net_peer_name', 'net.peer.name'];

const HTTP = 'https://opentelemetry.io/docs/specs/semconv/http/http-metrics/';
const RPC = 'https://opentelemetry.io/docs/specs/semconv/rpc/rpc-metrics/';

export const OPENTELEMETRY: readonly Convention[] = [
  {
    name: 'OpenTelemetry HTTP server',
    source: HTTP,
    slot: 'http',
    requests: [
      {
        title: 'HTTP requests served',
        durations: durationsOf('http.server.request.duration', 'http.server.duration'),
        counters: [],
        failures: HTTP_FAILURES,
      },
    ],
  },
  {
    name: 'OpenTelemetry RPC server',
    source: RPC,
    slot: 'rpc',
    requests: [
      {
        title: 'Calls served',
        durations: durationsOf('rpc.server.call.duration', 'rpc.server.duration'),
        counters: [],
        failures: GRPC_FAILURES,
      },
    ],
  },
  {
    name: 'OpenTelemetry HTTP client',
    source: HTTP,
    slot: 'calls',
    requests: [
      {
        title: 'HTTP requests made',
        durations: durationsOf('http.client.request.duration', 'http.client.duration'),
        counters: [],
        failures: HTTP_FAILURES,
        peers: ADDRESSES,
      },
    ],
  },
  {
    name: 'OpenTelemetry RPC client',
    source: RPC,
    slot: 'calls',
    requests: [
      {
        title: 'Calls made',
        durations: durationsOf('rpc.client.call.duration', 'rpc.client.duration'),
        counters: [],
        failures: GRPC_FAILURES,
        peers: ['rpc_service', 'rpc.service', ...ADDRESSES],
      },
    ],
  },
  {
    name: 'OpenTelemetry Node.js',
    source: 'https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/',
    slot: 'resources',
    signals: [
      {
        kind: 'saturation',
        title: 'Process',
        unit: 'ratio',
        isFullness: true,
        lines: [{ name: 'event loop', expression: 'max(nodejs_eventloop_utilization_ratio)' }],
      },
      {
        kind: 'saturation',
        title: 'Event loop',
        unit: 'seconds',
        lines: [{ name: 'p99 delay', expression: 'max(nodejs_eventloop_delay_p99_seconds)' }],
      },
      {
        // `v8js.memory.heap.limit` is what is allocated so far, and no limit.
        kind: 'saturation',
        title: 'Memory',
        unit: 'bytes',
        lines: [
          {
            name: 'heap',
            expression: 'max(sum without (v8js_heap_space_name) (v8js_memory_heap_used_bytes))',
          },
        ],
      },
    ],
  },
  {
    name: 'OpenTelemetry JVM',
    source: 'https://opentelemetry.io/docs/specs/semconv/runtime/jvm-metrics/',
    slot: 'resources',
    signals: [
      {
        kind: 'saturation',
        title: 'Process',
        unit: 'ratio',
        isFullness: true,
        lines: [
          { name: 'CPU', expression: 'max(jvm_cpu_recent_utilization_ratio)' },
          {
            name: 'heap',
            expression:
              'max(sum without (jvm_memory_pool_name) (jvm_memory_used_bytes{jvm_memory_type="heap"})' +
              ' / (sum without (jvm_memory_pool_name)' +
              ' (jvm_memory_limit_bytes{jvm_memory_type="heap"}) > 0))',
          },
        ],
      },
    ],
  },
];

/**
 * Databases as their clients see them. Only whom a service asks is told from these: beside the
 * requests that it serves they would be one more graph of the same.
 */
export const DATABASE_CLIENT: Convention = {
  name: 'OpenTelemetry database client',
  source: 'https://opentelemetry.io/docs/specs/semconv/database/database-metrics/',
  slot: 'calls',
  requests: [
    {
      title: 'Database operations',
      durations: durationsOf('db.client.operation.duration', 'db.client.operation.duration'),
      counters: [],
      failures: ['error_type', 'error.type'].map((label) => ({
        label,
        known: /./,
        failed: '.+',
        name: 'errors',
      })),
      peers: [...ADDRESSES, 'db_namespace', 'db_system_name', 'db_system'],
    },
  ],
};
