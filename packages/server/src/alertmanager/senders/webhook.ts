/** Webhooks: the group as JSON in version 4, or the payload that the configuration gives. */
import type { WebhookIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { formatGroupBody } from '../webhook-body.ts';
import { expandPlain } from './expand-plain.ts';
import { judge, SendError, type SendContext } from './sender.ts';

/** More than Alertmanager tries again: a bridge that is busy says so by these. */
const RETRY_STATUSES = [408, 429];

export async function sendWebhook(
  webhook: WebhookIntegration,
  context: SendContext & { readonly externalUrl: string },
): Promise<SendOutcome> {
  const { expand, readSecret, externalUrl, notification } = context;
  const { payload, maxAlerts: alertsMax } = webhook;
  const body =
    payload === undefined
      ? formatGroupBody(notification, { externalUrl, alertsMax })
      : JSON.stringify(expandPlain(payload, context));
  const url = expand((await readSecret(webhook.url)).trim());
  if (url === '') throw new SendError('webhook URL is empty after templating', false);
  const headers = {
    'content-type': 'application/json',
    // So that a receiver can drop what it has already had, after a restart too.
    'idempotency-key': notification.id,
  };
  const answer = await context.request({ method: 'POST', url, headers, body }, webhook.http);
  return judge(answer, RETRY_STATUSES);
}
