/**
 * Which labels the result of an expression can have, told from the expression and, where the
 * store is known, from the labels that its series have.
 *
 * An answer is an upper bound: `sum by (job) (x)` can have `job` and no other, `x` any label where
 * nothing is known of it. What is not in it, the result cannot have, so a name that a template or
 * an aggregation asks for is empty for ever.
 */
import type { AggregateNode, BinaryNode, CallNode, Expr } from '../promql/index.ts';
import { METRIC_NAME } from '../series/index.ts';

/** `only`: at most these; `except`: any but these. */
export interface LabelSet {
  readonly kind: 'only' | 'except';
  readonly names: ReadonlySet<string>;
}

/** The labels of a selector's series; undefined: not known. */
export type LabelsOfSelector = (
  selector: Expr & { readonly type: 'vectorSelector' },
) => LabelSet | undefined;

const NOTHING: LabelSet = { kind: 'only', names: new Set() };
const ANYTHING: LabelSet = { kind: 'except', names: new Set() };

/** Whether a label is among them. */
export function canHave({ kind, names }: LabelSet, name: string): boolean {
  return (kind === 'only') === names.has(name);
}

/** The labels that an expression's result can have. */
export function labelsOf(expr: Expr, labelsOfSelector: LabelsOfSelector): LabelSet {
  const of = (inner: Expr): LabelSet => labelsOf(inner, labelsOfSelector);
  switch (expr.type) {
    case 'number':
    case 'string':
      return NOTHING;
    case 'vectorSelector':
      return labelsOfSelector(expr) ?? ANYTHING;
    case 'matrixSelector':
      return of(expr.selector);
    case 'paren':
      return of(expr.inner);
    case 'subquery':
    case 'unary':
      return of(expr.operand);
    case 'aggregate':
      return labelsOfAggregate(expr, of);
    case 'binary':
      return labelsOfBinary(expr, of);
    case 'call':
      return labelsOfCall(expr, of);
  }
}

type Of = (expr: Expr) => LabelSet;

/** Aggregations that answer series as they are. */
const PICKS: ReadonlySet<string> = new Set(['topk', 'bottomk', 'limitk', 'limit_ratio']);

function labelsOfAggregate(node: AggregateNode, of: Of): LabelSet {
  const { operator, operand, grouping, isWithout, parameter } = node;
  const inner = of(operand);
  if (PICKS.has(operator)) return inner;
  const grouped = isWithout ? removing(inner, [...grouping, METRIC_NAME]) : onlyOf(inner, grouping);
  if (operator !== 'count_values') return grouped;
  return parameter?.type === 'string' ? adding(grouped, [parameter.value]) : ANYTHING;
}

function labelsOfBinary(node: BinaryNode, of: Of): LabelSet {
  const { operator, matching, left, right } = node;
  if (operator === 'or') return union(of(left), of(right));
  if (operator === 'and' || operator === 'unless') return of(left);
  if (matching === undefined) return node.kind === 'scalar' ? NOTHING : vectorSide(node, of);
  const { cardinality, isOn, labels, include } = matching;
  if (cardinality === 'many-to-one') return adding(of(left), include);
  if (cardinality === 'one-to-many') return adding(of(right), include);
  return isOn ? onlyOf(of(left), labels) : removing(of(left), labels);
}

/** Of two sides one of which is a number. */
function vectorSide({ left, right }: BinaryNode, of: Of): LabelSet {
  return union(of(left), of(right));
}

/** Functions that answer one element, whose labels are those that are asked for by name. */
const ABSENCES: ReadonlySet<string> = new Set(['absent', 'absent_over_time']);
/** Functions without labels. */
const BARE: ReadonlySet<string> = new Set(['vector', 'scalar', 'time', 'pi']);

function labelsOfCall({ name, args }: CallNode, of: Of): LabelSet {
  if (BARE.has(name)) return NOTHING;
  if (ABSENCES.has(name)) return { kind: 'only', names: equalities(args[0]) };
  // It takes whatever labels an info series has.
  if (name === 'info') return ANYTHING;
  const inner = args.map(of).reduce(union, NOTHING);
  if (name === 'histogram_quantile' || name === 'histogram_fraction')
    return removing(inner, ['le']);
  if (name !== 'label_replace' && name !== 'label_join') return inner;
  const [, target] = args;
  return target?.type === 'string' ? adding(inner, [target.value]) : ANYTHING;
}

function equalities(expr: Expr | undefined): ReadonlySet<string> {
  if (expr?.type === 'matrixSelector') return equalities(expr.selector);
  if (expr?.type === 'paren') return equalities(expr.inner);
  if (expr?.type !== 'vectorSelector') return new Set();
  const equal = expr.matchers.filter(({ operator }) => operator === '=');
  return new Set(equal.map(({ name }) => name));
}

function onlyOf(inner: LabelSet, names: readonly string[]): LabelSet {
  return { kind: 'only', names: new Set(names.filter((name) => canHave(inner, name))) };
}

/** The same and some more. */
export function adding({ kind, names }: LabelSet, more: readonly string[]): LabelSet {
  const added = new Set(more);
  return { kind, names: kind === 'only' ? names.union(added) : names.difference(added) };
}

/** The same but for some. */
function removing({ kind, names }: LabelSet, less: readonly string[]): LabelSet {
  const removed = new Set(less);
  return { kind, names: kind === 'only' ? names.difference(removed) : names.union(removed) };
}

function union(a: LabelSet, b: LabelSet): LabelSet {
  if (a.kind === 'only') {
    return b.kind === 'only' ? { kind: 'only', names: a.names.union(b.names) } : union(b, a);
  }
  return b.kind === 'only'
    ? { kind: 'except', names: a.names.difference(b.names) }
    : { kind: 'except', names: a.names.intersection(b.names) };
}
