/**
 * Samples that come late: older than the newest of their series, but not too old to be taken.
 *
 * Each series that has some gets a second open chunk for them, kept in order of time, so that what
 * an agent sends after a pause (late, but in order) costs what any append does. Closed, a late
 * chunk goes the way of all others, marked as late, and readers merge what is late with what is
 * not. The columns are made when the first late sample comes; until then all of this costs nothing.
 */
import type { Histogram } from '../series/index.ts';
import type { BlockPool } from './block-pool.ts';
import { CHUNK_XOR } from './chunk-kind.ts';
import { shareDoubles } from './grow.ts';
import { isSameHistogram } from './histogram-bytes.ts';
import { CHUNK_SAMPLES_MAX } from './limits.ts';
import { type OpenColumns, OpenChunks, type OpenState } from './open-chunks.ts';
import { OpenHistograms } from './open-histograms.ts';
import { SampleBuffer } from './sample-buffer.ts';
import type { ChunkWords } from './xor-decode.ts';
import { windowStart } from './window-times.ts';

/** One sample: a histogram, or a float as words. */
export interface LateSample {
  readonly timeMs: number;
  readonly low: number;
  readonly high: number;
  readonly histogram: Histogram | undefined;
  /** When its counter began to count; 0 where that is unknown. */
  readonly startTimeMs: number;
}

/** What another sample of the same time makes of one. */
export type SameTime = 'known' | 'duplicate';

/** The columns that are needed for reading. */
export interface LateColumns {
  readonly open: OpenColumns;
  readonly endMs: Float64Array;
}

/** With what only the writer needs. */
export interface LateState {
  readonly open: OpenState;
  readonly endMs: Float64Array;
}

export class LateChunks {
  readonly open: OpenChunks;
  /** By slot: no late sample is newer, wherever it lies; 0 where there is none. */
  endMs: Float64Array = shareDoubles(0);
  readonly #pool: BlockPool;
  readonly #histograms: OpenHistograms;
  readonly #chunkOf: (slot: number) => ChunkWords;
  /** Closes the open late chunk of a slot. */
  readonly #close: (slot: number) => void;
  readonly #buffer = new SampleBuffer();

  constructor(options: {
    readonly pool: BlockPool;
    readonly chunkOf: (slot: number) => ChunkWords;
    readonly close: (slot: number) => void;
  }) {
    this.open = new OpenChunks(options.pool);
    this.#pool = options.pool;
    this.#chunkOf = options.chunkOf;
    this.#close = options.close;
    this.#histograms = new OpenHistograms(this.open, options.chunkOf);
  }

  /** Whether any series has, or had, late samples. */
  get isUsed(): boolean {
    return this.endMs.length > 0;
  }

  columns(): LateColumns {
    return { open: this.open.columns(), endMs: this.endMs };
  }

  /** Makes this a view of the columns of another thread, to read only. */
  adopt({ open, endMs }: LateColumns): void {
    this.open.adopt(open);
    this.endMs = endMs;
  }

  /** All of it, for another thread to go on with. */
  handOver(): LateState {
    return { open: this.open.handOver(), endMs: this.endMs };
  }

  /** Goes on with what another thread has handed over. */
  takeOver({ open, endMs }: LateState): void {
    this.open.takeOver(open);
    this.endMs = endMs;
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    if (capacity <= this.endMs.length) return;
    this.open.grow(capacity);
    this.endMs = shareDoubles(capacity, this.endMs);
  }

  /** Whether a slot has an open late chunk. */
  hasOpen(slot: number): boolean {
    return slot < this.endMs.length && this.open.count[slot] > 0;
  }

  /** Whether a slot may have late samples from a time on. */
  reaches(slot: number, fromMs: number): boolean {
    return slot < this.endMs.length && this.endMs[slot] !== 0 && this.endMs[slot] >= fromMs;
  }

  /** The time of a slot's newest late sample, wherever it is; -Infinity where there is none. */
  newestMs(slot: number): number {
    return this.reaches(slot, -Infinity) ? this.endMs[slot] : -Infinity;
  }

  /** Takes note of a late sample somewhere. */
  noteEnd(slot: number, timeMs: number): void {
    if (this.endMs[slot] === 0 || this.endMs[slot] < timeMs) this.endMs[slot] = timeMs;
  }

