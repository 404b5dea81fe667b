/** Delivers a message by e-mail, and judges what the server said. */
import { errorMessage, systemErrorCode } from '../platform/index.ts';
import { quoteAnswer, UNREACHED } from './answer-words.ts';
import { type EmailList, emailChannel, formatServer, type Smtp } from './email-model.ts';
import { formatEmail } from './email-text.ts';
import type { Message, Outcome } from './model.ts';
import type { MailResult, SendMail, SmtpReply } from './smtp-send.ts';

export interface EmailDelivery {
  readonly smtp: Smtp;
  readonly sendMail: SendMail;
  /** Answers the password in a file, without the white space around it. */
  readonly readSecret: (file: string) => Promise<string>;
  readonly externalUrl: string;
  readonly signal: AbortSignal;
}

/** Makes one attempt; throws only on bugs. */
export async function deliverByEmail(
  list: EmailList,
  message: Message,
  delivery: EmailDelivery,
): Promise<Outcome> {
  const { smtp, externalUrl, signal } = delivery;
  const [, domain = 'localhost'] = smtp.from.address.split('@');
  const content = formatEmail(message, { channel: emailChannel(list), externalUrl, domain });
  let login: { readonly user: string; readonly pass: string } | undefined;
  try {
    login = await readLogin(delivery);
  } catch (error) {
    return retry(describeSecretFault(error), false);
  }
  const result = await delivery.sendMail({ smtp, login, to: list.to, content }, signal);
  const outcome = judgeMail(result, { smtp, to: list.to, isStopped: signal.aborted });
  return login === undefined ? outcome : { ...outcome, reason: hideLogin(outcome.reason, login) };
}

async function readLogin({
  smtp: { auth },
  readSecret,
}: EmailDelivery): Promise<{ readonly user: string; readonly pass: string } | undefined> {
  if (auth === undefined) return undefined;
  const { username, password, passwordFile } = auth;
  const pass = passwordFile === undefined ? (password ?? '') : await readSecret(passwordFile);
  return { user: username, pass };
}

function describeSecretFault(error: unknown): string {
  const code = systemErrorCode(error);
  return code === undefined
    ? errorMessage(error)
    : `smtp.auth_password_file cannot be read (${code})`;
}

/** A server that repeats what it was sent must not put the password on record. */
function hideLogin(
  reason: string,
  { user, pass }: { readonly user: string; readonly pass: string },
): string {
  const encode = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
  const secrets = [pass, encode(pass), encode(`\0${user}\0${pass}`)];
  return secrets
    .filter((secret) => secret.length > 3)
    .reduce((text, secret) => text.replaceAll(secret, '<hidden>'), reason);
}

/** Taken is delivered; 4xx and what broke off may pass; 5xx will not. */
export function judgeMail(
  result: MailResult,
  context: { readonly smtp: Smtp; readonly to: readonly string[]; readonly isStopped: boolean },
): Outcome {
  const server = `mail server ${formatServer(context.smtp)}`;
  switch (result.state) {
    case 'accepted': {
      const refused = result.refused.map(
        ({ recipient = 'somebody', text }) => `; ${recipient} was refused: ${quoteReply(text)}`,
      );
      const count = context.to.length - result.refused.length;
      const whom = context.to.length === 1 ? context.to[0] : countAddresses(count);
      const reason = `to ${whom}: ${quoteReply(result.text)}${refused.join('')}`;
      return { state: 'delivered', reason };
    }
    case 'refused': {
      const worst = result.replies.find(({ status }) => status < 500) ?? result.replies[0];
      const reason = `${server} ${describeRefusal(worst, context.smtp)}`;
      return worst.status >= 500 ? { state: 'failed', reason } : retry(reason, false);
    }
    case 'lost':
      if (context.isStopped) return retry('Nines was stopped meanwhile', result.isAllSent);
      return retry(`${server}: ${describeLoss(result)}`, result.isAllSent);
  }
}

function countAddresses(count: number): string {
  return `${count} address${count === 1 ? '' : 'es'}`;
}

function describeRefusal({ command, recipient, text }: SmtpReply, smtp: Smtp): string {
  const words = quoteReply(text);
  if (command.startsWith('AUTH')) {
    const user = JSON.stringify(smtp.auth?.username ?? '');
    return `refused the login of ${user}: ${words}; see auth_username and auth_password of smtp`;
  }
  if (command === 'STARTTLS') {
    return `offers no STARTTLS: ${words}; where plain text will do set smtp.require_tls: false`;
  }
  return recipient === undefined ? `refused it: ${words}` : `refused ${recipient}: ${words}`;
}

function describeLoss({
  code,
  text,
}: {
  readonly code: string | undefined;
  readonly text: string;
}) {
  if (code === undefined) return text;
  if (Object.hasOwn(UNREACHED, code)) return `${UNREACHED[code]} (${code})`;
  if (/CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code)) {
    return `its certificate is not trusted (${code}); name its authority in smtp.tls_config.ca_file`;
  }
  return `${quoteAnswer(text)} (${code})`;
}

/** A reply of several lines as one, without the status that each of them begins with. */
function quoteReply(text: string): string {
  return quoteAnswer(text.replaceAll(/\r?\n\d{3}[ -]?/g, ' '));
}

function retry(reason: string, mayHaveArrived: boolean): Outcome {
  return { state: 'retry', reason, retryAfterMs: undefined, mayHaveArrived };
}
