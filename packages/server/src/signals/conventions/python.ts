/** Instrumentation of Flask, Django and Starlette. */
import type { Convention } from '../model.ts';
import { HTTP_FAILURES } from './failures.ts';

const TITLE = 'HTTP requests served';

export const PYTHON: readonly Convention[] = [
  {
    name: 'prometheus-flask-exporter',
    source: 'https://github.com/rycus86/prometheus_flask_exporter',
    slot: 'http',
    requests: [
      {
        title: TITLE,
        durations: [{ metric: 'flask_http_request_duration_seconds', unit: 'seconds' }],
        counters: ['flask_http_request_total'],
        failures: HTTP_FAILURES,
      },
    ],
  },
  {
    name: 'django-prometheus',
    source: 'https://github.com/django-commons/django-prometheus',
    slot: 'http',
    requests: [
      {
        title: TITLE,
        durations: [
          {
            metric: 'django_http_requests_latency_including_middlewares_seconds',
            unit: 'seconds',
          },
          { metric: 'django_http_requests_latency_seconds_by_view_method', unit: 'seconds' },
        ],
        counters: [
          'django_http_responses_total_by_status_total',
          'django_http_responses_total_by_status_view_method_total',
        ],
        failures: HTTP_FAILURES,
      },
    ],
  },
  {
    name: 'starlette-exporter',
    source: 'https://github.com/stephenhillier/starlette_exporter',
    slot: 'http',
    requests: [
      {
        title: TITLE,
        durations: [{ metric: 'starlette_request_duration_seconds', unit: 'seconds' }],
        counters: ['starlette_requests_total'],
        failures: HTTP_FAILURES,
      },
    ],
  },
];
