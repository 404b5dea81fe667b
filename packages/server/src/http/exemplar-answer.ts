/** `/api/v1/query_exemplars`: the exemplars of all series that a query looks at. */
import { childrenOf, type Expr, parseExpr } from '../promql/index.ts';
import { type Exemplar, type Labels, labelsRecord, type Matcher } from '../series/index.ts';
import { formatValue } from './prometheus-json.ts';
import type { ApiParams } from './prometheus-params.ts';

/** Answers the exemplars of series that match one of the selectors; both ends inclusive. */
export type FindExemplars = (range: {
  readonly selectors: readonly (readonly Matcher[])[];
  readonly fromMs: number;
  readonly toMs: number;
}) => readonly { readonly labels: Labels; readonly exemplars: readonly Exemplar[] }[];

/** The data of the answer, as Prometheus has it. */
export function listExemplars(find: FindExemplars, params: ApiParams): readonly unknown[] {
  const range = params.range();
  const selectors = selectorsOf(parseExpr(params.text('query')));
  return find({ selectors, ...range }).map(({ labels, exemplars }) => ({
    seriesLabels: labelsRecord(labels),
    exemplars: exemplars.map((exemplar) => ({
      labels: labelsRecord(exemplar.labels),
      value: formatValue(exemplar.value),
      timestamp: exemplar.timeMs / 1000,
    })),
  }));
}

function selectorsOf(expr: Expr): readonly (readonly Matcher[])[] {
  if (expr.type === 'vectorSelector') return [expr.matchers];
  return childrenOf(expr).flatMap(selectorsOf);
}
