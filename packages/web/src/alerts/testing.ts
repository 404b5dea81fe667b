/** An alert for tests, with what the test is about on top. */
import type { AlertSummary } from '@nines/contract';

export const NOW = Date.UTC(2026, 10, 23, 3, 21);

export function alertOf(about: Partial<AlertSummary> = {}): AlertSummary {
  return {
    id: 'a1',
    name: 'CheckoutErrors',
    output: 'page',
    state: 'firing',
    service: 'checkout',
    owner: 'payments',
    labels: { alertname: 'CheckoutErrors', instance: 'a:80' },
    summary: 'Checkout: 3.1 % of orders fail',
    description: null,
    playbook: null,
    value: 0.031,
    activeAt: NOW - 11 * 60_000,
    firedAt: NOW - 9 * 60_000,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    pageStatus: 'Shown in a browser.',
    nextStepAt: NOW + 60_000,
    origin: 'rule',
    tags: [],
    silence: null,
    probation: null,
    firedCount24h: 1,
    ...about,
  };
}
