/** Slack: a message with one attachment, by a webhook or by chat.postMessage. */
import type { SlackAction, SlackIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { formatFields } from './attachment.ts';
import { DELIVERED, judge, postJson, type SendContext, truncate, withoutEmpty } from './sender.ts';

const TITLE_CHARS_MAX = 1024;
const MARKDOWN_IN = ['fallback', 'pretext', 'text'];

export async function sendSlack(
  slack: SlackIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { expand, readSecret } = context;
  const body = {
    ...withoutEmpty({
      channel: expand(slack.channel),
      username: expand(slack.username),
      icon_emoji: expand(slack.iconEmoji),
      icon_url: expand(slack.iconUrl),
      link_names: slack.linkNames,
      text: expand(slack.messageText),
    }),
    attachments: [formatAttachment(slack, context)],
  };
  const url = await readSecret(slack.apiUrl);
  const answer = await postJson({ url, body, http: slack.http }, context);
  const outcome = judge(answer);
  if (outcome.state !== 'delivered') return outcome;
  // Slack answers 200 to what it does not take, and says so in the body.
  if (!answer.contentType.startsWith('application/json')) {
    if (answer.text === 'ok') return DELIVERED;
    return { state: 'failed', reason: `received an error response from Slack: ${answer.text}` };
  }
  return judgeJson(answer.text);
}

function judgeJson(text: string): SendOutcome {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    const reason = `could not unmarshal JSON response ${JSON.stringify(text)}`;
    return { state: 'retry', reason, retryAfterMs: undefined };
  }
  const fields = typeof answer === 'object' && answer !== null ? answer : {};
  if ('ok' in fields && fields.ok === true) return DELIVERED;
  const why = 'error' in fields ? String(fields.error) : '';
  return { state: 'failed', reason: `error response from Slack: ${why}` };
}

function formatAttachment(
  slack: SlackIntegration,
  context: SendContext,
): Readonly<Record<string, unknown>> {
  const { expand } = context;
  return {
    ...withoutEmpty({
      title: truncate(expand(slack.title), TITLE_CHARS_MAX),
      title_link: expand(slack.titleLink),
      pretext: expand(slack.pretext),
      image_url: expand(slack.imageUrl),
      thumb_url: expand(slack.thumbUrl),
      color: expand(slack.color),
      fields: formatFields(slack.fields, slack.shortFields, context),
      actions: slack.actions.map((action) => formatAction(action, context)),
    }),
    text: expand(slack.text),
    fallback: expand(slack.fallback),
    callback_id: expand(slack.callbackId),
    footer: expand(slack.footer),
    mrkdwn_in: slack.mrkdwnIn.length > 0 ? slack.mrkdwnIn : MARKDOWN_IN,
  };
}

function formatAction(
  { type, text, url, style, name, value, confirm }: SlackAction,
  { expand }: SendContext,
): Readonly<Record<string, unknown>> {
  return withoutEmpty({
    type: expand(type),
    text: expand(text),
    url: expand(url),
    style: expand(style),
    name: expand(name),
    value: expand(value),
    confirm:
      confirm &&
      withoutEmpty({
        text: expand(confirm.text),
        title: expand(confirm.title),
        ok_text: expand(confirm.okText),
        dismiss_text: expand(confirm.dismissText),
      }),
  });
}
