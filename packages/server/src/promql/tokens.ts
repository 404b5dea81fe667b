/** The kinds of words that PromQL is made of, and how errors call them. */
import { quote } from '../series/index.ts';
import type { AggregateOperator, BinaryOperator } from './ast.ts';
import { utf8Length } from './parse-error.ts';

/** Words that modify an operand, a selector or an aggregation. */
type Keyword =
  | 'anchored'
  | 'bool'
  | 'by'
  | 'fill'
  | 'fill_left'
  | 'fill_right'
  | 'group_left'
  | 'group_right'
  | 'ignoring'
  | 'offset'
  | 'on'
  | 'smoothed'
  | 'without';

/** Words that name a function and a part of a duration or `@` modifier alike. */
type Preprocessor = 'start' | 'end' | 'step' | 'range' | 'min_of' | 'max_of';

type Punctuation = '(' | ')' | '{' | '}' | '[' | ']' | ',' | ':' | '=' | '=~' | '!~' | '@';

export type TokenKind =
  | 'eof'
  | 'identifier'
  /** A name with a colon: it can be a metric's only. */
  | 'metricIdentifier'
  | 'number'
  | 'duration'
  | 'string'
  | Punctuation
  | BinaryOperator
  | AggregateOperator
  | Keyword
  | Preprocessor;

const AGGREGATES: readonly AggregateOperator[] = [
  'avg',
  'bottomk',
  'count',
  'count_values',
  'group',
  'limit_ratio',
  'limitk',
  'max',
  'min',
  'quantile',
  'stddev',
  'stdvar',
  'sum',
  'topk',
];
const KEYWORDS: readonly Keyword[] = [
  'anchored',
  'bool',
  'by',
  'fill',
  'fill_left',
  'fill_right',
  'group_left',
  'group_right',
  'ignoring',
  'offset',
  'on',
  'smoothed',
  'without',
];
const PREPROCESSORS: readonly Preprocessor[] = [
  'start',
  'end',
  'step',
  'range',
  'min_of',
  'max_of',
];
const WORD_OPERATORS: readonly BinaryOperator[] = ['and', 'or', 'unless', 'atan2'];

/** What each reserved word is, in lower case; any case of it is the same word. */
export const RESERVED: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ...[...AGGREGATES, ...KEYWORDS, ...PREPROCESSORS, ...WORD_OPERATORS].map(
    (word) => [word, word] as const,
  ),
  ['inf', 'number'],
  ['nan', 'number'],
]);

/** The aggregation that a token stands for. */
export const AGGREGATE_OPERATORS: ReadonlyMap<TokenKind, AggregateOperator> = new Map(
  AGGREGATES.map((word) => [word, word]),
);

/** The functions that are reserved words as well. */
export const PREPROCESSOR_WORDS: ReadonlySet<TokenKind> = new Set(PREPROCESSORS);

/** Reserved words that may name a metric: all but those that follow an operator, and `atan2`. */
export const METRIC_WORDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'identifier',
  'metricIdentifier',
  ...AGGREGATES,
  ...PREPROCESSORS,
  'and',
  'or',
  'unless',
  'anchored',
  'by',
  'fill',
  'fill_left',
  'fill_right',
  'offset',
  'smoothed',
  'without',
]);

/** What an operand can begin with. */
export const OPERAND_STARTS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  ...METRIC_WORDS,
  'number',
  'duration',
  'string',
  '{',
  '(',
  '+',
  '-',
]);

/** Words that may name a label within `by (…)`, `on (…)` and the like; Prometheus omits `without`. */
export const LABEL_WORDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'identifier',
  'metricIdentifier',
  ...AGGREGATES,
  ...PREPROCESSORS,
  ...WORD_OPERATORS,
  ...KEYWORDS.filter((word) => word !== 'without'),
]);

const OPERATOR_KINDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  ...WORD_OPERATORS,
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  '</',
  '>/',
  '=~',
  '!~',
  '@',
]);
const KEYWORD_KINDS: ReadonlySet<TokenKind> = new Set(KEYWORDS);
const SHOWN_MAX = 10;

/** How an error names a token: `identifier "foo"`, `<by>`, `<op:+>`, `end of input`. */
export function describeToken(kind: TokenKind, text: string): string {
  if (kind === 'eof') return 'end of input';
  if (kind === 'identifier') return `identifier ${quote(text)}`;
  if (kind === 'metricIdentifier') return `metric identifier ${quote(text)}`;
  if (KEYWORD_KINDS.has(kind)) return `<${text}>`;
  if (OPERATOR_KINDS.has(kind)) return `<op:${text}>`;
  if (AGGREGATE_OPERATORS.has(kind)) return `<aggr:${text}>`;
  const isLiteral = kind === 'number' || kind === 'duration' || kind === 'string';
  return isLiteral ? `${kind} ${shorten(text)}` : shorten(text);
}

/** A long text is cut by its characters, but how long it is is told by its bytes. */
function shorten(text: string): string {
  if (utf8Length(text) <= SHOWN_MAX) return quote(text);
  const shown = Array.from(text.slice(0, 2 * SHOWN_MAX))
    .slice(0, SHOWN_MAX)
    .join('');
  return `${quote(shown)}...`;
}
