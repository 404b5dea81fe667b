/**
 * Memory for open chunks: blocks of one cache line inside slabs of 8 MiB.
 *
 * A chunk grows sample by sample to a size that nobody knows beforehand. Blocks of several sizes
 * would have to be copied at each step, and when 100,000 series that began together all leave one
 * size, its memory lies idle for ever. So every block has the same 64 bytes: one word that links
 * to the next block and fifteen of payload. What is freed fits everywhere, the waste is half a
 * block for each chunk, and appending touches one cache line.
 *
 * Slabs are SharedArrayBuffers of a fixed size, so that other threads can read them in place
 * (growable ones made each access about fifteen times as dear).
 *
 * Addresses are numbers of 32-bit words over all slabs; block b begins at word `b * 16`.
 */
import { limitExceeded } from '../platform/index.ts';
import { sharePages } from './grow.ts';
import { SLABS_MAX } from './limits.ts';

export const BLOCK_WORDS = 16;
/** Words of payload in a block; word 0 is the number of the next block, 0 for none. */
const PAYLOAD_WORDS = BLOCK_WORDS - 1;
/** Slab of word w: `w >>> SLAB_SHIFT`; place in it: `w & SLAB_MASK`. */
export const SLAB_SHIFT = 21;
export const SLAB_MASK = (1 << SLAB_SHIFT) - 1;
const SLAB_BYTES = 4 << SLAB_SHIFT;
/** Blocks of a chain that are looked at ahead; 2 KiB, more than most chunks have. */
const WARM_DEPTH = 32;
const BLOCKS_PER_SLAB = (1 << SLAB_SHIFT) / BLOCK_WORDS;

export class BlockPool {
  slabs: Uint32Array[] = [];
  /** The address of the last word of the chain that was scattered last. */
  lastWord = 0;
  readonly #slabsMax: number;
  /** Head of the list of free blocks, linked through their word 0. */
  #freeHead = 0;
  #freeCount = 0;
  /** The first block never handed out; block 0 stays unused, so that 0 can mean none. */
  #nextFresh = 1;

  constructor(slabsMax: number = SLABS_MAX) {
    this.#slabsMax = slabsMax;
  }

  /** Makes this a view of the slabs of another thread, to read only. */
  adopt(slabs: readonly Uint32Array[]): void {
    this.slabs = [...slabs];
  }

  /** All of it, for another thread to go on with. */
  handOver(): PoolState {
    const [freeHead, freeCount, nextFresh] = [this.#freeHead, this.#freeCount, this.#nextFresh];
    return { slabs: this.slabs, freeHead, freeCount, nextFresh };
  }

  /** Goes on with what another thread has handed over. */
  takeOver({ slabs, freeHead, freeCount, nextFresh }: PoolState): void {
    this.slabs = [...slabs];
    this.#freeHead = freeHead;
    this.#freeCount = freeCount;
    this.#nextFresh = nextFresh;
  }

  /** Throws where fewer than `count` blocks can still be had; afterwards `allocate` cannot fail. */
  assertRoom(count: number): void {
    const roomCount = this.#freeCount + this.#slabsMax * BLOCKS_PER_SLAB - this.#nextFresh;
    if (roomCount >= count) return;
    throw limitExceeded(
      'TSDB_MEMORY_FULL',
      `memory for open chunks is used up (${this.#slabsMax} slabs of ${SLAB_BYTES} bytes)`,
    );
  }

  /** A block without a successor; the payload is what the last owner left there. */
  allocate(): number {
    const block = this.#freeHead;
    if (block === 0) return this.#allocateFresh();
    const at = block * BLOCK_WORDS;
    const slab = this.slabs[at >>> SLAB_SHIFT];
    this.#freeHead = slab[at & SLAB_MASK];
    this.#freeCount--;
    slab[at & SLAB_MASK] = 0;
    return block;
  }

  #allocateFresh(): number {
    const block = this.#nextFresh++;
    const slabIndex = (block * BLOCK_WORDS) >>> SLAB_SHIFT;
    if (slabIndex === this.slabs.length) {
      this.slabs.push(sharePages(SLAB_BYTES / 4));
    }
    return block;
  }

  /** Puts a whole chain of blocks back. */
  free(first: number): void {
    let block = first;
    while (block !== 0) {
      const at = block * BLOCK_WORDS;
      const slab = this.slabs[at >>> SLAB_SHIFT];
      const next = slab[at & SLAB_MASK];
      slab[at & SLAB_MASK] = this.#freeHead;
      this.#freeHead = block;
      this.#freeCount++;
      block = next;
    }
  }

  /** Copies the payload of a chain, `wordCount` words of it, to the start of `into`. */
  gather(first: number, wordCount: number, into: Uint32Array): void {
    let block = first;
    for (let done = 0; done < wordCount; ) {
      const at = block * BLOCK_WORDS;
      const slab = this.slabs[at >>> SLAB_SHIFT];
      const base = at & SLAB_MASK;
      const end = Math.min(wordCount, done + PAYLOAD_WORDS);
      for (let from = base + 1; done < end; ) into[done++] = slab[from++];
      block = slab[base];
    }
  }

  /** The block that comes so many steps after another. */
  follow(block: number, steps: number): number {
    let reached = block;
    for (let i = 0; i < steps; i++) {
      const at = reached * BLOCK_WORDS;
      reached = this.slabs[at >>> SLAB_SHIFT][at & SLAB_MASK];
    }
    return reached;
  }

  /** Looks at chains block by block, at all at the same time; the list of them is used up. */
  warm(fronts: Uint32Array): number {
    let seen = 0;
    for (let depth = 0, left = fronts.length; depth < WARM_DEPTH && left > 0; depth++) {
      let kept = 0;
      for (let i = 0; i < left; i++) {
        const at = fronts[i] * BLOCK_WORDS;
        const slab = this.slabs[at >>> SLAB_SHIFT];
        const next = slab === undefined ? 0 : slab[at & SLAB_MASK];
        if (next !== 0) fronts[kept++] = next;
      }
      left = kept;
      seen += kept;
    }
    return seen;
  }

  /** Makes a chain that holds `wordCount` words, from a place on; answers its first block. */
  scatter(words: Uint32Array, from: number, wordCount: number): number {
    const first = this.allocate();
    let block = first;
    let next = from;
    const end = from + wordCount;
    for (;;) {
      const base = block * BLOCK_WORDS;
      const slab = this.slabs[base >>> SLAB_SHIFT];
      const until = Math.min(end, next + PAYLOAD_WORDS);
      this.lastWord = base + until - next;
      for (let to = (base & SLAB_MASK) + 1; next < until; ) slab[to++] = words[next++];
      if (next === end) return first;
      const following = this.allocate();
      this.link(block, following);
      block = following;
    }
  }

  /** Makes one block the successor of another. */
  link(block: number, next: number): void {
    const at = block * BLOCK_WORDS;
    this.slabs[at >>> SLAB_SHIFT][at & SLAB_MASK] = next;
  }

  get slabBytes(): number {
    return this.slabs.length * SLAB_BYTES;
  }

  get usedBytes(): number {
    return (this.#nextFresh - 1 - this.#freeCount) * BLOCK_WORDS * 4;
  }
}

/** What a pool is to another thread that goes on with it. */
export interface PoolState {
  readonly slabs: readonly Uint32Array[];
  readonly freeHead: number;
  readonly freeCount: number;
  readonly nextFresh: number;
}
