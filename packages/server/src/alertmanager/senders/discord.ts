/** Discord: a webhook with one embed. */
import type { DiscordIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { fires, judge, postJson, type SendContext, truncate, withoutEmpty } from './sender.ts';

const TITLE_CHARS_MAX = 256;
const DESCRIPTION_CHARS_MAX = 4096;
const CONTENT_CHARS_MAX = 2000;
const RED = 0x99_2d_22;
const GREEN = 0x2e_cc_71;

export async function sendDiscord(
  discord: DiscordIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { expand, readSecret, notification } = context;
  const embed = {
    title: truncate(expand(discord.title), TITLE_CHARS_MAX),
    description: truncate(expand(discord.message), DESCRIPTION_CHARS_MAX),
    color: fires(notification) ? RED : GREEN,
  };
  const body = {
    content: truncate(expand(discord.content), CONTENT_CHARS_MAX),
    embeds: [embed],
    ...withoutEmpty({ username: discord.username, avatar_url: discord.avatarUrl }),
  };
  const url = await readSecret(discord.webhookUrl);
  return judge(await postJson({ url, body, http: discord.http }, context));
}
