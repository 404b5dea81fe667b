/**
 * Reads PromQL by operator precedence: one loop for all infix operators, one function for each
 * kind of operand.
 *
 * The language is that of Prometheus 3.14 with its experimental parts switched on. Prometheus'
 * parser is generated from a grammar (promql/parser/generated_parser.y), and some of what it
 * accepts or blames follows from how that grammar's conflicts happen to be resolved; comments name
 * those places. Syntax is checked while reading, kinds of values afterwards (type-check.ts), as
 * Prometheus does: a query with both faults is blamed for its syntax.
 */
import { type Matcher, quote } from '../series/index.ts';
import type {
  AggregateNode,
  AggregateOperator,
  BinaryNode,
  BinaryOperator,
  Expr,
  StringNode,
  ValueKind,
  VectorMatching,
} from './ast.ts';
import { findFunction } from './functions.ts';
import { kindOf } from './kinds.ts';
import { unquote } from './literals.ts';
import { parseNumberLiteral } from './parse-durations.ts';
import { type BinaryModifiers, parseBinaryModifiers, parseLabelList } from './parse-matching.ts';
import { parseModifiers } from './parse-modifiers.ts';
import { finishSelector, isSelectorAhead, parseSelectorNode } from './parse-selectors.ts';
import { TokenStream } from './token-stream.ts';
import {
  AGGREGATE_OPERATORS,
  OPERAND_STARTS,
  PREPROCESSOR_WORDS,
  type TokenKind,
} from './tokens.ts';
import { checkTypes } from './type-check.ts';

interface Infix {
  readonly operator: BinaryOperator;
  readonly level: number;
}

const POWER_LEVEL = 6;

const LEVELS: ReadonlyMap<TokenKind, Infix> = new Map<TokenKind, Infix>([
  ['or', { operator: 'or', level: 1 }],
  ['and', { operator: 'and', level: 2 }],
  ['unless', { operator: 'unless', level: 2 }],
  ['==', { operator: '==', level: 3 }],
  ['!=', { operator: '!=', level: 3 }],
  ['<', { operator: '<', level: 3 }],
  ['<=', { operator: '<=', level: 3 }],
  ['>', { operator: '>', level: 3 }],
  ['>=', { operator: '>=', level: 3 }],
  ['</', { operator: '</', level: 3 }],
  ['>/', { operator: '>/', level: 3 }],
  ['+', { operator: '+', level: 4 }],
  ['-', { operator: '-', level: 4 }],
  ['*', { operator: '*', level: 5 }],
  ['/', { operator: '/', level: 5 }],
  ['%', { operator: '%', level: 5 }],
  ['atan2', { operator: 'atan2', level: 5 }],
  ['^', { operator: '^', level: POWER_LEVEL }],
]);

/** Reads a query; throws a ParseError at its first fault. */
export function parseExpr(text: string): Expr {
  const tokens = new TokenStream(text);
  if (tokens.peek() === 'eof') tokens.fail(0, 'no expression found in input');
  const expr = parseBinary(tokens, 0);
  if (tokens.peek() !== 'eof') tokens.unexpected('');
  checkTypes(text, expr);
  return expr;
}

/** Reads a selector without modifiers, such as the API's `match[]`; throws a ParseError. */
export function parseSelector(text: string): readonly Matcher[] {
  const tokens = new TokenStream(text);
  if (!isSelectorAhead(tokens)) tokens.unexpected('');
  const { matchers } = parseSelectorNode(tokens);
  if (tokens.peek() !== 'eof') tokens.unexpected('');
  return matchers;
}

function parseBinary(tokens: TokenStream, level: number): Expr {
  tokens.enter();
  let left = parseUnary(tokens);
  for (;;) {
    const infix = LEVELS.get(tokens.peek());
    if (infix === undefined || infix.level < level) break;
    tokens.take();
    const leftHeight = tokens.height;
    const modifiers = parseBinaryModifiers(tokens);
    // Only the power operator groups from the right.
    const right = parseBinary(tokens, infix.level === POWER_LEVEL ? POWER_LEVEL : infix.level + 1);
    tokens.raise(Math.max(leftHeight, tokens.height), left.span.start);
    left = createBinary(infix.operator, modifiers, { left, right });
  }
  tokens.leave();
  return left;
}

function createBinary(
  operator: BinaryOperator,
  { isBool, matching }: BinaryModifiers,
  { left, right }: { readonly left: Expr; readonly right: Expr },
): BinaryNode {
  const kinds = [kindOf(left), kindOf(right)];
  return {
    type: 'binary',
    operator,
    kind: kinds.every((kind) => kind === 'scalar') ? 'scalar' : 'vector',
    left,
    right,
    isBool,
    matching: resolveMatching(operator, matching, kinds),
    span: { start: left.span.start, end: right.span.end },
  };
}

/** Matching is for two vectors; what else is written stays, for the check of types to blame. */
function resolveMatching(
  operator: BinaryOperator,
  matching: VectorMatching,
  kinds: readonly ValueKind[],
): VectorMatching | undefined {
  const { labels, fillLeft, fillRight, cardinality } = matching;
  const isWritten = labels.length > 0 || fillLeft !== undefined || fillRight !== undefined;
  if (!isWritten && kinds.some((kind) => kind !== 'vector')) return undefined;
  const isSet = operator === 'and' || operator === 'or' || operator === 'unless';
  if (!isSet || cardinality !== 'one-to-one') return matching;
  return { ...matching, cardinality: 'many-to-many' };
}

