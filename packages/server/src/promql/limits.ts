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
 * Levels of a query's tree. Parser, checker, printer and evaluator descend by recursion. The parser
 * inside of calls takes 660 bytes of stack a level and the evaluator about twice that, of the
 * 984 KiB that a thread has. Generated chains such as `a or b or …` are one level a term.
 */
export const QUERY_DEPTH_MAX = 500;

/** How much one query may take; every bound is refused with a message that names it. */
export interface QueryLimits {
  /** Samples in memory at once. */
  readonly heldSamplesMax: number;
  /** Samples read from the store. */
  readonly readSamplesMax: number;
  /** Steps of a range query. */
  readonly pointsMax: number;
  /** Series in an answer. */
  readonly outputSeriesMax: number;
  /** Time that a query may run. */
  readonly timeoutMs: number;
}

export const DEFAULT_QUERY_LIMITS: QueryLimits = {
  // Prometheus' default (--query.max-samples): 8 bytes and a flag each, about 450 MB here.
  heldSamplesMax: 50_000_000,
  // A month of 15 s samples of 2,800 series. Reading decodes some 20 million samples a second, so
  // this is about as much as fits into the time limit.
  readSamplesMax: 500_000_000,
  // Prometheus' own bound: a point a minute for a week, an hour for a year; no screen shows more.
  pointsMax: 11_000,
  // A JSON answer of this many series is about 200 MB; nobody reads it and few clients parse it.
  outputSeriesMax: 1_000_000,
  // Prometheus' default (--query.timeout).
  timeoutMs: 120_000,
};

/** How far back a sample still counts as the current one (Prometheus' default). */
export const LOOKBACK_MS = 5 * 60_000;

/** The step of a subquery that names none: Prometheus takes the global evaluation interval. */
export const SUBQUERY_STEP_MS = 60_000;

/** Work units (about one sample each) between two looks at the clock: well under a millisecond. */
export const WORK_PER_CHECK = 65_536;

/** Steps of one subquery: stops a year at millisecond steps before anything is read. */
export const SUBQUERY_STEPS_MAX = 10_000_000;

/** Notes on one answer that differ in more than their place; Prometheus' API shows ten. */
export const ANNOTATIONS_MAX = 1_000;

/** Values of one series in the notation of tests: a value a second for eleven days. */
export const NOTATION_VALUES_MAX = 1_000_000;
