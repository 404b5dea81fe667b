/**
 * Matchers as Alertmanager reads and writes them.
 *
 * There are two syntaxes: the classic one, and since 0.27 one for any UTF-8 name, which is
 * stricter in what it takes without quotes. A text is read by both: where only one takes it, that
 * one counts, and where both do and disagree, the classic one does, so that old configurations mean
 * what they meant.
 */
import { errorMessage, invalid } from '../../platform/index.ts';
import {
  type AnchoredRegex,
  compileAnchored,
  createMatcher,
  type Matcher,
  quote,
} from '../../series/index.ts';
import { parseClassicMatchers } from './classic-matchers.ts';
import { MATCH_OPERATORS, type MatcherParts, RESERVED_CLASS } from './matcher-parts.ts';
import { parseUtf8Matchers } from './utf8-matchers.ts';

const RESERVED = new RegExp(`[${RESERVED_CLASS}]`);

/** Reads any number of matchers, with or without braces; throws `MATCHER_INVALID`. */
export function parseMatchers(text: string): readonly Matcher[] {
  const utf8 = attempt(() => compileAll(parseUtf8Matchers(text)));
  const classic = attempt(() => compileAll(parseClassicMatchers(text)));
  if (utf8.matchers === undefined && classic.matchers === undefined) {
    const further = utf8.why === classic.why ? '' : ` (as UTF-8 matchers: ${utf8.why})`;
    throw invalid('MATCHER_INVALID', classic.why + further);
  }
  if (utf8.matchers === undefined) return classic.matchers ?? [];
  if (classic.matchers === undefined || isSame(utf8.matchers, classic.matchers)) {
    return utf8.matchers;
  }
  return classic.matchers;
}

/** Reads one matcher without braces; throws `MATCHER_INVALID`. */
export function parseMatcher(text: string): Matcher {
  if (text.startsWith('{') || text.endsWith('}')) {
    throw invalid('MATCHER_INVALID', `unexpected open or close brace: ${text}`);
  }
  const matchers = parseMatchers(text);
  if (matchers.length === 1) return matchers[0];
  throw invalid('MATCHER_INVALID', `expected 1 matcher, found ${matchers.length}: ${text}`);
}

/**
 * Builds a matcher whose expression means what it means in Alertmanager, where `.` is any
 * character but a line feed, unlike in PromQL. Throws the regex engine's error.
 */
export function createAlertMatcher({ name, operator, value }: MatcherParts): Matcher {
  if (operator === '=' || operator === '!=') return createMatcher(name, operator, value);
  const regex = compileDotless(value);
  const matches = (text: string): boolean => regex.matches(text) === (operator === '=~');
  return { name, operator, value, regex, matches };
}

function compileDotless(pattern: string): AnchoredRegex {
  // Also what refuses a pattern that only its wrapping makes whole.
  const usual = compileAnchored(pattern);
  if (usual.literals !== undefined || !pattern.includes('.')) return usual;
  return { ...compileAnchored(`(?-s:${pattern})`), pattern };
}

/** Alertmanager's order: by name, value and kind. */
export function sortMatchers(matchers: readonly Matcher[]): readonly Matcher[] {
  return matchers.toSorted(
    (a, b) =>
      compareText(a.name, b.name) ||
      compareText(a.value, b.value) ||
      MATCH_OPERATORS.indexOf(a.operator) - MATCH_OPERATORS.indexOf(b.operator),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Writes a matcher as Alertmanager does: `team=~"a|b"`; only names that need quotes have them. */
export function formatAlertMatcher({ name, operator, value }: MatcherParts): string {
  if (RESERVED.test(name)) return `${quote(name)}${operator}${quote(value)}`;
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
  return `${name}${operator}"${escaped}"`;
}

/** Writes matchers as Alertmanager does: `{a="b",c!~"d"}`. */
export function formatAlertMatchers(matchers: readonly MatcherParts[]): string {
  return `{${matchers.map(formatAlertMatcher).join(',')}}`;
}

/** A name of a label in the old character set, which `match` and `match_re` are held to. */
export function isClassicLabelName(name: string): boolean {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name);
}

function compileAll(parts: readonly MatcherParts[]): readonly Matcher[] {
  return parts.map(createAlertMatcher);
}

interface Attempt {
  readonly matchers: readonly Matcher[] | undefined;
  readonly why: string;
}

function attempt(parse: () => readonly Matcher[]): Attempt {
  try {
    return { matchers: parse(), why: '' };
  } catch (error) {
    return { matchers: undefined, why: errorMessage(error) };
  }
}

function isSame(a: readonly Matcher[], b: readonly Matcher[]): boolean {
  const isEqual = (one: Matcher, other: Matcher): boolean =>
    one.name === other.name && one.operator === other.operator && one.value === other.value;
  return a.length === b.length && a.every((one, i) => isEqual(one, b[i]));
}
