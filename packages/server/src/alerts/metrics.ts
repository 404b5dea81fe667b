/** The metrics of alerts and pages. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { AlertFile, HistoryEntry } from './model.ts';

export interface AlertsMetrics {
  countEntries(entries: readonly HistoryEntry[]): void;
  /** Counts alerts that came from outside, by what became of them. */
  countReceived(outcome: 'firing' | 'repeated' | 'resolved'): void;
  /** Notes how long a page took from being due to being delivered. */
  observeDelivery(delayMs: number): void;
  /** Says where the gauges get their numbers from, once there is something to look at. */
  watch(source: {
    readonly files: () => Iterable<AlertFile>;
    readonly unsavedCount: () => number;
  }): void;
}

/** Declares the metrics in a registry. */
export function createAlertsMetrics(registry: Registry): AlertsMetrics {
  let files: () => Iterable<AlertFile> = () => [];
  let unsavedCount = (): number => 0;
  const events = new Counter({
    name: 'nines_alerts_events_total',
    help: 'What happened to alerts and pages, by the kind of the history entry.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const received = new Counter({
    name: 'nines_alerts_received_total',
    help: 'Alerts that a Prometheus or an Alertmanager sent, by what became of them.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const delays = new Histogram({
    name: 'nines_alerts_page_delay_seconds',
    help: 'Time from a page being due to its delivery.',
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
    registers: [registry],
  });
  new Gauge({
    name: 'nines_alerts_active',
    help: 'Alerts that are pending or firing, by state and output.',
    labelNames: ['state', 'output'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { alert } of files()) {
        if (alert.state !== 'resolved') this.inc({ state: alert.state, output: alert.output });
      }
    },
  });
  new Gauge({
    name: 'nines_alerts_unsaved',
    help: 'Alerts whose newest state is not in the database yet.',
    registers: [registry],
    collect() {
      this.set(unsavedCount());
    },
  });
  return {
    countEntries(entries) {
      for (const { kind } of entries) events.inc({ kind });
    },
    countReceived: (outcome) => received.inc({ outcome }),
    observeDelivery: (delayMs) => delays.observe(delayMs / 1000),
    watch(source) {
      files = source.files;
      unsavedCount = source.unsavedCount;
    },
  };
}
