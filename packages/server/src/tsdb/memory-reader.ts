/**
 * Reads one series' samples out of memory: the open chunk, closed ones, and late samples.
 *
 * Most queries ask for the last minutes, which are in memory whole: these are read in one look
 * that begins where the last one began (chunk-places.ts).
 */
import { CHUNK_XOR } from './chunk-kind.ts';
import { type ChunkIdentity, ChunkPlaces, type ChunkStart } from './chunk-places.ts';
import type { Head } from './head.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { beginXor, type ChunkWords, skipXor, XorCursor } from './xor-decode.ts';

/** A series as it was found; its slot may be another's by now. */
export interface Series {
  readonly slot: number;
  readonly id: number;
}

/** Both ends inclusive, epoch milliseconds. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Stands for the open chunk where an entry of the closed ones could stand. */
const OPEN = 0;

export class MemoryReader {
  readonly #head: Head;
  /** Where windows began, and where the newest samples were. */
  readonly #windows: ChunkPlaces;
  readonly #newest: ChunkPlaces;
  readonly #cursor = new XorCursor();
  /** Used again for each chunk, as there may be a hundred thousand in a query. */
  readonly #chunk = { slot: 0, id: 0, firstBlock: 0, startMs: 0 } satisfies ChunkIdentity;
  readonly #whole: ChunkStart = { block: 0, skippedWords: 0 };

  constructor(head: Head) {
    this.#head = head;
    this.#windows = new ChunkPlaces(head.pool);
    this.#newest = new ChunkPlaces(head.pool);
  }

  /**
   * Reads all samples of a range in one look. False where memory does not have all of them, or
   * some came late, and nothing was read.
   */
  readWhole(series: Series, range: TimeRange, buffer: SampleBuffer): boolean {
    const { table, late, firstMs } = this.#head;
    const { slot, id } = series;
    const { fromMs } = range;
    buffer.clear();
    const isRead = table.guard.read(() => {
      buffer.clear();
      this.#windows.withdraw();
      if (table.idOf[slot] !== id) return true;
      if (late.reaches(slot, fromMs)) return false;
      const startMs = this.#head.memoryStartMs(slot);
      if (startMs > fromMs && startMs > firstMs[slot]) return false;
      this.#readChunks(series, range, buffer);
      return true;
    });
    this.#windows.confirm();
    return isRead;
  }

  /**
   * Reads the newest sample of a range, where it is a float of the open chunk; else answers false.
   * The encoder knows the newest of all, so that one needs no decoding.
   */
  readNewest(series: Series, range: TimeRange, buffer: SampleBuffer): boolean {
    const { open, late, table } = this.#head;
    const { slot, id } = series;
    const { fromMs, toMs } = range;
    const isRead = table.guard.read(() => {
      this.#newest.withdraw();
      if (open.count[slot] === 0 || open.kind[slot] !== CHUNK_XOR) return false;
      if (table.idOf[slot] !== id) return false;
      if (open.lastMs[slot] <= toMs) {
        const { lastMs, lastLow, lastHigh } = open;
        buffer.set(lastMs[slot], lastLow[slot], lastHigh[slot], open.counterStart(slot));
        return true;
      }
      if (open.startMs[slot] > toMs || late.reaches(slot, fromMs)) return false;
      this.#moveTo(this.#newest, OPEN, series, Math.floor(toMs) + 1);
      const { timeMs, low, high } = this.#cursor;
      if (timeMs >= fromMs) buffer.set(timeMs, low, high, open.counterStart(slot));
      else buffer.clear();
      return true;
    });
    this.#newest.confirm();
    return isRead;
  }

