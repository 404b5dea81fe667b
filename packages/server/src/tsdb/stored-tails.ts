/**
 * The last samples before those in memory, of series whose windows reach back to them.
 *
 * Closed chunks go to files within seconds, so a window of the last minute begins in a file for half
 * of all series. Their chunks lie scattered there: each reading fetches a block or two, checks a
 * checksum and decodes from the start. What of the chunk comes after the window's begin is kept
 * here as it is encoded, and serves until the next chunk is closed.
 *
 * All tails lie in one array, each behind a head of sixteen words.
 */
import { CHUNK_XOR } from './chunk-kind.ts';
import { growWords } from './grow.ts';
import { TAILS_WORDS_MAX } from './limits.ts';
import type { ChunkWords, XorCursor } from './xor-decode.ts';

/** A series, and when what memory has of it begins: no sample lies between that and the tail. */
export interface TailIdentity {
  readonly slot: number;
  /** The series' number. */
  readonly id: number;
  readonly memoryStartMs: number;
}

const HEAD_WORDS = 16;
/** Doubles, in pairs of words. */
const MEMORY_START_MS = 0;
const TIME_MS = 1;
const DELTA_MS = 2;
const COUNTER_START_MS = 3;
/** Words after them. */
const ID = 8;
const COUNT = 9;
const AT = 10;
const HIGH = 11;
const LOW = 12;
const WINDOW = 13;
const BIT_COUNT = 14;
const SAMPLE_COUNT = 15;

const FIRST_WORDS = 4096;
/** Decoders look ahead by so many words. */
const MARGIN_WORDS = 4;

export class StoredTails {
  /** By slot: where its tail begins; 0 where it has none. */
  #placeOf = new Uint32Array(0);
  #words = new Uint32Array(0);
  #doubles = new Float64Array(0);
  #end = HEAD_WORDS;
  /** The words of the tail that was taken last. */
  #taken = new Uint32Array(64);

  /** The tail of a series and a cursor in it, if it reaches back to a time; used up by the next. */
  take(series: TailIdentity, beforeMs: number, cursor: XorCursor): ChunkWords | undefined {
    const { slot } = series;
    const at = slot < this.#placeOf.length ? this.#placeOf[slot] : 0;
    const words = this.#words;
    const doubles = this.#doubles;
    const pair = at / 2;
    if (at === 0 || words[at + ID] !== series.id) return undefined;
    if (doubles[pair + MEMORY_START_MS] !== series.memoryStartMs) return undefined;
    if (doubles[pair + TIME_MS] >= beforeMs) return undefined;
    cursor.count = words[at + COUNT];
    cursor.at = words[at + AT];
    cursor.timeMs = doubles[pair + TIME_MS];
    cursor.deltaMs = doubles[pair + DELTA_MS];
    cursor.high = words[at + HIGH] | 0;
    cursor.low = words[at + LOW] | 0;
    cursor.leading = words[at + WINDOW] >>> 8;
    cursor.trailing = words[at + WINDOW] & 255;
    const bitCount = words[at + BIT_COUNT];
    const wordCount = Math.ceil(bitCount / 32);
    const taken = this.#takenOf(wordCount);
    const from = at + HEAD_WORDS;
    for (let i = 0; i < wordCount; i++) taken[i] = words[from + i];
    return {
      kind: CHUNK_XOR,
      isLate: false,
      counterStartMs: doubles[pair + COUNTER_START_MS],
      words: taken,
      bitCount,
      sampleCount: words[at + SAMPLE_COUNT],
    };
  }

  /** Keeps what comes after a cursor in the last chunk that files have of a series. */
  keep(series: TailIdentity, chunk: ChunkWords, cursor: XorCursor): void {
    const skippedWords = cursor.at >>> 5;
    const wordCount = Math.ceil(chunk.bitCount / 32) - skippedWords;
    const at = this.#makeRoom(series.slot, HEAD_WORDS + Math.ceil(wordCount / 2) * 2);
    const words = this.#words;
    const doubles = this.#doubles;
    const pair = at / 2;
    doubles[pair + MEMORY_START_MS] = series.memoryStartMs;
    doubles[pair + TIME_MS] = cursor.timeMs;
    doubles[pair + DELTA_MS] = cursor.deltaMs;
    doubles[pair + COUNTER_START_MS] = chunk.counterStartMs;
    words[at + ID] = series.id;
    words[at + COUNT] = cursor.count;
    words[at + AT] = cursor.at - skippedWords * 32;
    words[at + HIGH] = cursor.high;
    words[at + LOW] = cursor.low;
    words[at + WINDOW] = (cursor.leading << 8) | cursor.trailing;
    words[at + BIT_COUNT] = chunk.bitCount - skippedWords * 32;
    words[at + SAMPLE_COUNT] = chunk.sampleCount;
    const to = at + HEAD_WORDS;
    for (let i = 0; i < wordCount; i++) words[to + i] = chunk.words[skippedWords + i];
  }

  forget(slot: number): void {
    if (slot < this.#placeOf.length) this.#placeOf[slot] = 0;
  }

  #takenOf(wordCount: number): Uint32Array {
    const need = wordCount + MARGIN_WORDS;
    if (need > this.#taken.length) this.#taken = new Uint32Array(need * 2);
    return this.#taken;
  }

  /** A place for a tail; that of the series' tail before it stays empty until all are forgotten. */
  #makeRoom(slot: number, wordCount: number): number {
    if (slot >= this.#placeOf.length) {
      this.#placeOf = growWords(this.#placeOf, Math.ceil((slot + 1) * 1.5));
    }
    // All at once: what is asked again comes back soon, and to know the oldest would cost more.
    if (this.#end + wordCount > TAILS_WORDS_MAX) {
      this.#placeOf.fill(0);
      this.#end = HEAD_WORDS;
    }
    const at = this.#end;
    this.#end += wordCount;
    this.#placeOf[slot] = at;
    if (this.#end > this.#words.length) {
      const capacity = Math.max(FIRST_WORDS, this.#words.length * 2, this.#end);
      this.#words = growWords(this.#words, Math.min(capacity, TAILS_WORDS_MAX));
      this.#doubles = new Float64Array(this.#words.buffer);
    }
    return at;
  }
}
