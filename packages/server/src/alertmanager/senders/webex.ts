/** Webex: a message of a bot to a room. */
import type { WebexIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { judge, postJson, type SendContext, truncateBytes, withoutEmpty } from './sender.ts';

const MESSAGE_BYTES_MAX = 7439;

export async function sendWebex(
  webex: WebexIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { expand } = context;
  const body = {
    markdown: truncateBytes(expand(webex.message), MESSAGE_BYTES_MAX),
    ...withoutEmpty({ roomId: expand(webex.roomId) }),
  };
  return judge(await postJson({ url: webex.apiUrl, body, http: webex.http }, context));
}
