/** Mattermost: a webhook with attachments in Slack's shape. */
import type { MattermostAttachment, MattermostIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { formatFields } from './attachment.ts';
import { judge, postJson, type SendContext, truncate, withoutEmpty } from './sender.ts';

const TEXT_CHARS_MAX = 16_383;

export async function sendMattermost(
  mattermost: MattermostIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { expand, readSecret } = context;
  const { attachments, card } = mattermost;
  const hasOwn = attachments.length > 0;
  const body = withoutEmpty({
    // Attachments of its own do not replace the text, which then stands before them.
    text: hasOwn ? truncate(expand(mattermost.text), TEXT_CHARS_MAX) : '',
    channel: expand(mattermost.channel),
    username: expand(mattermost.username),
    icon_url: expand(mattermost.iconUrl),
    icon_emoji: expand(mattermost.iconEmoji),
    type: expand(mattermost.type),
    attachments: (hasOwn ? attachments : [mattermost]).map((one) => formatAttachment(one, context)),
    props: card === undefined || card === '' ? undefined : { card: expand(card) },
    priority: formatPriority(mattermost, context),
  });
  const url = await readSecret(mattermost.webhookUrl);
  return judge(await postJson({ url, body, http: mattermost.http }, context));
}

function formatAttachment(
  attachment: MattermostAttachment,
  context: SendContext,
): Readonly<Record<string, unknown>> {
  const { expand } = context;
  return withoutEmpty({
    fallback: expand(attachment.fallback),
    color: expand(attachment.color),
    pretext: expand(attachment.pretext),
    text: expand(attachment.text),
    author_name: expand(attachment.authorName),
    author_link: expand(attachment.authorLink),
    author_icon: expand(attachment.authorIcon),
    title: expand(attachment.title),
    title_link: expand(attachment.titleLink),
    fields: formatFields(attachment.fields, undefined, context),
    thumb_url: expand(attachment.thumbUrl),
    footer: expand(attachment.footer),
    footer_icon: expand(attachment.footerIcon),
    image_url: expand(attachment.imageUrl),
  });
}

/** Mattermost takes an acknowledgement of what is more than standard, and insists on the urgent. */
function formatPriority(
  { priority }: MattermostIntegration,
  { expand }: SendContext,
): Readonly<Record<string, unknown>> | undefined {
  if (priority === undefined || priority.priority === '') return undefined;
  const asked = expand(priority.priority).toLowerCase();
  const word = asked === 'urgent' || asked === 'important' ? asked : 'standard';
  return withoutEmpty({
    priority: word,
    requested_ack: priority.requestedAck && word !== 'standard',
    persistent_notifications: priority.persistentNotifications && word === 'urgent',
  });
}
