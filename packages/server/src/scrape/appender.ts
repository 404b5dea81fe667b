/**
 * What scraping needs from a store of series. The engine defines it, a store implements it, and
 * `app` joins the two.
 *
 * The way of a sample is short on purpose: labels are resolved to a number once, when a series is
 * first seen, and from then on a scrape hands over three parallel arrays. No object is made per
 * sample.
 */
import type { Labels, SampleBatch, SeriesRef } from '../series/index.ts';

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
