/** What makes values safe in HTML, by the names and with the outputs of Go's html/template. */
import { sprint } from './format.ts';
import { attributeOf } from './html-context.ts';
import {
  type FunctionTable,
  SAFE_HTML,
  SAFE_URL,
  type TemplateFunction,
  type Value,
} from './value.ts';

/** What stands in place of a value that would be dangerous. */
const FAILSAFE = 'ZgotmplZ';

const SPECIAL: Readonly<Record<string, string>> = {
  '\u0000': '\ufffd',
  '"': '&#34;',
  "'": '&#39;',
  '+': '&#43;',
  '<': '&lt;',
  '>': '&gt;',
};
const SPECIAL_AND: Readonly<Record<string, string>> = { ...SPECIAL, '&': '&amp;' };
const UNQUOTED: Readonly<Record<string, string>> = {
  ...SPECIAL,
  '\u0000': '&#xfffd;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\v': '&#11;',
  '\f': '&#12;',
  '\r': '&#13;',
  ' ': '&#32;',
  '=': '&#61;',
  '`': '&#96;',
};
const UNQUOTED_AND: Readonly<Record<string, string>> = { ...UNQUOTED, '&': '&amp;' };

function replace(text: string, table: Readonly<Record<string, string>>): string {
  return text.replaceAll(/[\0-\u0060]/g, (char) => table[char] ?? char);
}

interface Given {
  readonly text: string;
  /** Its type where it has one of its own. */
  readonly type: string;
}

function given(args: readonly Value[]): Given {
  const [first] = args;
  if (args.length === 1 && typeof first === 'object' && first?.kind === 'text') {
    return { text: first.text, type: first.type };
  }
  // Nothing is an empty text to an escaper, where Go's fmt would write <nil>.
  return { text: sprint(args.map((arg) => arg ?? '')), type: '' };
}

/** HTML without its tags. */
function stripTags(html: string): string {
  return html.replaceAll(/<!--[^]*?-->|<\/?[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gi, '');
}

const htmlText = ({ text, type }: Given): string =>
  type === SAFE_HTML ? text : replace(text, SPECIAL_AND);

const rcdata = ({ text, type }: Given): string =>
  replace(text, type === SAFE_HTML ? SPECIAL : SPECIAL_AND);

const quoted = ({ text, type }: Given): string =>
  type === SAFE_HTML ? replace(stripTags(text), SPECIAL) : replace(text, SPECIAL_AND);

/** Nothing at all would make the next attribute the value. */
const unquoted = ({ text, type }: Given): string =>
  text === ''
    ? FAILSAFE
    : type === SAFE_HTML
      ? replace(stripTags(text), UNQUOTED)
      : replace(text, UNQUOTED_AND);

/** Only where it leads to by http, https or mailto, or from here on. */
const urlFilter = ({ text, type }: Given): string =>
  type === SAFE_URL || isSafeUrl(text) ? text : `#${FAILSAFE}`;

function isSafeUrl(text: string): boolean {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(0, colon));
  return colon < 0 || scheme.includes('/') || /^(?:https?|mailto)$/i.test(scheme);
}

function escapeUrl(text: string, keeps: RegExp): string {
  let answer = '';
  const bytes = Buffer.from(text);
  for (let i = 0; i < bytes.length; i++) {
    const char = String.fromCharCode(bytes[i]);
    const isEscape =
      keeps === RESERVED && /^%[0-9a-f]{2}$/i.test(bytes.toString('latin1', i, i + 3));
    const isKept = /[A-Za-z0-9._~-]/.test(char) || isEscape || keeps.test(char);
    answer += isKept ? char : `%${bytes[i].toString(16).padStart(2, '0')}`;
  }
  return answer;
}

const RESERVED = /[!#$&*+,/:;=?@[\]]/;
const NOTHING = /^\b$/;

const urlNormalizer = ({ text }: Given): string => escapeUrl(text, RESERVED);
const urlEscaper = ({ text, type }: Given): string =>
  escapeUrl(text, type === SAFE_URL ? RESERVED : NOTHING);

const srcset = ({ text, type }: Given): string => {
  if (type === SAFE_URL) return escapeUrl(text, RESERVED).replaceAll(',', '%2c');
  return text
    .split(',')
    .map((part) => {
      const [, before, url, rest] = /^([ \t\n\f\r]*)([^ \t\n\f\r]*)([^]*)$/.exec(part) ?? [];
      const isFine = isSafeUrl(url) && /^[ \t\n\f\rA-Za-z0-9]*$/.test(rest);
      return isFine ? before + escapeUrl(url, RESERVED) + rest : `#${FAILSAFE}`;
    })
    .join(',');
};

/** Numbers, colours, keywords: nothing that could end the value or run. */
const cssValue = ({ text }: Given): string => {
  const decoded = text.replaceAll(
    /\\(?:([0-9a-f]{1,6})(?:\r\n|[\t\n\f\r ])?|([^]))/gi,
    (_whole, hex: string | undefined, char: string | undefined) =>
      hex === undefined ? (char ?? '') : String.fromCodePoint(Math.min(parseInt(hex, 16), 0xffff)),
  );
  if (/[\0"'()/;@[\\\]`{}]|--/.test(decoded)) return FAILSAFE;
  const word = decoded.replaceAll(/[^A-Za-z0-9_-]/g, '').toLowerCase();
  return word.includes('expression') || word.includes('mozbinding') ? FAILSAFE : decoded;
};

const htmlName = ({ text }: Given): string => {
  const name = text.toLowerCase();
  return /^[a-z0-9]+$/.test(name) && attributeOf(name) === 'none' ? name : FAILSAFE;
};

function escaper(escape: (value: Given) => string): TemplateFunction {
  return { parameters: [], rest: 'any', call: (args) => escape(given(args)) };
}

export const HTML_FUNCTIONS: FunctionTable = new Map([
  ['_html_template_htmlescaper', escaper(htmlText)],
  ['_html_template_rcdataescaper', escaper(rcdata)],
  ['_html_template_attrescaper', escaper(quoted)],
  ['_html_template_nospaceescaper', escaper(unquoted)],
  ['_html_template_urlfilter', escaper(urlFilter)],
  ['_html_template_urlnormalizer', escaper(urlNormalizer)],
  ['_html_template_urlescaper', escaper(urlEscaper)],
  ['_html_template_srcsetescaper', escaper(srcset)],
  ['_html_template_cssvaluefilter', escaper(cssValue)],
  ['_html_template_htmlnamefilter', escaper(htmlName)],
  ['_html_template_commentescaper', escaper(() => '')],
]);
