/**
 * Recipes are PromQL over bare names. Binding one to a service puts the service's matchers into
 * every selector and the rate window into every range, on the syntax tree, so a convention reads as
 * its author would query it by hand.
 *
 * A service with several selectors means any of them, which PromQL's braces cannot say: there the
 * selector, or the call over its range, is repeated for each and joined with `or`.
 */
import {
  childrenOf,
  type DurationNode,
  type Expr,
  parseExpr,
  type VectorMatching,
  type VectorSelectorNode,
} from '../promql/index.ts';
import { type Matcher, METRIC_NAME } from '../series/index.ts';

export interface Binding {
  /** Not empty. */
  readonly selectors: readonly (readonly Matcher[])[];
  readonly windowMs: number;
}

/** A parsed recipe. */
export interface Recipe {
  readonly expr: Expr;
  /** The metrics that it reads. */
  readonly metrics: readonly string[];
}

/** Parses a recipe. Its metrics stand by name or as `{"a.name"}`. */
export function parseRecipe(text: string): Recipe {
  const expr = parseExpr(text);
  return { expr, metrics: [...new Set(listMetrics(expr))] };
}

/** The metrics that an expression names. */
export function listMetrics(expr: Expr): readonly string[] {
  if (expr.type !== 'vectorSelector') return childrenOf(expr).flatMap(listMetrics);
  return expr.matchers.flatMap(({ name, operator, value }) =>
    name === METRIC_NAME && operator === '=' ? [value] : [],
  );
}

/** The recipe's expression for one service. */
export function bindRecipe(expr: Expr, binding: Binding): Expr {
  switch (expr.type) {
    case 'vectorSelector':
      return joinOr(binding, (matchers) => bindSelector(expr, matchers));
    case 'call':
      return bindCall(expr, binding);
    case 'aggregate':
      return { ...expr, operand: bindRecipe(expr.operand, binding) };
    case 'binary':
      return {
        ...expr,
        left: bindRecipe(expr.left, binding),
        right: bindRecipe(expr.right, binding),
      };
    case 'paren':
      return { ...expr, inner: bindRecipe(expr.inner, binding) };
    case 'unary':
    case 'subquery':
      return { ...expr, operand: bindRecipe(expr.operand, binding) };
    case 'matrixSelector':
      return bindRange(expr, binding.selectors[0], binding.windowMs);
    case 'number':
    case 'string':
      return expr;
  }
}

/** A range has no `or`; the call that turns it into a vector has. */
function bindCall(expr: Extract<Expr, { type: 'call' }>, binding: Binding): Expr {
  if (!expr.args.some(({ type }) => type === 'matrixSelector')) {
    return { ...expr, args: expr.args.map((arg) => bindRecipe(arg, binding)) };
  }
  return joinOr(binding, (matchers) => ({
    ...expr,
    args: expr.args.map((arg) =>
      arg.type === 'matrixSelector'
        ? bindRange(arg, matchers, binding.windowMs)
        : bindRecipe(arg, { ...binding, selectors: [matchers] }),
    ),
  }));
}

function bindRange(
  expr: Extract<Expr, { type: 'matrixSelector' }>,
  matchers: readonly Matcher[],
  windowMs: number,
): Expr {
  const range: DurationNode = {
    kind: 'constant',
    ms: windowMs,
    seconds: windowMs / 1000,
    isDuration: true,
    span: expr.range.span,
  };
  return { ...expr, selector: bindSelector(expr.selector, matchers), range };
}

function bindSelector(
  selector: VectorSelectorNode,
  matchers: readonly Matcher[],
): VectorSelectorNode {
  return { ...selector, matchers: [...matchers, ...selector.matchers] };
}

const OR: VectorMatching = {
  cardinality: 'many-to-many',
  isOn: false,
  labels: [],
  include: [],
  fillLeft: undefined,
  fillRight: undefined,
};

function joinOr({ selectors }: Binding, make: (matchers: readonly Matcher[]) => Expr): Expr {
  const [first, ...others] = selectors.map(make);
  if (others.length === 0) return first;
  const { span } = first;
  const inner = others.reduce<Expr>(
    (left, right) => ({
      type: 'binary',
      operator: 'or',
      kind: 'vector',
      left,
      right,
      isBool: false,
      matching: OR,
      span,
    }),
    first,
  );
  return { type: 'paren', inner, span };
}
