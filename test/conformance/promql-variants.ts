/** Other forms of a query that must have the same answer. */
import {
  childrenOf,
  type Expr,
  type VectorSelectorNode,
} from '../../packages/server/src/promql/index.ts';

/** Functions whose answer depends on the time of evaluation even where their data does not. */
const TIME_DEPENDENT = new Set([
  'days_in_month',
  'day_of_month',
  'day_of_week',
  'day_of_year',
  'end',
  'hour',
  'minute',
  'month',
  'year',
  'predict_linear',
  'range',
  'start',
  'step',
  'time',
  'timestamp',
]);

/** Whether any node of an expression has a property. */
export function findInExpr(expr: Expr, holds: (node: Expr) => boolean): boolean {
  return holds(expr) || childrenOf(expr).some((part) => findInExpr(part, holds));
}

/** The expression with all its data pinned to a time; undefined where that would change it. */
export function pinExpr(expr: Expr | undefined, ms: number): Expr | undefined {
  if (expr === undefined) return undefined;
  const isTimeDependent = findInExpr(
    expr,
    (node) => node.type === 'call' && TIME_DEPENDENT.has(node.name),
  );
  return isTimeDependent ? undefined : pin(expr, ms);
}

function pin(expr: Expr, ms: number): Expr {
  switch (expr.type) {
    case 'number':
    case 'string':
      return expr;
    case 'vectorSelector':
      return pinSelector(expr, ms);
    case 'matrixSelector':
      return { ...expr, selector: pinSelector(expr.selector, ms) };
    case 'subquery':
      // What is inside of a pinned subquery moves with its steps.
      return expr.at === undefined ? { ...expr, at: { kind: 'time', ms } } : expr;
    case 'paren':
      return { ...expr, inner: pin(expr.inner, ms) };
    case 'unary':
      return { ...expr, operand: pin(expr.operand, ms) };
    case 'binary':
      return { ...expr, left: pin(expr.left, ms), right: pin(expr.right, ms) };
    case 'aggregate':
      return {
        ...expr,
        operand: pin(expr.operand, ms),
        parameter: expr.parameter && pin(expr.parameter, ms),
      };
    case 'call':
      return { ...expr, args: expr.args.map((arg) => pin(arg, ms)) };
  }
}

function pinSelector(selector: VectorSelectorNode, ms: number): VectorSelectorNode {
  return selector.at === undefined ? { ...selector, at: { kind: 'time', ms } } : selector;
}
