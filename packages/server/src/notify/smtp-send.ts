/**
 * One mail to one server, bounded in time, by nodemailer's connection and composer.
 *
 * Both are loaded when the first mail is sent: most starts of Nines send none, and the library is
 * some fifty files. Its transport would do as well, but hides the one thing that a page must know
 * of a connection that broke off: whether all of the mail had gone out by then.
 */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import type { SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection';
import type { Clock } from '../platform/index.ts';
import type { EmailText } from './email-text.ts';
import type { Smtp } from './email-model.ts';
import {
  SMTP_CONNECT_TIMEOUT_MS,
  SMTP_RESPONSE_BYTES_MAX,
  SMTP_SILENCE_MS_MAX,
  SMTP_TIMEOUT_MS,
} from './limits.ts';

export interface OutgoingMail {
  readonly smtp: Smtp;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  readonly to: readonly string[];
  readonly content: EmailText;
}

/** Why a recipient, a login or the mail itself was refused, in the server's words. */
export interface SmtpReply {
  /** Of the three digits; 4 begins what may pass, 5 what will not. */
  readonly status: number;
  readonly text: string;
  /** The recipient that it is about, where it is about one. */
  readonly recipient: string | undefined;
  /** What it answers: `RCPT TO`, `AUTH PLAIN`, `STARTTLS`. */
  readonly command: string;
}

export type MailResult =
  | {
      readonly state: 'accepted';
      readonly text: string;
      /** Recipients that were refused while others were not. */
      readonly refused: readonly SmtpReply[];
    }
  /** Invariant: at least one reply. */
  | { readonly state: 'refused'; readonly replies: readonly SmtpReply[] }
  | {
      readonly state: 'lost';
      /** Of the system or of TLS: `ECONNREFUSED`; undefined: none. */
      readonly code: string | undefined;
      readonly text: string;
      /** Whether all of the mail had been handed over, so that it may have been taken. */
      readonly isAllSent: boolean;
    };

/** Sends one mail, once. Never throws. */
export type SendMail = (mail: OutgoingMail, signal: AbortSignal) => Promise<MailResult>;

/** Builds the sender over real sockets. */
export function createMailSender(options: { readonly clock: Clock }): SendMail {
  const sendRaw = createRawMailSender(options);
  return async ({ smtp, login, to, content }, signal) => {
    const raw = compose({ smtp, login, to, content }, new Date(options.clock.now()));
    const { host, port, hello, isTlsFromStart, requiresTls } = smtp;
    const server: SmtpServer = {
      host,
      port,
      hello,
      isTlsFromStart,
      startTls: requiresTls ? 'required' : 'where offered',
      readTls: async () => createTls(smtp),
    };
    return sendRaw({ server, login, from: smtp.from.address, to, raw }, signal);
  };
}

/** A server that takes mail, and how to talk to it. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** What we call ourselves in EHLO. */
  readonly hello: string;
  readonly isTlsFromStart: boolean;
  readonly startTls: 'required' | 'where offered' | 'never';
  /** Options of `tls.connect`; certificates are read for each mail. */
  readonly readTls: () => Promise<ConnectionOptions>;
}

/** A mail that is composed already. */
export interface RawMail {
  readonly server: SmtpServer;
  readonly login:
    | {
        readonly user: string;
        readonly pass: string;
        /** Default what the server prefers. */
        readonly method?: 'CRAM-MD5';
        /** A password goes in the clear to this machine alone. */
        readonly isSecret?: boolean;
      }
    | undefined;
  readonly from: string;
  readonly to: readonly string[];
  /** The whole mail, headers included. */
  readonly raw: Buffer | Promise<Buffer>;
}

/** Sends a mail that is composed already, once. Never throws. */
export type SendRawMail = (mail: RawMail, signal: AbortSignal) => Promise<MailResult>;

/** Builds the sender over real sockets. */
export function createRawMailSender({ clock }: { readonly clock: Clock }): SendRawMail {
  return async (mail, signal) => {
    const progress = { isAllSent: false };
    const timeout = new AbortController();
    const timer = clock.after(SMTP_TIMEOUT_MS, () => timeout.abort());
    try {
      const raw = await mail.raw;
      const body = createBody(raw, progress);
      const info = await exchange(mail, body, AbortSignal.any([signal, timeout.signal]));
      const refused = (info.rejectedErrors ?? []).flatMap(readReply);
      return { state: 'accepted', text: info.response, refused };
    } catch (error) {
      if (timeout.signal.aborted) {
        const text = `it was not done within ${SMTP_TIMEOUT_MS / 1000} s`;
        return { state: 'lost', code: undefined, text, ...progress };
      }
      return describeFailure(error, progress.isAllSent);
    } finally {
      timer.cancel();
    }
  };
}

