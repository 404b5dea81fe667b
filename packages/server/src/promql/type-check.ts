/**
 * Checks that every operand is of a kind that makes sense where it stands.
 *
 * The tree is walked in Prometheus' order (checkAST in promql/parser/parse.go), and the first
 * fault ends the walk, because only the first is shown.
 */
import { METRIC_NAME, quote } from '../series/index.ts';
import type {
  AggregateNode,
  BinaryNode,
  BinaryOperator,
  CallNode,
  Expr,
  SubqueryNode,
  UnaryNode,
  ValueKind,
  VectorSelectorNode,
} from './ast.ts';
import { isSpace } from './characters.ts';
import { getFunction } from './functions.ts';
import { describeKind, kindOf } from './kinds.ts';
import { ParseError } from './parse-error.ts';

const COMPARISONS: ReadonlySet<BinaryOperator> = new Set([
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
] as const);

/** Throws a ParseError at the first operand of a wrong kind. */
export function checkTypes(text: string, expr: Expr): void {
  const faults: Faults = {
    text,
    fail: (offset, reason) => {
      throw new ParseError(text, offset, reason);
    },
  };
  check(faults, expr);
}

interface Faults {
  readonly text: string;
  readonly fail: (offset: number, reason: string) => never;
}

function check(faults: Faults, expr: Expr): void {
  switch (expr.type) {
    case 'number':
    case 'string':
      return;
    case 'vectorSelector':
      return checkSelector(faults, expr);
    case 'matrixSelector':
      return checkSelector(faults, expr.selector);
    case 'subquery':
      return checkSubquery(faults, expr);
    case 'aggregate':
      return checkAggregate(faults, expr);
    case 'binary':
      return checkBinary(faults, expr);
    case 'call':
      return checkCall(faults, expr);
    case 'paren':
      return check(faults, expr.inner);
    case 'unary':
      return checkUnary(faults, expr);
  }
}

function checkKind(faults: Faults, expr: Expr, want: ValueKind, where: string): void {
  check(faults, expr);
  const got = kindOf(expr);
  if (got === want) return;
  const kinds = `expected type ${describeKind(want)} in ${where}, got ${describeKind(got)}`;
  faults.fail(expr.span.start, kinds);
}

function checkSelector(faults: Faults, { name, matchers, span }: VectorSelectorNode): void {
  if (name !== '') {
    const second = matchers.slice(0, -1).find((matcher) => matcher.name === METRIC_NAME);
    if (second === undefined) return;
    const names = `${quote(name)} or ${quote(second.value)}`;
    faults.fail(span.start, `metric name must not be set twice: ${names}`);
  }
  // A condition that also an absent label meets would select everything, most likely by mistake.
  if (matchers.some((matcher) => !matcher.matches(''))) return;
  faults.fail(span.start, 'vector selector must contain at least one non-empty matcher');
}

function checkSubquery(faults: Faults, node: SubqueryNode): void {
  check(faults, node.operand);
  const kind = kindOf(node.operand);
  if (kind === 'vector') return;
  faults.fail(node.span.start, `subquery is only allowed on instant vector, got ${kind} instead`);
}

function checkAggregate(faults: Faults, node: AggregateNode): void {
  checkKind(faults, node.operand, 'vector', 'aggregation expression');
  if (node.parameter === undefined) return;
  const want = node.operator === 'count_values' ? 'string' : 'scalar';
  checkKind(faults, node.parameter, want, 'aggregation parameter');
}

function checkUnary(faults: Faults, node: UnaryNode): void {
  check(faults, node.operand);
  const kind = kindOf(node.operand);
  if (kind === 'scalar' || kind === 'vector') return;
  const got = quote(describeKind(kind));
  const allowed = 'expressions of type scalar or instant vector';
  faults.fail(node.span.start, `unary expression only allowed on ${allowed}, got ${got}`);
}

function checkBinary(faults: Faults, node: BinaryNode): void {
  const { left, right, span } = node;
  check(faults, left);
  check(faults, right);
  const kinds = { left: kindOf(left), right: kindOf(right) };
  checkOperator(faults, node, kinds);
  for (const side of [left, right]) {
    const kind = kindOf(side);
    if (kind === 'scalar' || kind === 'vector') continue;
    const allowed = 'only scalar and instant vector types';
    faults.fail(side.span.start, `binary expression must contain ${allowed}`);
  }
  const hasScalar = kinds.left === 'scalar' || kinds.right === 'scalar';
  checkMatching(faults, node, hasScalar);
  if (hasScalar && isSetOperator(node)) {
    const operator = quote(node.operator);
    faults.fail(span.start, `set operator ${operator} not allowed in binary scalar expression`);
  }
}

