/**
 * The blocks of a folder: which there are, reading from them, taking new ones in and old ones out.
 *
 * A block that cannot be read is counted and left out, and all else goes on. One that was taken out
 * can still be read by whoever has begun to; its files go a while later.
 */
import { join } from 'node:path';
import { errorMessage, type Log } from '../../platform/index.ts';
import type { Matcher } from '../../series/index.ts';
import type { Disk } from '../disk.ts';
import { Block } from './block.ts';
import { BlockFiles } from './block-files.ts';
import { matchBlock } from './block-matching.ts';
import { DELETED_SUFFIX, UNFINISHED_SUFFIX } from './block-writer.ts';
import { BLOCK_CACHE_BYTES, MATCHES_KEPT_WORDS } from './limits.ts';
import { isUlid } from './ulid.ts';

/** A block that cannot be used, for people. */
export interface UnreadableBlock {
  readonly dir: string;
  readonly reason: string;
}

/** When something was replaced by a block, and the version of the blocks from then on. */
export interface Replaced {
  readonly atMs: number;
  readonly version: number;
}

interface Retired extends Replaced {
  readonly block: Block;
}

/** Which blocks there are at one moment. */
export interface BlocksView {
  readonly version: number;
  readonly blocks: readonly { readonly ulid: string; readonly tombstonesVersion: number }[];
}

export class Blocks {
  readonly dir: string;
  readonly disk: Disk;
  readonly files: BlockFiles;
  readonly #log: Log;
  /** By the time of their first sample, then by name. */
  #blocks: readonly Block[] = [];
  #retired: Retired[] = [];
  /** By list of matchers, by block: what matched. */
  readonly #matches = new Map<readonly Matcher[], Map<Block, Uint32Array>>();
  #matchedWords = 0;
  readonly #versions: { current: number };
  corruptChunks = 0;
  readFailures = 0;
  readonly unreadable: UnreadableBlock[] = [];

  constructor(options: {
    readonly disk: Disk;
    readonly dir: string;
    readonly log: Log;
    readonly cacheBytes?: number;
    /** Counts changes; of several that are read together, that of the first. */
    readonly versions?: { current: number };
  }) {
    this.disk = options.disk;
    this.dir = options.dir;
    this.#log = options.log;
    this.#versions = options.versions ?? { current: 0 };
    this.files = new BlockFiles(options.disk, options.cacheBytes ?? BLOCK_CACHE_BYTES);
  }

  /** Changes whenever a block comes or goes. */
  get version(): number {
    return this.#versions.current;
  }

  get versions(): { current: number } {
    return this.#versions;
  }

  get list(): readonly Block[] {
    return this.#blocks;
  }

