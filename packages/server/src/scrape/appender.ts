/**
 * What scraping needs from a store of series. The engine defines it, a store implements it, and
 * `app` joins the two.
 *
 * The way of a sample is short on purpose: labels are resolved to a number once, when a series is
 * first seen, and from then on a scrape hands over three parallel arrays. No object is made per
 * sample.
 */
import type { Exemplar, Histogram, Labels } from '../series/index.ts';

/** A series' number within this process; never reused while it runs. */
export type SeriesRef = number;

/** Samples of many series, one entry each; the arrays are read during the call only. */
export interface SampleBatch {
  readonly count: number;
  readonly refs: Uint32Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** The same memory as `values`, for staleness markers (series/sample.ts). */
  readonly bits: Uint32Array;
  /** Where one is defined, the sample is that histogram and not `values`; absent: all are floats. */
  readonly histograms?: readonly (Histogram | undefined)[];
  /** When the counter behind each sample began; 0 where unknown. Absent: unknown for all. */
  readonly startTimesMs?: Float64Array;
  /** Exemplars of series in any order; a store may keep the newest only. */
  readonly exemplars?: readonly SeriesExemplar[];
}

/** An exemplar, and the series that it stands for. */
export interface SeriesExemplar {
  readonly ref: SeriesRef;
  readonly exemplar: Exemplar;
}

export interface AppendOutcome {
  readonly appendedCount: number;
  /** Older than the newest sample of its series, or outside of what the store still accepts. */
  readonly outOfOrderCount: number;
  /** Same time as the newest sample, other value. */
  readonly duplicateCount: number;
  /** Entries whose series the store has forgotten; resolve their labels again. */
  readonly unknownRefs: readonly number[];
}

export interface Appender {
  /**
   * The number of a series, made on first sight. Where the store refuses the series, the number
   * stands for none, and its samples are passed over.
   */
  resolve(labels: Labels): SeriesRef;
  /**
   * Writes a batch: to the log first (write(2)), then visible to queries. All or nothing as to the
   * log; throws `unavailable` with the system's error as cause when the disk refuses.
   */
  append(batch: SampleBatch): AppendOutcome;
}
