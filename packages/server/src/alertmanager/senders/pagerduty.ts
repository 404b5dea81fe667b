/** PagerDuty: an event by Events API v2, or by v1 where the integration has a service key. */
import type { PagerdutyIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { expandPlain } from './expand-plain.ts';
import {
  type Answer,
  dedupKey,
  fires,
  judge,
  SendError,
  type SendContext,
  truncate,
  withoutEmpty,
} from './sender.ts';

const SUMMARY_CHARS_MAX = 1024;
const EVENT_BYTES_MAX = 512_000;
const V1_URL = 'https://events.pagerduty.com/generic/2010-04-15/create_event.json';
const TOO_LARGE = {
  error:
    'Custom details have been removed because the original event exceeds the maximum size of 512KB',
};

type Details = Readonly<Record<string, unknown>>;

export async function sendPagerduty(
  pagerduty: PagerdutyIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { serviceKey, http } = pagerduty;
  const details = Object.fromEntries(
    Object.entries(pagerduty.details).map(([name, value]) => [name, expandPlain(value, context)]),
  );
  const isV1 = serviceKey !== undefined;
  const format = isV1 ? await prepareV1(pagerduty, context) : await prepareV2(pagerduty, context);
  let body = JSON.stringify(format(details));
  if (Buffer.byteLength(body) >= EVENT_BYTES_MAX) body = JSON.stringify(format(TOO_LARGE));
  const headers = { 'content-type': 'application/json' };
  const url = isV1 ? V1_URL : pagerduty.url;
  const answer = await context.request({ method: 'POST', url, headers, body }, http);
  // What may pass is too many requests: v1 says so by 403, v2 by 429.
  return judge(describeAnswer(answer), [isV1 ? 403 : 429]);
}

async function prepareV2(
  pagerduty: PagerdutyIntegration,
  context: SendContext,
): Promise<(details: Details) => unknown> {
  const { expand, readSecret, notification } = context;
  const { routingKey = { kind: 'text', text: '' } as const } = pagerduty;
  const key = expand(await readSecret(routingKey));
  if (key === '') throw new SendError('routing key cannot be empty', false);
  const action = fires(notification) ? 'trigger' : 'resolve';
  const fields = withoutEmpty({
    routing_key: key,
    dedup_key: dedupKey(notification),
    client: expand(pagerduty.client),
    client_url: expand(pagerduty.clientUrl),
    images: pagerduty.images
      .map(({ src, alt, href }) => ({ src: expand(src), alt: expand(alt), href: expand(href) }))
      .filter(({ src }) => src !== ''),
    links: pagerduty.links
      .map(({ href, text }) => ({ href: expand(href), text: expand(text) }))
      .filter(({ href }) => href !== ''),
  });
  const payload = {
    summary: truncate(expand(pagerduty.description), SUMMARY_CHARS_MAX),
    source: expand(pagerduty.source),
    severity: expand(pagerduty.severity === '' ? 'error' : pagerduty.severity),
    ...withoutEmpty({
      class: expand(pagerduty.class),
      component: expand(pagerduty.component),
      group: expand(pagerduty.group),
    }),
  };
  return (details) => ({
    ...fields,
    event_action: action,
    payload: { ...payload, custom_details: details },
  });
}

async function prepareV1(
  pagerduty: PagerdutyIntegration,
  context: SendContext,
): Promise<(details: Details) => unknown> {
  const { expand, readSecret, notification } = context;
  const { serviceKey = { kind: 'text', text: '' } as const } = pagerduty;
  const key = expand(await readSecret(serviceKey));
  if (key === '') throw new SendError('service key cannot be empty', false);
  const isTrigger = fires(notification);
  const fields = withoutEmpty({
    service_key: key,
    incident_key: dedupKey(notification),
    event_type: isTrigger ? 'trigger' : 'resolve',
    description: truncate(expand(pagerduty.description), SUMMARY_CHARS_MAX),
    client: isTrigger ? expand(pagerduty.client) : '',
    client_url: isTrigger ? expand(pagerduty.clientUrl) : '',
  });
  return (details) => ({ ...fields, event_action: '', payload: null, details });
}

/** Of a refused event PagerDuty says in fields what is wrong with it; of others nothing is told. */
function describeAnswer(answer: Answer): Answer {
  if (answer.status !== 400) return { ...answer, text: '' };
  try {
    const said: unknown = JSON.parse(answer.text);
    const fields = typeof said === 'object' && said !== null ? said : {};
    const message = 'message' in fields ? String(fields.message) : '';
    const errors = 'errors' in fields && Array.isArray(fields.errors) ? fields.errors : [];
    return { ...answer, text: `${message}: ${errors.map(String).join(',')}` };
  } catch {
    return { ...answer, text: '' };
  }
}
