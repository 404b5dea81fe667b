/**
 * What is kept of samples that are gone: of each interval of a fixed length, as much as functions
 * over whole intervals need to answer as they would from the samples.
 *
 * An interval is open on the left and closed on the right, as the windows of queries are.
 */

/** Aggregates of one series, in parallel columns; one entry for each interval with a sample. */
export interface Aggregates {
  /** How many entries of the columns are in use. */
  readonly count: number;
  /** The end of each interval, epoch milliseconds, rising. */
  readonly endsMs: Float64Array;
  /** Samples in it; 0 where it has a staleness marker only. */
  readonly counts: Float64Array;
  /** The first and the last sample, as they were. */
  readonly firstsMs: Float64Array;
  readonly firsts: Float64Array;
  readonly lastsMs: Float64Array;
  readonly lasts: Float64Array;
  /** NaN only where all values are. */
  readonly mins: Float64Array;
  readonly maxs: Float64Array;
  readonly sums: Float64Array;
  /**
   * What a counter lost to resets between the first sample and the last: the sum of the values that
   * a lower one followed. It went up by last - first + lost.
   */
  readonly losts: Float64Array;
  /** The time of a staleness marker after the last sample; 0: there is none. */
  readonly stalesMs: Float64Array;
}

/** A stretch of time of which aggregates are read rather than samples. */
export interface AggregateTier {
  /** The length of its intervals, whose ends are multiples of it. */
  readonly everyMs: number;
  /** The end of its last interval; it goes back to the end of the tier before it. */
  readonly untilMs: number;
}
