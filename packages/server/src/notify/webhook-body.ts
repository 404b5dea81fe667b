/**
 * The body of a webhook: docs/formats/webhook.md.
 *
 * It is Alertmanager's webhook, version 4, with one alert, so that every receiver written for
 * Alertmanager understands it; what Alertmanager has no word for is in `nines`.
 */
import { createHmac } from 'node:crypto';
import { labelsRecord } from '../series/index.ts';
import { type Message, WEBHOOK_PREFIX } from './model.ts';

/** Go's zero time: Alertmanager's way of saying that an alert has not ended. */
const NOT_ENDED = '0001-01-01T00:00:00Z';

/** Writes the body of one attempt. */
export function formatWebhookBody(
  message: Message,
  context: { readonly name: string; readonly externalUrl: string },
): string {
  const { alert } = message;
  const labels = labelsRecord(alert.labels);
  const status = message.kind === 'resolved' ? 'resolved' : 'firing';
  // Behind a test there is no alert.
  const url = message.isTest
    ? context.externalUrl
    : `${context.externalUrl}/alerts/${encodeURIComponent(alert.id)}`;
  return JSON.stringify({
    version: '4',
    receiver: `${WEBHOOK_PREFIX}${context.name}`,
    status,
    // One group for each alert, the same for its page and its end: bridges pair them by this.
    groupKey: `{}:{nines_alert="${alert.id}"}`,
    groupLabels: {},
    commonLabels: labels,
    commonAnnotations: alert.annotations,
    externalURL: context.externalUrl,
    truncatedAlerts: 0,
    alerts: [
      {
        status,
        labels,
        annotations: alert.annotations,
        startsAt: new Date(alert.firedAtMs).toISOString(),
        endsAt:
          alert.resolvedAtMs === undefined ? NOT_ENDED : new Date(alert.resolvedAtMs).toISOString(),
        generatorURL: url,
        fingerprint: alert.fingerprint,
      },
    ],
    nines: {
      kind: message.kind,
      is_test: message.isTest,
      page_id: message.pageId,
      is_repeat: message.isRepeat,
      step: message.step,
      title: message.title,
      body: message.body,
      alert_id: alert.id,
      alert_url: url,
      output: alert.output,
      service: alert.service ?? null,
      owner: alert.owner ?? null,
      playbook: alert.playbook ?? null,
      value: alert.value,
    },
  });
}

/** Signs a body together with the time, so that a recorded request cannot be used again later. */
export function formatSignature(
  body: string,
  options: { readonly secret: string; readonly nowMs: number },
): string {
  const seconds = Math.floor(options.nowMs / 1000);
  const digest = createHmac('sha256', options.secret).update(`${seconds}.${body}`).digest('hex');
  return `t=${seconds},v1=${digest}`;
}