  /** Compares with the sample of the same time in the open late chunk; undefined: there is none. */
  find(slot: number, sample: LateSample): SameTime | undefined {
    if (!this.hasOpen(slot)) return undefined;
    return compareSameTime(this.#chunkOf(slot), sample, this.#buffer);
  }

  /** Adds a sample that `find` does not know; there must be room for its slot. */
  add(slot: number, sample: LateSample): void {
    const { open } = this;
    this.noteEnd(slot, sample.timeMs);
    if (open.count[slot] > 0 && !this.#fits(slot, sample)) this.#close(slot);
    if (open.count[slot] === 0) this.#begin(slot, sample);
    else if (sample.timeMs > open.lastMs[slot]) this.#append(slot, sample);
    else this.#insert(slot, sample);
  }

  #fits(slot: number, sample: LateSample): boolean {
    const { open } = this;
    const isInWindow = windowStart(sample.timeMs) === windowStart(open.startMs[slot]);
    const isSameStart = open.counterStart(slot) === sample.startTimeMs;
    if (!isInWindow || !isSameStart || open.count[slot] >= CHUNK_SAMPLES_MAX) return false;
    if (sample.histogram === undefined) return open.kind[slot] === CHUNK_XOR;
    const isNewer = sample.timeMs > open.lastMs[slot];
    return isNewer && this.#histograms.canAdd(slot, sample.timeMs, sample.histogram);
  }

  #begin(slot: number, { timeMs, low, high, histogram, startTimeMs }: LateSample): void {
    this.#histograms.forget(slot);
    this.open.setCounterStart(slot, startTimeMs);
    if (histogram === undefined) this.open.begin(slot, timeMs, low, high);
    else this.#histograms.begin(slot, timeMs, histogram);
  }

  #append(slot: number, { timeMs, low, high, histogram }: LateSample): void {
    if (histogram === undefined) this.open.add(slot, timeMs, low, high);
    else this.#histograms.add(slot, timeMs, histogram);
  }

  /** Writes the chunk anew, with a float in its place by time. */
  #insert(slot: number, sample: LateSample): void {
    const { open } = this;
    const buffer = this.#buffer;
    buffer.clear();
    buffer.decode(this.#chunkOf(slot), -Infinity, Infinity);
    this.#pool.free(open.firstBlock[slot]);
    open.count[slot] = 0;
    let isDone = false;
    const put = (timeMs: number, low: number, high: number): void => {
      if (open.count[slot] === 0) open.begin(slot, timeMs, low, high);
      else open.add(slot, timeMs, low, high);
    };
    for (let i = 0; i < buffer.count; i++) {
      if (!isDone && buffer.timesMs[i] > sample.timeMs) {
        put(sample.timeMs, sample.low, sample.high);
        isDone = true;
      }
      put(buffer.timesMs[i], buffer.bits[2 * i], buffer.bits[2 * i + 1]);
    }
  }

  /** Forgets what a slot has in memory. */
  remove(slot: number): void {
    if (slot >= this.endMs.length) return;
    if (this.open.count[slot] > 0) this.#pool.free(this.open.firstBlock[slot]);
    this.open.count[slot] = 0;
    this.open.setCounterStart(slot, 0);
    this.endMs[slot] = 0;
    this.#histograms.forget(slot);
  }

  get memoryBytes(): number {
    return this.endMs.byteLength + this.open.memoryBytes + this.#histograms.memoryBytes;
  }
}

/** Compares a sample with that of the same time in a chunk; undefined where there is none. */
export function compareSameTime(
  chunk: ChunkWords,
  sample: LateSample,
  buffer: SampleBuffer,
): SameTime | undefined {
  buffer.clear();
  buffer.decode(chunk, sample.timeMs, sample.timeMs);
  if (buffer.count === 0) return undefined;
  const known = buffer.histograms?.[0];
  if (known !== undefined || sample.histogram !== undefined) {
    const isSame =
      known !== undefined &&
      sample.histogram !== undefined &&
      isSameHistogram(known, sample.histogram);
    return isSame ? 'known' : 'duplicate';
  }
  const isSame = buffer.bits[0] === sample.low && buffer.bits[1] === sample.high;
  return isSame ? 'known' : 'duplicate';
}
