/**
 * Selectors of which only the counts and sums of histograms are looked at.
 *
 * Where every way from a selector to the answer goes through `histogram_count`, `histogram_sum` or
 * `histogram_avg`, buckets need not be added up. Not so below a quantile or a trim, which look at
 * them, nor below a subquery, whose functions find resets in them
 * (Prometheus, promql/engine.go, detectHistogramStatsDecoding).
 */
import type { Expr, VectorSelectorNode } from './ast.ts';
import { childrenOf } from './children.ts';

const OF_STATISTICS: ReadonlySet<string> = new Set([
  'histogram_avg',
  'histogram_count',
  'histogram_sum',
]);
const OF_BUCKETS: ReadonlySet<string> = new Set([
  'histogram_fraction',
  'histogram_quantile',
  'histogram_quantiles',
]);

/** Finds them in a whole expression. */
export function findStatisticsSelectors(expr: Expr): ReadonlySet<VectorSelectorNode> {
  const found = new Set<VectorSelectorNode>();
  collect(expr, false, found);
  return found;
}

function collect(expr: Expr, isAsked: boolean, found: Set<VectorSelectorNode>): void {
  if (needsBuckets(expr)) return;
  if (expr.type === 'vectorSelector' && isAsked) found.add(expr);
  const isAskedBelow = isAsked || (expr.type === 'call' && OF_STATISTICS.has(expr.name));
  for (const child of childrenOf(expr)) collect(child, isAskedBelow, found);
}

function needsBuckets(expr: Expr): boolean {
  if (expr.type === 'subquery') return true;
  if (expr.type === 'binary') return expr.operator === '</' || expr.operator === '>/';
  return expr.type === 'call' && OF_BUCKETS.has(expr.name);
}
