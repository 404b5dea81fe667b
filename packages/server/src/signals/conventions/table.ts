/**
 * The table of conventions, most specific first: of each slot and kind of signal the first that a
 * service's metrics fit is used.
 */
import type { Convention } from '../model.ts';
import { POSTGRESQL, REDIS } from './databases.ts';
import { ENVOY } from './envoy.ts';
import { HTTP_FAILURES } from './failures.ts';
import { GRPC } from './grpc.ts';
import { MICROMETER } from './java.ts';
import { NINES } from './nines.ts';
import { NODE_EXPORTER } from './node-exporter.ts';
import { OPENTELEMETRY } from './opentelemetry.ts';
import { GO, PROCESS } from './process.ts';
import { PROM_CLIENT } from './prom-client.ts';
import { HAPROXY, INGRESS_NGINX, NGINX, TRAEFIK } from './proxies.ts';
import { PYTHON } from './python.ts';

/** The usual names behind a prefix of one's own: `shop_http_request_duration_seconds`. */
const PREFIXED: Convention = {
  name: 'Prometheus HTTP server, with a prefix',
  source: 'https://prometheus.io/docs/practices/naming/',
  slot: 'http',
  requests: [
    {
      title: 'HTTP requests served',
      durations: [
        { metric: '_http_request_duration_seconds', unit: 'seconds' },
        { metric: '_http_requests_duration_seconds', unit: 'seconds' },
        { metric: '_http_request_duration_milliseconds', unit: 'milliseconds' },
      ],
      counters: ['_http_requests_total', '_http_request_total'],
      failures: HTTP_FAILURES,
      isSuffix: true,
    },
  ],
};

export const CONVENTIONS: readonly Convention[] = [
  ...NINES,
  ...OPENTELEMETRY,
  ...MICROMETER,
  ...PYTHON,
  ...PROM_CLIENT,
  ...GRPC,
  INGRESS_NGINX,
  TRAEFIK,
  ...ENVOY,
  ...HAPROXY,
  NODE_EXPORTER,
  POSTGRESQL,
  REDIS,
  GO,
  PROCESS,
  NGINX,
  PREFIXED,
];