  /** Adds what memory has of late samples; answers from when on it has the others. Guarded. */
  readLate(series: Series, range: TimeRange, late: SampleBuffer[]): number {
    const { closed, table } = this.#head;
    const { slot, id } = series;
    const startMs = this.#head.memoryStartMs(slot);
    if (!this.#head.late.reaches(slot, range.fromMs) || table.idOf[slot] !== id) return startMs;
    for (let entry = closed.firstOf[slot]; entry !== 0; entry = closed.next[entry]) {
      if (closed.slot[entry] !== slot) break;
      if (!closed.isLate(entry) || !this.#overlaps(entry, range)) continue;
      late.push(decoded(this.#head.closedChunk(entry), range));
    }
    const { open } = this.#head.late;
    const isInside = open.startMs[slot] <= range.toMs && open.lastMs[slot] >= range.fromMs;
    if (open.count[slot] > 0 && isInside) late.push(decoded(this.#head.openLateChunk(slot), range));
    return startMs;
  }

  /**
   * Adds what memory has to what was read from files. False where chunks that memory had before
   * that have gone to a file since. Guarded.
   */
  readRest(series: Series, startMs: number, range: TimeRange, buffer: SampleBuffer): boolean {
    if (this.#head.table.idOf[series.slot] !== series.id) {
      buffer.clear();
      return true;
    }
    if (this.#head.memoryStartMs(series.slot) !== startMs) return false;
    this.#readChunks(series, range, buffer);
    return true;
  }

  #readChunks(series: Series, range: TimeRange, buffer: SampleBuffer): void {
    const { open, closed } = this.#head;
    const { slot } = series;
    for (
      let entry = closed.firstOf[slot];
      closed.slot[entry] === slot;
      entry = closed.next[entry]
    ) {
      if (entry === 0) break;
      if (!this.#overlaps(entry, range) || closed.isLate(entry)) continue;
      this.#readChunk(entry, series, range, buffer);
    }
    if (open.count[slot] > 0 && open.startMs[slot] <= range.toMs) {
      this.#readChunk(OPEN, series, range, buffer);
    }
  }

  #overlaps(entry: number, { fromMs, toMs }: TimeRange): boolean {
    const { closed } = this.#head;
    return closed.lastMs[entry] >= fromMs && closed.startMs[entry] <= toMs;
  }

  #readChunk(entry: number, series: Series, range: TimeRange, buffer: SampleBuffer): void {
    const { open, closed } = this.#head;
    const { slot } = series;
    const { fromMs, toMs } = range;
    const startMs = entry === OPEN ? open.startMs[slot] : closed.startMs[entry];
    const kind = entry === OPEN ? open.kind[slot] : closed.kind[entry];
    if (kind !== CHUNK_XOR || startMs >= fromMs) {
      buffer.decode(this.#gather(entry, slot), fromMs, toMs);
      return;
    }
    const chunk = this.#moveTo(this.#windows, entry, series, fromMs);
    if (chunk !== undefined) buffer.take(chunk, this.#cursor, fromMs, toMs);
  }

  /** Moves the cursor to the last sample of a chunk before a time; undefined where it is empty. */
  #moveTo(
    places: ChunkPlaces,
    entry: number,
    { slot, id }: Series,
    beforeMs: number,
  ): ChunkWords | undefined {
    const { open, closed } = this.#head;
    const chunk = this.#chunk;
    chunk.slot = slot;
    chunk.id = id;
    chunk.firstBlock = entry === OPEN ? open.firstBlock[slot] : closed.firstBlock[entry];
    chunk.startMs = entry === OPEN ? open.startMs[slot] : closed.startMs[entry];
    const isKnown = places.resume(chunk, beforeMs, this.#cursor);
    this.#whole.block = chunk.firstBlock;
    const start = isKnown ? places.start : this.#whole;
    const words = this.#gather(entry, slot, start);
    if (!isKnown && !beginXor(words, this.#cursor)) return undefined;
    skipXor(words, this.#cursor, beforeMs);
    places.propose(chunk, this.#cursor, start);
    return words;
  }

  #gather(entry: number, slot: number, start?: ChunkStart): ChunkWords {
    return entry === OPEN
      ? this.#head.openChunk(slot, start)
      : this.#head.closedChunk(entry, start);
  }
}

function decoded(chunk: ChunkWords, { fromMs, toMs }: TimeRange): SampleBuffer {
  const buffer = new SampleBuffer();
  buffer.decode(chunk, fromMs, toMs);
  return buffer;
}