function checkOperator(
  faults: Faults,
  node: BinaryNode,
  kinds: { readonly left: ValueKind; readonly right: ValueKind },
): void {
  const isComparison = isComparisonOperator(node);
  if (node.isBool && !isComparison) {
    const reason = 'bool modifier can only be used on comparison operators';
    faults.fail(operatorStart(faults.text, node), reason);
  }
  if (isComparison && !node.isBool && kinds.left === 'scalar' && kinds.right === 'scalar') {
    const reason = 'comparisons between scalars must use BOOL modifier';
    faults.fail(operatorStart(faults.text, node), reason);
  }
  if (node.matching?.isOn !== true) return;
  const { labels, include } = node.matching;
  const shared = labels.find((label) => include.includes(label));
  if (shared === undefined) return;
  const reason = `label ${quote(shared)} must not occur in ON and GROUP clause at once`;
  faults.fail(operatorStart(faults.text, node), reason);
}

function checkMatching(faults: Faults, node: BinaryNode, hasScalar: boolean): void {
  const { matching, span } = node;
  if (matching === undefined) return;
  const hasFill = matching.fillLeft !== undefined || matching.fillRight !== undefined;
  if (hasScalar) {
    if (matching.labels.length > 0) {
      faults.fail(span.start, 'vector matching only allowed between instant vectors');
    }
    if (hasFill) {
      faults.fail(span.start, 'filling in missing series only allowed between instant vectors');
    }
  } else if (isSetOperator(node)) {
    if (matching.cardinality !== 'many-to-many') {
      faults.fail(span.start, `no grouping allowed for ${quote(node.operator)} operation`);
    }
    if (hasFill) {
      faults.fail(span.start, 'filling in missing series not allowed for set operators');
    }
  }
}

function isComparisonOperator({ operator }: BinaryNode): boolean {
  return COMPARISONS.has(operator);
}

function isSetOperator({ operator }: BinaryNode): boolean {
  return operator === 'and' || operator === 'or' || operator === 'unless';
}

/** Where the operator stands: after the left side and what space follows it. */
function operatorStart(text: string, node: BinaryNode): number {
  let at = node.left.span.end;
  while (isSpace(text.charCodeAt(at))) at++;
  return at;
}

function checkCall(faults: Faults, node: CallNode): void {
  const { name, args, span } = node;
  const signature = getFunction(name);
  const { argsMin, argsMax } = signature;
  const called = `argument(s) in call to ${quote(name)}, got ${args.length}`;
  if (argsMin === argsMax && args.length !== argsMin) {
    faults.fail(span.start, `expected ${argsMin} ${called}`);
  }
  if (args.length < argsMin) faults.fail(span.start, `expected at least ${argsMin} ${called}`);
  if (args.length > argsMax) faults.fail(span.start, `expected at most ${argsMax} ${called}`);
  const labelSelector = name === 'info' ? checkInfo(faults, node) : undefined;
  const where = `call to function ${quote(name)}`;
  args.forEach((arg, i) => {
    if (arg === labelSelector) return;
    const want = signature.args[Math.min(i, signature.args.length - 1)];
    checkKind(faults, arg, want, where);
  });
}

/** The second argument of `info` only lists labels, so it may select everything. */
function checkInfo(faults: Faults, { args, span }: CallNode): VectorSelectorNode | undefined {
  if (args.length < 2) return undefined;
  const selector = args[1];
  const kind = kindOf(selector);
  if (kind !== 'vector') {
    const kinds = `expected type instant vector in call to function "info", got ${describeKind(kind)}`;
    faults.fail(span.start, kinds);
  }
  const { start } = selector.span;
  if (selector.type !== 'vectorSelector') {
    return faults.fail(start, 'expected label selectors only');
  }
  if (selector.name !== '') {
    faults.fail(start, 'expected label selectors only, got vector selector instead');
  }
  return selector;
}
