/** nginx, ingress-nginx, Traefik and HAProxy. */
import type { Convention } from '../model.ts';
import { HTTP_FAILURES } from './failures.ts';

/** The ingress controller of Kubernetes. */
export const INGRESS_NGINX: Convention = {
  name: 'ingress-nginx',
  source: 'https://kubernetes.github.io/ingress-nginx/user-guide/monitoring/',
  slot: 'http',
  requests: [
    {
      title: 'HTTP requests served',
      durations: [{ metric: 'nginx_ingress_controller_request_duration_seconds', unit: 'seconds' }],
      counters: ['nginx_ingress_controller_requests'],
      failures: HTTP_FAILURES,
    },
  ],
};

/** nginx-prometheus-exporter, which reads stub_status: counts without durations and outcomes. */
export const NGINX: Convention = {
  name: 'nginx-prometheus-exporter',
  source: 'https://github.com/nginx/nginx-prometheus-exporter#exported-metrics',
  slot: 'http',
  requests: [
    {
      title: 'HTTP requests served',
      durations: [],
      counters: ['nginx_http_requests_total'],
      failures: HTTP_FAILURES,
    },
  ],
  signals: [
    {
      kind: 'errors',
      title: 'Connections dropped',
      unit: 'ratio',
      lines: [
        {
          // Accepted and not handled: a limit such as worker_connections was reached.
          name: 'dropped',
          expression:
            '1 - sum(rate(nginx_connections_handled[1m]))' +
            ' / (sum(rate(nginx_connections_accepted[1m])) > 0)',
        },
      ],
    },
    {
      kind: 'saturation',
      title: 'Connections',
      unit: 'count',
      lines: [
        { name: 'active', expression: 'sum(nginx_connections_active)' },
        { name: 'writing', expression: 'sum(nginx_connections_writing)' },
      ],
    },
  ],
  advice: {
    latency:
      "stub_status has no durations: scrape the servers behind nginx, or count nginx's access log" +
      ' into http_request_duration_seconds',
  },
};

export const TRAEFIK: Convention = {
  name: 'Traefik',
  source: 'https://doc.traefik.io/traefik/observability/metrics/overview/',
  slot: 'http',
  requests: [
    {
      title: 'HTTP requests served',
      durations: [
        { metric: 'traefik_entrypoint_request_duration_seconds', unit: 'seconds' },
        { metric: 'traefik_service_request_duration_seconds', unit: 'seconds' },
      ],
      counters: ['traefik_entrypoint_requests_total', 'traefik_service_requests_total'],
      failures: HTTP_FAILURES,
    },
  ],
};

/** HAProxy's own exporter; its durations are averages, which hide the slow requests. */
export const HAPROXY: readonly Convention[] = [
  {
    name: 'HAProxy',
    source:
      'https://www.haproxy.com/documentation/haproxy-configuration-tutorials/alerts-and-monitoring/prometheus/',
    slot: 'http',
    requests: [
      {
        title: 'HTTP requests served',
        durations: [],
        counters: ['haproxy_frontend_http_responses_total', 'haproxy_backend_http_responses_total'],
        failures: HTTP_FAILURES,
      },
    ],
    advice: {
      latency:
        'HAProxy tells averages only, which hide the slow requests: expose' +
        ' http_request_duration_seconds from the servers behind it',
    },
  },
  {
    name: 'HAProxy',
    source:
      'https://www.haproxy.com/documentation/haproxy-configuration-tutorials/alerts-and-monitoring/prometheus/',
    slot: 'resources',
    signals: [
      {
        kind: 'saturation',
        title: 'Connections and sessions',
        unit: 'ratio',
        isFullness: true,
        lines: [
          {
            name: 'connections',
            expression:
              'max(haproxy_process_current_connections / (haproxy_process_max_connections > 0))',
          },
          {
            name: 'sessions of the fullest frontend',
            expression:
              'max(haproxy_frontend_current_sessions / (haproxy_frontend_limit_sessions > 0))',
          },
        ],
      },
      {
        kind: 'saturation',
        title: 'Requests waiting',
        unit: 'count',
        lines: [{ name: 'queue', expression: 'sum(haproxy_backend_current_queue)' }],
      },
    ],
  },
];
