/**
 * How many samples series have in a range, told from what is known of their chunks.
 *
 * `count_over_time` and its kin look at no sample, and memory knows the count of each chunk that it
 * holds and of each series in each file that still grows. Counted that way, a series costs a few
 * comparisons, and at most the decoding of the chunks at the ends of the range.
 */
import { isStale } from '../series/index.ts';
import type { ChunkFile } from './chunk-file.ts';
import type { ChunkFiles } from './chunk-files.ts';
import type { Head } from './head.ts';
import { SampleBuffer } from './sample-buffer.ts';
import type { ChunkWords } from './xor-decode.ts';

/** Both ends inclusive, epoch milliseconds. */
interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export class SampleCounts {
  readonly #head: Head;
  readonly #files: ChunkFiles;
  readonly #buffer = new SampleBuffer();

  constructor(head: Head, files: ChunkFiles) {
    this.#head = head;
    this.#files = files;
  }

  /**
   * Samples of a slot in a range, without staleness markers; NaN where only what files have tells:
   * the range begins or ends there, or it may have markers, or some samples came late. Guarded.
   */
  count(slot: number, range: TimeRange): number {
    const { late, firstMs } = this.#head;
    if (late.reaches(slot, range.fromMs)) return Number.NaN;
    const startMs = this.#head.memoryStartMs(slot);
    const inMemory = this.#inMemory(slot, range);
    const isAllInMemory = range.fromMs >= startMs || firstMs[slot] >= startMs;
    return isAllInMemory ? inMemory : inMemory + this.#stored(slot, range, startMs);
  }

  /** Chunks that an end of the range lies within, or that may have markers, are decoded. */
  #inMemory(slot: number, range: TimeRange): number {
    const { open, closed } = this.#head;
    const { fromMs, toMs } = range;
    let count = 0;
    for (let entry = closed.firstOf[slot]; entry !== 0; entry = closed.next[entry]) {
      if (closed.slot[entry] !== slot) break;
      const startMs = closed.startMs[entry];
      const lastMs = closed.lastMs[entry];
      if (closed.isLate(entry) || lastMs < fromMs || startMs > toMs) continue;
      const isKnown = startMs >= fromMs && lastMs <= toMs && closed.hasMarker[entry] === 0;
      count += isKnown
        ? closed.sampleCount[entry]
        : this.#decode(this.#head.closedChunk(entry), range);
    }
    const startMs = open.startMs[slot];
    const lastMs = open.lastMs[slot];
    if (open.count[slot] === 0 || lastMs < fromMs || startMs > toMs) return count;
    const isKnown = startMs >= fromMs && lastMs <= toMs && open.hasMarker[slot] === 0;
    return count + (isKnown ? open.count[slot] : this.#decode(this.#head.openChunk(slot), range));
  }

  #decode(chunk: ChunkWords, { fromMs, toMs }: TimeRange): number {
    const buffer = this.#buffer;
    buffer.clear();
    buffer.decode(chunk, fromMs, toMs);
    let count = 0;
    for (let i = 0; i < buffer.count; i++) if (!isStale(buffer.bits, i)) count++;
    return count;
  }

  /** What files have: all of it is older than what memory has. */
  #stored(slot: number, { fromMs, toMs }: TimeRange, memoryStartMs: number): number {
    const { open, firstMs } = this.#head;
    if (Math.min(memoryStartMs, open.lastMs[slot]) > toMs) return Number.NaN;
    const { files } = this.#files;
    let count = 0;
    for (let i = files.length - 1; i >= 0 && files[i].windowEndMs > fromMs; i--) {
      const isInside = files[i].windowStartMs >= fromMs || firstMs[slot] >= fromMs;
      count += countFile(files[i], slot, isInside);
    }
    return count;
  }
}

/** The index of a sealed file is on disk, and nobody noted there whether markers are among them. */
function countFile({ index }: ChunkFile, slot: number, isInside: boolean): number {
  if (index === undefined) return Number.NaN;
  const count = index.samples(slot);
  return count === 0 || (isInside && !index.hasMarker(slot)) ? count : Number.NaN;
}
