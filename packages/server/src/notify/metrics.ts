/** The metrics of delivery. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { Outcome } from './model.ts';

export interface NotifyMetrics {
  /** Counts one attempt and how long it took. */
  countAttempt(channel: string, state: Outcome['state'], durationMs: number): void;
}

/** Declares the metrics in a registry. */
export function createNotifyMetrics(registry: Registry): NotifyMetrics {
  const attempts = new Counter({
    name: 'nines_notify_attempts_total',
    help: 'Attempts to deliver a message, by channel and what became of them.',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'nines_notify_attempt_duration_seconds',
    help: 'How long attempts to deliver a message took, by channel.',
    labelNames: ['channel'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return {
    countAttempt(channel, state, durationMs) {
      attempts.inc({ channel, outcome: state });
      durations.observe({ channel }, durationMs / 1000);
    },
  };
}
