/**
 * What of a selector's series is looked at, where that is less than everything.
 *
 * `count by (job) (up)` needs one label of each series and no value at all, `sum by (job)
 * (rate(x[5m]))` one label. Told so, a store spares itself labels and decoding; over a hundred
 * thousand series that is nearly all of the work.
 */
import { METRIC_NAME } from '../series/index.ts';
import type {
  AggregateNode,
  AggregateOperator,
  CallNode,
  Expr,
  VectorSelectorNode,
} from './ast.ts';
import { childrenOf } from './children.ts';
import { unwrapParens } from './invariant.ts';
import type { SelectRange } from './queryable.ts';
import { isRangeFunction, looksAtCounts } from './range-call.ts';

/** What is needed of a selector's series. */
export type Projection = Pick<
  SelectRange,
  'labelNames' | 'presenceOnly' | 'countOnly' | 'anyOrder'
>;

/** They make one row of each group, and see of its members nothing but their values. */
const GROUPING: ReadonlySet<AggregateOperator> = new Set([
  'avg',
  'count',
  'group',
  'max',
  'min',
  'quantile',
  'stddev',
  'stdvar',
  'sum',
]);
/** They put the buckets of a histogram together; by the index of their vector. */
const OF_BUCKETS: ReadonlyMap<string, number> = new Map([
  ['histogram_fraction', 2],
  ['histogram_quantile', 1],
  ['histogram_quantiles', 0],
]);
const OF_PRESENCE: ReadonlySet<AggregateOperator> = new Set(['count', 'group']);

/** Finds the selectors of an expression that little is needed of. */
export function findProjections(expr: Expr): ReadonlyMap<VectorSelectorNode, Projection> {
  const found = new Map<VectorSelectorNode, Projection>();
  collect(expr, found);
  return found;
}

function collect(expr: Expr, found: Map<VectorSelectorNode, Projection>): void {
  if (expr.type === 'aggregate' && GROUPING.has(expr.operator)) noteOperand(expr, found);
  if (expr.type === 'call' && expr.name === 'absent') {
    const inner = unwrapParens(expr.args[0]);
    if (isPlain(inner)) found.set(inner, { labelNames: [], presenceOnly: true, anyOrder: true });
  }
  if (expr.type === 'call') noteBuckets(expr, found);
  const range = countedRange(expr);
  if (range !== undefined) found.set(range, { ...found.get(range), countOnly: true });
  for (const child of childrenOf(expr)) collect(child, found);
}

function noteOperand(node: AggregateNode, found: Map<VectorSelectorNode, Projection>): void {
  const operand = unwrapParens(node.operand);
  const presenceOnly = isPlain(operand) && OF_PRESENCE.has(node.operator);
  // Notes name the metric, and there are none about what is only counted.
  const names = new Set(presenceOnly ? node.grouping : [METRIC_NAME, ...node.grouping]);
  const some = node.isWithout ? {} : { labelNames: [...names] };
  const selector = rowsOf(operand);
  if (selector !== undefined) found.set(selector, { ...some, presenceOnly, anyOrder: true });
}

function noteBuckets({ name, args }: CallNode, found: Map<VectorSelectorNode, Projection>): void {
  const index = OF_BUCKETS.get(name);
  const selector = index === undefined ? undefined : rowsOf(unwrapParens(args[index]));
  if (selector !== undefined) found.set(selector, { anyOrder: true });
}

/** The selector that an operand has a row of each series of, if it is one or a function over one. */
function rowsOf(operand: Expr): VectorSelectorNode | undefined {
  if (isPlain(operand)) return operand;
  if (operand.type !== 'call' || !isRangeFunction(operand.name)) return undefined;
  if (operand.name === 'absent_over_time') return undefined;
  const range = operand.args.map(unwrapParens).find(({ type }) => type === 'matrixSelector');
  return range?.type === 'matrixSelector' ? range.selector : undefined;
}

/** The selector of a range vector of which only the counts of samples matter. */
function countedRange(expr: Expr): VectorSelectorNode | undefined {
  if (expr.type !== 'call' || !looksAtCounts(expr.name)) return undefined;
  const range = unwrapParens(expr.args[0]);
  const isCounted = range.type === 'matrixSelector' && range.selector.extension === undefined;
  return isCounted ? range.selector : undefined;
}

function isPlain(expr: Expr): expr is VectorSelectorNode {
  return expr.type === 'vectorSelector' && expr.extension === undefined;
}
