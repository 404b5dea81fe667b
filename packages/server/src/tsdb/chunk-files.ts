/**
 * All chunk files: writing closed chunks to them, reading back, sealing, retention.
 *
 * A file holds one window of time, so retention deletes whole files. Files that still grow are
 * few (the current window's and the last one's); the index of a sealed file is on disk and read
 * through the cache, so memory does not grow with the time that is kept.
 */
import { crc32 } from 'node:zlib';
import { errorMessage, type Log } from '../platform/index.ts';
import type { BlockCache, ReadBlock } from './block-cache.ts';
import { ByteWriter } from './bytes.ts';
import { Changes, type ReadGuard, SAME_THREAD } from './changes.ts';
import { ChunkFile, type FileColumns, GrowingIndex, isLater } from './chunk-file.ts';
import {
  CHUNK_FILE_HEADER_BYTES,
  CHUNK_HEADER_BYTES,
  chunkBytes,
  chunkWords,
  type IndexEntry,
  isIntact,
  isLateChunk,
  putChunk,
  putChunkFileHeader,
  putTrailer,
  readChunkPlace,
} from './chunk-format.ts';
import type { Disk, DiskFile } from './disk.ts';
import type { Head } from './head.ts';
import {
  ACTIVE_FILES_MAX,
  CHUNK_BYTES_MAX,
  CHUNK_FILE_BYTES_MAX,
  CHUNK_SAMPLES_MAX,
  OPEN_FILES_MAX,
} from './limits.ts';
import type { ReadTarget, StoredRange, StoredSeries } from './read-target.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { findInIndex, isIndexIntact } from './sealed-index.ts';
import type { SeriesTable } from './series-table.ts';
import { windowStart } from './window-times.ts';

/** Where a chunk lies in its file. */
interface ChunkBytes {
  readonly at: number;
  readonly length: number;
}

/** Chunks of one series in a file that may hold no more than this; each has one sample at least. */
const CHAIN_MAX = 2 ** 20;
const NOT_THERE: IndexEntry = { lastAt: 0, samples: 0, hasMarker: false };

export class ChunkFiles {
  readonly #disk: Disk;
  readonly #dir: string;
  readonly #log: Log;
  readonly #cache: BlockCache;
  readonly #fileBytesMax: number;
  readonly #growingMax: number;
  readonly #changes: Changes;
  readonly #guard: ReadGuard;
  /** In order of window, then of number: the order of time for every series. */
  files: ChunkFile[] = [];
  nextSeq = 1;
  /** Changes whenever a file comes, goes, or is sealed. */
  version = 0;
  corruptChunks = 0;
  readFailures = 0;
  writeFailures = 0;
  readonly #writer = new ByteWriter(64 * 1024);
  readonly #bytes = new Uint8Array(CHUNK_HEADER_BYTES + CHUNK_BYTES_MAX + 8);
  readonly #view = new DataView(this.#bytes.buffer);
  readonly #words = new Uint32Array(Math.ceil(CHUNK_BYTES_MAX / 4) + 8);
  #openCount = 0;

  constructor(options: {
    readonly disk: Disk;
    readonly dir: string;
    readonly log: Log;
    readonly cache: BlockCache;
    readonly fileBytesMax?: number;
    /** Files that take chunks at the same time. */
    readonly growingMax?: number;
    readonly changes?: Changes;
    /** Where another thread writes the files: for what is read of its memory. */
    readonly guard?: ReadGuard;
  }) {
    this.#disk = options.disk;
    this.#dir = options.dir;
    this.#log = options.log;
    this.#cache = options.cache;
    this.#fileBytesMax = options.fileBytesMax ?? CHUNK_FILE_BYTES_MAX;
    this.#growingMax = options.growingMax ?? ACTIVE_FILES_MAX;
    this.#changes = options.changes ?? new Changes();
    this.#guard = options.guard ?? SAME_THREAD;
  }

  /** Takes a file in, in its place. */
  add(file: ChunkFile): void {
    const { files } = this;
    let at = files.length;
    while (at > 0 && isLater(files[at - 1], file)) at--;
    this.#change(() => files.splice(at, 0, file));
    if (file.handle !== undefined) this.#openCount++;
    this.nextSeq = Math.max(this.nextSeq, file.seq + 1);
  }

  get sizeBytes(): number {
    return this.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  }

  get indexBytes(): number {
    return this.files.reduce((sum, file) => sum + (file.index?.memoryBytes ?? 0), 0);
  }

  /** Files that still grow. */
  growing(): readonly ChunkFile[] {
    return this.files.filter((file) => file.index !== undefined);
  }

  // Reading.

