/** gRPC's own metrics through OpenTelemetry (gRFC A66), and the older middleware of Go and Java. */
import type { Convention } from '../model.ts';
import { GRPC_FAILURES } from './failures.ts';

const SOURCE =
  'https://github.com/grpc-ecosystem/go-grpc-middleware/tree/main/providers/prometheus';

export const GRPC: readonly Convention[] = [
  {
    name: 'gRPC server',
    source: SOURCE,
    slot: 'rpc',
    requests: [
      {
        title: 'gRPC calls served',
        durations: [
          { metric: 'grpc_server_call_duration_seconds', unit: 'seconds' },
          { metric: 'grpc_server_handling_seconds', unit: 'seconds' },
        ],
        counters: ['grpc_server_handled_total'],
        failures: GRPC_FAILURES,
      },
    ],
    advice: {
      latency:
        'switch on the histogram of the gRPC middleware (WithServerHandlingTimeHistogram): it gives' +
        ' grpc_server_handling_seconds',
    },
  },
  {
    name: 'gRPC client',
    source: SOURCE,
    slot: 'calls',
    requests: [
      {
        title: 'gRPC calls made',
        durations: [
          { metric: 'grpc_client_call_duration_seconds', unit: 'seconds' },
          { metric: 'grpc_client_handling_seconds', unit: 'seconds' },
        ],
        counters: ['grpc_client_handled_total'],
        failures: GRPC_FAILURES,
        peers: ['grpc_service', 'grpc_target'],
      },
    ],
  },
];
