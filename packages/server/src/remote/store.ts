/**
 * What samples from the network need from a store of series. This engine defines it, a store
 * implements it, and `app` joins the two.
 */
import type { Exemplar, Histogram, Labels } from '../series/index.ts';

/** A series' number within this process; never used twice. */
export type SeriesRef = number;

/** Samples of many series, one entry each; the arrays are read during the call only. */
export interface SampleBatch {
  readonly count: number;
  readonly refs: Uint32Array;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  /** The same memory as `values`, for staleness markers. */
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
  /** Older than the newest sample of its series, or outside of what the store accepts. */
  readonly outOfOrderCount: number;
  /** Same time as the newest sample, other value. */
  readonly duplicateCount: number;
  /** Histograms that make no sense, or are too large. */
  readonly invalidCount: number;
  /** Of series that the store refuses, because their job or metric has too many. */
  readonly overBudgetCount: number;
  /** Entries whose series the store has forgotten; resolve their labels again. */
  readonly unknownRefs: readonly number[];
}

/** Where received samples go. */
export interface WriteStore {
  /** The number of a series, made on first sight; any number where the store refuses it. */
  resolve(labels: Labels): SeriesRef;
  /** Writes a batch, then makes it visible. Throws `unavailable` when the disk refuses. */
  append(batch: SampleBatch): AppendOutcome;
  /** Makes what was appended before the call survive a power cut. */
  flush(): Promise<void>;
}
