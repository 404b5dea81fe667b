/** Envoy: what comes in at its listeners, and how its upstreams are. */
import type { Convention } from '../model.ts';

/** The admin port's own requests are those of scrapers. */
const NOT_ADMIN = 'envoy_http_conn_manager_prefix!="admin"';
const CLASS = [{ label: 'envoy_response_code_class', known: /^[1-5]$/, failed: '5', name: '5xx' }];

export const ENVOY: readonly Convention[] = [
  {
    name: 'Envoy listeners',
    source: 'https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/stats',
    slot: 'http',
    requests: [
      {
        title: 'HTTP requests served',
        durations: [{ metric: 'envoy_http_downstream_rq_time', unit: 'milliseconds' }],
        counters: ['envoy_http_downstream_rq_xx', 'envoy_http_downstream_rq_total'],
        failures: CLASS,
        where: NOT_ADMIN,
      },
    ],
  },
  {
    name: 'Envoy clusters',
    source:
      'https://www.envoyproxy.io/docs/envoy/latest/configuration/upstream/cluster_manager/cluster_stats',
    slot: 'calls',
    requests: [
      {
        title: 'Requests to upstreams',
        durations: [{ metric: 'envoy_cluster_upstream_rq_time', unit: 'milliseconds' }],
        counters: ['envoy_cluster_upstream_rq_xx', 'envoy_cluster_upstream_rq_total'],
        failures: CLASS,
        peers: ['envoy_cluster_name'],
      },
    ],
  },
  {
    name: 'Envoy clusters',
    source:
      'https://www.envoyproxy.io/docs/envoy/latest/configuration/upstream/cluster_manager/cluster_stats',
    slot: 'resources',
    signals: [
      {
        kind: 'saturation',
        title: 'Upstreams',
        unit: 'ratio',
        isFullness: true,
        lines: [
          {
            name: 'hosts lost in the worst cluster',
            expression:
              'max(1 - envoy_cluster_membership_healthy / (envoy_cluster_membership_total > 0))',
          },
          {
            name: 'circuit breakers open',
            expression: 'max(envoy_cluster_circuit_breakers_default_rq_open)',
          },
        ],
      },
      {
        kind: 'saturation',
        title: 'Requests in flight',
        unit: 'count',
        lines: [
          {
            name: 'downstream',
            expression: `sum(envoy_http_downstream_rq_active{${NOT_ADMIN}})`,
          },
          {
            name: 'waiting for an upstream',
            expression: 'sum(envoy_cluster_upstream_rq_pending_active)',
          },
        ],
      },
    ],
  },
];
