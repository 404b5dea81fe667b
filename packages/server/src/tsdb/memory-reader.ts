/**
 * Reads one series' samples out of memory: the open chunk, closed ones, and late samples.
 *
 * Most queries ask for the last minutes, which are in memory whole: these are read in one look
 * that begins where the last one began (chunk-places.ts).
 */
import { CHUNK_XOR } from './chunk-kind.ts';
import { type ChunkIdentity, ChunkPlaces, type ChunkStart } from './chunk-places.ts';
import type { Head } from './head.ts';
import { SELECT_WARM } from './limits.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { StoredTails, type TailIdentity } from './stored-tails.ts';
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

/** One look at memory: what for, and where samples go. */
interface Asked {
  series: Series;
  range: TimeRange;
  buffer: SampleBuffer;
}

/** Stands for the open chunk where an entry of the closed ones could stand. */
const OPEN = 0;

export class MemoryReader {
  readonly #head: Head;
  /** Where windows began, and where the newest samples were. */
  readonly #windows: ChunkPlaces;
  readonly #newest: ChunkPlaces;
  readonly #tails = new StoredTails();
  readonly #cursor = new XorCursor();
  /**
   * Whether places are remembered of what is read: not of a selection of more series than there are
   * places, as they would be forgotten before they are asked for.
   */
  keepsPlaces = true;
  /** Used again for each chunk, as there may be a hundred thousand in a query. */
  readonly #chunk = { slot: 0, id: 0, firstBlock: 0, startMs: 0 } satisfies ChunkIdentity;
  readonly #whole: ChunkStart = { block: 0, skippedWords: 0 };
  readonly #fronts = new Uint32Array(2 * SELECT_WARM);
  /** What is being read. Here, and not in a function made for each series, which was garbage. */
  readonly #asked: Asked = {
    series: { slot: 0, id: 0 },
    range: { fromMs: 0, toMs: 0 },
    buffer: new SampleBuffer(),
  };
  readonly #lookWhole = (): boolean => this.#readWhole();
  readonly #lookNewest = (): boolean => this.#readNewest();

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
    const isRead = this.#look(this.#lookWhole, series, range, buffer);
    this.#windows.confirm();
    return isRead;
  }

  /** Takes a look that belongs together; what it is for stands in `#asked` meanwhile. */
  #look(look: () => boolean, series: Series, range: TimeRange, buffer: SampleBuffer): boolean {
    this.#asked.series = series;
    this.#asked.range = range;
    this.#asked.buffer = buffer;
    return this.#head.table.guard.read(look);
  }

  #readWhole(): boolean {
    const { table, late, firstMs } = this.#head;
    const { series, range, buffer } = this.#asked;
    const { slot, id } = series;
    const { fromMs } = range;
    buffer.clear();
    this.#windows.withdraw();
    if (table.idOf[slot] !== id) return true;
    if (late.reaches(slot, fromMs)) return false;
    const startMs = this.#head.memoryStartMs(slot);
    if (startMs > fromMs && startMs > firstMs[slot]) {
      const tail = this.#tails.take({ slot, id, memoryStartMs: startMs }, fromMs, this.#cursor);
      if (tail === undefined) return false;
      skipXor(tail, this.#cursor, fromMs);
      buffer.take(tail, this.#cursor, fromMs, range.toMs);
    }
    this.#readChunks(series, range, buffer);
    return true;
  }

  /**
   * Reads the newest sample of a range, where it is a float in memory; else answers false.
   * The encoder knows the newest of all, so that one needs no decoding.
   */
  readNewest(series: Series, range: TimeRange, buffer: SampleBuffer): boolean {
    const isRead = this.#look(this.#lookNewest, series, range, buffer);
    this.#newest.confirm();
    return isRead;
  }

  #readNewest(): boolean {
    const { open, closed, late, table } = this.#head;
    const { series, range, buffer } = this.#asked;
    const { slot, id } = series;
    const { fromMs, toMs } = range;
    this.#newest.withdraw();
    if (table.idOf[slot] !== id) return false;
    const isOpen = open.count[slot] > 0 && open.startMs[slot] <= toMs;
    if (isOpen && open.lastMs[slot] <= toMs && open.kind[slot] === CHUNK_XOR) {
      const { lastMs, lastLow, lastHigh } = open;
      buffer.set(lastMs[slot], lastLow[slot], lastHigh[slot], open.counterStart(slot));
      return true;
    }
    const entry = isOpen ? OPEN : this.#closedBy(slot, toMs);
    const kind = entry === OPEN ? open.kind[slot] : closed.kind[entry];
    if ((entry === OPEN && !isOpen) || kind !== CHUNK_XOR) return false;
    if (late.reaches(slot, fromMs)) return false;
    const chunk = this.#moveTo(this.#newest, entry, series, Math.floor(toMs) + 1);
    if (chunk === undefined) return false;
    const { timeMs, low, high } = this.#cursor;
    if (timeMs >= fromMs) buffer.set(timeMs, low, high, chunk.counterStartMs);
    else buffer.clear();
    return true;
  }

  /** Adds the samples of a chunk out of a file, of a series without late samples in the range. */
  readStored(
    chunk: ChunkWords,
    series: TailIdentity,
    range: TimeRange,
    buffer: SampleBuffer,
  ): void {
    const { fromMs, toMs } = range;
    const cursor = this.#cursor;
    if (chunk.kind !== CHUNK_XOR || !beginXor(chunk, cursor)) {
      // What was kept of a chunk before this one is not the last before memory.
      this.#tails.forget(series.slot);
      buffer.decode(chunk, fromMs, toMs);
      return;
    }
    skipXor(chunk, cursor, fromMs);
    // Only the last chunk before memory is a tail, and only if the window begins in it: a range that
    // reaches into memory has all chunks before it, the last one last.
    const isTail = cursor.timeMs < fromMs && toMs >= series.memoryStartMs;
    if (isTail) this.#tails.keep(series, chunk, cursor);
    else this.#tails.forget(series.slot);
    buffer.take(chunk, cursor, fromMs, toMs);
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

  /**
   * Looks ahead at what reading some series, SELECT_WARM at most, will look at. Their chunks lie
   * scattered, and reading one waits for memory at each block; here blocks of different series are
   * asked for, which the processor fetches at the same time. Nothing is believed of what is seen,
   * so it needs no guard. What is answered only keeps the looks from being optimised away.
   */
  warm(slots: Uint32Array, fromMs: number, isNewestOnly: boolean): number {
    const { open, closed } = this.#head;
    const places = isNewestOnly ? this.#newest : this.#windows;
    const fronts = this.#fronts;
    let seen = 0;
    let count = 0;
    for (const slot of slots) {
      const firstBlock = open.firstBlock[slot];
      seen += open.count[slot] + open.kind[slot] + open.wordCount[slot] + open.tail[slot];
      seen += open.tailBits[slot] + open.startMs[slot] + open.lastMs[slot];
      const block = places.blockOf(slot);
      fronts[count++] = block === 0 ? firstBlock : block;
      if (isNewestOnly || open.startMs[slot] < fromMs) continue;
      // The window began in the chunk before; of what is open all is read.
      if (block !== 0) fronts[count++] = firstBlock;
      for (let entry = closed.firstOf[slot], n = 0; entry !== 0 && n < 4; n++) {
        seen += closed.slot[entry] + closed.kind[entry] + closed.startMs[entry];
        seen += closed.bitCount[entry] + closed.counterStartMs[entry] + closed.firstBlock[entry];
        seen += closed.lastMs[entry] + closed.sampleCount[entry];
        entry = closed.next[entry];
      }
    }
    return seen + this.#head.pool.warm(fronts.subarray(0, count));
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

  /** The last closed chunk of a slot that begins by a time; 0: there is none. Late ones apart. */
  #closedBy(slot: number, byMs: number): number {
    const { closed } = this.#head;
    let found = 0;
    for (let entry = closed.firstOf[slot]; entry !== 0; entry = closed.next[entry]) {
      if (closed.slot[entry] !== slot || closed.startMs[entry] > byMs) break;
      if (!closed.isLate(entry)) found = entry;
    }
    return found;
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
    if (this.keepsPlaces) places.propose(chunk, this.#cursor, start);
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