  get sizeBytes(): number {
    return sizeOf(this.#blocks);
  }

  /** Figures for the program's own metrics. */
  stats() {
    const blocks = this.#blocks;
    const dense = blocks.filter(({ meta }) => meta.isDense);
    return {
      blocks: blocks.length,
      blockBytes: sizeOf(blocks),
      blockSamples: blocks.reduce((sum, { meta }) => sum + meta.stats.numSamples, 0),
      denseBlocks: dense.length,
      denseBlockBytes: sizeOf(dense),
      blockMemoryBytes: blocks.reduce((sum, block) => sum + block.memoryBytes, 0),
      unreadableBlocks: this.unreadable,
    };
  }

  /** Finds the blocks of the folder, which must exist; what was not finished is removed. */
  load(): void {
    const found: Block[] = [];
    for (const name of this.disk.listDirs(this.dir)) {
      const path = join(this.dir, name);
      if (name.endsWith(UNFINISHED_SUFFIX) || name.endsWith(DELETED_SUFFIX)) {
        this.#tryRemove(path);
      } else if (isUlid(name)) {
        const block = this.#tryOpen(path);
        if (block !== undefined) found.push(block);
      }
    }
    this.#setBlocks(this.#withoutParents(found));
  }

  #tryOpen(path: string): Block | undefined {
    try {
      return new Block(this.files, path);
    } catch (error) {
      this.unreadable.push({ dir: path, reason: errorMessage(error) });
      this.#log.error('block of series cannot be used and is left aside', {
        path,
        error: errorMessage(error),
      });
      return undefined;
    }
  }

  /** What a block was made of, and was not deleted in time, is in that block. */
  #withoutParents(found: readonly Block[]): readonly Block[] {
    const gone = new Set(found.flatMap(({ meta }) => meta.parents.map(({ ulid }) => ulid)));
    for (const block of found) if (gone.has(block.ulid)) this.#removeFiles(block);
    return found.filter((block) => !gone.has(block.ulid));
  }

  /** What a reader in another thread needs to have the same blocks. */
  view(): BlocksView {
    const blocks = this.#blocks.map(({ ulid, tombstonesVersion }) => ({ ulid, tombstonesVersion }));
    return { version: this.version, blocks };
  }

  /** Has the blocks of the store's thread from now on; changes nothing in the folder. */
  follow(view: BlocksView): void {
    if (view.version === this.version) return;
    const known = new Map(this.#blocks.map((block) => [block.ulid, block]));
    const blocks: Block[] = [];
    for (const { ulid, tombstonesVersion } of view.blocks) {
      const block = known.get(ulid) ?? this.#tryOpen(join(this.dir, ulid));
      known.delete(ulid);
      if (block === undefined) continue;
      if (block.tombstonesVersion !== tombstonesVersion) {
        this.guard(block, () => block.reloadTombstones(tombstonesVersion));
      }
      blocks.push(block);
    }
    for (const block of known.values()) block.close();
    this.#setBlocks(blocks);
    this.#versions.current = view.version;
  }

  /** What was deleted from a block has changed. */
  noteTombstones(): void {
    this.#versions.current++;
  }

  #setBlocks(blocks: readonly Block[]): void {
    this.#blocks = [...blocks].sort(compareBlocks);
    this.#matches.clear();
    this.#matchedWords = 0;
    this.#versions.current++;
  }

  /** Takes in a new block of the folder and, at the same moment, others out. */
  replace(ulid: string | undefined, gone: readonly Block[], nowMs: number): void {
    const fresh = ulid === undefined ? [] : [new Block(this.files, join(this.dir, ulid))];
    const kept = this.#blocks.filter((block) => !gone.includes(block));
    this.#setBlocks([...kept, ...fresh]);
    const { version } = this;
    this.#retired.push(...gone.map((block) => ({ block, atMs: nowMs, version })));
  }

  /** Deletes the files of blocks that were taken out, where that is due; answers how many. */
  removeRetired(isDue: (retired: Replaced) => boolean): number {
    const due = this.#retired.filter(isDue);
    this.#retired = this.#retired.filter((retired) => !due.includes(retired));
    for (const { block } of due) this.#removeFiles(block);
    return due.length;
  }

  #removeFiles(block: Block): void {
    block.close();
    // First a name that no start takes for a block: it may be removed in part only.
    try {
      this.disk.rename(block.dir, block.dir + DELETED_SUFFIX);
    } catch (error) {
      this.#log.warn('cannot delete a block', { path: block.dir, error: errorMessage(error) });
      return;
    }
    this.#tryRemove(block.dir + DELETED_SUFFIX);
  }

  #tryRemove(path: string): void {
    try {
      this.disk.removeDir(path);
    } catch (error) {
      this.#log.warn('cannot remove a folder', { path, error: errorMessage(error) });
    }
  }

  // Reading.

  /** Blocks that may have samples in a range, both ends included; the oldest first. */
  overlapping(fromMs: number, toMs: number): readonly Block[] {
    return this.#blocks.filter((block) => block.overlaps(fromMs, toMs));
  }

  /** Numbers of the matching series of a block, in order of labels; not to be changed. */
  match(block: Block, matchers: readonly Matcher[]): Uint32Array {
    const known = this.#matches.get(matchers)?.get(block);
    if (known !== undefined) return known;
    const ids = matchBlock(block.index(), matchers);
    if (this.#matchedWords + ids.length > MATCHES_KEPT_WORDS) {
      this.#matches.clear();
      this.#matchedWords = 0;
    }
    // A few words for the entry itself, or thousands of empty ones would be free.
    this.#matchedWords += ids.length + 16;
    const byBlock = this.#matches.get(matchers) ?? new Map<Block, Uint32Array>();
    this.#matches.set(matchers, byBlock.set(block, ids));
    return ids;
  }

  /** Does something with a block; where it cannot be read, counts that and answers undefined. */
  guard<T>(block: Block, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.readFailures++;
      this.#reportOnce(block, error);
      return undefined;
    }
  }

  /** Counts a chunk that could not be read. */
  noteChunk(block: Block, error: unknown): void {
    this.corruptChunks++;
    this.#reportOnce(block, error);
  }

  #reportOnce(block: Block, error: unknown): void {
    if (block.isReported) return;
    block.isReported = true;
    const reason = errorMessage(error);
    this.unreadable.push({ dir: block.dir, reason });
    this.#log.error('part of a block is left out of queries', { path: block.dir, error: reason });
  }

  close(): void {
    this.files.closeAll();
  }
}

function sizeOf(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
}

function compareBlocks(a: Block, b: Block): number {
  if (a.meta.minTimeMs !== b.meta.minTimeMs) return a.meta.minTimeMs - b.meta.minTimeMs;
  return a.ulid < b.ulid ? -1 : 1;
}
