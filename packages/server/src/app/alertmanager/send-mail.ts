/** Hands mails of receivers to their servers. */
import type { ComposedMail, EmailIntegration, SendOutcome } from '../../alertmanager/index.ts';
import type { MailResult, SendRawMail } from '../../notify/index.ts';
import type { Clock, Secret } from '../../platform/index.ts';

const TLS_PORT = '465';

export type ReadSecret = (secret: Secret) => Promise<string>;

/** Sends one mail, once. */
export async function sendMail(
  email: EmailIntegration,
  mail: ComposedMail,
  context: {
    readonly send: SendRawMail;
    readonly readSecret: ReadSecret;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): Promise<SendOutcome> {
  const { host, port } = email.smarthost;
  const portNumber = readPort(port);
  if (portNumber === undefined) {
    return { state: 'failed', reason: `smarthost has the port "${port}", which is none` };
  }
  const login = await readLogin(email, context.readSecret);
  if (login === 'missing') {
    const reason = 'missing password or secret for the login to the mail server';
    return { state: 'retry', reason, retryAfterMs: undefined };
  }
  const isTlsFromStart = email.forceImplicitTls ?? port === TLS_PORT;
  const { createHttpAccess } = await import('../../scrape/index.ts');
  const { readTls } = createHttpAccess(context.clock);
  const result = await context.send(
    {
      server: {
        host,
        port: portNumber,
        hello: email.hello,
        isTlsFromStart,
        startTls: email.requireTls ? 'required' : 'never',
        readTls: async () => {
          const tls = await readTls(email.tls);
          return { ...tls, servername: tls.servername ?? host };
        },
      },
      login,
      ...mail,
    },
    context.signal,
  );
  return judge(result, `${host}:${port}`);
}

const PORTS: Readonly<Record<string, number>> = { smtp: 25, submission: 587, smtps: 465 };

/** Go takes names of services as well. */
function readPort(text: string): number | undefined {
  const port = PORTS[text] ?? Number(text);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

/** With a secret alone it is CRAM-MD5; without a name nobody logs in. */
async function readLogin(
  { auth }: EmailIntegration,
  readSecret: ReadSecret,
): Promise<Parameters<SendRawMail>[0]['login'] | 'missing'> {
  const { username: user, password, secret } = auth;
  if (user === '') return undefined;
  if (password !== undefined) return { user, pass: await readSecret(password), isSecret: true };
  if (secret === undefined) return 'missing';
  return { user, pass: await readSecret(secret), method: 'CRAM-MD5' };
}

/** As with Alertmanager, whatever a server says to a mail is worth another attempt. */
function judge(result: MailResult, server: string): SendOutcome {
  if (result.state === 'accepted') {
    const [first] = result.refused;
    if (first === undefined) return { state: 'delivered' };
    const reason = `${server} refused ${first.recipient ?? 'a recipient'}: ${first.text}`;
    return { state: 'retry', reason, retryAfterMs: undefined };
  }
  const why =
    result.state === 'refused'
      ? result.replies.map(({ command, text }) => `${command}: ${text}`).join('; ')
      : result.text;
  return { state: 'retry', reason: `${server}: ${why}`, retryAfterMs: undefined };
}
