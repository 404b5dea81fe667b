/** Reads `smtp:` and `emails:` of the configuration file; the names are Alertmanager's. */
import { isIPv6 } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { YamlFields, YamlValue } from '../platform/index.ts';
import type { EmailList, Mailbox, Smtp, SmtpAuth } from './email-model.ts';
import {
  ADDRESS_CHARS_MAX,
  CHANNEL_NAME,
  EMAIL_LISTS_MAX,
  MAILBOX_NAME_CHARS_MAX,
  RECIPIENTS_MAX,
} from './limits.ts';

const SMTP_FIELDS = [
  'smarthost',
  'from',
  'hello',
  'auth_username',
  'auth_password',
  'auth_password_file',
  'require_tls',
  'tls_config',
];
const TLS_FIELDS = ['ca_file', 'insecure_skip_verify'];
const EMAIL_FIELDS = ['name', 'to'];

/** The port where SMTP is encrypted from the first byte (RFC 8314). */
const SUBMISSIONS_PORT = 465;

/** RFC 5321 without quoted local parts and comments, which no mailbox of a person needs. */
const ADDRESS =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\.)*[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/;

const HELLO = /^[\w.:[\]-]{1,255}$/;

/** Reads the server; undefined where there is none, or what is said of it has a fault. */
export function readSmtp(value: YamlValue | undefined): Smtp | undefined {
  if (value === undefined) return undefined;
  const fields = value.fields(SMTP_FIELDS);
  const at = readSmarthost(value, fields.find('smarthost'));
  const from = readFrom(value, fields.find('from'));
  const hello = readHello(fields.find('hello'));
  const auth = readAuth(value, fields);
  const requiresTls = fields.find('require_tls')?.boolean() ?? true;
  const tls = fields.find('tls_config')?.fields(TLS_FIELDS);
  const caFile = readPath(tls?.find('ca_file'));
  const isCheckSkipped = tls?.find('insecure_skip_verify')?.boolean() ?? false;
  if (at === undefined || from === undefined) return undefined;
  const isTlsFromStart = at.port === SUBMISSIONS_PORT;
  return { ...at, isTlsFromStart, requiresTls, from, hello, auth, caFile, isCheckSkipped };
}

function readSmarthost(
  smtp: YamlValue,
  value: YamlValue | undefined,
): { readonly host: string; readonly port: number } | undefined {
  if (value === undefined) {
    smtp.fault(`${smtp.path} has no smarthost; want one such as smtp.example.com:587`);
    return undefined;
  }
  const text = value.string();
  const match = /^(?:\[(?<v6>[^\]]*)\]|(?<name>[\w.-]+)):(?<port>\d{1,5})$/.exec(text);
  const { v6, name, port = '0' } = match?.groups ?? {};
  const host = v6 ?? name ?? '';
  const isHost = host !== '' && (v6 === undefined || isIPv6(v6));
  if (isHost && Number(port) >= 1 && Number(port) <= 65_535) return { host, port: Number(port) };
  value.fault(`${value.path} must be HOST:PORT such as smtp.example.com:587, got "${text}"`);
  return undefined;
}

function readFrom(smtp: YamlValue, value: YamlValue | undefined): Mailbox | undefined {
  if (value === undefined) {
    smtp.fault(`${smtp.path} has no from; want an address such as nines@example.com`);
    return undefined;
  }
  const text = value.string().trim();
  const match = /^(?<name>[^<>]*)<(?<address>[^<>]*)>$/.exec(text);
  const name = (match?.groups?.name ?? '').trim().replaceAll(/^"|"$/g, '');
  const address = match?.groups?.address ?? text;
  const isName = name.length <= MAILBOX_NAME_CHARS_MAX && !/[\p{Cc}"\\]/u.test(name);
  if (isName && isAddress(address)) return { name, address };
  const want = 'an address such as nines@example.com or "Nines <nines@example.com>"';
  value.fault(`${value.path} must be ${want}, got "${text}"`);
  return undefined;
}

function readHello(value: YamlValue | undefined): string {
  // Alertmanager's default.
  if (value === undefined) return 'localhost';
  const text = value.string();
  if (!HELLO.test(text)) value.fault(`${value.path} must be a host name, got "${text}"`);
  return text;
}

/** What is said of a password never repeats it: faults are logged and shown. */
function readAuth(smtp: YamlValue, fields: YamlFields): SmtpAuth | undefined {
  const username = fields.find('auth_username')?.string() ?? '';
  const password = fields.find('auth_password')?.string();
  const file = fields.find('auth_password_file');
  if (password !== undefined && file !== undefined) {
    file.fault(`${smtp.path} has both auth_password and auth_password_file; keep one`);
  }
  const hasPassword = (password ?? '') !== '' || file !== undefined;
  if (username === '' && !hasPassword) return undefined;
  if (username === '') smtp.fault(`${smtp.path} has a password and no auth_username`);
  else if (!hasPassword) {
    smtp.fault(`${smtp.path} has auth_username and no password; add auth_password_file`);
  }
  return { username, password, passwordFile: readPath(file) };
}

/** Beside the file that names it, as Prometheus resolves its `*_file` settings. */
function readPath(value: YamlValue | undefined): string | undefined {
  return value && resolve(dirname(value.place.file), value.string());
}

/** Reads the lists of people; faults are noted at their place, what has any is left out. */
export function readEmails(value: YamlValue | undefined, hasSmtp: boolean): EmailList[] {
  const items = value?.list() ?? [];
  if (items.length > 0 && !hasSmtp) {
    value?.fault('emails needs smtp: the server that takes the mail; see docs/guide/channels.md');
  }
  if (items.length > EMAIL_LISTS_MAX) {
    value?.fault(`emails has ${items.length} entries; at most ${EMAIL_LISTS_MAX} are read`);
  }
  const lists = new Map<string, EmailList>();
  for (const item of items.slice(0, EMAIL_LISTS_MAX)) {
    const list = readList(item);
    if (list === undefined) continue;
    if (lists.has(list.name)) item.fault(`email "${list.name}" is declared twice`);
    else lists.set(list.name, list);
  }
  return [...lists.values()];
}

function readList(item: YamlValue): EmailList | undefined {
  const fields = item.fields(EMAIL_FIELDS);
  const name = fields.find('name');
  const nameText = name?.string() ?? '';
  const isName = CHANNEL_NAME.test(nameText);
  if (name === undefined) item.fault(`${item.path} has no name`);
  else if (!isName) {
    name.fault(
      `${name.path} must be up to 64 letters, digits, ".", "_" and "-", got "${nameText}"`,
    );
  }
  const to = readRecipients(item, fields.find('to'));
  return isName && to.length > 0 ? { name: nameText, to } : undefined;
}

function readRecipients(item: YamlValue, value: YamlValue | undefined): readonly string[] {
  const items = value === undefined ? [] : value.kind === 'scalar' ? [value] : value.list();
  if (items.length === 0) item.fault(`${item.path} tells nobody; name addresses in "to"`);
  if (items.length > RECIPIENTS_MAX) {
    value?.fault(`${value.path} has ${items.length} addresses; at most ${RECIPIENTS_MAX} are read`);
  }
  const to = new Set<string>();
  for (const one of items.slice(0, RECIPIENTS_MAX)) {
    const address = one.string().trim();
    if (isAddress(address)) to.add(address);
    else one.fault(`${one.path} must be an address such as mina@example.com, got "${address}"`);
  }
  return [...to];
}

function isAddress(text: string): boolean {
  return text.length <= ADDRESS_CHARS_MAX && ADDRESS.test(text);
}
