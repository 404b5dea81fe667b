/**
 * A bounded cache of file blocks, the least recently used goes first.
 *
 * Node has no mmap; positioned reads of small blocks through this cache take its place. A block at
 * the end of a file that still grows is kept with the length it had, and read again when somebody
 * asks for more of it.
 */
import { CACHE_BLOCK_BYTES } from './limits.ts';

/** Reads from a file into a buffer; answers the count of bytes. Throws the system's error. */
export type ReadBlock = (into: Uint8Array, at: number) => number;

interface Block {
  readonly bytes: Uint8Array;
  length: number;
}

/** Up to here a loop beats making a view to copy from. */
const LOOP_BYTES_MAX = 128;
/** Blocks of one file have keys in a row; no file has more of them. */
const BLOCKS_PER_FILE = 2 ** 20;

export class BlockCache {
  readonly #blocksMax: number;
  /** In order of last use. */
  readonly #blocks = new Map<number, Block>();
  #lastKey = -1;
  #lastBlock: Block | undefined;
  hits = 0;
  misses = 0;

  constructor(bytesMax: number) {
    this.#blocksMax = Math.max(2, Math.floor(bytesMax / CACHE_BLOCK_BYTES));
  }

  get sizeBytes(): number {
    return this.#blocks.size * CACHE_BLOCK_BYTES;
  }

  /** Copies `length` bytes of a file to the start of `into`; false where the file is shorter. */
  read(file: number, readBlock: ReadBlock, at: number, length: number, into: Uint8Array): boolean {
    let done = 0;
    while (done < length) {
      const place = at + done;
      const index = Math.floor(place / CACHE_BLOCK_BYTES);
      const from = place - index * CACHE_BLOCK_BYTES;
      const count = Math.min(length - done, CACHE_BLOCK_BYTES - from);
      const block = this.#fetch(file, readBlock, index, from + count);
      if (block.length < from + count) return false;
      if (count > LOOP_BYTES_MAX) into.set(block.bytes.subarray(from, from + count), done);
      else for (let i = 0; i < count; i++) into[done + i] = block.bytes[from + i];
      done += count;
    }
    return true;
  }

  /** A little-endian word that does not cross blocks (its place is a multiple of 4); 0 past the end. */
  word(file: number, readBlock: ReadBlock, at: number): number {
    const index = Math.floor(at / CACHE_BLOCK_BYTES);
    const from = at - index * CACHE_BLOCK_BYTES;
    const block = this.#fetch(file, readBlock, index, from + 4);
    if (block.length < from + 4) return 0;
    const { bytes } = block;
    const low = bytes[from] | (bytes[from + 1] << 8) | (bytes[from + 2] << 16);
    return (low | (bytes[from + 3] << 24)) >>> 0;
  }

  /** Forgets all blocks of a file. */
  drop(file: number): void {
    for (const key of this.#blocks.keys()) {
      if (Math.floor(key / BLOCKS_PER_FILE) === file) this.#blocks.delete(key);
    }
    this.#lastKey = -1;
  }

  #fetch(file: number, readBlock: ReadBlock, index: number, need: number): Block {
    const key = file * BLOCKS_PER_FILE + index;
    if (key === this.#lastKey && this.#lastBlock !== undefined && this.#lastBlock.length >= need) {
      this.hits++;
      return this.#lastBlock;
    }
    const known = this.#blocks.get(key);
    if (known !== undefined) this.#blocks.delete(key);
    const isHit = known !== undefined && known.length >= need;
    const block = known ?? this.#takeBuffer();
    if (isHit) this.hits++;
    else this.#load(block, readBlock, index);
    // Setting it anew moves it to the end of the map's order.
    this.#blocks.set(key, block);
    this.#lastKey = key;
    this.#lastBlock = block;
    return block;
  }

  #load(block: Block, readBlock: ReadBlock, index: number): void {
    this.misses++;
    this.#lastKey = -1;
    block.length = readBlock(block.bytes, index * CACHE_BLOCK_BYTES);
  }

  /** The buffer of the block that was not used for longest, or a new one while there is room. */
  #takeBuffer(): Block {
    if (this.#blocks.size >= this.#blocksMax) {
      for (const [key, block] of this.#blocks) {
        this.#blocks.delete(key);
        return block;
      }
    }
    return { bytes: new Uint8Array(CACHE_BLOCK_BYTES), length: 0 };
  }
}
