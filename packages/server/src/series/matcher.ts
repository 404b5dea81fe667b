/** Label matchers: one condition of a selector. */
import { isPlainLabelName, type Labels, labelValue } from './labels.ts';
import { quote } from './quote.ts';
import { type AnchoredRegex, compileAnchored } from './regex.ts';

export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One condition on one label; a label that is absent counts as ''. */
export interface Matcher {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
  /** The compiled expression of `=~` and `!~`. */
  readonly regex: AnchoredRegex | undefined;
  matches(value: string): boolean;
}

/** Builds a matcher; a bad expression throws the regex engine's error. */
export function createMatcher(name: string, operator: MatchOperator, value: string): Matcher {
  switch (operator) {
    case '=':
      return { name, operator, value, regex: undefined, matches: (text) => text === value };
    case '!=':
      return { name, operator, value, regex: undefined, matches: (text) => text !== value };
    case '=~': {
      const regex = compileAnchored(value);
      return { name, operator, value, regex, matches: (text) => regex.matches(text) };
    }
    case '!~': {
      const regex = compileAnchored(value);
      return { name, operator, value, regex, matches: (text) => !regex.matches(text) };
    }
  }
}

/** Whether a label set meets all conditions. */
export function isMatch(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.matches(labelValue(labels, matcher.name)));
}

/** Writes a matcher as PromQL does: `job=~"a|b"`, `"l.x"="y"`. */
export function formatMatcher({ name, operator, value }: Matcher): string {
  return `${isPlainLabelName(name) ? name : quote(name)}${operator}${quote(value)}`;
}
