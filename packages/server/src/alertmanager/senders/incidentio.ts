/** incident.io: the webhook's body, in its version 1. */
import type { IncidentioIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { formatGroupBody } from '../webhook-body.ts';
import { judge, type SendContext } from './sender.ts';

const BODY_BYTES_MAX = 512 * 1024;
const RETRY_STATUSES = [429];

export async function sendIncidentio(
  incidentio: IncidentioIntegration,
  context: SendContext & { readonly externalUrl: string },
): Promise<SendOutcome> {
  const { readSecret, externalUrl, notification } = context;
  const { alertSourceToken, maxAlerts: alertsMax, http } = incidentio;
  const format = { externalUrl, alertsMax, version: '1' };
  let body = formatGroupBody(notification, format);
  // One alert of a group makes an incident; the others say more of it.
  if (Buffer.byteLength(body) > BODY_BYTES_MAX) {
    body = formatGroupBody(notification, { ...format, listedMax: 1 });
  }
  const headers = {
    'content-type': 'application/json',
    ...(alertSourceToken && { authorization: `Bearer ${await readSecret(alertSourceToken)}` }),
  };
  const url = (await readSecret(incidentio.url)).trim();
  const answer = await context.request({ method: 'POST', url, headers, body }, http);
  return judge(answer, RETRY_STATUSES);
}
