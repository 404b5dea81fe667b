/**
 * The open chunk of every series, encoded sample by sample (layout: xor-decode.ts).
 *
 * One column for each thing that the encoder must remember, one row (slot) for each series: no
 * object per series, so a scrape walks through a few arrays in order and leaves nothing for the
 * garbage collector. The word that is being filled is a column too: blocks lie scattered over the
 * slabs, and waiting for one at every sample halved the speed at 100,000 series.
 */
import { STALE_HIGH, STALE_LOW } from '../series/index.ts';
import type { BitWriter } from './bit-stream.ts';
import { BLOCK_WORDS, type BlockPool, SLAB_MASK, SLAB_SHIFT } from './block-pool.ts';
import { CHUNK_XOR } from './chunk-kind.ts';
import type { ChunkStart } from './chunk-places.ts';
import { shareBytes, shareDoubles, shareShorts, shareWords } from './grow.ts';
import { CHUNK_SAMPLES_MAX } from './limits.ts';
import { windowStart } from './window-times.ts';

const TWO_32 = 2 ** 32;
const sumBits = new Float64Array(1);
const sumWords = new Uint32Array(sumBits.buffer);
/** No window of changed bits yet. */
export const NO_WINDOW = 0xff;

/** The columns that are needed for reading. */
export type OpenColumns = Pick<
  OpenChunks,
  | 'count'
  | 'kind'
  | 'firstBlock'
  | 'wordCount'
  | 'tail'
  | 'tailBits'
  | 'startMs'
  | 'lastMs'
  | 'lastLow'
  | 'lastHigh'
  | 'counterStartMs'
  | 'deltaMs'
  | 'hasMarker'
>;

/** With those that only the writer needs. */
export type OpenState = OpenColumns &
  Pick<OpenChunks, 'countMax' | 'tailWord' | 'leading' | 'trailing'>;

export class OpenChunks {
  /** Samples in the open chunk; 0: there is none, and the chunk's columns mean nothing. */
  count = shareBytes(0);
  /** What it holds, or the newest one held (chunk-kind.ts). */
  kind = shareBytes(0);
  /** The count at which it is closed; 0 where it holds histograms, so that no float gets in. */
  countMax = shareBytes(0);
  firstBlock = shareWords(0);
  /** Whole words before the tail word. */
  wordCount = shareShorts(0);
  /** The last word of the stream, filled from the top; what is unused of it is zero. */
  tail = shareWords(0);
  /** Bits in use in it, 0 to 31. */
  tailBits = shareBytes(0);
  /** Where it goes when it is full, or the chunk is closed. */
  tailWord = shareWords(0);
  /** The first sample; one in a later window begins a new chunk. */
  startMs = shareDoubles(0);
  /**
   * When the counters behind the newest samples began to count, 0 where that is unknown; all of an
   * open chunk have the same. Empty as long as it is unknown for all series.
   */
  counterStartMs = shareDoubles(0);
  /** Between the two newest samples of the chunk, where it holds floats and more than one. */
  deltaMs = shareDoubles(0);
  /** 1 where a staleness marker may lie in the chunk; 0: there is none. */
  hasMarker = shareBytes(0);
  leading = shareBytes(0);
  trailing = shareBytes(0);
  /**
   * The newest sample, also where no chunk is open; -Infinity before the first. Of a histogram the
   * two words are those of its sum.
   */
  lastMs = shareDoubles(0);
  /** Its value; 0 where only its time is known. */
  lastLow = shareWords(0);
  lastHigh = shareWords(0);

