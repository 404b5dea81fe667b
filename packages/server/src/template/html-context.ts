/**
 * Where in an HTML document a place of a template is, after Go's html/template: what a value must be
 * escaped for there.
 *
 * The states and what leads from one to the next are Go's. Scripts are one state without parts, and
 * so are quoted texts and addresses within CSS: no value may stand in them (`findHtmlEscapers`).
 */

export type HtmlState =
  | 'text'
  | 'tag'
  | 'attrName'
  | 'afterName'
  | 'beforeValue'
  | 'htmlComment'
  | 'rcdata'
  | 'attr'
  | 'url'
  | 'srcset'
  | 'script'
  | 'css'
  | 'cssText'
  | 'cssUrl'
  | 'cssComment'
  /** Behind a `{{break}}` or a `{{continue}}`. */
  | 'dead';

type Attribute = 'none' | 'script' | 'style' | 'url' | 'srcset';
type Element = 'none' | 'script' | 'style' | 'textarea' | 'title';

export interface HtmlContext {
  readonly state: HtmlState;
  /** What ends the attribute's value: a quote, or `space` for white space or `>`. */
  readonly delimiter: 'none' | '"' | "'" | 'space';
  /** How far an address has come. */
  readonly urlPart: 'start' | 'path' | 'query' | 'unknown';
  readonly attribute: Attribute;
  readonly element: Element;
  /** What ends a quoted text of CSS. */
  readonly quote: string;
}

export const HTML_TEXT: HtmlContext = {
  state: 'text',
  delimiter: 'none',
  urlPart: 'start',
  attribute: 'none',
  element: 'none',
  quote: '',
};

/** HTML that is none, or whose meaning browsers differ on. */
export class HtmlContextError extends Error {
  override readonly name = 'HtmlContextError';
}

/** The same for contexts that are the same. */
export function contextKey(context: HtmlContext): string {
  const { state, delimiter, urlPart, attribute, element, quote } = context;
  return [state, delimiter, urlPart, attribute, element, quote].join(' ');
}

interface Step {
  readonly context: HtmlContext;
  /** Where in the text it goes on. */
  readonly at: number;
}

const DELIMITER_END: Readonly<Record<'"' | "'" | 'space', RegExp>> = {
  '"': /"/g,
  "'": /'/g,
  space: /[ \t\n\f\r>]/g,
};

/** The context after some of a text; `from` is before its end. */
export function stepHtml(context: HtmlContext, text: string, from: number): Step {
  if (context.delimiter !== 'none') return stepValue(context, text, from);
  const end = findElementEnd(context, text, from);
  if (end === from) return { context: HTML_TEXT, at: from };
  return TRANSITIONS[context.state](context, text.slice(0, end ?? text.length), from);
}

