/** Passes the query engine to rule evaluation, in the shape that rules ask for. */
import { invalid } from '../platform/index.ts';
import type { QueryEngine } from '../promql/index.ts';
import type { EvaluateInstant } from '../rules/index.ts';
import { EMPTY_LABELS } from '../series/index.ts';

/** Builds the function that rules evaluate with. */
export function createEvaluate(engine: QueryEngine): EvaluateInstant {
  return (expression, atMs) => {
    const { value } = engine.evaluateInstant({ text: expression, atMs });
    switch (value.kind) {
      case 'vector':
        return value.samples;
      case 'scalar':
        return [{ labels: EMPTY_LABELS, value: value.value }];
      case 'matrix':
      case 'string':
        throw invalid('QUERY_FAILED', 'rule result is not a vector or scalar');
    }
  };
}
