/** Passes queries to rule evaluation, in the shape that rules ask for. */
import { invalid } from '../platform/index.ts';
import {
  type Expr,
  parseExpr,
  type QueryEngine,
  type QueryResult,
  type VectorSample,
} from '../promql/index.ts';
import type { EvaluateInstant, EvaluateRule } from '../rules/index.ts';
import { EMPTY_LABELS } from '../series/index.ts';
import type { QueryRunner } from './query-runner.ts';

/** Builds the function that templates of alerts ask with. */
export function createEvaluate(
  engine: QueryEngine,
  parse: (expression: string) => Expr = parseExpr,
): EvaluateInstant {
  return (text, atMs) => vectorOf(engine.evaluateInstant({ text, expr: parse(text), atMs }));
}

/** Builds the function that rules evaluate with. */
export function createEvaluateRule(queries: QueryRunner): EvaluateRule {
  return (expression, atMs, rule) => {
    const question = { text: expression, times: { atMs }, hasStats: false, hasTrace: false };
    const result = queries.evaluate(question, `rule ${rule}`);
    return result instanceof Promise ? result.then(vectorOf) : vectorOf(result);
  };
}

function vectorOf({ value }: QueryResult): readonly VectorSample[] {
  switch (value.kind) {
    case 'vector':
      return value.samples;
    case 'scalar':
      return [{ labels: EMPTY_LABELS, value: value.value }];
    case 'matrix':
    case 'string':
      throw invalid('QUERY_FAILED', 'rule result is not a vector or scalar');
  }
}
