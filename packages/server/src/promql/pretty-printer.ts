/**
 * Writes a long expression over several lines, as Prometheus' `format_query` does: what does not
 * fit into a line is opened, its parts one level in, and so on down.
 */
import type { AggregateNode, BinaryNode, Expr } from './ast.ts';
import { childrenOf } from './children.ts';
import { utf8Length } from './parse-error.ts';
import {
  formatAggregateHead,
  formatExpr,
  formatOperator,
  formatSubquerySuffix,
} from './printer.ts';

const LINE_LENGTH_MAX = 100;
const INDENT = '  ';

/** Writes an expression in lines of at most 100 bytes where its parts allow that. */
export function formatPretty(expr: Expr): string {
  const long = new Set<Expr>();
  markLong(expr, long);
  return writeLines({ long, expr, level: 0 });
}

/**
 * Notes what does not fit into a line. Whatever holds something long is long, so only expressions
 * with short parts are written out to be measured, and the whole takes time linear in the text.
 */
function markLong(expr: Expr, long: Set<Expr>): void {
  let hasLongPart = false;
  for (const child of childrenOf(expr)) {
    markLong(child, long);
    hasLongPart ||= long.has(child);
  }
  if (hasLongPart || utf8Length(formatExpr(expr)) > LINE_LENGTH_MAX) long.add(expr);
}

/** An expression to be written, and how far in. */
interface Place<T extends Expr> {
  readonly long: ReadonlySet<Expr>;
  readonly expr: T;
  readonly level: number;
}

function writeLines({ long, expr, level }: Place<Expr>): string {
  const indent = INDENT.repeat(level);
  if (expr.type === 'unary') {
    return indent + expr.operator + writeLines({ long, expr: expr.operand, level }).trim();
  }
  if (!long.has(expr)) {
    // Prometheus forgets to indent a subquery.
    return expr.type === 'subquery' ? formatExpr(expr) : indent + formatExpr(expr);
  }
  const inner = level + 1;
  switch (expr.type) {
    case 'number':
    case 'string':
    case 'vectorSelector':
    case 'matrixSelector':
      return indent + formatExpr(expr);
    case 'subquery':
      return writeLines({ long, expr: expr.operand, level }) + formatSubquerySuffix(expr);
    case 'paren':
      return `${indent}(\n${writeLines({ long, expr: expr.inner, level: inner })}\n${indent})`;
    case 'call': {
      const args = expr.args.map((arg) => writeLines({ long, expr: arg, level: inner }));
      return `${indent}${expr.name}(\n${args.join(',\n')}\n${indent})`;
    }
    case 'aggregate':
      return writeAggregate({ long, expr, level });
    case 'binary':
      return writeBinary({ long, expr, level });
  }
}

function writeAggregate({ long, expr, level }: Place<AggregateNode>): string {
  const indent = INDENT.repeat(level);
  const parts = expr.parameter === undefined ? [expr.operand] : [expr.parameter, expr.operand];
  const lines = parts.map((part) => writeLines({ long, expr: part, level: level + 1 }));
  return `${indent}${formatAggregateHead(expr)}(\n${lines.join(',\n')}\n${indent})`;
}

function writeBinary({ long, expr, level }: Place<BinaryNode>): string {
  const left = writeLines({ long, expr: expr.left, level: level + 1 });
  const right = writeLines({ long, expr: expr.right, level: level + 1 });
  return `${left}\n${INDENT.repeat(level)}${formatOperator(expr)}\n${right}`;
}
