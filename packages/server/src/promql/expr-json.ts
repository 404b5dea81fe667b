/**
 * The tree of an expression as Prometheus' `parse_query` answers it, which draws the tree in its
 * query page (web/api/v1/translate_ast.go).
 */
import { formatFloat, type Matcher } from '../series/index.ts';
import type {
  AtModifier,
  BinaryNode,
  CallNode,
  DurationNode,
  Expr,
  VectorSelectorNode,
} from './ast.ts';
import { getFunction } from './functions.ts';

/** One node; which members it has depends on `type`. */
export interface ExprJson {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** Builds the answer for an expression. */
export function createExprJson(expr: Expr): ExprJson {
  switch (expr.type) {
    case 'number':
      return { type: 'numberLiteral', val: formatFloat(expr.value) };
    case 'string':
      return { type: 'stringLiteral', val: expr.value };
    case 'vectorSelector':
      return { type: 'vectorSelector', ...describeSelector(expr) };
    case 'matrixSelector':
      return {
        type: 'matrixSelector',
        ...describeSelector(expr.selector),
        ...describeDuration('range', expr.range),
      };
    case 'subquery':
      return {
        type: 'subquery',
        expr: createExprJson(expr.operand),
        ...describeDuration('range', expr.range),
        ...describeDuration('step', expr.step),
        ...describeDuration('offset', expr.offset),
        ...describeAt(expr.at),
      };
    case 'call':
      return describeCall(expr);
    case 'aggregate':
      return {
        type: 'aggregation',
        op: expr.operator,
        expr: createExprJson(expr.operand),
        param: expr.parameter === undefined ? null : createExprJson(expr.parameter),
        grouping: expr.grouping,
        without: expr.isWithout,
      };
    case 'binary':
      return describeBinary(expr);
    case 'unary':
      return { type: 'unaryExpr', op: expr.operator, expr: createExprJson(expr.operand) };
    case 'paren':
      return { type: 'parenExpr', expr: createExprJson(expr.inner) };
  }
}

function describeSelector(node: VectorSelectorNode): Omit<ExprJson, 'type'> {
  return {
    name: node.name,
    matchers: node.matchers.map(describeMatcher),
    ...describeDuration('offset', node.offset),
    ...describeAt(node.at),
    anchored: node.extension === 'anchored',
    smoothed: node.extension === 'smoothed',
  };
}

function describeMatcher({ name, operator, value }: Matcher): Omit<ExprJson, 'type'> {
  return { name, value, type: operator };
}

function describeAt(at: AtModifier | undefined): Omit<ExprJson, 'type'> {
  if (at === undefined) return { timestamp: null, startOrEnd: null };
  return at.kind === 'time'
    ? { timestamp: at.ms, startOrEnd: null }
    : { timestamp: null, startOrEnd: at.kind };
}

function describeCall({ name, args }: CallNode): ExprJson {
  const signature = getFunction(name);
  const { argsMin, argsMax } = signature;
  // Prometheus counts how many arguments the last one may stand for: -1 is any number.
  const variadic = argsMax === Infinity ? -1 : argsMax - argsMin;
  return {
    type: 'call',
    func: { name, argTypes: signature.args, variadic, returnType: signature.returns },
    args: args.map(createExprJson),
  };
}

function describeBinary({ operator, left, right, isBool, matching }: BinaryNode): ExprJson {
  return {
    type: 'binaryExpr',
    op: operator,
    lhs: createExprJson(left),
    rhs: createExprJson(right),
    matching:
      matching === undefined
        ? null
        : {
            card: matching.cardinality,
            labels: matching.labels,
            on: matching.isOn,
            include: matching.include,
            fillValues: { lhs: matching.fillLeft ?? null, rhs: matching.fillRight ?? null },
          },
    bool: isBool,
  };
}

/** A duration is given in milliseconds, or, where it must be calculated, as a tree beside a zero. */
function describeDuration(
  member: 'range' | 'step' | 'offset',
  node: DurationNode | undefined,
): Omit<ExprJson, 'type'> {
  const isConstant = node === undefined || node.kind === 'constant';
  return {
    [member]: node?.kind === 'constant' ? node.ms : 0,
    [`${member}Expr`]: isConstant ? null : createDurationJson(node),
  };
}

function createDurationJson(node: DurationNode): ExprJson {
  const type = 'durationExpr';
  switch (node.kind) {
    case 'constant':
      return { type: 'numberLiteral', val: formatFloat(node.seconds), duration: node.isDuration };
    case 'step':
    case 'range':
      return { type, op: node.kind, lhs: null, rhs: null, wrapped: false };
    case 'negate':
      return { type, op: '-', lhs: null, rhs: createDurationJson(node.operand), wrapped: false };
    case 'binary': {
      const lhs = createDurationJson(node.left);
      const rhs = createDurationJson(node.right);
      return { type, op: node.operator, lhs, rhs, wrapped: false };
    }
    case 'paren': {
      const inner = createDurationJson(node.operand);
      // A number has no place to say that it stands in parentheses; a plus before it has.
      return inner.type === type
        ? { ...inner, wrapped: true }
        : { type, op: '+', lhs: null, rhs: inner, wrapped: true };
    }
  }
}
