/** A matcher's text taken apart, and what both of its syntaxes know. */
import type { MatchOperator } from '../../series/index.ts';

export interface MatcherParts {
  readonly name: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** In Alertmanager's order. */
export const MATCH_OPERATORS: readonly MatchOperator[] = ['=', '!=', '=~', '!~'];

/** What Go takes for space, as a part of a class of characters. */
const SPACE = String.raw`\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;

/** What needs quotes in the syntax for UTF-8 names: space, and the characters of the syntax. */
export const RESERVED_CLASS: string = SPACE + String.raw`{}!=~,\\"'` + '`';

const IS_SPACE = new RegExp(`[${SPACE}]`);

/** Whether Go takes a character for space; of nothing it does not. */
export function isSpace(character: string | undefined): boolean {
  return character !== undefined && IS_SPACE.test(character);
}
