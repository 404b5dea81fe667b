/** Rocket.Chat: chat.postMessage with one attachment. */
import type { RocketchatIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { formatFields } from './attachment.ts';
import { DELIVERED, judge, type SendContext, truncate, withoutEmpty } from './sender.ts';

const TITLE_CHARS_MAX = 1024;

export async function sendRocketchat(
  rocketchat: RocketchatIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { expand, readSecret } = context;
  const attachment = withoutEmpty({
    title: truncate(expand(rocketchat.title), TITLE_CHARS_MAX),
    title_link: expand(rocketchat.titleLink),
    text: expand(rocketchat.text),
    image_url: expand(rocketchat.imageUrl),
    thumb_url: expand(rocketchat.thumbUrl),
    color: expand(rocketchat.color),
    fields: formatFields(rocketchat.fields, rocketchat.shortFields, context),
    // Buttons are the only kind that there is.
    actions: rocketchat.actions.map(({ text, url, msg }) => ({
      ...withoutEmpty({ type: 'button', text: expand(text), url: expand(url), msg: expand(msg) }),
      is_webview: false,
      msg_in_chat_window: false,
    })),
  });
  const body = withoutEmpty({
    channel: expand(rocketchat.channel),
    emoji: expand(rocketchat.emoji),
    avatar: expand(rocketchat.iconUrl),
    attachments: [attachment],
  });
  const headers = {
    'content-type': 'application/json',
    'x-auth-token': await readSecret(rocketchat.token),
    'x-user-id': await readSecret(rocketchat.tokenId),
  };
  const url = `${rocketchat.apiUrl.replace(/\/+$/, '')}/api/v1/chat.postMessage`;
  const outgoing = { method: 'POST', url, headers, body: JSON.stringify(body) } as const;
  const answer = await context.request(outgoing, rocketchat.http);
  const outcome = judge(answer);
  return outcome.state === 'delivered' ? judgeBody(answer.text) : outcome;
}

/** It answers 200 to what it does not take, and says so in the body. */
function judgeBody(text: string): SendOutcome {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    const reason = `could not unmarshal JSON response ${JSON.stringify(text)}`;
    return { state: 'retry', reason, retryAfterMs: undefined };
  }
  const fields = typeof said === 'object' && said !== null ? said : {};
  if ('success' in fields && fields.success === true) return DELIVERED;
  const why = 'error' in fields ? String(fields.error) : '';
  return { state: 'failed', reason: `error response from Rocketchat: ${why}` };
}
