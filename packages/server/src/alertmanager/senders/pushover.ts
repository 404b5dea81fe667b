/** Pushover: a message, all of which stands in the query. */
import type { PushoverIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { judge, type SendContext, truncate } from './sender.ts';

const TITLE_CHARS_MAX = 250;
const MESSAGE_CHARS_MAX = 1024;
const URL_CHARS_MAX = 512;
const API_URL = 'https://api.pushover.net/1/messages.json';

export async function sendPushover(
  pushover: PushoverIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { expand, readSecret } = context;
  const message = expand(pushover.message, pushover.html ? 'html' : 'text');
  const ttl = seconds(pushover.ttlMs);
  const query = new URLSearchParams({
    token: expand(await readSecret(pushover.token)),
    user: expand(await readSecret(pushover.userKey)),
    title: truncate(expand(pushover.title), TITLE_CHARS_MAX),
    ...(pushover.html && { html: '1' }),
    ...(pushover.monospace && { monospace: '1' }),
    // Pushover refuses a message that is empty.
    message: truncate(message, MESSAGE_CHARS_MAX).trim() || '(no details)',
    url: truncate(expand(pushover.url), URL_CHARS_MAX),
    url_title: expand(pushover.urlTitle),
    priority: expand(pushover.priority),
    retry: seconds(pushover.retryMs),
    expire: seconds(pushover.expireMs),
    device: expand(pushover.device),
    sound: expand(pushover.sound),
    ...(Number(ttl) > 0 && { ttl }),
  });
  const url = `${API_URL}?${query.toString()}`;
  const headers = { 'content-type': 'text/plain' };
  return judge(await context.request({ method: 'POST', url, headers, body: '' }, pushover.http));
}

function seconds(durationMs: number): string {
  return String(Math.trunc(durationMs / 1000));
}
