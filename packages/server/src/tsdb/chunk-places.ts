/**
 * Where in a chunk a reader was, so that the next query goes on from there.
 *
 * Dashboards and rules ask for the same series every few seconds, each time for the last minutes.
 * A chunk can only be decoded from its start, and of up to 120 samples all before the window are
 * decoded for nothing. But a chunk is only ever added to: a decoder's state at the last sample
 * before the window stays good, and the next window begins there or later.
 *
 * One place for each series, in the chunk in which its window began. A place is proposed while the
 * chunk is looked at, and counts once it is sure that nobody changed it meanwhile (changes.ts).
 */
import { BLOCK_WORDS, type BlockPool } from './block-pool.ts';
import { PLACES_MAX } from './limits.ts';
import type { XorCursor } from './xor-decode.ts';

/** A chunk in memory; of one series no two begin at the same time. */
export interface ChunkIdentity {
  readonly slot: number;
  /** The series' number. */
  readonly id: number;
  readonly firstBlock: number;
  readonly startMs: number;
}

/** From which block on a chunk has to be read. */
export interface ChunkStart {
  block: number;
  /** Words of the stream before that block. */
  skippedWords: number;
}

/** An entry is one cache line of sixteen words. */
const ENTRY_WORDS = 16;
/** Doubles, in pairs of words. */
const START_MS = 0;
const TIME_MS = 1;
const DELTA_MS = 2;
/** Words after them. */
const ID = 6;
const FIRST_BLOCK = 7;
const COUNT = 8;
const AT = 9;
const HIGH = 10;
const LOW = 11;
const LEADING = 12;
const TRAILING = 13;
const BLOCK = 14;
const SKIPPED_WORDS = 15;

const FIRST_ENTRIES = 256;
const PAYLOAD_WORDS = BLOCK_WORDS - 1;
/** Fewer samples than these are decoded as quickly as a place is found. */
const SKIPPED_MIN = 4;

export class ChunkPlaces {
  readonly #pool: BlockPool;
  /** By slot: its entry; 0 where it has none. */
  #entryOf = new Uint32Array(0);
  #doubles = new Float64Array(0);
  #words = new Uint32Array(0);
  #entryCount = 1;
  #proposed = 0;
  #proposedId = 0;
  /** Where to read a chunk from after `resume` has answered true. */
  readonly start: ChunkStart = { block: 0, skippedWords: 0 };

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  /** Puts a cursor to the place in a chunk, if there is one before a time. */
  resume(chunk: ChunkIdentity, beforeMs: number, cursor: XorCursor): boolean {
    const { slot } = chunk;
    const entry = slot < this.#entryOf.length ? this.#entryOf[slot] : 0;
    const words = this.#words;
    const at = entry * ENTRY_WORDS;
    if (entry === 0 || words[at + ID] !== chunk.id) return false;
    if (words[at + FIRST_BLOCK] !== chunk.firstBlock) return false;
    const doubles = this.#doubles;
    const pair = at / 2;
    if (doubles[pair + START_MS] !== chunk.startMs || doubles[pair + TIME_MS] >= beforeMs) {
      return false;
    }
    const skippedWords = words[at + SKIPPED_WORDS];
    cursor.count = words[at + COUNT];
    cursor.at = words[at + AT] - skippedWords * 32;
    cursor.timeMs = doubles[pair + TIME_MS];
    cursor.deltaMs = doubles[pair + DELTA_MS];
    cursor.high = words[at + HIGH] | 0;
    cursor.low = words[at + LOW] | 0;
    cursor.leading = words[at + LEADING];
    cursor.trailing = words[at + TRAILING];
    this.start.block = words[at + BLOCK];
    this.start.skippedWords = skippedWords;
    return true;
  }

  /**
   * Notes where a cursor is in a chunk that was read from `from` on; to be confirmed when it is
   * sure that the chunk was whole.
   */
  propose(chunk: ChunkIdentity, cursor: XorCursor, from: ChunkStart): void {
    if (cursor.count <= SKIPPED_MIN) return;
    const entry = this.#entryFor(chunk.slot);
    const words = this.#words;
    const doubles = this.#doubles;
    const at = entry * ENTRY_WORDS;
    const pair = at / 2;
    const steps = Math.floor((cursor.at >>> 5) / PAYLOAD_WORDS);
    const skippedWords = from.skippedWords + steps * PAYLOAD_WORDS;
    doubles[pair + START_MS] = chunk.startMs;
    doubles[pair + TIME_MS] = cursor.timeMs;
    doubles[pair + DELTA_MS] = cursor.deltaMs;
    words[at + ID] = 0;
    words[at + FIRST_BLOCK] = chunk.firstBlock;
    words[at + COUNT] = cursor.count;
    words[at + AT] = cursor.at + from.skippedWords * 32;
    words[at + HIGH] = cursor.high;
    words[at + LOW] = cursor.low;
    words[at + LEADING] = cursor.leading;
    words[at + TRAILING] = cursor.trailing;
    words[at + BLOCK] = this.#pool.follow(from.block, steps);
    words[at + SKIPPED_WORDS] = skippedWords;
    this.#proposed = entry;
    this.#proposedId = chunk.id;
  }

  /** What was proposed last counts from now on. */
  confirm(): void {
    if (this.#proposed === 0) return;
    this.#words[this.#proposed * ENTRY_WORDS + ID] = this.#proposedId;
    this.#proposed = 0;
  }

  /** What was proposed and not confirmed does not count. */
  withdraw(): void {
    this.#proposed = 0;
  }

  /** The block from which the chunk in which a series' window began was read last; 0: none. */
  blockOf(slot: number): number {
    const entry = slot < this.#entryOf.length ? this.#entryOf[slot] : 0;
    return entry === 0 ? 0 : this.#words[entry * ENTRY_WORDS + BLOCK];
  }

  #entryFor(slot: number): number {
    if (slot >= this.#entryOf.length) {
      const grown = new Uint32Array(Math.ceil((slot + 1) * 1.5));
      grown.set(this.#entryOf);
      this.#entryOf = grown;
    }
    if (this.#entryOf[slot] !== 0) return this.#entryOf[slot];
    // All at once: what is asked again comes back soon, and to know the oldest would cost more.
    if (this.#entryCount > PLACES_MAX) {
      this.#entryOf.fill(0);
      this.#entryCount = 1;
    }
    const entry = this.#entryCount++;
    if (entry * ENTRY_WORDS >= this.#words.length) this.#grow();
    this.#entryOf[slot] = entry;
    return entry;
  }

  #grow(): void {
    const entryCount = Math.max(FIRST_ENTRIES, (this.#words.length / ENTRY_WORDS) * 2);
    const words = new Uint32Array(entryCount * ENTRY_WORDS);
    words.set(this.#words);
    this.#words = words;
    this.#doubles = new Float64Array(words.buffer);
  }
}
