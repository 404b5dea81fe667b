/** What the engine counts of itself, under Alertmanager's names. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Notification, SuppressedBy } from './model.ts';
import { isResolvedAt } from './model.ts';
import { findSilences, stateOfSilence } from './silence.ts';
import { listActiveSilences } from './dispatch.ts';
import type { DispatchState, SendOutcome } from './state.ts';

export interface AlertmanagerMetrics {
  countReceived(counts: { readonly firing: number; readonly resolved: number }): void;
  countInvalid(count: number): void;
  countSuppressed(by: SuppressedBy, count: number): void;
  countAttempt(notification: Notification, state: SendOutcome['state'], durationMs: number): void;
  countGivenUp(notification: Notification): void;
  /** Says how a reload of the configuration went. */
  noteReload(isSuccess: boolean, atMs: number): void;
  /** Says where the gauges get their numbers from. */
  watch(state: DispatchState, now: () => number): void;
}

/** Declares the metrics in a registry. */
export function createAlertmanagerMetrics(registry: Registry): AlertmanagerMetrics {
  const registers = [registry];
  const received = new Counter({
    name: 'alertmanager_alerts_received_total',
    help: 'The total number of received alerts.',
    labelNames: ['status', 'version'],
    registers,
  });
  const invalid = new Counter({
    name: 'alertmanager_alerts_invalid_total',
    help: 'The total number of received alerts that were invalid.',
    labelNames: ['version'],
    registers,
  });
  const suppressed = new Counter({
    name: 'alertmanager_notifications_suppressed_total',
    help: 'Alerts that were left out of a notification, by what kept them back.',
    labelNames: ['reason'],
    registers,
  });
  const delivery = declareDelivery(registry);
  const reload = declareReload(registry);
  return {
    ...delivery,
    noteReload: reload,
    countReceived({ firing, resolved }) {
      if (firing > 0) received.inc({ status: 'firing', version: 'v2' }, firing);
      if (resolved > 0) received.inc({ status: 'resolved', version: 'v2' }, resolved);
    },
    countInvalid: (count) => invalid.inc({ version: 'v2' }, count),
    countSuppressed: (reason, count) => suppressed.inc({ reason }, count),
    watch: (state, now) => watchState(registry, state, now),
  };
}

function declareDelivery(
  registry: Registry,
): Pick<AlertmanagerMetrics, 'countAttempt' | 'countGivenUp'> {
  const registers = [registry];
  const labelNames = ['integration'] as const;
  const attempts = new Counter({
    name: 'alertmanager_notification_requests_total',
    help: 'The total number of attempted notification requests.',
    labelNames,
    registers,
  });
  const failures = new Counter({
    name: 'alertmanager_notification_requests_failed_total',
    help: 'The total number of failed notification requests.',
    labelNames,
    registers,
  });
  const delivered = new Counter({
    name: 'alertmanager_notifications_total',
    help: 'Notifications that were delivered or given up.',
    labelNames,
    registers,
  });
  const givenUp = new Counter({
    name: 'alertmanager_notifications_failed_total',
    help: 'Notifications that were given up; the next turn of their group decides anew.',
    labelNames,
    registers,
  });
  const latency = new Histogram({
    name: 'alertmanager_notification_latency_seconds',
    help: 'The latency of notifications in seconds.',
    labelNames,
    buckets: [0.01, 0.1, 0.5, 1, 5, 10, 15, 20],
    registers,
  });
  return {
    countAttempt({ integration }, state, durationMs) {
      attempts.inc({ integration });
      if (state === 'delivered') delivered.inc({ integration });
      else failures.inc({ integration });
      latency.observe({ integration }, durationMs / 1000);
    },
    countGivenUp({ integration }) {
      delivered.inc({ integration });
      givenUp.inc({ integration });
    },
  };
}

function declareReload(registry: Registry): AlertmanagerMetrics['noteReload'] {
  const registers = [registry];
  const successful = new Gauge({
    name: 'alertmanager_config_last_reload_successful',
    help: 'Whether the last configuration reload attempt was successful.',
    registers,
  });
  const succeededAt = new Gauge({
    name: 'alertmanager_config_last_reload_success_timestamp_seconds',
    help: 'Timestamp of the last successful configuration reload.',
    registers,
  });
  return (isSuccess, atMs) => {
    successful.set(isSuccess ? 1 : 0);
    if (isSuccess) succeededAt.set(atMs / 1000);
  };
}

function watchState(registry: Registry, state: DispatchState, now: () => number): void {
  const registers = [registry];
  new Gauge({
    name: 'alertmanager_alerts',
    help: 'How many alerts there are by state.',
    labelNames: ['state'],
    registers,
    collect() {
      const nowMs = now();
      const silences = listActiveSilences(state, nowMs);
      const counts = { active: 0, suppressed: 0 };
      for (const alert of state.alerts.values()) {
        if (isResolvedAt(alert, nowMs)) continue;
        const isSuppressed =
          findSilences(silences, alert.labels).length > 0 ||
          state.inhibitor.findSource(alert.labels, nowMs) !== undefined;
        counts[isSuppressed ? 'suppressed' : 'active']++;
      }
      this.set({ state: 'active' }, counts.active);
      this.set({ state: 'suppressed' }, counts.suppressed);
    },
  });
  new Gauge({
    name: 'alertmanager_silences',
    help: 'How many silences there are by state.',
    labelNames: ['state'],
    registers,
    collect() {
      const counts = { active: 0, pending: 0, expired: 0 };
      for (const silence of state.silences.values()) counts[stateOfSilence(silence, now())]++;
      for (const [name, count] of Object.entries(counts)) this.set({ state: name }, count);
    },
  });
  new Gauge({
    name: 'alertmanager_dispatcher_aggregation_groups',
    help: 'Number of active aggregation groups.',
    registers,
    collect() {
      this.set(state.groups.size);
    },
  });
}
