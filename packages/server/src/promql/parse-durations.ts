/**
 * Durations: those within brackets and after `offset`.
 *
 * Within brackets a duration is an expression of its own. After `offset` only the shortest that
 * makes sense is taken, so that `foo offset -2 ^ 2` is a power of `foo offset -2`; an expression
 * there needs parentheses, but once it has them it goes on to the right: `offset (5m) + 1` is
 * an offset of five minutes and a second.
 */
import type { DurationConstant, DurationNode } from './ast.ts';
import {
  isBeyondDuration,
  parseDurationLiteral,
  parseNumber,
  secondsOf,
  wholeMs,
} from './literals.ts';
import type { TokenStream } from './token-stream.ts';
import type { TokenKind } from './tokens.ts';

/** Where a duration stands, for errors in it: `unexpected … in offset, expected number, …`. */
interface DurationPlace {
  readonly context: string;
  readonly expected: string;
}

type ArithmeticOperator = '+' | '-' | '*' | '/' | '%' | '^';

interface Infix {
  readonly operator: ArithmeticOperator;
  readonly level: number;
}

const LEVELS: ReadonlyMap<TokenKind, Infix> = new Map<TokenKind, Infix>([
  ['+', { operator: '+', level: 1 }],
  ['-', { operator: '-', level: 1 }],
  ['*', { operator: '*', level: 2 }],
  ['/', { operator: '/', level: 2 }],
  ['%', { operator: '%', level: 2 }],
  ['^', { operator: '^', level: 3 }],
]);
const UNARY_LEVEL = 3;

/** A number or a duration, where the grammar wants one: `5`, `0x1F`, `5m`. */
interface NumberLiteral {
  readonly value: number;
  readonly isDuration: boolean;
}

/** Reads a number or a duration in seconds. */
export function parseNumberLiteral(tokens: TokenStream): NumberLiteral {
  const { start, word } = tokens;
  const isDuration = tokens.peek() === 'duration';
  tokens.take();
  if (!isDuration) {
    const number = parseNumber(word);
    if (number.fault === undefined) return { value: number.value, isDuration };
    return tokens.fail(start, `error parsing number: strconv.ParseFloat: ${number.fault}`);
  }
  const duration = parseDurationLiteral(word);
  if (duration.fault !== undefined) return tokens.fail(start, duration.fault);
  return { value: secondsOf(duration.value), isDuration };
}

/** Whether a number or a duration is at hand. */
export function isNumberAhead(tokens: TokenStream): boolean {
  const kind = tokens.peek();
  return kind === 'number' || kind === 'duration';
}

/** A duration within brackets: any expression, but a constant must be above zero. */
export function parseRangeDuration(tokens: TokenStream, place: DurationPlace): DurationNode {
  const node = parseBinary(tokens, place, 0);
  tokens.peek();
  if (node.kind === 'constant' && node.seconds <= 0) {
    tokens.fail(node.span.start, 'duration must be greater than 0');
  }
  return node;
}

/** A duration after `offset`. */
export function parseOffsetDuration(tokens: TokenStream, place: DurationPlace): DurationNode {
  const { start } = tokens;
  const sign = tokens.peek();
  if (sign !== '+' && sign !== '-') {
    return tokens.peek() === '(' ? parseBinary(tokens, place, 0) : parseOperand(tokens, place);
  }
  tokens.take();
  const next = tokens.peek();
  if (next === '+' || next === '-') {
    const operand = applySign(tokens, { sign, start, operand: parseUnary(tokens, place) });
    return parseOperators(tokens, place, { left: operand, level: 0 });
  }
  // A number is judged with its sign here, and so blamed at its sign.
  const operand = isNumberAhead(tokens)
    ? parseConstant(tokens, start)
    : parseOperand(tokens, place);
  return applySign(tokens, { sign, start, operand });
}

function parseBinary(tokens: TokenStream, place: DurationPlace, level: number): DurationNode {
  tokens.enter();
  const left = parseUnary(tokens, place);
  const node = parseOperators(tokens, place, { left, level });
  tokens.leave();
  return node;
}

