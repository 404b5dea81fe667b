/**
 * The write-ahead log: what was appended since the last checkpoint.
 *
 * One append is one write(2), before its samples are visible; `sync` makes what was written
 * durable and runs at least once a second. So a killed process loses nothing that anybody saw, and
 * a power cut at most a second. The log is cut into segments; a checkpoint begins a new one and
 * later removes those before it.
 *
 * Writes are positioned at the end of the last good record. When one fails half-way (disk full),
 * the file is cut back to there, and until that has worked nothing else is written.
 */
import { join } from 'node:path';
import { errorMessage, limitExceeded, type Log, unavailable } from '../platform/index.ts';
import type { Exemplar, Labels } from '../series/index.ts';
import { ByteWriter } from './bytes.ts';
import type { Disk, DiskFile } from './disk.ts';
import { RECORD_BYTES_MAX, WAL_SEGMENT_BYTES } from './limits.ts';
import { beginRecord, endRecord, FRAME_BYTES, putFileHeader, setRecordKind } from './records.ts';
import {
  putExemplar,
  putSeries,
  RECORD_EXEMPLARS,
  RECORD_MIXED,
  RECORD_SAMPLES,
  RECORD_SERIES,
  SAMPLE_BYTES_MAX,
  SampleEncoder,
} from './wal-records.ts';

/** "N9WL", read as a little-endian word. */
export const WAL_FORMAT = { magic: 0x4c57394e, version: 1 } as const;

/** Writes the log; one of it at a time on a folder. */
export class Wal {
  readonly samples: SampleEncoder;
  readonly #disk: Disk;
  readonly #dir: string;
  readonly #log: Log;
  readonly #segmentBytesMax: number;
  readonly #batch = new ByteWriter(64 * 1024);
  /** Series that were numbered, but not written yet: they go with the next samples. */
  readonly #series = new ByteWriter(4 * 1024);
  /** Exemplars of the batch at hand; a record of their own after the samples. */
  readonly #exemplars = new ByteWriter(1024);
  #batchStart = 0;
  #segment: number;
  #file: DiskFile | undefined;
  #fileBytes = 0;
  /** Bytes beyond `fileBytes` may be in the file. */
  #isTorn = false;
  #isDirty = false;
  /** A segment was made whose name is not durable yet. */
  #isDirDirty = false;
  /** Segments that are complete, but not durable yet. */
  #unsynced: DiskFile[] = [];
  readonly #segmentBytes = new Map<number, number>();
  writeFailures = 0;
  syncFailures = 0;

