/** Sends notifications: each integration of the configuration in force, one attempt at a time. */
import { readFile } from 'node:fs/promises';
import {
  type AlertmanagerMessages,
  type Integration,
  type Notification,
  SEND_TIMEOUT_MS,
  type SendNotification,
  type SendOutcome,
  type WechatTokens,
} from '../../alertmanager/index.ts';
import type { SendRawMail } from '../../notify/index.ts';
import {
  AppError,
  type Clock,
  errorMessage,
  localTimeZone,
  timedOut,
} from '../../platform/index.ts';
import { isTemplateError } from '../../template/index.ts';
import type { LoadedConfig } from './load-config.ts';
import { createRequestClients, type RequestClients } from './request-clients.ts';
import { type ReadSecret, sendMail } from './send-mail.ts';

export interface SenderOptions {
  /** In force now. */
  readonly loaded: () => LoadedConfig;
  readonly clock: Clock;
  readonly externalUrl: string;
  readonly hostname: string;
  readonly sendRawMail: SendRawMail;
  readonly messages: AlertmanagerMessages;
}

interface Attempt extends SenderOptions {
  readonly clients: RequestClients;
  readonly wechatTokens: WechatTokens;
  readonly zone: string;
  readonly signal: AbortSignal;
}

/** Builds the sender. */
export function createSender(options: SenderOptions): SendNotification {
  const clients = createRequestClients(options.clock);
  const zone = localTimeZone();
  const wechatTokens: WechatTokens = new WeakMap();
  let loaded = options.loaded();
  return async (notification, signal) => {
    if (loaded !== options.loaded()) {
      loaded = options.loaded();
      clients.renew();
    }
    const integration = findIntegration(loaded, notification);
    if (integration === undefined) {
      return { state: 'failed', reason: 'the configuration no longer has this integration' };
    }
    return attempt(integration, notification, { ...options, clients, wechatTokens, zone, signal });
  };
}

function findIntegration(
  { config }: LoadedConfig,
  { receiver, integration, index }: Notification,
): Integration | undefined {
  return config.receivers
    .find(({ name }) => name === receiver)
    ?.integrations.find((one) => one.kind === integration && one.index === index);
}

/** Makes one attempt within its time, and says what came of it. */
async function attempt(
  integration: Integration,
  notification: Notification,
  { signal, ...options }: Attempt,
): Promise<SendOutcome> {
  const { clock } = options;
  const leftMs = Math.max(1, notification.deadlineMs - clock.now());
  const ownMs = 'timeoutMs' in integration ? integration.timeoutMs : 0;
  const timeoutMs = Math.min(leftMs, ownMs === 0 ? SEND_TIMEOUT_MS : ownMs);
  const timeout = new AbortController();
  const late = timedOut('WEBHOOK_TIMEOUT', `no answer within ${timeoutMs / 1000} s`);
  const timer = clock.after(timeoutMs, () => timeout.abort(late));
  try {
    const both = AbortSignal.any([signal, timeout.signal]);
    return await send(integration, notification, { ...options, signal: both });
  } catch (error) {
    return describeFailure(error, options.messages);
  } finally {
    timer.cancel();
  }
}

async function send(
  integration: Integration,
  notification: Notification,
  options: Attempt,
): Promise<SendOutcome> {
  const { clock, clients, externalUrl, hostname, signal, messages } = options;
  const readSecret = createReadSecret(messages);
  const { templates } = options.loaded();
  const data = messages.createTemplateData(notification, externalUrl);
  const environment = { nowMs: clock.now(), zone: options.zone };
  return messages.sendIntegration(integration, {
    notification,
    externalUrl,
    hostname,
    nowMs: clock.now(),
    wechatTokens: options.wechatTokens,
    expand: (text, format = 'text') => templates.expand(text, { format, data, environment }),
    readSecret,
    request: async (outgoing, http) => clients.send(outgoing, http, signal),
    sendMail: async (email, mail) =>
      sendMail(email, mail, { send: options.sendRawMail, readSecret, clock, signal }),
  });
}

/** Files are read at each use, so that a secret can be replaced. */
function createReadSecret({ SendError }: AlertmanagerMessages): ReadSecret {
  return async (secret) => {
    if (secret.kind === 'text') return secret.text;
    try {
      return (await readFile(secret.path, 'utf8')).trim();
    } catch (error) {
      const why = errorMessage(error);
      throw new SendError(`cannot read the secret in ${secret.path}: ${why}`, false);
    }
  };
}

/** A template that fails will fail again; what the network did may pass. */
function describeFailure(error: unknown, { SendError }: AlertmanagerMessages): SendOutcome {
  const reason = errorMessage(error);
  const isRefused = error instanceof AppError && error.kind === 'forbidden';
  const isFinal =
    error instanceof SendError ? !error.mayRetry : isRefused || isTemplateError(error);
  if (isFinal) return { state: 'failed', reason };
  return { state: 'retry', reason, retryAfterMs: undefined };
}
