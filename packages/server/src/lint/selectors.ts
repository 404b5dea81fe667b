/** The selectors of an expression, each with how it is used. */
import {
  type CallNode,
  childrenOf,
  type Expr,
  formatExpr,
  type MatrixSelectorNode,
  type VectorSelectorNode,
} from '../promql/index.ts';
import { METRIC_NAME } from '../series/index.ts';

export interface UsedSelector {
  readonly selector: VectorSelectorNode;
  /** The range that it is read over. */
  readonly range: MatrixSelectorNode | undefined;
  /** The functions, aggregations and operators around it, the outermost first. */
  readonly around: readonly Expr[];
}

/** All selectors, in the order of reading. */
export function listSelectors(expr: Expr, around: readonly Expr[] = []): readonly UsedSelector[] {
  if (expr.type === 'vectorSelector') return [{ selector: expr, range: undefined, around }];
  if (expr.type === 'matrixSelector') return [{ selector: expr.selector, range: expr, around }];
  return childrenOf(expr).flatMap((child) => listSelectors(child, [...around, expr]));
}

/** A selector as the key of what is known of it: its series, whenever it looks at them. */
export function formatSelector(selector: VectorSelectorNode): string {
  return formatExpr({ ...selector, offset: undefined, at: undefined, extension: undefined });
}

/** The metric that a selector names; undefined: a pattern, or none. */
export function metricOf({ matchers }: VectorSelectorNode): string | undefined {
  return matchers.find(({ name, operator }) => name === METRIC_NAME && operator === '=')?.value;
}

/** The calls of an expression, in the order of reading. */
export function listCalls(expr: Expr): readonly CallNode[] {
  const inner = childrenOf(expr).flatMap(listCalls);
  return expr.type === 'call' ? [expr, ...inner] : inner;
}

/** The expression within brackets. */
export function unwrap(expr: Expr): Expr {
  return expr.type === 'paren' ? unwrap(expr.inner) : expr;
}

/** Whether an expression has another within it for which a test holds. */
export function someNode(expr: Expr, test: (node: Expr) => boolean): boolean {
  return test(expr) || childrenOf(expr).some((child) => someNode(child, test));
}

/** The metrics that an expression names. */
export function metricsOf(expr: Expr): ReadonlySet<string> {
  return new Set(listSelectors(expr).flatMap(({ selector }) => metricOf(selector) ?? []));
}
