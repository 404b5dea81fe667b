/**
 * What rule evaluation needs from the query engine and from a store of series. The engine defines
 * it, and `app` passes promql and tsdb in.
 */
import type { Histogram, Labels } from '../series/index.ts';

/** One element of an instant vector. */
export interface VectorSample {
  readonly labels: Labels;
  /** NaN where the element is a histogram. */
  readonly value: number;
  readonly histogram?: Histogram;
}

/**
 * Evaluates an expression to a vector (a scalar becomes one element without labels), while all
 * else waits: for what the templates of an alert ask.
 */
export type EvaluateInstant = (expression: string, atMs: number) => readonly VectorSample[];

/** The same for a rule's own expression; a dear one comes later, and holds nothing up. */
export type EvaluateRule = (
  expression: string,
  atMs: number,
  rule: string,
) => readonly VectorSample[] | Promise<readonly VectorSample[]>;

/** Writes the results of rules; a staleness marker where `isStale`. */
export interface RuleSample {
  readonly labels: Labels;
  readonly timeMs: number;
  readonly value: number;
  /** Where there is one, the sample is that and not the value. */
  readonly histogram?: Histogram;
  readonly isStale: boolean;
}

export type WriteSamples = (samples: readonly RuleSample[]) => void;

/** What is wrong with an expression, and where: an offset in code units. */
export interface ExpressionFault {
  readonly message: string;
  readonly offset: number;
}

/** Checks an expression's syntax and kind; undefined where it is fine. */
export type CheckExpression = (expression: string) => ExpressionFault | undefined;
