/** What counting needs of a store of series; `app` passes tsdb in. */
import type { Labels, Matcher, Samples } from '../series/index.ts';

export interface StoredSeries {
  /** The series' number, never used for another one while the process runs. */
  readonly ref: number;
  readonly labels: Labels;
  /** Read it before the next series is asked for; the memory is used again. */
  readonly samples: Samples;
}

export interface SloSample {
  readonly labels: Labels;
  readonly timeMs: number;
  readonly value: number;
  readonly isStale: boolean;
}

export interface SeriesStore {
  /** Matching series with samples in the range, both ends inclusive. */
  select(range: {
    readonly matchers: readonly Matcher[];
    readonly fromMs: number;
    readonly toMs: number;
    readonly newestOnly?: boolean;
  }): Iterable<StoredSeries>;
  /** All of them or, where it throws, none. */
  write(samples: readonly SloSample[]): void;
  /** How long samples are kept. */
  readonly retentionMs: number;
}
