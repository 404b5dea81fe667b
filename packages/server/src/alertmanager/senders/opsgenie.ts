/** Opsgenie: alerts are created and closed by their alias, and changed where that is asked for. */
import type { OpsgenieIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { commonPairs } from '../notified.ts';
import {
  dedupKey,
  DELIVERED,
  expandMap,
  fires,
  judge,
  type OutgoingRequest,
  type SendContext,
  truncate,
  withoutEmpty,
} from './sender.ts';

const MESSAGE_CHARS_MAX = 130;
const RETRY_STATUSES = [429];

export async function sendOpsgenie(
  opsgenie: OpsgenieIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { expand, readSecret, notification } = context;
  const key = expand(await readSecret(opsgenie.apiKey)).trim();
  const headers = { 'content-type': 'application/json', authorization: `GenieKey ${key}` };
  const requests = fires(notification)
    ? formatFiring(opsgenie, context)
    : [formatClose(opsgenie, context)];
  for (const { method, path, body } of requests) {
    const outgoing: OutgoingRequest = {
      method,
      url: addPath(opsgenie.apiUrl, path),
      headers,
      body: JSON.stringify(body),
    };
    const outcome = judge(await context.request(outgoing, opsgenie.http), RETRY_STATUSES);
    if (outcome.state !== 'delivered') return outcome;
  }
  return DELIVERED;
}

interface OpsgenieRequest {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body: unknown;
}

/** A path behind that of the API's address, with what its query has. */
function addPath(apiUrl: string, path: string): string {
  const url = new URL(apiUrl);
  const [name, query = ''] = path.split('?');
  url.pathname += name;
  for (const [key, value] of new URLSearchParams(query)) url.searchParams.set(key, value);
  url.searchParams.sort();
  return url.href;
}

function formatClose(opsgenie: OpsgenieIntegration, context: SendContext): OpsgenieRequest {
  const path = `v2/alerts/${dedupKey(context.notification)}/close?identifierType=alias`;
  return { method: 'POST', path, body: { source: context.expand(opsgenie.source) } };
}

function formatFiring(
  opsgenie: OpsgenieIntegration,
  context: SendContext,
): readonly OpsgenieRequest[] {
  const { expand, notification } = context;
  const alias = dedupKey(notification);
  const message = truncate(expand(opsgenie.message), MESSAGE_CHARS_MAX);
  const description = expand(opsgenie.description);
  const body = {
    alias,
    message,
    details: {
      ...commonPairs(notification.alerts.map(({ alert }) => alert.labels)),
      ...expandMap(opsgenie.details, context),
    },
    source: expand(opsgenie.source),
    ...withoutEmpty({
      description,
      responders: formatResponders(opsgenie, context),
      tags: splitList(expand(opsgenie.tags)),
      note: expand(opsgenie.note),
      priority: expand(opsgenie.priority),
      entity: expand(opsgenie.entity),
      actions: splitList(expand(opsgenie.actions)),
    }),
  };
  const create: OpsgenieRequest = { method: 'POST', path: 'v2/alerts', body };
  if (!opsgenie.updateAlerts) return [create];
  const update = (field: string, value: string): OpsgenieRequest => ({
    method: 'PUT',
    path: `v2/alerts/${alias}/${field}?identifierType=alias`,
    body: withoutEmpty({ [field]: value }),
  });
  return [create, update('message', message), update('description', description)];
}

/** Those that expand to nothing are left out; `teams` is a list of teams. */
function formatResponders(
  { responders }: OpsgenieIntegration,
  { expand }: SendContext,
): readonly Readonly<Record<string, unknown>>[] {
  return responders.flatMap((responder) => {
    const [id, name, username, type] = [
      expand(responder.id),
      expand(responder.name),
      expand(responder.username),
      expand(responder.type),
    ];
    if (type === 'teams') {
      return splitList(name).map((team) => ({
        ...withoutEmpty({ name: expand(team) }),
        type: 'team',
      }));
    }
    if (id === '' && name === '' && username === '' && type === '') return [];
    return [{ ...withoutEmpty({ id, name, username }), type }];
  });
}

function splitList(text: string): readonly string[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '');
}
