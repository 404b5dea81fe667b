/**
 * An open block: what it says of itself, and, once somebody has asked for it, its index and chunks.
 *
 * State is file handles, sparse tables and what the cache holds, so each thread can open its own.
 * Everything that reads throws `BlockDamage` where the block is not as it should be, and the
 * system's error where the disk refuses.
 */
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import type { BlockFiles } from './block-files.ts';
import {
  CHUNKS_NAME,
  COUNTS_NAME,
  INDEX_NAME,
  META_NAME,
  STARTS_NAME,
  TOMBSTONES_NAME,
} from './block-writer.ts';
import { ChunkCounts } from './chunk-counts.ts';
import { createReadAhead, SegmentReader } from './chunk-segments.ts';
import { IndexReader } from './index-reader.ts';
import { META_BYTES_MAX, TOMBSTONES_BYTES_MAX } from './limits.ts';
import { type BlockMeta, parseMeta } from './meta.ts';
import { StartTimes } from './start-times.ts';
import { parseTombstones, type Tombstones } from './tombstones.ts';
import { BlockDamage } from './damage.ts';

export class Block {
  readonly dir: string;
  readonly meta: BlockMeta;
  readonly sizeBytes: number;
  tombstones: Tombstones;
  /** Changes with them. */
  tombstonesVersion = 0;
  /** A failure to read it was logged; one line for each block is enough. */
  isReported = false;
  readonly #files: BlockFiles;
  #index: IndexReader | undefined;
  #segments: SegmentReader | undefined;
  #starts: StartTimes | undefined;
  readonly #hasStarts: boolean;
  #counts: ChunkCounts | undefined;
  #hasCounts: boolean;

  /** Reads what is small: meta.json and tombstones. */
  constructor(files: BlockFiles, dir: string) {
    this.#files = files;
    this.dir = dir;
    const { disk } = files;
    this.meta = parseMeta(readWhole(disk, join(dir, META_NAME), META_BYTES_MAX));
    const names = disk.list(dir);
    this.tombstones = names.includes(TOMBSTONES_NAME) ? this.#readTombstones() : new Map();
    this.#hasStarts = names.includes(STARTS_NAME);
    this.#hasCounts = names.includes(COUNTS_NAME);
    const chunks = join(dir, CHUNKS_NAME);
    const paths = [
      ...disk.list(chunks).map((name) => join(chunks, name)),
      ...names.filter((name) => name !== CHUNKS_NAME).map((name) => join(dir, name)),
    ];
    this.sizeBytes = paths.reduce((sum, path) => sum + sizeOf(disk, path), 0);
  }

  #readTombstones(): Tombstones {
    const path = join(this.dir, TOMBSTONES_NAME);
    return parseTombstones(readWhole(this.#files.disk, path, TOMBSTONES_BYTES_MAX));
  }

  /** Reads them anew, because another thread has changed them. */
  reloadTombstones(version: number): void {
    this.tombstones = this.#readTombstones();
    this.tombstonesVersion = version;
  }

  get ulid(): string {
    return this.meta.ulid;
  }

  /** Whether any of its samples can lie in a range, both ends included. */
  overlaps(fromMs: number, toMs: number): boolean {
    return this.meta.minTimeMs <= toMs && this.meta.maxTimeMs > fromMs;
  }

  index(): IndexReader {
    this.#index ??= new IndexReader(this.#files.open(join(this.dir, INDEX_NAME)));
    return this.#index;
  }

  segments(): SegmentReader {
    this.#segments ??= new SegmentReader(this.#files, join(this.dir, CHUNKS_NAME));
    return this.#segments;
  }

  /** When the counter behind a chunk began; 0 where that is unknown. */
  counterStartMs(ref: number): number {
    if (!this.#hasStarts) return 0;
    this.#starts ??= new StartTimes(this.#files.open(join(this.dir, STARTS_NAME)));
    return this.#starts.find(ref);
  }

  /**
   * How many samples a chunk has, none of which is a staleness marker; NaN where only its samples tell.
   * Damage is told once, by throwing; from then on nothing is known.
   */
  knownCount(ref: number): number {
    if (!this.#hasCounts) return Number.NaN;
    try {
      this.#counts ??= new ChunkCounts(this.#files.open(join(this.dir, COUNTS_NAME)));
      return this.#counts.find(ref);
    } catch (error) {
      this.#hasCounts = false;
      throw error;
    }
  }

  /** The chunks for one who reads all of them in order; the caller closes it. */
  openSequential(): SegmentReader {
    return new SegmentReader(this.#files, join(this.dir, CHUNKS_NAME), createReadAhead());
  }

  /** Of what is in memory because the block is open. */
  get memoryBytes(): number {
    return this.#index?.memoryBytes ?? 0;
  }

  close(): void {
    this.#index?.close();
    this.#segments?.close();
    this.#starts?.close();
    this.#counts?.close();
    this.#starts = undefined;
    this.#counts = undefined;
    this.#index = undefined;
    this.#segments = undefined;
  }
}

/** Reads a file that must be small. */
export function readWhole(disk: Disk, path: string, bytesMax: number): Uint8Array {
  const file = disk.open(path, 'read');
  try {
    const sizeBytes = file.sizeBytes();
    if (sizeBytes > bytesMax) {
      throw new BlockDamage(path, `has ${sizeBytes} bytes; at most ${bytesMax}`);
    }
    const bytes = new Uint8Array(sizeBytes);
    return bytes.subarray(0, file.read(bytes, 0));
  } finally {
    file.close();
  }
}

function sizeOf(disk: Disk, path: string): number {
  const file = disk.open(path, 'read');
  try {
    return file.sizeBytes();
  } finally {
    file.close();
  }
}
