/**
 * Parts of an expression that give the same at every step are evaluated once.
 *
 * That is an optimisation and also a rule of the language: a range query over `x @ 10` has a value
 * at every step although the sample is taken once.
 */
import type { Expr } from './ast.ts';

/** Calls whose answer depends on the step even where their arguments do not. */
const STEP_DEPENDENT = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'hour',
  'minute',
  'month',
  'year',
  'predict_linear',
  'time',
  'timestamp',
]);

/** The expression inside any parentheses. */
export function unwrapParens(expr: Expr): Expr {
  let inner = expr;
  while (inner.type === 'paren') inner = inner.inner;
  return inner;
}

/** Whether a node gives the same at every step; `known` remembers answers. */
export function isStepInvariant(expr: Expr, known: Map<Expr, boolean>): boolean {
  const answer = known.get(expr);
  if (answer !== undefined) return answer;
  const found = findInvariance(expr, (inner) => isStepInvariant(inner, known));
  known.set(expr, found);
  return found;
}

function findInvariance(expr: Expr, isInvariant: (inner: Expr) => boolean): boolean {
  switch (expr.type) {
    case 'number':
    case 'string':
      return true;
    case 'vectorSelector':
      return expr.at !== undefined;
    case 'matrixSelector':
      return expr.selector.at !== undefined;
    case 'subquery':
      // What is inside does not matter: the windows move unless `@` holds them.
      return expr.at !== undefined;
    case 'paren':
      return isInvariant(expr.inner);
    case 'unary':
      return isInvariant(expr.operand);
    case 'binary':
      return isInvariant(expr.left) && isInvariant(expr.right);
    case 'aggregate':
      // As in Prometheus, the parameter is not looked at.
      return isInvariant(expr.operand);
    case 'call':
      return isCallInvariant(expr.name, expr.args, isInvariant);
  }
}

function isCallInvariant(
  name: string,
  args: readonly Expr[],
  isInvariant: (inner: Expr) => boolean,
): boolean {
  if (!args.every(isInvariant)) return false;
  if (!STEP_DEPENDENT.has(name)) return true;
  // The time of a sample that `@` picks is fixed; that of a computed one is the step's.
  return name === 'timestamp' && args.every((arg) => unwrapParens(arg).type === 'vectorSelector');
}

/** Whether evaluating once and repeating is worth it: constants and windows are left alone. */
export function isHoistable(expr: Expr): boolean {
  switch (expr.type) {
    case 'number':
    case 'string':
    case 'matrixSelector':
    case 'subquery':
      return false;
    case 'paren':
      return isHoistable(expr.inner);
    case 'unary':
      return isHoistable(expr.operand);
    case 'vectorSelector':
    case 'aggregate':
    case 'binary':
    case 'call':
      return true;
  }
}
