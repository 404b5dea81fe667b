/**
 * The selector of a service: the braces of a PromQL selector, `{job="checkout", env=~"prod|staging"}`.
 *
 * Read as queries are, with bounds of its own: it is matched with the labels of alerts and targets,
 * which have no metric's name, and what matches every one of them would own all that is nobody's.
 */
import { invalid } from '../platform/index.ts';
import { ParseError, parseSelector as parseQuerySelector } from '../promql/index.ts';
import type { Matcher } from '../series/index.ts';
import { SELECTOR_CHARS_MAX } from './limits.ts';

/** Reads a selector into matchers; throws `SELECTOR_INVALID`, whose message names the position. */
export function parseSelector(text: string): readonly Matcher[] {
  if (text.length > SELECTOR_CHARS_MAX) {
    throw refuse(text, 0, `it is longer than ${SELECTOR_CHARS_MAX} characters`);
  }
  if (!text.trimStart().startsWith('{')) {
    throw refuse(text, 0, 'a selector begins with "{", such as {job="checkout"}');
  }
  const matchers = parseMatchers(text);
  if (matchers.every((matcher) => matcher.matches(''))) {
    throw refuse(text, 0, 'it also matches series that have none of its labels; name one that is');
  }
  return matchers;
}

function parseMatchers(text: string): readonly Matcher[] {
  try {
    return parseQuerySelector(text);
  } catch (error) {
    throw error instanceof ParseError ? refuse(text, error.offset, error.reason) : error;
  }
}

function refuse(text: string, at: number, why: string): Error {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return invalid(
    'SELECTOR_INVALID',
    `cannot read selector ${shown} at character ${at + 1}: ${why}`,
  );
}
