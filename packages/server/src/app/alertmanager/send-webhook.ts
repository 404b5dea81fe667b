/** Sends notifications: each integration of the configuration in force, one attempt at a time. */
import { readFile } from 'node:fs/promises';
import {
  type AlertmanagerConfig,
  formatGroupBody,
  type Integration,
  type Notification,
  SEND_TIMEOUT_MS,
  type SendNotification,
  type SendOutcome,
} from '../../alertmanager/index.ts';
import { attemptPost, type PostHttp } from '../../notify/index.ts';
import { type Clock, type HttpClientConfig, invalid, type Secret } from '../../platform/index.ts';

type Webhook = Extract<Integration, { readonly kind: 'webhook' }>;

/** Why a configuration must not be started with: it asks for what would not be sent. */
export function findUnsent(config: AlertmanagerConfig): readonly string[] {
  return config.receivers.flatMap(({ name, integrations }) =>
    integrations.flatMap((integration) => {
      const what = `receiver "${name}": ${integration.kind}_configs[${integration.index}]`;
      if (integration.kind !== 'webhook') {
        return [`${what}: ${integration.kind} is not sent yet; nines alertmanager sends: webhook`];
      }
      return findUnsentParts(integration).map(
        (part) => `${what}: ${part.what} is not supported yet`,
      );
    }),
  );
}

/** The same of webhooks, for reports: what becomes of which field. */
export function listUnsentFields(
  config: AlertmanagerConfig,
): readonly { readonly path: string; readonly message: string }[] {
  return config.receivers.flatMap(({ integrations }, i) =>
    integrations.flatMap((integration) => {
      const { kind, index } = integration;
      if (kind !== 'webhook') return [];
      return findUnsentParts(integration).map(({ field, what }) => ({
        path: `receivers[${i}].${kind}_configs[${index}].${field}`,
        message: `${what} is not supported yet, and nines alertmanager does not start with it`,
      }));
    }),
  );
}

interface UnsentPart {
  /** Of the webhook. */
  readonly field: string;
  readonly what: string;
}

function findUnsentParts({ http, payload, url }: Webhook): readonly UnsentPart[] {
  const hasTls = Object.values(http.tls).some((value) => value !== undefined && value !== false);
  const parts = [
    [payload !== undefined, 'payload', 'payload'],
    [url.kind === 'text' && url.text.includes('{{'), 'url', 'a template in url'],
    [http.auth.kind === 'oauth2', 'http_config', 'http_config.oauth2'],
    [http.proxy.kind !== 'none', 'http_config', 'a proxy in http_config'],
    [hasTls, 'http_config', 'tls_config'],
  ] as const;
  return parts.filter(([isUnsent]) => isUnsent).map(([, field, what]) => ({ field, what }));
}

export interface SenderOptions {
  /** In force now. */
  readonly config: () => AlertmanagerConfig;
  readonly post: PostHttp;
  readonly clock: Clock;
  readonly externalUrl: string;
}

/** Builds the sender. */
export function createSender(options: SenderOptions): SendNotification {
  return async (notification, signal) => {
    const integration = findIntegration(options.config(), notification);
    if (integration?.kind !== 'webhook') {
      return { state: 'failed', reason: 'the configuration no longer has this integration' };
    }
    return sendWebhook(integration, notification, { ...options, signal });
  };
}

function findIntegration(
  config: AlertmanagerConfig,
  { receiver, integration, index }: Notification,
): Integration | undefined {
  return config.receivers
    .find(({ name }) => name === receiver)
    ?.integrations.find((one) => one.kind === integration && one.index === index);
}

async function sendWebhook(
  webhook: Webhook,
  notification: Notification,
  context: SenderOptions & { readonly signal: AbortSignal },
): Promise<SendOutcome> {
  const { post, clock, externalUrl, signal } = context;
  const body = formatGroupBody(notification, { externalUrl, alertsMax: webhook.maxAlerts });
  const leftMs = Math.max(1, notification.deadlineMs - clock.now());
  const ownMs = webhook.timeoutMs === 0 ? SEND_TIMEOUT_MS : webhook.timeoutMs;
  return attemptPost(
    async () =>
      post({
        url: parseUrl(await readSecret(webhook.url)),
        headers: {
          ...(await formatHeaders(webhook.http)),
          'content-type': 'application/json',
          'user-agent': 'Nines',
          'idempotency-key': notification.id,
        },
        body,
        // As with Alertmanager, receivers are as often as not in the same private network; what
        // a cloud tells its machines is refused all the same.
        allowsPrivate: true,
        timeoutMs: Math.min(leftMs, ownMs),
        signal,
      }),
    { clock, signal },
  );
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw invalid('WEBHOOK_URL_INVALID', 'its url_file holds no URL of http or https');
}

async function formatHeaders({ auth, headers }: HttpClientConfig): Promise<Record<string, string>> {
  const formatted: Record<string, string> = {};
  for (const { name, values } of headers) {
    formatted[name.toLowerCase()] = (await Promise.all(values.map(readSecret))).join(', ');
  }
  if (auth.kind === 'basic') {
    const pair = `${await readSecret(auth.username)}:${await readSecret(auth.password)}`;
    formatted.authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  if (auth.kind === 'token') {
    formatted.authorization = `${auth.scheme} ${await readSecret(auth.token)}`;
  }
  return formatted;
}

/** Files are read at each use, so that a secret can be replaced. */
async function readSecret(secret: Secret): Promise<string> {
  return secret.kind === 'text' ? secret.text : (await readFile(secret.path, 'utf8')).trim();
}
