/** Telegram: sendMessage of a bot. */
import type { TelegramIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { DELIVERED, postJson, SendError, type SendContext, truncate } from './sender.ts';

const MESSAGE_CHARS_MAX = 4096;
/** HTML that is cut is none; Alertmanager's words, which people search for. */
const TOO_LONG =
  'Alertmanager notification could not be sent: message length exceeds Telegram limits.\n\t\t\tPlease check the template used for producing the message content.';

export async function sendTelegram(
  telegram: TelegramIntegration,
  context: SendContext,
): Promise<SendOutcome> {
  const { readSecret } = context;
  const chat = (await readSecret(telegram.chatId)).trim();
  if (!/^[+-]?\d+$/.test(chat)) {
    throw new SendError('chat_id_file does not hold a whole number', true);
  }
  const token = await readSecret(telegram.botToken);
  const body = {
    chat_id: String(BigInt(chat.replace(/^\+/, ''))),
    text: formatText(telegram, context),
    disable_web_page_preview: 'true',
    ...(telegram.disableNotifications && { disable_notification: 'true' }),
    ...(telegram.parseMode !== '' && { parse_mode: telegram.parseMode }),
    ...(telegram.messageThreadId !== 0 && {
      message_thread_id: String(telegram.messageThreadId),
    }),
  };
  const url = `${telegram.apiUrl}/bot${token}/sendMessage`;
  const answer = await postJson({ url, body, http: telegram.http }, context);
  return judgeAnswer(answer.text, answer.status);
}

function formatText(telegram: TelegramIntegration, { expand }: SendContext): string {
  if (telegram.parseMode !== 'HTML') {
    return truncate(expand(telegram.message), MESSAGE_CHARS_MAX);
  }
  const text = expand(telegram.message, 'html');
  return Array.from(text).length > MESSAGE_CHARS_MAX ? TOO_LONG : text;
}

/** Telegram says in its answer whether it took the message; Alertmanager tries all else again. */
function judgeAnswer(text: string, status: number): SendOutcome {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    said = undefined;
  }
  const fields = typeof said === 'object' && said !== null ? said : {};
  if ('ok' in fields && fields.ok === true) return DELIVERED;
  const why = 'description' in fields ? String(fields.description) : 'no answer of Telegram';
  return { state: 'retry', reason: `telegram: ${why} (${status})`, retryAfterMs: undefined };
}
