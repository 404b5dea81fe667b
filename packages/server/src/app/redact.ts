/**
 * Hides secrets in the text of a configuration before it is shown.
 *
 * By key, in the text itself rather than in the parsed tree, so that what is shown is the file as
 * it was written, comments and order and all. Where a value begins and ends the YAML reader says,
 * since it may stand on the next line, in a block or behind an alias; patterns are for comments
 * and for what is inside URLs. A secret under a key that is not listed here is shown: who wants to
 * be sure keeps it in a file of its own (`password_file`, `secret_file`).
 */
import { readYamlDocuments, type YamlValue } from '../platform/index.ts';

const SECRET_NAMES = [
  'auth_password',
  'password',
  'credentials',
  'bearer_token',
  'client_secret',
  'secret',
  'secrets',
  'token',
  'auth_token',
  'secret_key',
  'application_secret',
  'application_credential_secret',
  'consumer_key',
  'key_passphrase',
  'private_key',
  'service_account_key',
  'client_certificate_key',
  'certificate_password',
  'key',
];
const HIDDEN = '<hidden>';
const IN_COMMENT = new RegExp(
  `(#[^\\n]*\\b(?:${SECRET_NAMES.join('|')})["']?\\s*:[ \\t]*)[^\\n]*`,
  'g',
);
/** A URL's user part, and passwords in its query. */
const USER_PART = /(\/\/[^\s:/@'"]*):[^\s@'"]+@/g;
const QUERY_PASSWORD = /([?&]\w*(?:password|secret|token)=)[^\s&#'"]+/g;
/** A webhook's path and query are as good as a password. */
const WEBHOOK_PATH = /(https?:\/\/[^\s/?'"]+[/?])[^\s'"]+/g;
/** Stands for a text whose secrets cannot be told from the rest. */
export const NOT_SHOWN = '# not shown: its YAML is broken\n';

/** The text with `<hidden>` in the place of each secret. */
export function redactSecrets(text: string): string {
  const { roots, faults } = readYamlDocuments({ text, file: '' });
  if (faults.length > 0) return NOT_SHOWN;
  const changes = new Map<number, Change>();
  const seen = new Set<string>();
  for (const root of roots) {
    collectChanges(root, seen, (change) => changes.set(change.start, change));
  }
  let shown = '';
  let at = 0;
  for (const { start, end, hide } of [...changes.values()].sort((a, b) => a.start - b.start)) {
    // What lies within a secret went with it.
    if (start < at) continue;
    shown += text.slice(at, start) + hide(text.slice(start, end));
    at = end;
  }
  return (shown + text.slice(at))
    .replaceAll(IN_COMMENT, `$1${HIDDEN}`)
    .replaceAll(USER_PART, `$1:${HIDDEN}@`)
    .replaceAll(QUERY_PASSWORD, `$1${HIDDEN}`);
}

interface Change {
  readonly start: number;
  readonly end: number;
  readonly hide: (text: string) => string;
}

/** A block ends with its line. */
const hideAll = (text: string): string => (text.endsWith('\n') ? `${HIDDEN}\n` : HIDDEN);
const hidePath = (text: string): string => text.replaceAll(WEBHOOK_PATH, '$1…');

/** Finds what must not be shown, however deep, and once where it stands: aliases may repeat it. */
function collectChanges(value: YamlValue, seen: Set<string>, add: (change: Change) => void): void {
  const { kind, span } = value;
  const place = `${span?.start}-${span?.end}`;
  if (kind === 'scalar' || seen.has(place)) return;
  seen.add(place);
  if (kind === 'list') for (const one of value.list()) collectChanges(one, seen, add);
  if (kind !== 'map') return;
  for (const { key, value: inner } of value.entries()) {
    const name = key.string();
    const isSecret = SECRET_NAMES.includes(name) && inner.kind !== 'empty';
    const isUrl = name === 'url' && inner.kind === 'scalar';
    if ((isSecret || isUrl) && inner.span !== undefined) {
      add({ ...inner.span, hide: isSecret ? hideAll : hidePath });
    } else collectChanges(inner, seen, add);
  }
}
