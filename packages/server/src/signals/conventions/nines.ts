/** Nines itself: docs/reference/metrics.md. */
import type { Convention } from '../model.ts';
import { HTTP_FAILURES } from './failures.ts';

export const NINES: readonly Convention[] = [
  {
    name: 'Nines',
    source: 'docs/reference/metrics.md',
    slot: 'http',
    requests: [
      {
        title: 'HTTP requests served',
        durations: [{ metric: 'nines_http_request_duration_seconds', unit: 'seconds' }],
        counters: ['nines_http_requests_total'],
        failures: HTTP_FAILURES,
      },
    ],
  },
  {
    // What it is there for: scrapes that come in, and rules that are evaluated.
    name: 'Nines',
    source: 'docs/reference/metrics.md',
    slot: 'calls',
    signals: [
      {
        kind: 'traffic',
        title: 'Samples taken in',
        unit: 'per_second',
        lines: [{ name: 'all', expression: 'sum(rate(nines_tsdb_samples_appended_total[1m]))' }],
      },
      {
        kind: 'errors',
        title: 'Scrapes and rules',
        unit: 'ratio',
        lines: [
          {
            name: 'failed scrapes',
            expression:
              'sum(rate(nines_scrape_failures_total[1m]))' +
              ' / (sum(rate(nines_scrape_scrapes_total[1m])) > 0)',
          },
          {
            name: 'failed evaluations',
            expression:
              'sum(rate(nines_rules_failures_total[1m]))' +
              ' / (sum(rate(nines_rules_evaluations_total[1m])) > 0)',
          },
        ],
      },
    ],
  },
];
