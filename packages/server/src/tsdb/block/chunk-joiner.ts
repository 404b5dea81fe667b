/**
 * Chunks of one series from several places, as a block must have them: in order of time, none
 * reaching into the next, without what was deleted.
 *
 * Chunks that stand alone are taken as they are. Only where some overlap, or a part is deleted,
 * samples are decoded and encoded anew; of samples with the same time that of the chunk counts that
 * was given first, whichever begins first: readers of the places take the same one.
 */
import { CHUNK_DENSE } from '../dense/dense-format.ts';
import { SampleBuffer } from '../sample-buffer.ts';
import type { TimedChunk } from './block-writer.ts';
import { ChunkDecoder, dropIntervals } from './chunk-decoder.ts';
import { MergedSamples } from './merged-samples.ts';
import { RunEncoder } from './run-encoder.ts';
import { coversRange, type Interval } from './tombstones.ts';

/** A chunk with the times that were deleted from where it comes from. */
export interface JoinedChunk extends TimedChunk {
  readonly gone: readonly Interval[];
}

const ALL_TIME: Interval = { fromMs: -Infinity, toMs: Infinity };

export class ChunkJoiner {
  readonly #decoder = new ChunkDecoder();
  readonly #encoder = new RunEncoder();
  readonly #merged = new MergedSamples();
  readonly #isDenseKept: boolean;

  /** Dense chunks, which only Nines reads, are encoded anew unless they may stay. */
  constructor(options: { readonly isDenseKept?: boolean } = {}) {
    this.#isDenseKept = options.isDenseKept ?? false;
  }

  /** Throws `BlockDamage` where a chunk that must be decoded cannot be. */
  *join(chunks: readonly JoinedChunk[]): IterableIterator<TimedChunk> {
    const byTime = chunks.map((_, i) => i).sort((a, b) => chunks[a].minMs - chunks[b].minMs);
    let from = 0;
    while (from < byTime.length) {
      let to = from + 1;
      const first = chunks[byTime[from]];
      let { maxMs } = first;
      for (; to < byTime.length && chunks[byTime[to]].minMs <= maxMs; to++) {
        maxMs = Math.max(maxMs, chunks[byTime[to]].maxMs);
      }
      const overlapping = byTime.slice(from, to).sort((a, b) => a - b);
      if (to === from + 1 && this.#mayStay(first)) yield first;
      else yield* this.#recode(overlapping.map((i) => chunks[i]));
      from = to;
    }
  }

  #mayStay(chunk: JoinedChunk): boolean {
    return !isTouched(chunk) && (this.#isDenseKept || chunk.encoding !== CHUNK_DENSE);
  }

  *#recode(chunks: readonly JoinedChunk[]): IterableIterator<TimedChunk> {
    const parts = chunks
      .filter(({ gone, minMs, maxMs }) => !coversRange(gone, minMs, maxMs))
      .map((chunk) => this.#decode(chunk));
    const merged = this.#merged;
    merged.merge(parts.filter((part) => part.count > 0));
    if (merged.count > 0) yield* this.#encoder.encode(merged);
  }

  #decode(chunk: JoinedChunk): SampleBuffer {
    const buffer = new SampleBuffer();
    this.#decoder.decode(chunk, ALL_TIME, buffer);
    dropIntervals(buffer, chunk.gone);
    return buffer;
  }
}

function isTouched({ gone, minMs, maxMs }: JoinedChunk): boolean {
  return gone.some((part) => part.fromMs <= maxMs && part.toMs >= minMs);
}
