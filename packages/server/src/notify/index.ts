/**
 * Delivery: one message to one channel, one attempt at a time.
 *
 * Channels are `browser` (open pages of signed-in people) and `webhook/NAME`. An attempt never
 * throws; it is delivered, worth a retry, or failed for good, always with a reason. When to try
 * again is the caller's to keep (it must survive a restart); how long to wait is said here.
 * Outgoing addresses are judged by literal, by look-up and by the connected peer.
 */
export { createHttpPoster } from './http-post.ts';
export { ATTEMPTS_MAX, RETRY_AFTER_MS_MAX } from './limits.ts';
export { createNotifyMetrics } from './metrics.ts';
export {
  BROWSER,
  type Message,
  type Outcome,
  type Webhook,
  webhookChannel,
} from './model.ts';
export { createNotifier, type Notifier } from './notifier.ts';
export { readWebhooks } from './read-webhooks.ts';
export { retryDelayMs } from './retry.ts';
