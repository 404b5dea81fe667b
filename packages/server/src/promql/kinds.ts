/** What kind of value an expression has. */
import type { Expr, ValueKind } from './ast.ts';
import { getFunction } from './functions.ts';

/** The kind of an expression's value; it needs no data to be known. */
export function kindOf(expr: Expr): ValueKind {
  switch (expr.type) {
    case 'number':
      return 'scalar';
    case 'string':
      return 'string';
    case 'vectorSelector':
    case 'aggregate':
      return 'vector';
    case 'matrixSelector':
    case 'subquery':
      return 'matrix';
    case 'call':
      return getFunction(expr.name).returns;
    case 'paren':
      return kindOf(expr.inner);
    case 'unary':
      return kindOf(expr.operand);
    case 'binary':
      return expr.kind;
  }
}

/** A kind as users know it: `instant vector`, `range vector`. */
export function describeKind(kind: ValueKind): string {
  switch (kind) {
    case 'vector':
      return 'instant vector';
    case 'matrix':
      return 'range vector';
    case 'scalar':
    case 'string':
      return kind;
  }
}
