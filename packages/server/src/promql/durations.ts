/**
 * Durations that are expressions: `[5m]`, `offset (step() * 2)`.
 *
 * They are worked out in seconds, as Prometheus does, so that `2m * 2` is four minutes and not a
 * square; the answer is cut to whole milliseconds.
 */
import { invalid } from '../platform/index.ts';
import type { DurationNode, Span } from './ast.ts';
import { maxOf, minOf, power } from './go-math.ts';

/** The largest duration that Prometheus can hold: 2^63 nanoseconds. */
const SECONDS_MAX = 2 ** 63 / 1e9;

/** What `step()` and `range()` stand for. */
interface DurationScope {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** The duration in milliseconds; only offsets may be zero or negative. */
export function resolveDuration(
  node: DurationNode,
  scope: DurationScope,
  allowsNegative: boolean,
): number {
  if (node.kind === 'constant') return node.ms;
  const seconds = evaluate(node, scope);
  if (!Number.isFinite(seconds)) throw failAt(node.span, 'duration is NaN or infinite');
  if (seconds <= 0 && !allowsNegative) {
    throw failAt(node.span, 'duration must be greater than 0');
  }
  if (Math.abs(seconds) > SECONDS_MAX) throw failAt(node.span, 'duration is out of range');
  return Math.trunc(seconds * 1000);
}

function evaluate(node: DurationNode, scope: DurationScope): number {
  switch (node.kind) {
    case 'constant':
      return node.seconds;
    case 'step':
      return scope.stepMs / 1000;
    case 'range':
      return (scope.endMs - scope.startMs) / 1000;
    case 'negate':
      return -evaluate(node.operand, scope);
    case 'paren':
      return evaluate(node.operand, scope);
    case 'binary':
      return combine(node, evaluate(node.left, scope), evaluate(node.right, scope));
  }
}

function combine(
  node: Extract<DurationNode, { kind: 'binary' }>,
  left: number,
  right: number,
): number {
  switch (node.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      if (right === 0) throw failAt(node.span, 'division by zero');
      return left / right;
    case '%':
      if (right === 0) throw failAt(node.span, 'modulo by zero');
      return left % right;
    case '^':
      return power(left, right);
    case 'min_of':
      return minOf(left, right);
    case 'max_of':
      return maxOf(left, right);
  }
}

/** Prometheus names both ends of the expression here, not line and column. */
function failAt(span: Span, message: string): Error {
  return invalid('QUERY_FAILED', `${span.start}:${span.end}: ${message}`);
}
