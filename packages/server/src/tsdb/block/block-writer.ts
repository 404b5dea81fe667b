/**
 * Writes a block: a folder with meta.json, index, tombstones and chunks, as Prometheus has them.
 *
 * It is written under a name that no reader looks at and takes its own name when all of it is
 * durable. So whatever happens on the way, there is a whole block or none.
 */
import { join } from 'node:path';
import type { Disk } from '../disk.ts';
import { ChunkCountsWriter } from './chunk-counts.ts';
import { countSamples, type EncodedChunk, SegmentWriter } from './chunk-segments.ts';
import { FileSink } from './file-sink.ts';
import { type ChunkPlace, IndexWriter } from './index-writer.ts';
import { type BlockMeta, type BlockParent, formatMeta } from './meta.ts';
import { putStartTime, putStartTimesHeader } from './start-times.ts';
import { formatTombstones } from './tombstones.ts';

/** Names of what is in a block's folder. */
export const META_NAME = 'meta.json';
export const INDEX_NAME = 'index';
export const TOMBSTONES_NAME = 'tombstones';
export const CHUNKS_NAME = 'chunks';
/** Ours; only where some start times are known. */
export const STARTS_NAME = 'starts';
/** Ours; only where some chunks are known to have no staleness marker. */
export const COUNTS_NAME = 'counts';
/** Ends of the names of folders that are no blocks yet, or no more. */
export const UNFINISHED_SUFFIX = '.tmp-for-creation';
export const DELETED_SUFFIX = '.tmp-for-deletion';

/** A chunk with the time of its first and last sample. */
export interface TimedChunk extends EncodedChunk {
  readonly minMs: number;
  readonly maxMs: number;
  /** When the counter behind it began to count; 0 where that is unknown. */
  readonly counterStartMs: number;
  /** Whether a staleness marker may be among its samples. */
  readonly hasMarker: boolean;
}

/** Where a block comes from; the rest of its meta.json is counted while it is written. */
export interface BlockOrigin {
  readonly level: number;
  /** Empty: itself. */
  readonly sources: readonly string[];
  readonly parents: readonly BlockParent[];
  readonly chunkFiles: readonly number[];
  /** The length of its intervals, of aggregates. */
  readonly everyMs?: number | undefined;
  /** The time that it stands for, which may be longer than that of its samples. */
  readonly minTimeMs?: number;
  readonly maxTimeMs?: number;
}

export class BlockWriter {
  readonly #disk: Disk;
  readonly #dir: string;
  readonly #unfinished: string;
  readonly #parent: string;
  readonly #ulid: string;
  readonly #isDense: boolean;
  readonly #segments: SegmentWriter;
  readonly #index: IndexWriter;
  #starts: FileSink | undefined;
  #counts: ChunkCountsWriter | undefined;
  /** Of the series that is being added. */
  readonly #places: ChunkPlace[] = [];
  #chunkCount = 0;
  #sampleCount = 0;
  #minMs = Infinity;
  #maxMs = -Infinity;