/** A sign binds as tightly as `*`: `-2 ^ 2` is minus four. */
function parseUnary(tokens: TokenStream): Expr {
  const sign = tokens.peek();
  if (sign !== '+' && sign !== '-') return parseModifiers(tokens, parseOperand(tokens));
  const { start } = tokens;
  tokens.take();
  const operand = parseBinary(tokens, POWER_LEVEL);
  const span = { start, end: operand.span.end };
  if (operand.type === 'number') {
    return { ...operand, value: sign === '-' ? -operand.value : operand.value, span };
  }
  tokens.raise(tokens.height, start);
  return { type: 'unary', operator: sign, operand, span };
}

function parseOperand(tokens: TokenStream): Expr {
  const kind = tokens.peek();
  if (kind === 'identifier') return parseCallOrSelector(tokens);
  if (kind === 'number' || kind === 'duration') return parseNumberNode(tokens);
  if (kind === '(') return parseParentheses(tokens);
  if (kind === 'string') return parseStringNode(tokens);
  const aggregate = AGGREGATE_OPERATORS.get(kind);
  if (aggregate !== undefined) return parseAggregateOrSelector(tokens, aggregate);
  if (PREPROCESSOR_WORDS.has(kind)) return parseCallOrSelector(tokens);
  if (!isSelectorAhead(tokens)) tokens.unexpected(tokens.context);
  return parseSelectorNode(tokens);
}

function parseNumberNode(tokens: TokenStream): Expr {
  const { start } = tokens;
  const { value, isDuration } = parseNumberLiteral(tokens);
  tokens.height = 1;
  return { type: 'number', value, isDuration, span: tokens.spanFrom(start) };
}

function parseStringNode(tokens: TokenStream): StringNode {
  const { start, word } = tokens;
  tokens.take();
  tokens.height = 1;
  return { type: 'string', value: unquote(word), span: tokens.spanFrom(start) };
}

function parseParentheses(tokens: TokenStream): Expr {
  const { start } = tokens;
  tokens.take();
  const inner = parseBinary(tokens, 0);
  if (!tokens.accept(')')) tokens.unexpected(tokens.context);
  tokens.raise(tokens.height, start);
  return { type: 'paren', inner, span: tokens.spanFrom(start) };
}

function parseCallOrSelector(tokens: TokenStream): Expr {
  const { start, word } = tokens;
  tokens.take();
  if (tokens.peek() !== '(') return finishSelector(tokens, word, start);
  const args = parseArguments(tokens, start);
  if (findFunction(word) === undefined) {
    tokens.fail(start, `unknown function with name ${quote(word)}`);
  }
  return { type: 'call', name: word, args, span: tokens.spanFrom(start) };
}

/** Reads `(expression, …)`. */
function parseArguments(tokens: TokenStream, start: number): Expr[] {
  const args: Expr[] = [];
  let height = 0;
  tokens.take();
  if (!tokens.accept(')')) {
    do {
      args.push(parseBinary(tokens, 0));
      height = Math.max(height, tokens.height);
    } while (acceptComma(tokens));
    if (!tokens.accept(')')) tokens.unexpected(tokens.context);
  }
  tokens.raise(height, start);
  return args;
}

/** A comma that no expression follows is blamed itself, whatever does follow. */
function acceptComma(tokens: TokenStream): boolean {
  if (tokens.peek() !== ',') return false;
  const { start } = tokens;
  tokens.take();
  if (!OPERAND_STARTS.has(tokens.peek())) {
    tokens.fail(start, 'trailing commas not allowed in function call args');
  }
  return true;
}

function parseAggregateOrSelector(tokens: TokenStream, operator: AggregateOperator): Expr {
  const { start, word } = tokens;
  tokens.take();
  const next = tokens.peek();
  if (next !== '(' && next !== 'by' && next !== 'without') {
    return finishSelector(tokens, word, start);
  }
  const outer = tokens.context;
  tokens.context = 'aggregation';
  const before = parseGrouping(tokens);
  if (tokens.peek() !== '(') tokens.unexpected(tokens.context);
  const args = parseArguments(tokens, start);
  const grouping = before ?? parseGrouping(tokens);
  tokens.context = outer;
  return createAggregate(tokens, { operator, start, args, grouping });
}

interface Grouping {
  readonly isWithout: boolean;
  readonly labels: readonly string[];
}

function parseGrouping(tokens: TokenStream): Grouping | undefined {
  const kind = tokens.peek();
  if (kind !== 'by' && kind !== 'without') return undefined;
  tokens.take();
  return { isWithout: kind === 'without', labels: parseLabelList(tokens) };
}

function createAggregate(
  tokens: TokenStream,
  parts: {
    readonly operator: AggregateOperator;
    readonly start: number;
    readonly args: readonly Expr[];
    readonly grouping: Grouping | undefined;
  },
): AggregateNode {
  const { operator, start, args, grouping } = parts;
  const want = hasParameter(operator) ? 2 : 1;
  if (args.length === 0) tokens.fail(start, 'no arguments for aggregate expression provided');
  if (args.length !== want) {
    const counts = `expected ${want}, got ${args.length}`;
    tokens.fail(start, `wrong number of arguments for aggregate expression provided, ${counts}`);
  }
  return {
    type: 'aggregate',
    operator,
    parameter: want === 2 ? args[0] : undefined,
    operand: args[want - 1],
    isWithout: grouping?.isWithout ?? false,
    grouping: grouping?.labels ?? [],
    span: tokens.spanFrom(start),
  };
}

function hasParameter(operator: AggregateOperator): boolean {
  switch (operator) {
    case 'topk':
    case 'bottomk':
    case 'quantile':
    case 'count_values':
    case 'limitk':
    case 'limit_ratio':
      return true;
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'count':
    case 'group':
    case 'stddev':
    case 'stdvar':
      return false;
  }
}