function parseOperators(
  tokens: TokenStream,
  place: DurationPlace,
  so: { readonly left: DurationNode; readonly level: number },
): DurationNode {
  let { left } = so;
  for (;;) {
    const infix = LEVELS.get(tokens.peek());
    if (infix === undefined || infix.level < so.level) return left;
    const { operator, level } = infix;
    const operatorStart = tokens.start;
    tokens.take();
    const leftHeight = tokens.height;
    const right = parseBinary(tokens, place, operator === '^' ? level : level + 1);
    tokens.raise(Math.max(leftHeight, tokens.height), left.span.start);
    if (right.kind === 'constant' && right.seconds === 0) {
      if (operator === '/') tokens.fail(operatorStart, 'division by zero');
      if (operator === '%') tokens.fail(operatorStart, 'modulo by zero');
    }
    const span = { start: left.span.start, end: right.span.end };
    left = { kind: 'binary', operator, left, right, span };
  }
}

function parseUnary(tokens: TokenStream, place: DurationPlace): DurationNode {
  const { start } = tokens;
  const sign = tokens.peek();
  if (sign !== '+' && sign !== '-') return parseOperand(tokens, place);
  tokens.take();
  const operand = parseBinary(tokens, place, UNARY_LEVEL);
  return applySign(tokens, { sign, start, operand });
}

/** Folds a sign into a constant; a plus before anything else says nothing. */
function applySign(
  tokens: TokenStream,
  signed: { readonly sign: '+' | '-'; readonly start: number; readonly operand: DurationNode },
): DurationNode {
  const { sign, start, operand } = signed;
  const span = { start, end: operand.span.end };
  if (operand.kind === 'constant') {
    const { seconds, isDuration } = operand;
    return createConstant(sign === '-' ? -seconds : seconds, isDuration, span);
  }
  if (sign === '+') return operand;
  tokens.raise(tokens.height, start);
  return { kind: 'negate', operand, span };
}

function parseOperand(tokens: TokenStream, place: DurationPlace): DurationNode {
  const { start } = tokens;
  const kind = tokens.peek();
  tokens.height = 1;
  if (isNumberAhead(tokens)) return parseConstant(tokens);
  if (kind === '(') return parseParentheses(tokens, place);
  if (kind === 'min_of' || kind === 'max_of') return parseChoice(tokens, place, kind);
  if (kind !== 'step' && kind !== 'range') return tokens.unexpected(place.context, place.expected);
  tokens.take();
  expect(tokens, place, '(');
  expect(tokens, place, ')');
  return { kind, span: tokens.spanFrom(start) };
}

function parseConstant(tokens: TokenStream, blamedStart = tokens.start): DurationNode {
  const { start } = tokens;
  const { value, isDuration } = parseNumberLiteral(tokens);
  if (isBeyondDuration(value)) tokens.fail(blamedStart, 'duration out of range');
  return createConstant(value, isDuration, tokens.spanFrom(start));
}

function parseParentheses(tokens: TokenStream, place: DurationPlace): DurationNode {
  const { start } = tokens;
  tokens.take();
  const operand = parseBinary(tokens, place, 0);
  expect(tokens, place, ')');
  // Twice the same parentheses print as one pair.
  if (operand.kind === 'paren') return operand;
  tokens.raise(tokens.height, start);
  return { kind: 'paren', operand, span: tokens.spanFrom(start) };
}

/** The smaller or the larger of two. */
function parseChoice(
  tokens: TokenStream,
  place: DurationPlace,
  operator: 'min_of' | 'max_of',
): DurationNode {
  const { start } = tokens;
  tokens.take();
  expect(tokens, place, '(');
  const left = parseBinary(tokens, place, 0);
  const leftHeight = tokens.height;
  expect(tokens, place, ',');
  const right = parseBinary(tokens, place, 0);
  expect(tokens, place, ')');
  tokens.raise(Math.max(leftHeight, tokens.height), start);
  return { kind: 'binary', operator, left, right, span: tokens.spanFrom(start) };
}

function createConstant(
  seconds: number,
  isDuration: boolean,
  span: DurationConstant['span'],
): DurationConstant {
  return { kind: 'constant', ms: wholeMs(seconds), seconds, isDuration, span };
}

function expect(tokens: TokenStream, place: DurationPlace, kind: TokenKind): void {
  if (!tokens.accept(kind)) tokens.unexpected(place.context, place.expected);
}
