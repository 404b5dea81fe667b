/** The channels in force, behind one function. */
import { readFile } from 'node:fs/promises';
import { type Clock, errorMessage, invalid, type Log } from '../platform/index.ts';
import { deliverToBrowser } from './browser.ts';
import type { PostHttp } from './http-post.ts';
import { SECRET_BYTES_MAX } from './limits.ts';
import type { NotifyMetrics } from './metrics.ts';
import {
  BROWSER,
  type BrowserHub,
  type Message,
  type Outcome,
  type Webhook,
  webhookChannel,
} from './model.ts';
import { deliverToWebhook } from './webhook.ts';

export interface Notifier {
  /** Replaces the webhooks. */
  apply(webhooks: readonly Webhook[]): void;
  /** The names of all channels, the browser first. */
  channels(): readonly string[];
  /** Makes one attempt to deliver. Never throws. */
  deliver(channel: string, message: Message, signal: AbortSignal): Promise<Outcome>;
}

export interface NotifierOptions {
  readonly hub: BrowserHub;
  readonly post: PostHttp;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: NotifyMetrics;
  /** Where people reach this Nines, without a slash at the end. */
  readonly externalUrl: string;
  /** Default: reads the file. */
  readonly readSecret?: (file: string) => Promise<string>;
}

/** Builds a notifier with the browser as its only channel. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { clock, metrics } = options;
  const readSecret = options.readSecret ?? readSecretFile;
  let webhooks = new Map<string, Webhook>();

  const attempt = async (
    channel: string,
    message: Message,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    if (channel === BROWSER) return deliverToBrowser(message, { ...options, signal });
    const webhook = webhooks.get(channel);
    if (webhook === undefined) {
      return { state: 'failed', reason: `${channel} is no longer declared` };
    }
    return deliverToWebhook(webhook, message, { ...options, readSecret, signal });
  };

  return {
    apply(next) {
      webhooks = new Map(next.map((webhook) => [webhookChannel(webhook), webhook]));
    },
    channels: () => [BROWSER, ...webhooks.keys()],
    async deliver(channel, message, signal) {
      const startMs = clock.monotonicMs();
      const outcome = await attempt(channel, message, signal).catch((error: unknown): Outcome => {
        // A bug in one channel must not keep the others from being tried, nor this one for ever.
        const reason = errorMessage(error);
        options.log.error('delivery failed unexpectedly', { channel, error: reason });
        return { state: 'retry', reason, retryAfterMs: undefined, mayHaveArrived: true };
      });
      metrics.countAttempt(channel, outcome.state, clock.monotonicMs() - startMs);
      return outcome;
    },
  };
}

async function readSecretFile(file: string): Promise<string> {
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret === '' || Buffer.byteLength(secret) > SECRET_BYTES_MAX) {
    const want = `want 1 to ${SECRET_BYTES_MAX} bytes`;
    throw invalid('WEBHOOK_SECRET_INVALID', `cannot sign with the key in ${file}: ${want}`);
  }
  return secret;
}
