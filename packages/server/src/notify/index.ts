/**
 * Delivery: one message to one channel, one attempt at a time.
 *
 * Channels are `browser` (open pages of signed-in people), `webhook/NAME` and `email/NAME`. An
 * attempt never throws; it is delivered, worth a retry, or failed for good, always with a reason. When to try
 * again is the caller's to keep (it must survive a restart); how long to wait is said here.
 * Outgoing addresses are judged by literal, by look-up and by the connected peer.
 */
export { type EmailList, formatServer, type Smtp } from './email-model.ts';
export { createChannelRoutes } from './routes.ts';
export { type Channels, createChannels } from './service.ts';
export { openProofs, type Proofs } from './proofs.ts';
export { createProofStore } from './store.ts';
export { createHttpPoster } from './http-post.ts';
export { ATTEMPTS_MAX, RETRY_AFTER_MS_MAX } from './limits.ts';
export { createNotifyMetrics } from './metrics.ts';
export {
  BROWSER,
  type BrowserHub,
  channelsOf,
  hideSecrets,
  isBrowserChannel,
  type Message,
  type Outcome,
  PERSON_PREFIX,
  type Webhook,
} from './model.ts';
export { channelNames, createNotifier, type DeclaredChannels, type Notifier } from './notifier.ts';
export { readEmails, readSmtp } from './read-emails.ts';
export { readWebhooks } from './read-webhooks.ts';
export { parseRetryAfter, retryDelayMs } from './retry.ts';
export {
  createMailSender,
  createRawMailSender,
  type MailResult,
  type SendRawMail,
} from './smtp-send.ts';