  constructor(options: {
    readonly disk: Disk;
    readonly dir: string;
    readonly log: Log;
    /** Segments on disk, with their sizes. */
    readonly segments: ReadonlyMap<number, number>;
    /** The segment to begin with: later than those, and none that a checkpoint has left behind. */
    readonly segment: number;
    readonly segmentBytesMax?: number;
  }) {
    this.#disk = options.disk;
    this.#dir = options.dir;
    this.#log = options.log;
    this.#segmentBytesMax = options.segmentBytesMax ?? WAL_SEGMENT_BYTES;
    this.#segmentBytes = new Map(options.segments);
    this.#segment = options.segment;
    this.samples = new SampleEncoder(this.#batch);
  }

  /** Bytes in all segments. */
  get sizeBytes(): number {
    let sum = this.#fileBytes;
    for (const [segment, bytes] of this.#segmentBytes) if (segment < this.#segment) sum += bytes;
    return sum;
  }

  /** The segment that is written to, or will be next. */
  get segment(): number {
    return this.#segment;
  }

  /** Notes a new series; it is written with the next batch. */
  addSeries(id: number, labels: Labels): void {
    if (this.#series.at === 0) beginRecord(this.#series, RECORD_SERIES);
    putSeries(this.#series, id, labels);
  }

  /** Begins a batch; `samples.put` adds to it, `commit` writes it, the next `begin` forgets it. */
  begin(countMax: number): void {
    this.#batch.at = 0;
    this.#batch.reserve(FRAME_BYTES + countMax * SAMPLE_BYTES_MAX);
    this.#batchStart = beginRecord(this.#batch, RECORD_SAMPLES);
    this.#exemplars.at = 0;
    this.samples.begin();
  }

  /** Adds an exemplar to the batch. */
  addExemplar(id: number, exemplar: Exemplar): void {
    if (this.#exemplars.at === 0) beginRecord(this.#exemplars, RECORD_EXEMPLARS);
    putExemplar(this.#exemplars, id, exemplar);
  }

  /**
   * Writes the batch, and the new series before it. Throws `unavailable`, or `limitExceeded` for
   * what no reader would take for a record; then nothing is written.
   */
  commit(): void {
    const batchBytes = Math.max(this.#batch.at - this.#batchStart, this.#exemplars.at);
    if (batchBytes > RECORD_BYTES_MAX) {
      throw limitExceeded(
        'TSDB_BATCH_TOO_LARGE',
        `cannot append ${batchBytes} bytes of samples at once; at most ${RECORD_BYTES_MAX}`,
      );
    }
    if (this.samples.isMixed) setRecordKind(this.#batch, this.#batchStart, RECORD_MIXED);
    endRecord(this.#batch, this.#batchStart);
    if (this.#fileBytes >= this.#segmentBytesMax) this.rotate();
    try {
      this.#write();
    } catch (error) {
      this.writeFailures++;
      throw unavailable(
        'TSDB_LOG_WRITE_FAILED',
        `cannot write to ${this.#path(this.#segment)}: ${errorMessage(error)}`,
        { cause: error },
      );
    }
  }

  #write(): void {
    const file = this.#file ?? this.#create();
    this.#file = file;
    if (this.#isTorn) {
      file.truncate(this.#fileBytes);
      this.#isTorn = false;
    }
    const isPlain = this.#fileBytes > 0 && this.#series.at === 0 && this.#exemplars.at === 0;
    const bytes = isPlain ? this.#batch.written() : this.#joined();
    this.#isTorn = true;
    try {
      file.write(bytes, this.#fileBytes);
    } catch (error) {
      this.#cutBack(file);
      throw error;
    }
    this.#isTorn = false;
    this.#isDirty = true;
    this.#fileBytes += bytes.length;
    this.#series.at = 0;
  }

  #create(): DiskFile {
    const file = this.#disk.open(this.#path(this.#segment), 'create');
    this.#isDirDirty = true;
    return file;
  }

  /** At once if it works, so that a crash now finds a clean end; else before the next write. */
  #cutBack(file: DiskFile): void {
    try {
      file.truncate(this.#fileBytes);
      this.#isTorn = false;
    } catch {
      // Stays torn; the next write tries again and reports its own failure.
    }
  }

  /** Header of a new segment, series, samples and exemplars in one piece. */
  #joined(): Uint8Array {
    const batchBytes = this.#batch.at + this.#exemplars.at;
    const joined = new ByteWriter(FRAME_BYTES + this.#series.at + batchBytes);
    if (this.#fileBytes === 0) putFileHeader(joined, WAL_FORMAT.magic, WAL_FORMAT.version);
    if (this.#series.at > 0) {
      endRecord(this.#series, 0);
      joined.raw(this.#series.written());
    }
    const hasSamples = this.#batch.at > this.#batchStart + FRAME_BYTES;
    if (hasSamples) joined.raw(this.#batch.written());
    if (this.#exemplars.at > 0) {
      endRecord(this.#exemplars, 0);
      joined.raw(this.#exemplars.written());
    }
    return joined.written();
  }

  /** Ends the current segment; answers the number of the next. */
  rotate(): number {
    if (this.#file === undefined) return this.#segment;
    this.#segmentBytes.set(this.#segment, this.#fileBytes);
    this.#unsynced.push(this.#file);
    this.#file = undefined;
    this.#fileBytes = 0;
    this.#isTorn = false;
    return ++this.#segment;
  }

  /** Ends the current segment; answers the numbers of all that are on disk and never change again. */
  endSegment(): readonly number[] {
    this.rotate();
    return [...this.#segmentBytes.keys()].sort((a, b) => a - b);
  }

  /**
   * Makes all that was written before the call durable. When the system refuses, what it had not
   * written yet may be gone from its cache (Linux forgets pages that failed), so the answer is
   * false, a new segment begins, and the caller takes a checkpoint of what memory holds.
   */
  async sync(): Promise<boolean> {
    const closing = this.#unsynced;
    this.#unsynced = [];
    const file = this.#isDirty ? this.#file : undefined;
    const isDirDirty = this.#isDirDirty;
    this.#isDirty = false;
    this.#isDirDirty = false;
    try {
      for (const segment of closing) await segment.sync();
      await file?.sync();
      if (isDirDirty) await this.#disk.syncDir(this.#dir);
      return true;
    } catch (error) {
      this.syncFailures++;
      this.#log.error('cannot make the log durable', {
        dir: this.#dir,
        error: errorMessage(error),
      });
      if (file !== undefined && file === this.#file) this.rotate();
      return false;
    } finally {
      for (const segment of closing) segment.close();
    }
  }

  /** Removes the segments before one; those that cannot be removed stay for the next time. */
  removeBefore(segment: number): void {
    for (const old of this.#segmentBytes.keys()) {
      if (old >= segment) continue;
      try {
        this.#disk.remove(this.#path(old));
        this.#segmentBytes.delete(old);
      } catch (error) {
        this.#log.warn('cannot remove an old segment of the log', {
          path: this.#path(old),
          error: errorMessage(error),
        });
      }
    }
  }

  /** Syncs and closes at once. */
  close(): void {
    const files = [...this.#unsynced, ...(this.#file === undefined ? [] : [this.#file])];
    this.#unsynced = [];
    this.#file = undefined;
    if (files.length > 0) this.#disk.syncDirNow(this.#dir);
    for (const file of files) {
      try {
        file.syncNow();
      } finally {
        file.close();
      }
    }
  }

  #path(segment: number): string {
    return join(this.#dir, formatSegment(segment));
  }
}

/** The name of a segment's file. */
export function formatSegment(segment: number): string {
  return String(segment).padStart(8, '0');
}

/** The number in a segment's file name, or undefined for any other file. */
export function parseSegment(name: string): number | undefined {
  return /^\d{8,10}$/.test(name) ? Number(name) : undefined;
}
