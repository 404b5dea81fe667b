/**
 * The syntax of matchers for any UTF-8 name: names and values are double-quoted as Go quotes text,
 * or hold no space and none of the characters that the syntax needs.
 */
import type { MatchOperator } from '../../series/index.ts';
import { unquoteGo } from './go-quoted.ts';
import { isSpace, type MatcherParts, RESERVED_CLASS } from './matcher-parts.ts';

const TOKEN = new RegExp(
  [
    String.raw`(?<brace>[{}])`,
    String.raw`(?<comma>,)`,
    String.raw`(?<operator>=~|!=|!~|=)`,
    String.raw`(?<quoted>"(?:[^"\\]|\\[\s\S])*")`,
    String.raw`(?<plain>[^${RESERVED_CLASS}]+)`,
  ].join('|'),
  'y',
);

interface Token {
  readonly kind: 'brace' | 'comma' | 'operator' | 'text' | 'end';
  /** What it stands for: an operator, a brace, an unquoted text. */
  readonly value: string;
  /** As it is written. */
  readonly source: string;
  readonly offset: number;
}

/** Reads matchers between commas, with or without braces; throws an error that says why not. */
export function parseUtf8Matchers(text: string): readonly MatcherParts[] {
  const tokens = scan(text);
  let at = 0;
  const isBrace = (value: string): boolean =>
    tokens[at].kind === 'brace' && tokens[at].value === value;
  const expect = (kind: Token['kind'], what: string): Token => {
    const token = tokens[at];
    if (token.kind !== kind) throw unexpected(text, token, what);
    at++;
    return token;
  };
  const hasBraces = isBrace('{');
  if (hasBraces) at++;
  const matchers: MatcherParts[] = [];
  while (tokens[at].kind !== 'end' && !isBrace('}')) {
    const name = expect('text', 'expected label name').value;
    const operator = expect('operator', "expected an operator such as '=', '!=', '=~' or '!~'");
    const value = expect('text', 'expected label value').value;
    matchers.push({ name, operator: operatorOf(operator), value });
    if (tokens[at].kind === 'end' || isBrace('}')) break;
    expect('comma', 'expected a comma or close brace');
  }
  if (hasBraces) {
    if (!isBrace('}')) throw unexpected(text, tokens[at], 'expected close brace');
    at++;
  }
  expect('end', hasBraces ? 'expected end of input' : 'expected opening brace before it');
  return matchers;
}

function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let start = skipSpace(text, 0);
  while (start < text.length) {
    TOKEN.lastIndex = start;
    const found = TOKEN.exec(text);
    if (found === null) throw new Error(`${columnOf(text, start)}: ${brokenWhy(text[start])}`);
    const [source] = found;
    const kind = kindOf(found.groups ?? {});
    const value = found.groups?.quoted === undefined ? source : unquoteGo(source);
    if (value === undefined) {
      throw new Error(`${columnOf(text, start)}: ${source}: invalid escape or invalid UTF-8`);
    }
    tokens.push({ kind, value, source, offset: start });
    start = skipSpace(text, start + source.length);
  }
  return [...tokens, { kind: 'end', value: '', source: '', offset: text.length }];
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): Token['kind'] {
  if (groups.brace !== undefined) return 'brace';
  if (groups.comma !== undefined) return 'comma';
  return groups.operator === undefined ? 'text' : 'operator';
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (isSpace(text[at])) at++;
  return at;
}

/** Why no token begins with a character. */
function brokenWhy(character: string): string {
  if (character === '"') return 'missing end "';
  if (character === '!') return "expected '=' or '~' after !";
  return `${character}: invalid input; put the text into double quotes`;
}

/** In characters, from 0. */
function columnOf(text: string, offset: number): number {
  return Array.from(text.slice(0, offset)).length;
}

function operatorOf({ value }: Token): MatchOperator {
  if (value === '=~' || value === '!=' || value === '!~') return value;
  return '=';
}

function unexpected(text: string, token: Token, what: string): Error {
  const got = token.kind === 'end' ? 'end of input' : `unexpected ${token.source}`;
  return new Error(`${columnOf(text, token.offset)}: ${got}: ${what}`);
}
