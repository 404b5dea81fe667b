/**
 * The parts of an expression as questions of their own.
 *
 * Every part that gives series is asked for alone at the instant of the evaluation, so that one
 * sees what came out of it. What PromQL cannot be asked for at an instant, a range, is asked for as
 * the last sample within it. Brackets and plain numbers are no parts.
 */
import { type BinaryNode, childrenOf, type Expr, formatExpr, kindOf } from '../promql/index.ts';
import { PARTS_MAX } from './limits.ts';

export interface Part {
  readonly expr: Expr;
  /** As PromQL. */
  readonly text: string;
  /** What is asked to see what it gives. */
  readonly question: string;
  readonly children: readonly Part[];
}

/** An expression with its parts; undefined: it has more than are looked at. */
export function planParts(expr: Expr): Part | undefined {
  const part = createPart(stripParens(expr));
  return countParts(part) > PARTS_MAX ? undefined : part;
}

/** The expression within brackets. */
export function stripParens(expr: Expr): Expr {
  return expr.type === 'paren' ? stripParens(expr.inner) : expr;
}

function createPart(expr: Expr): Part {
  return {
    expr,
    text: formatExpr(expr),
    question: questionOf(expr),
    // A range's selector is the range itself; its newest samples would be another question.
    children: expr.type === 'matrixSelector' ? [] : operandsOf(expr).map(createPart),
  };
}

function operandsOf(expr: Expr): readonly Expr[] {
  return childrenOf(expr)
    .map(stripParens)
    .filter(({ type }) => type !== 'number' && type !== 'string');
}

function questionOf(expr: Expr): string {
  if (expr.type === 'subquery') return `last_over_time(${formatExpr(expr)})`;
  if (expr.type !== 'matrixSelector') return formatExpr(expr);
  // `anchored` and `smoothed` say how a function reads the range, not what is in it.
  const selector = { ...expr.selector, extension: undefined };
  return `last_over_time(${formatExpr({ ...expr, selector })})`;
}

function countParts({ children }: Part): number {
  return children.reduce((sum, child) => sum + countParts(child), 1);
}

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** Whether an operator is a comparison that takes away series for which it does not hold. */
export function isFilter({ operator, isBool }: BinaryNode): boolean {
  return !isBool && COMPARISONS.has(operator);
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** The operator of a comparison once its sides are exchanged. */
export function mirror(operator: string): string {
  return MIRRORED[operator] ?? operator;
}

/** A comparison of series with a number, the series on the left. */
export interface Limited {
  readonly measured: Expr;
  readonly operator: string;
  readonly limit: Expr;
}

/**
 * What a rule measures: the series of the comparison that its result's values come from, which is
 * the left one of what `and` and `unless` join. Undefined: there is none.
 */
export function findLimited(expr: Expr): Limited | undefined {
  const bare = stripParens(expr);
  if (bare.type !== 'binary') return undefined;
  if (bare.operator === 'and' || bare.operator === 'unless') return findLimited(bare.left);
  return isFilter(bare) ? limitedOf(bare) : undefined;
}

/** A comparison as one of series with a number; undefined: both sides are series. */
export function limitedOf({
  kind,
  matching,
  left,
  right,
  operator,
}: BinaryNode): Limited | undefined {
  if (kind !== 'vector' || matching !== undefined) return undefined;
  if (isScalar(right)) return { measured: stripParens(left), operator, limit: right };
  return { measured: stripParens(right), operator: mirror(operator), limit: left };
}

function isScalar(expr: Expr): boolean {
  return kindOf(expr) === 'scalar';
}

/** The number that an expression is; undefined: it has to be asked for. */
export function literalOf(expr: Expr): number | undefined {
  const bare = stripParens(expr);
  if (bare.type === 'number') return bare.value;
  if (bare.type !== 'unary') return undefined;
  const value = literalOf(bare.operand);
  if (value === undefined) return undefined;
  return bare.operator === '-' ? -value : value;
}
