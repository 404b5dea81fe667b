/** What follows an operand: `[5m]`, `[5m:1m]`, `offset 5m`, `@ 123`, `anchored`, `smoothed`. */
import { formatFloat } from '../series/index.ts';
import type {
  AtModifier,
  DurationNode,
  Expr,
  MatrixSelectorNode,
  SubqueryNode,
  VectorSelectorNode,
} from './ast.ts';
import {
  isNumberAhead,
  parseNumberLiteral,
  parseOffsetDuration,
  parseRangeDuration,
} from './parse-durations.ts';
import type { TokenStream } from './token-stream.ts';

const ANY_DURATION = 'number, duration, step(), or range()';
const OFFSET = { context: 'offset', expected: ANY_DURATION };
const RANGE = { context: 'subquery or range selector', expected: ANY_DURATION };
const STEP = {
  context: 'subquery selector',
  expected: 'number, duration, step(), range(), or "]"',
};
const INTEGER_MAX = 2 ** 63;

/** An operand that takes `offset` and `@`. */
type Timed = VectorSelectorNode | MatrixSelectorNode | SubqueryNode;

/** Reads all modifiers of an operand; they bind tighter than any operator. */
export function parseModifiers(tokens: TokenStream, operand: Expr): Expr {
  let expr = operand;
  for (;;) {
    const kind = tokens.peek();
    if (kind === '[') expr = parseBrackets(tokens, expr);
    else if (kind === 'offset') expr = parseOffset(tokens, expr);
    else if (kind === '@') expr = parseAt(tokens, expr);
    else if (kind === 'anchored' || kind === 'smoothed') expr = parseExtension(tokens, expr, kind);
    else return expr;
  }
}

function parseBrackets(tokens: TokenStream, operand: Expr): Expr {
  const { start } = tokens;
  tokens.take();
  const range = parseRangeDuration(tokens, RANGE);
  if (tokens.accept(']')) return createMatrix(tokens, operand, { range, start });
  if (!tokens.accept(':')) tokens.unexpected('subquery or range', '":" or "]"');
  const step = tokens.peek() === ']' ? undefined : parseRangeDuration(tokens, STEP);
  if (!tokens.accept(']')) tokens.unexpected('subquery selector', '"]"');
  tokens.raise(tokens.height, operand.span.start);
  const span = tokens.spanFrom(operand.span.start);
  return { type: 'subquery', operand, range, step, offset: undefined, at: undefined, span };
}

function createMatrix(
  tokens: TokenStream,
  operand: Expr,
  brackets: { readonly range: DurationNode; readonly start: number },
): MatrixSelectorNode {
  const { range, start } = brackets;
  if (operand.type !== 'vectorSelector') {
    return tokens.fail(start, 'ranges only allowed for vector selectors');
  }
  if (operand.offset !== undefined) {
    tokens.fail(start, 'no offset modifiers allowed before range');
  }
  if (operand.at !== undefined) tokens.fail(start, 'no @ modifiers allowed before range');
  const span = tokens.spanFrom(operand.span.start);
  return { type: 'matrixSelector', selector: operand, range, span };
}

function parseOffset(tokens: TokenStream, operand: Expr): Timed {
  tokens.take();
  const offset = parseOffsetDuration(tokens, OFFSET);
  const timed = requireTimed(tokens, operand, 'offset');
  const held = timed.type === 'matrixSelector' ? timed.selector : timed;
  if (held.offset !== undefined) {
    tokens.fail(operand.span.start, 'offset may not be set multiple times');
  }
  const isNothing = offset.kind === 'constant' && offset.seconds === 0;
  return setTime(tokens, timed, { at: held.at, offset: isNothing ? undefined : offset });
}

function parseAt(tokens: TokenStream, operand: Expr): Timed {
  tokens.take();
  const at = parseTimestamp(tokens, operand.span.start);
  const timed = requireTimed(tokens, operand, '@');
  const held = timed.type === 'matrixSelector' ? timed.selector : timed;
  if (held.at !== undefined) {
    tokens.fail(operand.span.start, '@ <timestamp> may not be set multiple times');
  }
  return setTime(tokens, timed, { at, offset: held.offset });
}

function parseTimestamp(tokens: TokenStream, operandStart: number): AtModifier {
  const kind = tokens.peek();
  if (kind === 'start' || kind === 'end') {
    tokens.take();
    if (!tokens.accept('(')) tokens.unexpected('@', 'timestamp');
    if (!tokens.accept(')')) tokens.unexpected('@', 'timestamp');
    return { kind };
  }
  if (kind === '+' || kind === '-') tokens.take();
  if (!isNumberAhead(tokens)) tokens.unexpected('@', 'timestamp');
  const { value } = parseNumberLiteral(tokens);
  const seconds = kind === '-' ? -value : value;
  if (!(Math.abs(seconds) < INTEGER_MAX)) {
    // An integer, as any float of this size is; printed with Go's six decimals.
    const shown = Number.isFinite(seconds) ? `${BigInt(seconds)}.000000` : formatFloat(seconds);
    tokens.fail(operandStart, `timestamp out of bounds for @ modifier: ${shown}`);
  }
  // Halves go away from zero, as in Go.
  return { kind: 'time', ms: Math.sign(seconds) * Math.round(Math.abs(seconds) * 1000) };
}

function requireTimed(tokens: TokenStream, operand: Expr, modifier: 'offset' | '@'): Timed {
  if (operand.type === 'vectorSelector') return operand;
  if (operand.type === 'matrixSelector' || operand.type === 'subquery') return operand;
  const places = 'an instant vector selector or range vector selector or a subquery';
  return tokens.fail(operand.span.start, `${modifier} modifier must be preceded by ${places}`);
}

function setTime(
  tokens: TokenStream,
  node: Timed,
  time: Pick<VectorSelectorNode, 'at' | 'offset'>,
): Timed {
  const span = tokens.spanFrom(node.span.start);
  if (node.type !== 'matrixSelector') return { ...node, ...time, span };
  return { ...node, selector: { ...node.selector, ...time }, span };
}

function parseExtension(
  tokens: TokenStream,
  operand: Expr,
  extension: 'anchored' | 'smoothed',
): VectorSelectorNode | MatrixSelectorNode {
  const { start } = operand.span;
  tokens.take();
  if (operand.type === 'subquery') {
    return tokens.fail(start, `${extension} modifier is not supported for subqueries`);
  }
  if (operand.type !== 'vectorSelector' && operand.type !== 'matrixSelector') {
    return tokens.fail(start, `${extension} modifier not implemented`);
  }
  const selector = operand.type === 'matrixSelector' ? operand.selector : operand;
  if (selector.extension !== undefined && selector.extension !== extension) {
    tokens.fail(start, 'anchored and smoothed modifiers cannot be used together');
  }
  const span = tokens.spanFrom(start);
  return operand.type === 'matrixSelector'
    ? { ...operand, selector: { ...selector, extension }, span }
    : { ...operand, extension, span };
}