async function compose({ smtp, to, content }: OutgoingMail, date: Date): Promise<Buffer> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const thread = `<${content.threadId}>`;
  const mail = new MailComposer({
    from: smtp.from,
    to: [...to],
    subject: content.subject,
    text: content.text,
    html: content.html,
    date,
    messageId: `<${content.messageId}>`,
    inReplyTo: thread,
    references: thread,
    headers: { ...content.headers },
    // Every attempt at a page is the same mail, byte for byte but for its date.
    baseBoundary: content.messageId.replaceAll(/\W/g, '-'),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return mail.compile().build();
}

/** The mail as a stream, which nodemailer reads only once the server has asked for it. */
function createBody(raw: Buffer, progress: { isAllSent: boolean }): Readable {
  const body = Readable.from([raw]);
  body.once('end', () => {
    progress.isAllSent = true;
  });
  return body;
}

async function exchange(
  mail: RawMail,
  body: Readable,
  signal: AbortSignal,
): Promise<SMTPConnectionSendInfo> {
  const { default: SmtpConnection } = await import('nodemailer/lib/smtp-connection');
  const { server, login, to } = mail;
  const connection = new SmtpConnection({
    host: server.host,
    port: server.port,
    secure: server.isTlsFromStart,
    requireTLS: server.startTls === 'required' && !server.isTlsFromStart,
    opportunisticTLS: server.startTls === 'where offered',
    ignoreTLS: server.startTls === 'never',
    name: server.hello,
    tls: await server.readTls(),
    connectionTimeout: SMTP_CONNECT_TIMEOUT_MS,
    dnsTimeout: SMTP_CONNECT_TIMEOUT_MS,
    greetingTimeout: SMTP_CONNECT_TIMEOUT_MS,
    socketTimeout: SMTP_SILENCE_MS_MAX,
    maxResponseSize: SMTP_RESPONSE_BYTES_MAX,
    logger: false,
  });
  const { promise, resolve, reject } = Promise.withResolvers<SMTPConnectionSendInfo>();
  const stop = (): void => reject(new Error('called off'));
  signal.addEventListener('abort', stop, { once: true });
  // For good: without a listener, an error that comes late would end the process.
  connection.on('error', reject);
  connection.once('end', () => reject(new Error('the connection was closed')));
  const send = (): void =>
    connection.send({ from: mail.from, to: [...to] }, body, (error, info) =>
      error === null ? resolve(info) : reject(error),
    );
  connection.connect((error) => {
    if (error !== undefined) reject(error);
    else if (login === undefined) send();
    else if (login.isSecret === true && !connection.secure && !isLoopback(server.host)) {
      reject(new Error('the connection is not encrypted, and a password goes over no such one'));
    } else
      connection.login({ ...login }, (refusal) => (refusal === null ? send() : reject(refusal)));
  });
  try {
    if (signal.aborted) stop();
    const info = await promise;
    connection.quit();
    return info;
  } finally {
    signal.removeEventListener('abort', stop);
    connection.close();
    body.destroy();
  }
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|::1)$/.test(host);
}

/**
 * Who does not insist on TLS gets what may be had: encrypted to whoever answers, as RFC 7435 has
 * it, since the alternative is not a known peer but plain text.
 */
async function createTls(smtp: Smtp): Promise<{ rejectUnauthorized: boolean; ca?: string }> {
  const isKnownPeerWanted = smtp.requiresTls || smtp.isTlsFromStart || smtp.caFile !== undefined;
  const rejectUnauthorized = isKnownPeerWanted && !smtp.isCheckSkipped;
  if (smtp.caFile === undefined) return { rejectUnauthorized };
  return { rejectUnauthorized, ca: await readFile(smtp.caFile, 'utf8') };
}

function describeFailure(error: unknown, isAllSent: boolean): MailResult {
  const text = error instanceof Error ? error.message : String(error);
  const replies = [...readProperty(error, 'rejectedErrors')].flatMap(readReply);
  const own = readReply(error);
  if (replies.length > 0 || own.length > 0) {
    return { state: 'refused', replies: replies.length > 0 ? replies : own };
  }
  const [code] = [...readProperty(error, 'originalCode'), ...readProperty(error, 'code')];
  return { state: 'lost', code: typeof code === 'string' ? code : undefined, text, isAllSent };
}

/** The server's reply that an error came from; none where it came from elsewhere. */
function readReply(error: unknown): readonly SmtpReply[] {
  const [status] = readProperty(error, 'responseCode');
  const [text = ''] = readProperty(error, 'response');
  const [recipient] = readProperty(error, 'recipient');
  const [command = ''] = readProperty(error, 'command');
  if (typeof status !== 'number') return [];
  return [
    {
      status,
      text: String(text),
      recipient: typeof recipient === 'string' ? recipient : undefined,
      command: String(command),
    },
  ];
}

/** A property of a thrown value: its elements where it is a list, else itself, else nothing. */
function readProperty(error: unknown, name: string): readonly unknown[] {
  const value: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  return value === undefined ? [] : [value].flat();
}
