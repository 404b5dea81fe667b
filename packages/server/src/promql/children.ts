/** The parts of an expression. */
import type { Expr } from './ast.ts';

/** The expressions that an expression is made of, in order of evaluation. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.type) {
    case 'number':
    case 'string':
    case 'vectorSelector':
      return [];
    case 'matrixSelector':
      return [expr.selector];
    case 'subquery':
    case 'unary':
      return [expr.operand];
    case 'paren':
      return [expr.inner];
    case 'call':
      return expr.args;
    case 'aggregate':
      return expr.parameter === undefined ? [expr.operand] : [expr.operand, expr.parameter];
    case 'binary':
      return [expr.left, expr.right];
  }
}