/** Within the value of an attribute. */
function stepValue(context: HtmlContext, text: string, from: number): Step {
  const { delimiter, element } = context;
  if (delimiter === 'none') return { context, at: from };
  const end = find(DELIMITER_END[delimiter], text, from) ?? text.length;
  const value = text.slice(from, end);
  const [odd] = /["'<=`]/.exec(delimiter === 'space' ? value : '') ?? [];
  if (odd !== undefined) throw new HtmlContextError(`'${odd}' in unquoted attr: "${value}"`);
  if (end < text.length) {
    const after = { ...HTML_TEXT, state: 'tag', element } as const;
    return { context: after, at: delimiter === 'space' ? end : end + 1 };
  }
  let inner = context;
  for (let at = 0; at < value.length; ) {
    ({ context: inner, at } = TRANSITIONS[inner.state](inner, value, at));
  }
  return { context: inner, at: end };
}

/** Where the end tag of a script, a style, a title or a text area begins. */
function findElementEnd(context: HtmlContext, text: string, from: number): number | undefined {
  const { element, state } = context;
  if (element === 'none' || IN_TAG.has(state)) return undefined;
  return find(new RegExp(`</${element}(?=[> \\t\\n\\f/])`, 'gi'), text, from);
}

const IN_TAG: ReadonlySet<HtmlState> = new Set(['tag', 'attrName', 'afterName', 'beforeValue']);

function find(pattern: RegExp, text: string, from: number): number | undefined {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index;
}

type Transition = (context: HtmlContext, text: string, from: number) => Step;

/** All of the rest is of the same kind. */
const stay: Transition = (context, text) => ({ context, at: text.length });

const TRANSITIONS: Readonly<Record<HtmlState, Transition>> = {
  text: stepText,
  tag: stepTag,
  attrName: stepAttributeName,
  afterName: stepAfterName,
  beforeValue: stepBeforeValue,
  htmlComment: (context, text, from) => {
    const end = text.indexOf('-->', from);
    return end < 0 ? { context, at: text.length } : { context: HTML_TEXT, at: end + 3 };
  },
  rcdata: stay,
  attr: stay,
  url: stepUrl,
  srcset: stepUrl,
  script: stay,
  css: stepCss,
  cssText: (context, text, from) => stepCssQuoted(context, text, { from, end: context.quote }),
  cssUrl: (context, text, from) => stepCssQuoted(context, text, { from, end: ' \t\n\f\r)' }),
  cssComment: (context, text, from) => {
    const end = text.indexOf('*/', from);
    if (end < 0) return { context, at: text.length };
    return { context: { ...context, state: 'css' }, at: end + 2 };
  },
  dead: stay,
};

/** A tag begins with a letter; any other `<` is one of the text. */
function stepText(context: HtmlContext, text: string, from: number): Step {
  const pattern = /<(?:(!--)|(\/?)([a-z][a-z0-9]*(?:[:-][a-z0-9]+)*))/gi;
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  if (match === null) return { context, at: text.length };
  const at = pattern.lastIndex;
  if (match[1] !== undefined) return { context: { ...HTML_TEXT, state: 'htmlComment' }, at };
  const element = match[2] === '' ? elementOf(match[3]) : 'none';
  return { context: { ...HTML_TEXT, state: 'tag', element }, at };
}

function elementOf(name: string): Element {
  const lower = name.toLowerCase();
  const known = ['script', 'style', 'textarea', 'title'] as const;
  return known.find((one) => one === lower) ?? 'none';
}

const CONTENT: Readonly<Record<Element, HtmlState>> = {
  none: 'text',
  script: 'script',
  style: 'css',
  textarea: 'rcdata',
  title: 'rcdata',
};

function stepTag(context: HtmlContext, text: string, from: number): Step {
  const { element } = context;
  const at = skipSpace(text, from);
  if (at === text.length) return { context, at };
  if (text[at] === '>') {
    return { context: { ...HTML_TEXT, state: CONTENT[element], element }, at: at + 1 };
  }
  const end = skipAttributeName(text, at);
  if (end === at) {
    const got = JSON.stringify(text.slice(at, at + 32));
    throw new HtmlContextError(`expected space, attr name, or end of tag, but got ${got}`);
  }
  const attribute = attributeOf(text.slice(at, end).toLowerCase());
  const state = end === text.length ? 'attrName' : 'afterName';
  return { context: { ...HTML_TEXT, state, element, attribute }, at: end };
}

function stepAttributeName(context: HtmlContext, text: string, from: number): Step {
  const at = skipAttributeName(text, from);
  return { context: at === text.length ? context : { ...context, state: 'afterName' }, at };
}

function stepAfterName(context: HtmlContext, text: string, from: number): Step {
  const at = skipSpace(text, from);
  if (at === text.length) return { context, at };
  if (text[at] !== '=') return { context: { ...context, state: 'tag' }, at };
  return { context: { ...context, state: 'beforeValue' }, at: at + 1 };
}

function stepBeforeValue(context: HtmlContext, text: string, from: number): Step {
  const at = skipSpace(text, from);
  if (at === text.length) return { context, at };
  const quote = text[at];
  const state = VALUE_STATE[context.attribute];
  if (quote !== '"' && quote !== "'") {
    return { context: { ...context, state, delimiter: 'space' }, at };
  }
  return { context: { ...context, state, delimiter: quote }, at: at + 1 };
}

const VALUE_STATE: Readonly<Record<Attribute, HtmlState>> = {
  none: 'attr',
  script: 'script',
  style: 'css',
  url: 'url',
  srcset: 'srcset',
};

function stepUrl(context: HtmlContext, text: string, from: number): Step {
  const rest = text.slice(from);
  const at = text.length;
  if (/[#?]/.test(rest)) return { context: { ...context, urlPart: 'query' }, at };
  const isBegun = rest.trim() !== '' && context.urlPart === 'start';
  return { context: isBegun ? { ...context, urlPart: 'path' } : context, at };
}

function stepCss(context: HtmlContext, text: string, from: number): Step {
  const pattern = /\/\*|["']|(?<![\w-])url\(\s*(["']?)/gi;
  pattern.lastIndex = from;
  const match = pattern.exec(text);
  if (match === null) return { context, at: text.length };
  const at = pattern.lastIndex;
  if (match[0] === '/*') return { context: { ...context, state: 'cssComment' }, at };
  const quote = match[1] ?? match[0];
  if (quote === '') return { context: { ...context, state: 'cssUrl' }, at };
  return { context: { ...context, state: 'cssText', quote }, at };
}

function stepCssQuoted(
  context: HtmlContext,
  text: string,
  { from, end }: { readonly from: number; readonly end: string },
): Step {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (end.includes(text[at])) {
      return { context: { ...context, state: 'css', quote: '' }, at: at + 1 };
    }
  }
  return { context, at: text.length };
}

function skipSpace(text: string, from: number): number {
  return find(/[^ \t\n\f\r]/g, text, from) ?? text.length;
}

function skipAttributeName(text: string, from: number): number {
  const end = find(/[ \t\n\f\r=>'"<]/g, text, from) ?? text.length;
  if (/['"<]/.test(text[end] ?? '')) {
    const around = JSON.stringify(text.slice(from, from + 32));
    throw new HtmlContextError(`'${text[end]}' in attribute name: ${around}`);
  }
  return end;
}

const URL_ATTRIBUTES: ReadonlySet<string> = new Set(
  'action archive background cite classid codebase data formaction href icon longdesc manifest poster profile src usemap xmlns'.split(
    ' ',
  ),
);

/** What an attribute of this lower-case name means, on the safe side. */
export function attributeOf(name: string): Attribute {
  const [prefix, ...others] = name.split(':');
  if (others.length > 0 && prefix === 'xmlns') return 'url';
  const bare = name.startsWith('data-')
    ? name.slice('data-'.length)
    : others.length > 0
      ? others.join(':')
      : name;
  if (URL_ATTRIBUTES.has(bare)) return 'url';
  if (bare === 'style') return 'style';
  if (bare === 'srcset') return 'srcset';
  if (bare === 'srcdoc' || bare === 'srclang') return 'none';
  if (bare.startsWith('on')) return 'script';
  return /src|uri|url/.test(bare) ? 'url' : 'none';
}

/** The context where a value begins right here. */
export function nudgeHtml(context: HtmlContext): HtmlContext {
  const { state, attribute } = context;
  if (state === 'tag') return { ...context, state: 'attrName' };
  if (state === 'afterName') return { ...context, state: 'attrName', attribute: 'none' };
  if (state !== 'beforeValue') return context;
  return { ...context, state: VALUE_STATE[attribute], delimiter: 'space', attribute: 'none' };
}

/** The context where two branches meet again; undefined: they end in different ones. */
export function joinHtml(a: HtmlContext, b: HtmlContext): HtmlContext | undefined {
  if (a.state === 'dead') return b;
  if (b.state === 'dead' || contextKey(a) === contextKey(b)) return a;
  if (contextKey({ ...a, urlPart: b.urlPart }) === contextKey(b)) {
    return { ...a, urlPart: 'unknown' };
  }
  const [nudgedA, nudgedB] = [nudgeHtml(a), nudgeHtml(b)];
  const isNudged = contextKey(nudgedA) !== contextKey(a) || contextKey(nudgedB) !== contextKey(b);
  return isNudged ? joinHtml(nudgedA, nudgedB) : undefined;
}
