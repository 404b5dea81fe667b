/**
 * Hides secrets in the text of a configuration before it is shown.
 *
 * By key, in the text itself rather than in the parsed tree, so that what is shown is the file as
 * it was written, comments and order and all. A secret under a key that is not listed here is
 * shown: who wants to be sure keeps it in a file of its own (`password_file`, `secret_file`).
 */

const SECRET_KEYS = 'auth_password|password|credentials|bearer_token|client_secret|secret|token';
const VALUE = `"(?:[^"\\\\]|\\\\.)*"|'(?:[^']|'')*'|[^\\s,}\\]#][^\\n,}\\]#]*`;
const BY_KEY = new RegExp(`\\b(${SECRET_KEYS})(["']?\\s*:[ \\t]+)(?:${VALUE})`, 'g');
/** A URL's user part, and for webhooks its path and query, which are as good as a password. */
const USER_PART = /(\/\/[^\s:/@'"]+):[^\s@'"]+@/g;
const WEBHOOK_PATH = /(\burl["']?\s*:[ \t]+["']?https?:\/\/[^\s/'",}]+\/)[^\s'",}]+/g;

/** The text with `<hidden>` in the place of each secret. */
export function redactSecrets(text: string): string {
  return text
    .replaceAll(BY_KEY, '$1$2<hidden>')
    .replaceAll(USER_PART, '$1:<hidden>@')
    .replaceAll(WEBHOOK_PATH, '$1…');
}
