/** E-mail: the headers and parts that Alertmanager sends, in a mail composed here. */
import type { EmailIntegration } from '../config/integrations.ts';
import type { SendOutcome } from '../state.ts';
import { dedupKey, SendError, type SendContext } from './sender.ts';

/** A mail ready to be handed to a server. */
export interface ComposedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

export interface MailContext extends SendContext {
  readonly nowMs: number;
  readonly hostname: string;
  readonly sendMail: (email: EmailIntegration, mail: ComposedMail) => Promise<SendOutcome>;
}

const SUBJECT = '{{ template "email.default.subject" . }}';

export async function sendEmail(
  email: EmailIntegration,
  context: MailContext,
): Promise<SendOutcome> {
  return context.sendMail(email, composeMail(email, context));
}

/** Composes the mail of a notification. */
export function composeMail(
  email: EmailIntegration,
  context: Omit<MailContext, 'sendMail'>,
): ComposedMail {
  const { expand, nowMs, hostname, notification } = context;
  const [from, ...others] = parseAddresses(expand(email.from), 'from');
  if (others.length > 0) {
    const count = others.length + 1;
    throw new SendError(`must be exactly one 'from' address (got: ${count})`, false);
  }
  const to = parseAddresses(expand(email.to), 'to');
  const templates = { Subject: SUBJECT, To: email.to, From: email.from, ...email.headers };
  const headers = new Map(
    Object.entries(templates).map(([name, text]) => [name, encodeHeader(expand(text))]),
  );
  // Each attempt at a notification is the same mail, so that it can be told for a repeat.
  if (!headers.has('Message-Id')) headers.set('Message-Id', `<${notification.id}@${hostname}>`);
  const boundary = `nines-${notification.id}`;
  for (const [name, value] of threadHeaders(email, context)) headers.set(name, value);
  headers.set('Date', formatDate(nowMs));
  headers.set('Content-Type', `multipart/alternative;  boundary=${boundary}`);
  headers.set('MIME-Version', '1.0');
  const head = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  // The one that is preferred comes last (RFC 2046, 5.1.4).
  const parts = [
    email.text === '' ? '' : formatPart('text/plain', expand(email.text)),
    email.html === '' ? '' : formatPart('text/html', expand(email.html, 'html')),
  ].filter((part) => part !== '');
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return { from, to, raw: Buffer.from(`${head}\r\n${body}--${boundary}--\r\n`) };
}

/** Mails of one group answer a mail that was never sent: programs show them as one thread. */
function threadHeaders(
  { threading }: EmailIntegration,
  { notification, nowMs }: Pick<MailContext, 'notification' | 'nowMs'>,
): readonly (readonly [string, string])[] {
  if (threading === undefined) return [];
  const day = threading === 'daily' ? new Date(nowMs).toISOString().slice(0, 10) : '';
  const root = `<alert-${dedupKey(notification).slice(0, 16)}-${day}@alertmanager>`;
  return [
    ['References', root],
    ['In-Reply-To', root],
  ];
}

function formatPart(type: string, text: string): string {
  const head = [
    'Content-Transfer-Encoding: quoted-printable',
    `Content-Type: ${type}; charset=UTF-8`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${encodeQuotedPrintable(text)}`;
}

/** RFC 5322: `Tue, 03 Feb 2026 04:05:06 +0000`. */
function formatDate(atMs: number): string {
  return new Date(atMs).toUTCString().replace('GMT', '+0000');
}

const LINE_CHARS_MAX = 76;

/** RFC 2045, 6.7. Line breaks of the text are those of the mail. */
export function encodeQuotedPrintable(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => {
      const encoded = [...Buffer.from(line)].map((byte, i, bytes) => {
        const char = String.fromCharCode(byte);
        const isLastBlank = /[ \t]/.test(char) && i === bytes.length - 1;
        return /[\t\x20-\x3c\x3e-\x7e]/.test(char) && !isLastBlank ? char : encodeByte(byte);
      });
      return foldLine(encoded);
    })
    .join('\r\n');
}

function encodeByte(byte: number): string {
  return `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Breaks a line before it is too long, with the `=` that a reader takes away again. */
function foldLine(pieces: readonly string[]): string {
  let folded = '';
  let length = 0;
  for (const piece of pieces) {
    if (length + piece.length >= LINE_CHARS_MAX) {
      folded += '=\r\n';
      length = 0;
    }
    folded += piece;
    length += piece.length;
  }
  return folded;
}

/** An encoded word has 75 characters, 12 of which say what it is (RFC 2047, 2). */
const WORD_CHARS_MAX = 63;

/** A value of a header: words of Q encoding where it is not plain ASCII, so nothing breaks out. */
export function encodeHeader(value: string): string {
  if (/^[\t\x20-\x7e]*$/.test(value)) return value;
  const words: string[] = [''];
  for (const char of value) {
    const encoded = /[!-<>@-^`-~]/.test(char)
      ? char
      : char === ' '
        ? '_'
        : [...Buffer.from(char)].map(encodeByte).join('');
    const last = words.length - 1;
    if (words[last].length + encoded.length > WORD_CHARS_MAX) words.push(encoded);
    else words[last] += encoded;
  }
  return words.map((word) => `=?utf-8?q?${word}?=`).join('\r\n ');
}

/** `ana@example.com, "Bo" <bo@example.com>`: the addresses alone. */
export function parseAddresses(text: string, field: string): readonly string[] {
  const mailboxes = text.match(/(?:"(?:\\.|[^"\\])*"|[^,"])+/g) ?? [];
  const addresses = mailboxes.map((mailbox) => {
    const bare = mailbox.replaceAll(/"(?:\\.|[^"\\])*"(?!@)/g, '').trim();
    const address = /<([^<>]*)>$/.exec(bare)?.[1] ?? bare;
    if (/^[^\s<>@]+@[^\s<>@]+$/.test(address)) return address;
    throw new SendError(`parse '${field}' addresses: "${mailbox.trim()}" is none`, false);
  });
  if (addresses.length > 0) return addresses;
  throw new SendError(`parse '${field}' addresses: there is none`, false);
}
