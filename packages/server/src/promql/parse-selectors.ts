/** Selectors of series: `name{label="value", …}`, and the names that contain anything. */
import { createMatcher, type Matcher, type MatchOperator, METRIC_NAME } from '../series/index.ts';
import { errorMessage } from '../platform/index.ts';
import type { VectorSelectorNode } from './ast.ts';
import { unquote } from './literals.ts';
import type { TokenStream } from './token-stream.ts';
import { METRIC_WORDS } from './tokens.ts';

const CONTEXT = 'label matching';

/** Whether a selector can begin with the token at hand. */
export function isSelectorAhead(tokens: TokenStream): boolean {
  const kind = tokens.peek();
  return kind === '{' || METRIC_WORDS.has(kind);
}

/** Reads a name, braces with conditions, or both. */
export function parseSelectorNode(tokens: TokenStream): VectorSelectorNode {
  const { start } = tokens;
  if (tokens.peek() === '{') return finishSelector(tokens, '', start);
  const name = tokens.word;
  tokens.take();
  return finishSelector(tokens, name, start);
}

/** Reads what follows a selector's name. */
export function finishSelector(
  tokens: TokenStream,
  name: string,
  start: number,
): VectorSelectorNode {
  const matchers = tokens.peek() === '{' ? parseMatchers(tokens) : [];
  if (name !== '') matchers.push(createMatcher(METRIC_NAME, '=', name));
  tokens.height = 1;
  return {
    type: 'vectorSelector',
    name,
    matchers,
    offset: undefined,
    at: undefined,
    extension: undefined,
    span: tokens.spanFrom(start),
  };
}

function parseMatchers(tokens: TokenStream): Matcher[] {
  const matchers: Matcher[] = [];
  tokens.take();
  while (!tokens.accept('}')) {
    matchers.push(parseMatcher(tokens));
    if (tokens.accept(',') || tokens.peek() === '}') continue;
    tokens.unexpected(CONTEXT, '"," or "}"');
  }
  return matchers;
}

function parseMatcher(tokens: TokenStream): Matcher {
  const { start, word } = tokens;
  const kind = tokens.peek();
  if (kind !== 'identifier' && kind !== 'string') {
    tokens.unexpected(CONTEXT, 'identifier or "}"');
  }
  tokens.take();
  const name = kind === 'string' ? unquote(word) : word;
  const operator = findMatchOperator(tokens);
  if (operator === undefined) {
    if (kind === 'string') return createMatcher(METRIC_NAME, '=', name);
    return tokens.unexpected(CONTEXT, 'label matching operator');
  }
  tokens.take();
  if (tokens.peek() !== 'string') tokens.unexpected(CONTEXT, 'string');
  const value = unquote(tokens.word);
  tokens.take();
  try {
    return createMatcher(name, operator, value);
  } catch (error) {
    return tokens.fail(start, errorMessage(error));
  }
}

function findMatchOperator(tokens: TokenStream): MatchOperator | undefined {
  const kind = tokens.peek();
  return kind === '=' || kind === '!=' || kind === '=~' || kind === '!~' ? kind : undefined;
}
