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
import type { IndexEntry } from './chunk-format.ts';
import type { Head } from './head.ts';
import { SampleBuffer } from './sample-buffer.ts';
import type { ChunkWords } from './xor-decode.ts';

/** Both ends inclusive, epoch milliseconds. */
interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What blocks have, and count themselves: all samples before a time that are not in the head. */
export interface StoredBefore {
  readonly untilMs: number;
  /** Numbers of the files that became blocks; they go when nobody reads them any more. */
  readonly chunkFiles: ReadonlySet<number>;
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
   * the range begins or ends there, or it may have markers, or some samples came late. Where blocks
   * have the older part of the range it is those of the younger part, NaN where the head has some of
   * the older part, too. Guarded.
   */
  count(slot: number, { fromMs, toMs }: TimeRange, before: StoredBefore | undefined): number {
    if (this.#head.late.reaches(slot, fromMs)) return Number.NaN;
    if (before === undefined) return this.#count(slot, { fromMs, toMs });
    if (this.#reachesBack(slot, fromMs, before)) return Number.NaN;
    const youngerMs = Math.max(fromMs, before.untilMs);
    return youngerMs > toMs ? 0 : this.#count(slot, { fromMs: youngerMs, toMs });
  }

  #count(slot: number, range: TimeRange): number {
    const { firstMs } = this.#head;
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
      const { samples, hasMarker } = this.#lookUp(files[i], slot);
      count += samples === 0 || (isInside && !hasMarker) ? samples : Number.NaN;
    }
    return count;
  }

  /** Whether the head has samples of the range that are as old as what blocks have. */
  #reachesBack(slot: number, fromMs: number, { untilMs, chunkFiles }: StoredBefore): boolean {
    if (this.#head.memoryStartMs(slot) < untilMs) return true;
    const { files } = this.#files;
    for (let i = files.length - 1; i >= 0 && files[i].windowEndMs > fromMs; i--) {
      const isApart = files[i].windowStartMs >= untilMs || chunkFiles.has(files[i].seq);
      if (!isApart && this.#lookUp(files[i], slot).samples > 0) return true;
    }
    return false;
  }

  #lookUp(file: ChunkFile, slot: number): IndexEntry {
    try {
      if (!this.#files.hasIntactIndex(file)) return UNKNOWN;
      return this.#files.lookUp(file, { id: this.#head.table.idOf[slot], slot });
    } catch {
      // Whoever reads the samples tells of it.
      return UNKNOWN;
    }
  }
}

/** Of a file that cannot be read or relied upon: some samples, of which nothing is known. */
const UNKNOWN: IndexEntry = { lastAt: 0, samples: 1, hasMarker: true };
