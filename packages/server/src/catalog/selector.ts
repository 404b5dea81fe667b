/**
 * Reads the braces of a PromQL selector: `{job="checkout", env=~"prod|staging"}`.
 *
 * The query engine has a whole grammar for this; a service needs only its innermost part, and the
 * catalog must not lean on an engine for it. Quotes and escapes are PromQL's: '…' and "…" with
 * backslash escapes, `…` raw.
 */
import { errorMessage, invalid } from '../platform/index.ts';
import { createMatcher, type MatchOperator, type Matcher } from '../series/index.ts';
import { SELECTOR_CHARS_MAX } from './limits.ts';

const SPACE = /[ \t\r\n]*/y;
const NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const OPERATOR = /=~|!~|!=|=/y;
const RAW = /`([^`]*)`/y;
const DOUBLE_QUOTED = /"((?:[^"\\\n]|\\.)*)"/y;
const SINGLE_QUOTED = /'((?:[^'\\\n]|\\.)*)'/y;
const ESCAPE = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)/g;

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** Reads a selector into matchers; throws `SELECTOR_INVALID`, whose message names the position. */
export function parseSelector(text: string): readonly Matcher[] {
  if (text.length > SELECTOR_CHARS_MAX) {
    throw refuse(text, 0, `it is longer than ${SELECTOR_CHARS_MAX} characters`);
  }
  const cursor = createCursor(text);
  const matchers: Matcher[] = [];
  cursor.expect('{', 'a selector begins with "{", such as {job="checkout"}');
  while (!cursor.accept('}')) {
    matchers.push(readMatcher(cursor));
    if (cursor.accept('}')) break;
    cursor.expect(',', 'expected "," or "}" after a matcher');
  }
  cursor.expectEnd();
  if (matchers.every((matcher) => matcher.matches(''))) {
    throw refuse(text, 0, 'it also matches series that have none of its labels; name one that is');
  }
  return matchers;
}

interface Cursor {
  /** Steps over a character where it comes next. */
  accept(character: string): boolean;
  expect(character: string, otherwise: string): void;
  expectEnd(): void;
  /** Steps over a sticky expression where it matches here. */
  take(pattern: RegExp): RegExpExecArray | undefined;
  refuse(why: string): Error;
}

function createCursor(text: string): Cursor {
  let at = 0;
  const takeHere = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const match = pattern.exec(text) ?? undefined;
    if (match !== undefined) at = pattern.lastIndex;
    return match;
  };
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    takeHere(SPACE);
    return takeHere(pattern);
  };
  const accept = (character: string): boolean => {
    takeHere(SPACE);
    if (text[at] !== character) return false;
    at++;
    return true;
  };
  return {
    accept,
    take,
    refuse: (why) => refuse(text, at, why),
    expect(character, otherwise) {
      if (!accept(character)) throw refuse(text, at, otherwise);
    },
    expectEnd() {
      takeHere(SPACE);
      if (at < text.length) throw refuse(text, at, 'unexpected text after "}"');
    },
  };
}

function readMatcher(cursor: Cursor): Matcher {
  const name = cursor.take(NAME)?.[0];
  if (name === undefined) throw cursor.refuse('expected a label name');
  const operator = cursor.take(OPERATOR)?.[0];
  if (!isOperator(operator)) throw cursor.refuse('expected =, !=, =~ or !~ after the label name');
  const value = readQuoted(cursor);
  try {
    return createMatcher(name, operator, value);
  } catch (error) {
    throw cursor.refuse(errorMessage(error));
  }
}

function isOperator(text: string | undefined): text is MatchOperator {
  return text === '=' || text === '!=' || text === '=~' || text === '!~';
}

function readQuoted(cursor: Cursor): string {
  const raw = cursor.take(RAW);
  if (raw !== undefined) return raw[1];
  const quoted = cursor.take(DOUBLE_QUOTED) ?? cursor.take(SINGLE_QUOTED);
  if (quoted === undefined) throw cursor.refuse('expected a value in quotes');
  return quoted[1].replaceAll(ESCAPE, (whole, escape: string) => {
    const plain = unescape(escape);
    if (plain === undefined) throw cursor.refuse(`unknown escape ${whole}`);
    return plain;
  });
}

/** Bytes above 0x7f written as \xff or \377 stand for themselves in Latin-1, not as UTF-8 parts. */
function unescape(escape: string): string | undefined {
  if (escape in SIMPLE_ESCAPES) return SIMPLE_ESCAPES[escape];
  if (/^[0-7]{3}$/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8) & 0xff);
  if (!/^[xuU][0-9a-fA-F]+$/.test(escape)) return undefined;
  const codePoint = Number.parseInt(escape.slice(1), 16);
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : undefined;
}

function refuse(text: string, at: number, why: string): Error {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return invalid(
    'SELECTOR_INVALID',
    `cannot read selector ${shown} at character ${at + 1}: ${why}`,
  );
}