  readonly #pool: BlockPool;
  /** While a sample is appended: address and bits of the tail word, and whole words before it. */
  #word = 0;
  #bits = 0;
  #used = 0;
  #words = 0;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    this.count = shareBytes(capacity, this.count);
    this.kind = shareBytes(capacity, this.kind);
    this.countMax = shareBytes(capacity, this.countMax);
    this.firstBlock = shareWords(capacity, this.firstBlock);
    this.wordCount = shareShorts(capacity, this.wordCount);
    this.tail = shareWords(capacity, this.tail);
    this.tailWord = shareWords(capacity, this.tailWord);
    this.tailBits = shareBytes(capacity, this.tailBits);
    this.startMs = shareDoubles(capacity, this.startMs);
    this.deltaMs = shareDoubles(capacity, this.deltaMs);
    this.hasMarker = shareBytes(capacity, this.hasMarker);
    if (this.counterStartMs.length > 0) {
      this.counterStartMs = shareDoubles(capacity, this.counterStartMs);
    }
    this.leading = shareBytes(capacity, this.leading);
    this.trailing = shareBytes(capacity, this.trailing);
    this.lastMs = shareDoubles(capacity, this.lastMs);
    this.lastLow = shareWords(capacity, this.lastLow);
    this.lastHigh = shareWords(capacity, this.lastHigh);
  }

  columns(): OpenColumns {
    const { count, kind, firstBlock, wordCount, tail, tailBits } = this;
    const { startMs, lastMs, lastLow, lastHigh, counterStartMs, deltaMs, hasMarker } = this;
    const stream = { count, kind, firstBlock, wordCount, tail, tailBits };
    const newest = { lastMs, lastLow, lastHigh, deltaMs, hasMarker };
    return { ...stream, ...newest, startMs, counterStartMs };
  }

  /** Makes this a view of the columns of another thread, to read only. */
  adopt(columns: OpenColumns): void {
    Object.assign(this, columns);
  }

  /** All of it, for another thread to go on with. */
  handOver(): OpenState {
    const { countMax, tailWord, leading, trailing } = this;
    return { ...this.columns(), countMax, tailWord, leading, trailing };
  }

  /** Goes on with what another thread has handed over. */
  takeOver(state: OpenState): void {
    Object.assign(this, state);
  }

  /** Empties a slot for a new series. */
  reset(slot: number, countMax: number): void {
    this.count[slot] = 0;
    this.kind[slot] = CHUNK_XOR;
    this.countMax[slot] = countMax;
    this.lastMs[slot] = -Infinity;
    this.lastLow[slot] = 0;
    this.lastHigh[slot] = 0;
    this.setCounterStart(slot, 0);
  }

  /** When the counter behind the newest sample of a slot began; 0 where that is unknown. */
  counterStart(slot: number): number {
    return slot < this.counterStartMs.length ? this.counterStartMs[slot] : 0;
  }

  /** Sets it for the samples to come; a chunk that is open must have been closed. */
  setCounterStart(slot: number, timeMs: number): void {
    if (slot >= this.counterStartMs.length) {
      if (timeMs === 0) return;
      this.counterStartMs = shareDoubles(this.count.length, this.counterStartMs);
    }
    this.counterStartMs[slot] = timeMs;
  }

  /** Whether the newest sample is known to be a staleness marker. */
  endsStale(slot: number): boolean {
    return this.lastHigh[slot] === STALE_HIGH && this.lastLow[slot] === STALE_LOW;
  }

  /**
   * The time of a sample in [fromMs, toMs] after which, within the range, no staleness marker
   * comes: then the series is there. NaN where that does not show without decoding.
   */
  liveTime(slot: number, fromMs: number, toMs: number): number {
    if (this.count[slot] === 0) return Number.NaN;
    const lastMs = this.lastMs[slot];
    if (lastMs <= toMs) return lastMs >= fromMs && !this.endsStale(slot) ? lastMs : Number.NaN;
    if (this.hasMarker[slot] === 1) return Number.NaN;
    const isKnown = this.kind[slot] === CHUNK_XOR && this.count[slot] > 1;
    const beforeMs = isKnown ? lastMs - this.deltaMs[slot] : Number.NaN;
    if (beforeMs >= fromMs && beforeMs <= toMs) return beforeMs;
    const startMs = this.startMs[slot];
    return startMs >= fromMs && startMs <= toMs ? startMs : Number.NaN;
  }

  /** Takes note that files have the samples up to a time; the value of the newest is not known. */
  raiseLast(slot: number, timeMs: number): void {
    if (timeMs <= this.lastMs[slot]) return;
    this.lastMs[slot] = timeMs;
    this.lastLow[slot] = 0;
    this.lastHigh[slot] = 0;
  }

  /** The length of the open chunk's stream. */
  bitCount(slot: number): number {
    return this.wordCount[slot] * 32 + this.tailBits[slot];
  }

  /** Whether a sample does not fit into the open chunk, which must then be closed first. */
  isFull(slot: number, timeMs: number): boolean {
    return this.count[slot] >= this.countMax[slot] || this.isOver(slot, timeMs);
  }

  /** Whether a sample lies in a later window than the open chunk, or the one before it. */
  isOver(slot: number, timeMs: number): boolean {
    return windowStart(timeMs) > this.startMs[slot];
  }

  /** Begins a chunk with its first sample. */
  begin(slot: number, timeMs: number, low: number, high: number): void {
    this.#beginStream(slot, timeMs);
    this.#putVarint(timeMs >= 0 ? 2 * timeMs : -2 * timeMs - 1);
    this.#put(high, 32);
    this.#put(low, 32);
    this.kind[slot] = CHUNK_XOR;
    this.deltaMs[slot] = 0;
    this.leading[slot] = NO_WINDOW;
    this.trailing[slot] = 0;
    this.count[slot] = 1;
    this.#save(slot, timeMs, low, high);
  }

  /** Adds a sample to the open chunk; the caller has checked that it is newer and fits. */
  add(slot: number, timeMs: number, low: number, high: number): void {
    const count = this.count[slot];
    const deltaMs = timeMs - this.lastMs[slot];
    const changedHigh = high ^ this.lastHigh[slot];
    const changedLow = low ^ this.lastLow[slot];
    const isSame = (changedHigh | changedLow) === 0;
    const isRegular = count > 1 && deltaMs === this.deltaMs[slot];
    this.count[slot] = count + 1;
    // A regular series that stands still is the most common of all and takes two zero bits, which
    // are there already.
    if (isSame && isRegular && this.tailBits[slot] < 30) {
      this.tailBits[slot] += 2;
      this.lastMs[slot] = timeMs;
      return;
    }
    this.#load(slot);
    // The zero of a regular distance is written with what follows it.
    let zeroBits = 1;
    if (!isRegular) {
      zeroBits = 0;
      if (count === 1) this.#putVarint(deltaMs);
      else this.#putChange(deltaMs - this.deltaMs[slot]);
      this.deltaMs[slot] = deltaMs;
    }
    if (isSame) this.#put(0, zeroBits + 1);
    else this.#putValue(slot, changedHigh, changedLow, zeroBits);
    this.#save(slot, timeMs, low, high);
  }

  /** Begins a chunk of histograms without any; `addBits` adds the first. */
  beginBits(slot: number, timeMs: number, kind: number): void {
    this.#beginStream(slot, timeMs);
    this.kind[slot] = kind;
    this.countMax[slot] = 0;
    this.count[slot] = 0;
    this.#save(slot, timeMs, 0, 0);
  }

  /** Adds one sample that was encoded elsewhere; `sum` is undefined for a staleness marker. */
  addBits(slot: number, timeMs: number, bits: BitWriter, sum: number | undefined): void {
    this.#load(slot);
    const wholeWords = bits.bitCount >>> 5;
    for (let i = 0; i < wholeWords; i++) this.#put(bits.words[i], 32);
    const rest = bits.bitCount & 31;
    if (rest > 0) this.#put(bits.words[wholeWords] >>> (32 - rest), rest);
    this.count[slot]++;
    sumBits[0] = sum ?? 0;
    const isStale = sum === undefined;
    this.#save(slot, timeMs, isStale ? STALE_LOW : sumWords[0], isStale ? STALE_HIGH : sumWords[1]);
  }

  #beginStream(slot: number, timeMs: number): void {
    const block = this.#pool.allocate();
    this.firstBlock[slot] = block;
    this.#word = block * BLOCK_WORDS + 1;
    this.#used = 0;
    this.#words = 0;
    this.#bits = 0;
    this.startMs[slot] = timeMs;
    this.hasMarker[slot] = 0;
  }

  #load(slot: number): void {
    this.#word = this.tailWord[slot];
    this.#bits = this.tail[slot];
    this.#used = this.tailBits[slot];
    this.#words = this.wordCount[slot];
  }

  #save(slot: number, timeMs: number, low: number, high: number): void {
    this.tail[slot] = this.#bits;
    this.tailWord[slot] = this.#word;
    this.tailBits[slot] = this.#used;
    this.wordCount[slot] = this.#words;
    this.lastMs[slot] = timeMs;
    this.lastLow[slot] = low;
    this.lastHigh[slot] = high;
    if (high === STALE_HIGH && low === STALE_LOW) this.hasMarker[slot] = 1;
  }

  /**
   * Takes over the stream of an open chunk that was saved, from a place on in `words`; its other
   * columns are set before. Where the bits end at the end of a word, a word of zeros follows.
   */
  restoreStream(slot: number, words: Uint32Array, from: number, bitCount: number): void {
    const wholeWords = bitCount >>> 5;
    // One word more than whole ones: the tail, which is empty where the bits end at its start.
    this.firstBlock[slot] = this.#pool.scatter(words, from, wholeWords + 1);
    this.tailWord[slot] = this.#pool.lastWord;
    this.tail[slot] = words[from + wholeWords];
    this.tailBits[slot] = bitCount & 31;
    this.wordCount[slot] = wholeWords;
    if (this.kind[slot] !== CHUNK_XOR) this.countMax[slot] = 0;
  }

  /** Completes the stream in the blocks, so that they can be read alone. */
  finish(slot: number): void {
    const word = this.tailWord[slot];
    this.#pool.slabs[word >>> SLAB_SHIFT][word & SLAB_MASK] = this.tail[slot];
  }

  /**
   * Copies the stream, or what of it comes from a block on, to the start of `into`, which has room
   * for the largest and one word more.
   */
  gather(slot: number, into: Uint32Array, from?: ChunkStart): void {
    const wordCount = this.wordCount[slot] - (from?.skippedWords ?? 0);
    this.#pool.gather(from?.block ?? this.firstBlock[slot], wordCount, into);
    into[wordCount] = this.tail[slot];
  }

  get memoryBytes(): number {
    // Columns by their width: three of 8 bytes, five of 4, one of 2, seven of 1.
    return this.count.length * (3 * 8 + 5 * 4 + 2 + 7) + this.counterStartMs.byteLength;
  }

  /** Forgets the open chunk; its blocks belong to the caller now. */
  detach(slot: number): void {
    this.count[slot] = 0;
    this.countMax[slot] = CHUNK_SAMPLES_MAX;
  }

  #storeWord(): void {
    this.#pool.slabs[this.#word >>> SLAB_SHIFT][this.#word & SLAB_MASK] = this.#bits;
  }

  /** Writes the low `size` bits of a value, 1 to 32; the bits above must be zero. */
  #put(value: number, size: number): void {
    const rest = this.#used + size - 32;
    if (rest < 0) {
      this.#bits |= value << -rest;
      this.#used += size;
      return;
    }
    this.#bits |= value >>> rest;
    this.#storeWord();
    this.#nextWord();
    this.#bits = rest === 0 ? 0 : value << (32 - rest);
    this.#used = rest;
  }

  #nextWord(): void {
    this.#words++;
    this.#word++;
    if ((this.#word & (BLOCK_WORDS - 1)) !== 0) return;
    const next = this.#pool.allocate();
    this.#pool.link(this.#word / BLOCK_WORDS - 1, next);
    this.#word = next * BLOCK_WORDS + 1;
  }

  #putVarint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#put((rest % 128) | 128, 8);
      rest = Math.floor(rest / 128);
    }
    this.#put(rest, 8);
  }

  /** The change of the distance between samples, not 0; ranges as in xor-decode.ts. */
  #putChange(change: number): void {
    if (change >= -0x1fff && change <= 0x2000) {
      this.#put(0x8000 | (change & 0x3fff), 16);
    } else if (change >= -0xffff && change <= 0x10000) {
      this.#put(0xc0000 | (change & 0x1ffff), 20);
    } else if (change >= -0x7ffff && change <= 0x80000) {
      this.#put(0xe00000 | (change & 0xfffff), 24);
    } else {
      this.#put(0b1111, 4);
      this.#put(Math.floor(change / TWO_32) | 0, 32);
      this.#put(change | 0, 32);
    }
  }

  /** Writes the bits that changed, after as many zeros. */
  #putValue(slot: number, high: number, low: number, zeroBits: number): void {
    // Five bits hold the count of leading zeros, so more than 31 count as 31.
    const leading = Math.min(31, Math.clz32(high));
    const trailing = low === 0 ? 32 + countTrailing(high) : countTrailing(low);
    const windowLeading = this.leading[slot];
    const windowTrailing = this.trailing[slot];
    const isInWindow =
      windowLeading !== NO_WINDOW && leading >= windowLeading && trailing >= windowTrailing;
    if (isInWindow) {
      this.#put(0b10, zeroBits + 2);
      this.#putChanged(high, low, windowTrailing, 64 - windowLeading - windowTrailing);
      return;
    }
    this.leading[slot] = leading;
    this.trailing[slot] = trailing;
    const size = 64 - leading - trailing;
    // A count of 64 does not fit into six bits and is written as 0.
    this.#put((0b11 << 11) | (leading << 6) | (size & 63), zeroBits + 13);
    this.#putChanged(high, low, trailing, size);
  }

  /** Writes `size` bits of a 64-bit word, those above the `trailing` lowest. */
  #putChanged(high: number, low: number, trailing: number, size: number): void {
    if (trailing >= 32) {
      this.#put(high >>> (trailing - 32), size);
      return;
    }
    const shiftedHigh = high >>> trailing;
    const shiftedLow = trailing === 0 ? low : (low >>> trailing) | (high << (32 - trailing));
    if (size > 32) {
      this.#put(shiftedHigh, size - 32);
      this.#put(shiftedLow, 32);
    } else {
      this.#put(shiftedLow, size);
    }
  }
}

/** Blocks that one more sample can take at most: a new chunk's first and one that spills over. */
export const BLOCKS_PER_SAMPLE_MAX = 2;

/** Zero bits at the low end of a word that is not 0. */
export function countTrailing(word: number): number {
  return 31 - Math.clz32(word & -word);
}