  /**
   * Adds a series' stored samples in the range to a buffer, in order of time; those of each chunk
   * that came late to a buffer of its own.
   */
  read(series: StoredSeries, range: StoredRange, into: ReadTarget): void {
    for (const file of this.#filesIn(range)) {
      this.#guardRead(file, () => this.#readFile(file, series, range, into));
    }
  }

  /** How many samples of a series there are in the files that the range touches. */
  count(series: StoredSeries, range: StoredRange): number {
    let count = 0;
    for (const file of this.#filesIn(range)) {
      this.#guardRead(file, () => {
        count += this.lookUp(file, series).samples;
      });
    }
    return count;
  }

  /** How many files the range touches. */
  countIn(range: StoredRange): number {
    return [...this.#filesIn(range)].length;
  }

  /** Windows only rise, so what ends before the range is never looked at. */
  *#filesIn(range: StoredRange): IterableIterator<ChunkFile> {
    const { files } = this;
    let at = files.length;
    while (at > 0 && files[at - 1].windowEndMs > range.fromMs) at--;
    for (; at < files.length && files[at].windowStartMs <= range.toMs; at++) yield files[at];
  }

  /** A file that cannot be read is counted and left out; the query goes on without it. */
  #guardRead(file: ChunkFile, read: () => void): void {
    try {
      read();
    } catch (error) {
      // The thread that writes may have deleted it meanwhile; then it is not ours any more either.
      if (this.#guard.read(() => file.isDeleted)) return;
      this.readFailures++;
      this.#reportOnce(file, `cannot read: ${errorMessage(error)}`);
    }
  }

  #reportOnce(file: ChunkFile, error: string): void {
    if (file.isReported) return;
    file.isReported = true;
    this.#log.error('chunks are left out of queries', { path: file.path, error });
  }

  #readFile(file: ChunkFile, series: StoredSeries, range: StoredRange, into: ReadTarget): void {
    const chain = this.#walk(file, series, range);
    const read = this.#reading(file);
    for (let i = chain.length - 1; i >= 0; i--) {
      const { at, length } = chain[i];
      const isThere = this.#cache.read(file.seq, read, at, length, this.#bytes);
      if (!isThere || !isIntact(this.#bytes, 0, length)) {
        this.corruptChunks++;
        this.#reportOnce(file, `chunk at ${at}: checksum does not match`);
        continue;
      }
      const chunk = chunkWords(this.#bytes, 0, length, this.#words);
      if (chunk.sampleCount > CHUNK_SAMPLES_MAX) continue;
      if (into.decode !== undefined && !chunk.isLate) {
        into.decode(chunk);
        continue;
      }
      const buffer = chunk.isLate ? new SampleBuffer() : into.buffer;
      if (chunk.isLate) into.late.push(buffer);
      buffer.decode(chunk, range.fromMs, range.toMs);
    }
  }

  /** Places of the chunks that overlap the range, the last first. */
  #walk(file: ChunkFile, series: StoredSeries, range: StoredRange): ChunkBytes[] {
    const chain: ChunkBytes[] = [];
    const { enoughMs = -Infinity } = range;
    const read = this.#reading(file);
    let at = this.lookUp(file, series).lastAt;
    for (let steps = 0; at !== 0 && steps < CHAIN_MAX; steps++) {
      const isThere = this.#cache.read(file.seq, read, at, CHUNK_HEADER_BYTES, this.#bytes);
      const place = readChunkPlace(this.#view, 0, file.windowStartMs);
      const length = chunkBytes(this.#view, 0);
      const isOurs = isThere && place.id === series.id && place.previousAt < at;
      if (!isOurs || length === undefined) {
        this.corruptChunks++;
        this.#reportOnce(file, `chunk at ${at}: header is damaged`);
      }
      const isLate = isLateChunk(this.#view, 0);
      const isBefore = place.lastMs < range.fromMs;
      // All chunks before one that came in order are older. Of those before a late one nothing is
      // known: it was closed when it was full, and those in order have gone on meanwhile.
      if (!isOurs || (isBefore && !isLate && enoughMs > -Infinity)) break;
      const isInside = !isBefore && place.startMs <= range.toMs;
      if (isInside && length !== undefined) chain.push({ at, length });
      if (isInside && !isLate && place.startMs <= enoughMs) break;
      at = place.previousAt;
    }
    return chain;
  }

  /** What a file has of a series, by its index. Throws the system's error. */
  lookUp(file: ChunkFile, series: StoredSeries): IndexEntry {
    const grown = this.#guard.read(() => file.index?.find(series.slot));
    if (grown !== undefined) return grown;
    const { trailer } = file;
    if (trailer === undefined) return NOT_THERE;
    const read = this.#reading(file);
    return findInIndex(trailer, series.id, (at) => this.#cache.word(file.seq, read, at));
  }

  /** Whether what `lookUp` answers is what was written. Throws the system's error. */
  hasIntactIndex(file: ChunkFile): boolean {
    const { trailer } = file;
    if (trailer === undefined) return true;
    file.isIndexIntact ??= isIndexIntact(trailer, this.#reading(file));
    return file.isIndexIntact;
  }

  #reading(file: ChunkFile): ReadBlock {
    return (into, at) => {
      // Not beyond the good content: what a failed write left there will be written anew.
      const length = Math.min(into.length, Math.max(0, file.sizeBytes - at));
      return this.#open(file).read(into.subarray(0, length), at);
    };
  }

  #open(file: ChunkFile): DiskFile {
    if (file.handle !== undefined) return file.handle;
    if (this.#openCount >= OPEN_FILES_MAX) this.#closeIdle();
    const isReader = file.index === undefined || this.#guard.isShared;
    file.handle = this.#disk.open(file.path, isReader ? 'read' : 'update');
    this.#openCount++;
    return file.handle;
  }

  /** Closes the sealed files that need no sync; they open again when they are read. */
  #closeIdle(): void {
    for (const file of this.files) {
      const isIdle = file.trailer !== undefined && !file.isDirty;
      if (isIdle || this.#guard.isShared) this.#closeHandle(file);
    }
  }

  #closeHandle(file: ChunkFile): void {
    if (file.handle === undefined) return;
    file.handle.close();
    file.handle = undefined;
    this.#openCount--;
  }

  // Writing.

  /**
   * Writes the oldest closed chunks, up to `countMax` of one window, with one write, and frees
   * their memory. Answers how many. Throws the system's error; then the chunks are still there.
   */
  spill(head: Head, countMax: number): number {
    const { closed } = head;
    if (closed.head === 0) return 0;
    const windowStartMs = windowStart(closed.startMs[closed.head]);
    const file = this.#fileFor(windowStartMs, head.table);
    const places = new Map<number, number>();
    const writer = this.#writer;
    writer.at = 0;
    let count = 0;
    let entry = closed.head;
    while (entry !== 0 && count < countMax) {
      if (windowStart(closed.startMs[entry]) !== windowStartMs) break;
      const slot = closed.slot[entry];
      const at = file.sizeBytes + writer.at;
      const place = {
        id: head.table.idOf[slot],
        previousAt: places.get(slot) ?? file.index?.lastAt(slot) ?? 0,
        startMs: closed.startMs[entry],
        lastMs: closed.lastMs[entry],
        hasMarker: closed.hasMarker[entry] === 1,
      };
      putChunk(writer, place, head.closedChunk(entry), windowStartMs);
      places.set(slot, at);
      entry = closed.after(entry);
      count++;
    }
    this.#append(file, writer.written());
    this.#changes.during(() => this.#noteSpilled(file, head, places, count));
    return count;
  }

  #noteSpilled(
    file: ChunkFile,
    head: Head,
    places: ReadonlyMap<number, number>,
    count: number,
  ): void {
    const { closed } = head;
    for (let i = 0; i < count; i++) {
      const slot = closed.slot[closed.head];
      const samples = closed.sampleCount[closed.head];
      const hasMarker = closed.hasMarker[closed.head] === 1;
      file.index?.add(slot, { at: places.get(slot) ?? 0, samples, hasMarker });
      file.sampleCount += samples;
      head.dropOldestClosed();
    }
  }

  #append(file: ChunkFile, bytes: Uint8Array): void {
    const handle = this.#open(file);
    try {
      handle.write(bytes, file.sizeBytes);
    } catch (error) {
      this.writeFailures++;
      // What was written of it is overwritten by the next try, or cut off at the next start.
      throw error;
    }
    file.sizeBytes += bytes.length;
  }

  /** Whether what is spilled next goes to another file than what is not durable yet. */
  changesFile({ closed }: Head): boolean {
    const next = this.#growingOf(windowStart(closed.startMs[closed.head]));
    return this.files.some((file) => file.isDirty && file !== next);
  }

  /**
   * The file that a window's chunks go to; undefined where one is still to be begun. The last of
   * its window: after a power cut a sealed one before it may be without its end, and grow again.
   */
  #growingOf(windowStartMs: number): ChunkFile | undefined {
    const known = this.growing().findLast((file) => file.windowStartMs === windowStartMs);
    return known !== undefined && known.sizeBytes < this.#fileBytesMax ? known : undefined;
  }

  /** The growing file of a window, begun where there is none. */
  #fileFor(windowStartMs: number, table: SeriesTable): ChunkFile {
    const open = this.#growingOf(windowStartMs);
    if (open !== undefined) return open;
    const growing = this.growing();
    const full = growing.findLast((file) => file.windowStartMs === windowStartMs);
    if (full !== undefined) this.seal(full, table);
    else if (growing.length >= this.#growingMax) this.seal(growing[0], table);
    return this.#create(windowStartMs);
  }

  #create(windowStartMs: number): ChunkFile {
    const file = new ChunkFile({ dir: this.#dir, seq: this.nextSeq, windowStartMs, sizeBytes: 0 });
    const writer = new ByteWriter(CHUNK_FILE_HEADER_BYTES);
    putChunkFileHeader(writer, windowStartMs);
    const handle = this.#disk.open(file.path, 'create');
    try {
      handle.write(writer.written(), 0);
    } catch (error) {
      this.writeFailures++;
      handle.close();
      throw error;
    }
    file.sizeBytes = CHUNK_FILE_HEADER_BYTES;
    file.handle = handle;
    file.index = new GrowingIndex();
    this.add(file);
    return file;
  }

  /** Writes index and trailer; the file takes no more chunks. Throws the system's error. */
  seal(file: ChunkFile, table: SeriesTable): void {
    const { index } = file;
    if (index === undefined) return;
    const writer = new ByteWriter(64 * 1024);
    while ((file.sizeBytes + writer.at) % 4 !== 0) writer.byte(0);
    const from = writer.at;
    const entries = index.write(writer, table);
    const indexChecksum = crc32(writer.bytes.subarray(from, writer.at));
    const { sizeBytes: indexAt, sampleCount } = file;
    const trailer = { indexAt, ...entries, sampleCount, indexChecksum };
    putTrailer(writer, trailer);
    this.#append(file, writer.written());
    this.#change(() => {
      file.trailer = trailer;
      file.index = undefined;
    });
    this.#cache.drop(file.seq);
  }

  /** Makes all that was written durable; one file after the other. */
  async sync(): Promise<void> {
    const dirty = this.files.filter((file) => file.isDirty);
    if (dirty.length > 0) await this.#disk.syncDir(this.#dir);
    for (const file of dirty) {
      const writtenBytes = file.sizeBytes;
      await file.handle?.sync();
      file.syncedBytes = writtenBytes;
    }
  }

  /** The same at once. */
  syncNow(): void {
    const dirty = this.files.filter((file) => file.isDirty);
    if (dirty.length > 0) this.#disk.syncDirNow(this.#dir);
    for (const file of dirty) {
      file.handle?.syncNow();
      file.syncedBytes = file.sizeBytes;
    }
  }

  /** Deletes the files whose window ends at or before a time; answers how many. */
  deleteBefore(cutMs: number): number {
    const gone = this.files.filter((file) => file.windowEndMs <= cutMs);
    this.deleteFiles(gone);
    return gone.length;
  }

  /** Deletes files. One that the disk keeps is not read any more, and is found at the next start. */
  deleteFiles(gone: readonly ChunkFile[]): void {
    for (const file of gone) {
      if (!this.files.includes(file)) continue;
      // Readers hear of it first, and so do not wonder where the file is.
      this.#change(() => this.files.splice(this.files.indexOf(file), 1));
      this.#closeHandle(file);
      this.#cache.drop(file.seq);
      try {
        this.#disk.remove(file.path);
      } catch (error) {
        this.#log.warn('cannot delete a chunk file', {
          path: file.path,
          error: errorMessage(error),
        });
      }
    }
  }

  /** Changes the list of files, or what one of them is. */
  #change(change: () => void): void {
    this.#changes.during(() => {
      change();
      this.version++;
    });
  }

  close(): void {
    for (const file of this.files) this.#closeHandle(file);
  }

  // For readers in other threads.

  columns(): readonly FileColumns[] {
    return this.files.map((file) => ({
      seq: file.seq,
      windowStartMs: file.windowStartMs,
      size: file.size,
      trailer: file.trailer,
      index: file.index?.columns(),
    }));
  }

  /** Makes this a view of the files of another thread, to read only. */
  adopt(columns: readonly FileColumns[]): void {
    const known = new Map(this.files.map((file) => [file.seq, file]));
    this.files = columns.map((one) => {
      const file = known.get(one.seq) ?? new ChunkFile({ dir: this.#dir, sizeBytes: 0, ...one });
      known.delete(one.seq);
      // What a growing file had at its end may have been read before it was whole.
      if (file.index !== undefined && one.index === undefined) this.#cache.drop(file.seq);
      file.adopt(one);
      return file;
    });
    for (const file of known.values()) {
      file.isDeleted = true;
      this.#closeHandle(file);
      this.#cache.drop(file.seq);
    }
  }
}
