/** What is handed to the store, and what became of it. */
import type { Histogram, Labels } from '../series/index.ts';

/**
 * What became of a batch. A sample that the store already has, same time and same value, is in
 * none of the counts.
 */
export interface AppendOutcome {
  readonly appendedCount: number;
  /** Older than the newest sample of its series, or outside of what the store accepts. */
  readonly outOfOrderCount: number;
  /** Of those, older than the window in which late samples are taken. */
  readonly tooOldCount: number;
  /** Same time as a sample that is known, other value. */
  readonly duplicateCount: number;
  /** Histograms that make no sense, or are too large. */
  readonly invalidCount: number;
  /** Of series that were refused, because their job, their metric or the store has too many. */
  readonly overBudgetCount: number;
  /** Exemplars that were kept; those that the store has already are in none of these counts. */
  readonly exemplarsAppendedCount: number;
  /** Exemplars older than the newest of their series, too large, or of an unknown series. */
  readonly exemplarsRefusedCount: number;
  /** Refs that the store has forgotten, or never gave out. */
  readonly unknownRefs: readonly number[];
}

/** One sample with its labels; a staleness marker where `isStale`. */
export interface LabelledSample {
  readonly labels: Labels;
  readonly timeMs: number;
  readonly value: number;
  /** Where there is one, the sample is that and not the value. */
  readonly histogram?: Histogram;
  readonly isStale: boolean;
}
