/** The bounds of this module, each with its reason. */

/**
 * Code units of one query's text. The longest seen in the field are generated alternations of some
 * thousand host names, about 100 KiB; at ten times the token rate that we measure, reading this
 * much still takes less than 50 ms.
 */
export const QUERY_LENGTH_MAX = 256 * 1024;

/** Tokens of one query: a tree of this many nodes is some tens of megabytes. */
export const QUERY_TOKENS_MAX = 100_000;

/**
 * Levels of a query's tree. Parser, checker, printer and evaluator descend by recursion; the
 * deepest of them, the parser inside parentheses, needs about 600 bytes of stack a level, and a
 * thread has 984 KiB. Generated chains such as `a or b or …` are one level a term.
 */
export const QUERY_DEPTH_MAX = 1000;

/** What one evaluation may use; the server's configuration sets these. */
export interface QueryLimits {
  /** Wall time of one query. */
  readonly timeoutMs: number;
  /** Samples in memory at one moment. */
  readonly heldSamplesMax: number;
  /** Samples read from the store over the whole query. */
  readonly readSamplesMax: number;
}

/** Prometheus' defaults for time and memory; reading more than this takes longer than the time. */
export const DEFAULT_QUERY_LIMITS: QueryLimits = {
  timeoutMs: 120_000,
  heldSamplesMax: 50_000_000,
  readSamplesMax: 1_000_000_000,
};

/** Units of work between two looks at the clock: some milliseconds. */
export const WORK_PER_CHECK = 100_000;

/** Steps of one subquery: Prometheus' bound of 11,000 points a series is for the outer range only. */
export const SUBQUERY_STEPS_MAX = 1_000_000;
