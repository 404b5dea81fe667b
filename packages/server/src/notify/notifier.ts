/** The channels in force, behind one function. */
import { readFile } from 'node:fs/promises';
import { type Clock, errorMessage, invalid, type Log } from '../platform/index.ts';
import { countPages, deliverToBrowser } from './browser.ts';
import { deliverByEmail } from './email.ts';
import { type EmailList, emailChannel, type Smtp } from './email-model.ts';
import type { PostHttp } from './http-post.ts';
import { ADDRESSES_SHOWN_MAX, SECRET_BYTES_MAX } from './limits.ts';
import type { NotifyMetrics } from './metrics.ts';
import {
  BROWSER,
  type BrowserHub,
  type Channel,
  hideSecrets,
  isBrowserChannel,
  type Message,
  type Outcome,
  PERSON_PREFIX,
  type Webhook,
  webhookChannel,
} from './model.ts';
import type { SendMail } from './smtp-send.ts';
import { deliverToWebhook } from './webhook.ts';

/** The channels that the configuration declares. */
export interface DeclaredChannels {
  readonly webhooks: readonly Webhook[];
  /** The server that e-mail goes through. Invariant: defined where there are lists. */
  readonly smtp: Smtp | undefined;
  readonly emails: readonly EmailList[];
}

/** The names of declared channels as escalation policies use them, the browser first. */
export function channelNames({ webhooks, emails }: DeclaredChannels): readonly string[] {
  return [BROWSER, ...webhooks.map(webhookChannel), ...emails.map(emailChannel)];
}

export interface Notifier {
  /** Replaces all channels but the browser. */
  apply(channels: DeclaredChannels): void;
  /** All channels, the browser first. */
  channels(): readonly Channel[];
  /** Makes one attempt to deliver. Never throws. */
  deliver(channel: string, message: Message, signal: AbortSignal): Promise<Outcome>;
}

export interface NotifierOptions {
  readonly hub: BrowserHub;
  readonly post: PostHttp;
  readonly sendMail: SendMail;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: NotifyMetrics;
  /** Called when a channel has just delivered something. */
  readonly onDelivered: (channel: string) => void;
  /** Where people reach this Nines, without a slash at the end. */
  readonly externalUrl: string;
  /** Default: reads the file. */
  readonly readSecret?: (file: string) => Promise<string>;
}

type Deliverer = (message: Message, signal: AbortSignal) => Promise<Outcome>;

/** Builds a notifier with the browser as its only channel. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { clock, metrics } = options;
  const readSecret = options.readSecret ?? readSecretFile;
  let declared: DeclaredChannels = { webhooks: [], smtp: undefined, emails: [] };
  let deliverers = new Map<string, Deliverer>();

  const attempt = async (
    channel: string,
    message: Message,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    if (isBrowserChannel(channel)) {
      const login = channel === BROWSER ? undefined : channel.slice(PERSON_PREFIX.length);
      return deliverToBrowser(message, { ...options, signal, login });
    }
    const deliver = deliverers.get(channel);
    if (deliver === undefined) {
      return { state: 'failed', reason: `${channel} is no longer declared` };
    }
    return deliver(message, signal);
  };

  return {
    apply(next) {
      declared = next;
      deliverers = createDeliverers(next, { ...options, readSecret });
    },
    channels: () => [describeBrowser(options.hub), ...describeChannels(declared)],
    async deliver(channel, message, signal) {
      const startMs = clock.monotonicMs();
      const outcome = await attempt(channel, message, signal).catch((error: unknown): Outcome => {
        // A bug in one channel must not keep the others from being tried, nor this one for ever.
        const reason = errorMessage(error);
        options.log.error('delivery failed unexpectedly', { channel, error: reason });
        return { state: 'retry', reason, retryAfterMs: undefined, mayHaveArrived: true };
      });
      if (outcome.state === 'delivered') {
        options.onDelivered(isBrowserChannel(channel) ? BROWSER : channel);
      }
      metrics.countAttempt(channel, outcome.state, clock.monotonicMs() - startMs);
      return outcome;
    },
  };
}

function describeBrowser(hub: BrowserHub): Channel {
  return { name: BROWSER, kind: 'browser', address: countPages(hub.openCount()) };
}

function describeChannels({ webhooks, emails }: DeclaredChannels): readonly Channel[] {
  return [
    ...webhooks.map((webhook): Channel => {
      const address = hideSecrets(webhook.url);
      return { name: webhookChannel(webhook), kind: 'webhook', address };
    }),
    ...emails.map((list): Channel => {
      const shown = list.to.slice(0, ADDRESSES_SHOWN_MAX).join(', ');
      const more = list.to.length - ADDRESSES_SHOWN_MAX;
      const address = more > 0 ? `${shown} and ${more} more` : shown;
      return { name: emailChannel(list), kind: 'email', address };
    }),
  ];
}

function createDeliverers(
  { webhooks, smtp, emails }: DeclaredChannels,
  parts: NotifierOptions & { readonly readSecret: (file: string) => Promise<string> },
): Map<string, Deliverer> {
  const deliverers = new Map<string, Deliverer>();
  for (const webhook of webhooks) {
    deliverers.set(webhookChannel(webhook), async (message, signal) =>
      deliverToWebhook(webhook, message, { ...parts, signal }),
    );
  }
  if (smtp === undefined) return deliverers;
  for (const list of emails) {
    deliverers.set(emailChannel(list), async (message, signal) =>
      deliverByEmail(list, message, { ...parts, smtp, signal }),
    );
  }
  return deliverers;
}

async function readSecretFile(file: string): Promise<string> {
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret === '' || Buffer.byteLength(secret) > SECRET_BYTES_MAX) {
    const want = `want 1 to ${SECRET_BYTES_MAX} bytes`;
    throw invalid('SECRET_FILE_INVALID', `cannot use the secret in ${file}: ${want}`);
  }
  return secret;
}
