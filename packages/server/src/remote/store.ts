/**
 * What samples from the network need from a store of series. This engine defines it, a store
 * implements it, and `app` joins the two.
 */
import type { Labels, SampleBatch, SeriesRef } from '../series/index.ts';

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
