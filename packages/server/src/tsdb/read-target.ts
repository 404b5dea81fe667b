/** What is read out of chunk files, and where it goes. */
import type { SampleBuffer } from './sample-buffer.ts';
import type { ChunkWords } from './xor-decode.ts';

/** A series as files know it: by number when sealed, by slot while they grow. */
export interface StoredSeries {
  readonly id: number;
  readonly slot: number;
}

/** Both ends inclusive, epoch milliseconds. */
export interface StoredRange {
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * Set where no samples of the range came late: nothing is wanted of the chunks before one that
   * begins by this time.
   */
  readonly enoughMs?: number;
}

/** Where samples go that are read. */
export interface ReadTarget {
  readonly buffer: SampleBuffer;
  /** Of each chunk that came late, a buffer. */
  readonly late: SampleBuffer[];
  /** Reads a chunk that did not come late to the buffer, in place of decoding it from its start. */
  readonly decode?: (chunk: ChunkWords) => void;
}