  /** Begins the folder `parent`/`ulid`. `symbols`: as `IndexWriter` wants them. */
  constructor(options: {
    readonly disk: Disk;
    readonly parent: string;
    readonly ulid: string;
    readonly symbols: readonly string[];
    /** Whether it may have dense chunks, which only Nines reads. */
    readonly isDense?: boolean;
  }) {
    const { disk, parent, ulid, isDense = false } = options;
    this.#disk = disk;
    this.#parent = parent;
    this.#ulid = ulid;
    this.#dir = join(parent, ulid);
    this.#unfinished = this.#dir + UNFINISHED_SUFFIX;
    const chunks = join(this.#unfinished, CHUNKS_NAME);
    disk.makeDir(chunks);
    this.#isDense = isDense;
    this.#segments = new SegmentWriter({ disk, dir: chunks, isDense });
    const index = disk.open(join(this.#unfinished, INDEX_NAME), 'create');
    this.#index = new IndexWriter(index, options.symbols);
  }

  /**
   * Adds the next series in order of labels, given as numbers of symbols (name and value in turn),
   * with its chunks in order of time. A series without chunks is left out.
   */
  addSeries(labels: ArrayLike<number>, chunks: Iterable<TimedChunk>): void {
    for (const chunk of chunks) this.addChunk(chunk);
    this.endSeries(labels);
  }

  /** Adds a chunk of the next series, for one who has to give way between them. */
  addChunk(chunk: TimedChunk): void {
    const { minMs, maxMs, counterStartMs } = chunk;
    const ref = this.#segments.put(chunk);
    this.#places.push({ minMs, maxMs, ref });
    if (counterStartMs !== 0) this.#putStart(ref, counterStartMs);
    const sampleCount = countSamples(chunk);
    if (!chunk.hasMarker) this.#putCount(ref, sampleCount);
    this.#sampleCount += sampleCount;
    this.#minMs = Math.min(this.#minMs, minMs);
    this.#maxMs = Math.max(this.#maxMs, maxMs);
  }

  /** The series whose chunks were added; labels as for `addSeries`. */
  endSeries(labels: ArrayLike<number>): void {
    const places = this.#places;
    this.#chunkCount += places.length;
    if (places.length > 0) this.#index.addSeries(labels, places);
    places.length = 0;
  }

  #putStart(ref: number, startMs: number): void {
    if (this.#starts === undefined) {
      const path = join(this.#unfinished, STARTS_NAME);
      this.#starts = new FileSink(this.#disk.open(path, 'create'));
      putStartTimesHeader(this.#starts.writer);
    }
    putStartTime(this.#starts.writer, ref, startMs);
    this.#starts.drain();
  }

  #putCount(ref: number, sampleCount: number): void {
    this.#counts ??= new ChunkCountsWriter(
      this.#disk.open(join(this.#unfinished, COUNTS_NAME), 'create'),
    );
    this.#counts.put(ref, sampleCount);
  }

  /** Bytes of chunks and index so far. */
  get sizeBytes(): number {
    return this.#segments.sizeBytes + this.#index.sizeBytes;
  }

  /** Writes what follows the series in the index; gives way now and then. */
  finish(): IterableIterator<void> {
    return this.#index.finish();
  }

  /** Makes the block durable and gives it its name. A block without series is none: undefined. */
  async commit(origin: BlockOrigin): Promise<BlockMeta | undefined> {
    const meta = this.#meta(origin);
    if (meta === undefined) {
      this.abort();
      return undefined;
    }
    const disk = this.#disk;
    const dir = this.#unfinished;
    await this.#segments.close();
    await this.#index.close();
    await this.#starts?.close();
    await this.#counts?.close();
    await writeWhole(disk, join(dir, TOMBSTONES_NAME), formatTombstones(new Map()));
    await writeWhole(disk, join(dir, META_NAME), new TextEncoder().encode(formatMeta(meta)));
    await disk.syncDir(join(dir, CHUNKS_NAME));
    await disk.syncDir(dir);
    disk.rename(dir, this.#dir);
    await disk.syncDir(this.#parent);
    return meta;
  }

  #meta(origin: BlockOrigin): BlockMeta | undefined {
    if (this.#index.seriesCount === 0) return undefined;
    return {
      ulid: this.#ulid,
      minTimeMs: Math.min(this.#minMs, origin.minTimeMs ?? Infinity),
      maxTimeMs: Math.max(this.#maxMs + 1, origin.maxTimeMs ?? -Infinity),
      stats: {
        numSamples: this.#sampleCount,
        numSeries: this.#index.seriesCount,
        numChunks: this.#chunkCount,
      },
      level: origin.level,
      sources: origin.sources.length === 0 ? [this.#ulid] : origin.sources,
      parents: origin.parents,
      chunkFiles: origin.chunkFiles,
      isDense: this.#isDense,
      everyMs: origin.everyMs,
    };
  }

  /** Gives up and removes what was written. */
  abort(): void {
    this.#segments.abandon();
    this.#index.abandon();
    this.#starts?.abandon();
    this.#counts?.abandon();
    this.#disk.removeDir(this.#unfinished);
  }
}

/** Writes a small file and makes its content durable; its name is the caller's to sync. */
export async function writeWhole(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const file = disk.open(path, 'create');
  try {
    file.write(bytes, 0);
    await file.sync();
  } finally {
    file.close();
  }
}
