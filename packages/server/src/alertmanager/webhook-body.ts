/** The body of a webhook: Alertmanager's version 4 (docs/formats/webhook.md). */
import { labelsRecord } from '../series/index.ts';
import type { Notification, NotifiedAlert } from './model.ts';
import { commonPairs, isFiring, quoteReceiver } from './notified.ts';

/** Go's zero time: the alert has not ended. */
const NOT_ENDED = '0001-01-01T00:00:00Z';

/** Writes a notification; `alertsMax` 0: all alerts are shown. */
export function formatGroupBody(
  notification: Notification,
  context: {
    readonly externalUrl: string;
    readonly alertsMax: number;
    /** Default Alertmanager's 4. */
    readonly version?: string;
    /** Of those that are shown, how many are listed one by one; default all. */
    readonly listedMax?: number;
  },
): string {
  const { alerts, receiver, reason, groupLabels, groupKey } = notification;
  const { externalUrl, alertsMax, version = '4', listedMax } = context;
  const shown = alertsMax === 0 ? alerts : alerts.slice(0, alertsMax);
  return JSON.stringify({
    receiver: quoteReceiver(receiver),
    status: isFiring(shown) ? 'firing' : 'resolved',
    alerts: shown.slice(0, listedMax).map(formatAlert),
    notification_reason: reason,
    groupLabels: labelsRecord(groupLabels),
    commonLabels: commonPairs(shown.map(({ alert }) => alert.labels)),
    commonAnnotations: commonPairs(shown.map(({ alert }) => alert.annotations)),
    externalURL: externalUrl,
    version,
    groupKey,
    truncatedAlerts: alerts.length - shown.length,
  });
}

function formatAlert({ alert, isResolved }: NotifiedAlert): Readonly<Record<string, unknown>> {
  return {
    status: isResolved ? 'resolved' : 'firing',
    labels: labelsRecord(alert.labels),
    annotations: labelsRecord(alert.annotations),
    startsAt: formatGoTime(alert.startsAtMs),
    endsAt: isResolved ? formatGoTime(alert.endsAtMs) : NOT_ENDED,
    generatorURL: alert.generatorUrl,
    fingerprint: alert.fingerprint,
  };
}

/** As Go writes a time: no zeros at the end of a second's parts. */
function formatGoTime(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.?0+Z$/, 'Z');
}
