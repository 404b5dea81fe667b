/**
 * The classic syntax of matchers: names of letters, digits, `_` and `:`; values with or without
 * quotes, in which `\"`, `\\` and `\n` are escapes and any other backslash is itself.
 */
import { isSpace, MATCH_OPERATORS, type MatcherParts } from './matcher-parts.ts';

/** Reads matchers between commas, with or without braces; throws an error that says why not. */
export function parseClassicMatchers(text: string): readonly MatcherParts[] {
  const inner = text.replace(/^\{/, '').replace(/\}$/, '');
  return splitAtCommas(inner).map(parseClassicMatcher);
}

/** Cuts at commas that are not in quotes; what is empty after the last comma is left out. */
function splitAtCommas(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  let isQuoted = false;
  let isEscaped = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === ',' && !isQuoted) {
      // Alertmanager forgets no escape here: `a=\,b="c"` opens no quote.
      pieces.push(text.slice(start, i));
      start = i + 1;
    } else if (character === '"') {
      if (!isEscaped) isQuoted = !isQuoted;
      isEscaped = false;
    } else if (character === '\\') {
      isEscaped = !isEscaped;
    } else if (character !== ',') {
      isEscaped = false;
    }
  }
  const last = trim(text.slice(start));
  return last === '' ? pieces : [...pieces, last];
}

function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  return text.slice(start, end);
}

const HEAD = /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|!=|!~|=)[\t\n\f\r ]*/;
const TAIL_SPACE = new Set('\t\n\f\r ');

function parseClassicMatcher(text: string): MatcherParts {
  const head = HEAD.exec(text);
  const operator = MATCH_OPERATORS.find((one) => one === head?.[2]);
  if (head === null || operator === undefined) throw new Error(`bad matcher format: ${text}`);
  let end = text.length;
  while (end > head[0].length && TAIL_SPACE.has(text[end - 1])) end--;
  return { name: head[1], operator, value: unescapeValue(text.slice(head[0].length, end)) };
}

function unescapeValue(raw: string): string {
  const isQuoted = raw.startsWith('"');
  const inner = isQuoted ? raw.slice(1) : raw;
  let value = '';
  let isClosed = !isQuoted;
  for (let i = 0; i < inner.length; i++) {
    const character = inner[i];
    const isLast = i === inner.length - 1;
    if (character === '\\' && !isLast) {
      i++;
      value += unescape(inner[i]);
    } else if (character !== '"') {
      value += character;
    } else {
      if (isClosed || !isLast) throw new Error(UNESCAPED + raw);
      isClosed = true;
    }
  }
  if (!isClosed) throw new Error(UNESCAPED + raw);
  return value;
}

const UNESCAPED = 'matcher value contains unescaped double quote: ';

function unescape(character: string): string {
  if (character === 'n') return '\n';
  return character === '"' || character === '\\' ? character : `\\${character}`;
}
