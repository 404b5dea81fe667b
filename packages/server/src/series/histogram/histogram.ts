/**
 * Native histograms: one sample that holds a whole distribution.
 *
 * Buckets are exponential (schemas -4 to 8: each bucket is 2^(2^-schema) times as wide as the one
 * before it) or have bounds of their own (schema -53). Populated buckets lie in spans, so empty
 * ones cost nothing. Counts here are absolute and floats, as queries need them; stores and wire
 * formats write differences of integers where `isInteger` says so. The model is Prometheus'
 * (model/histogram/float_histogram.go).
 */

/** The schema of histograms whose bounds are listed (`customBounds`). */
export const CUSTOM_BUCKETS_SCHEMA = -53;
export const EXPONENTIAL_SCHEMA_MIN = -4;
export const EXPONENTIAL_SCHEMA_MAX = 8;

/** What is known of a reset between the sample before and this one; `gauge` is never reset. */
export type CounterReset = 'unknown' | 'reset' | 'notReset' | 'gauge';

/** Populated buckets on one side of zero. */
export interface HistogramBuckets {
  /**
   * Per span: for the first, the index of its first bucket; for each other one, how many empty
   * buckets lie between it and the one before.
   */
  readonly spanOffsets: readonly number[];
  /** Per span: how many buckets follow one another. Their sum is the length of `counts`. */
  readonly spanLengths: readonly number[];
  /** Absolute counts of the buckets in the spans, in order. */
  readonly counts: Float64Array;
}

/** A native histogram; nobody changes one that was handed over. */
export interface Histogram {
  readonly schema: number;
  readonly counterReset: CounterReset;
  /** Whether every count is an integer, as an instrumented program made them. */
  readonly isInteger: boolean;
  /** Width of the zero bucket to each side, 0 or more; 0 where bounds are custom. */
  readonly zeroThreshold: number;
  readonly zeroCount: number;
  /** Observations, those that are NaN and in no bucket included. */
  readonly count: number;
  readonly sum: number;
  readonly positive: HistogramBuckets;
  /** Empty where bounds are custom. */
  readonly negative: HistogramBuckets;
  /** Upper bounds that rise, without +Inf; only where the schema is -53. */
  readonly customBounds: Float64Array | undefined;
}

/** No populated buckets. */
export const NO_BUCKETS: HistogramBuckets = {
  spanOffsets: [],
  spanLengths: [],
  counts: new Float64Array(0),
};
