/**
 * Checkpoints (docs/formats/checkpoint.md): all series with what memory holds of them, so that
 * the log before it can go and a restart reads a checkpoint and a short log.
 *
 * A checkpoint is written a slice at a time while samples go on coming in. It begins a new segment
 * of the log and names it; each series is written as it is when its turn comes, which may be later
 * than that. Reading it back and replaying the log from the named segment gives every sample: what
 * the log has twice is not newer than the series' newest and is passed over.
 *
 * Order of the end: chunk files are made durable (series no longer hold what was written there),
 * then the checkpoint, then its name, and only then old segments go. At whatever instant the
 * program dies, either the old checkpoint and all of the log since are there, or the new one.
 */
import { join } from 'node:path';
import { ByteWriter } from './bytes.ts';
import type { ChunkFiles } from './chunk-files.ts';
import type { Disk, DiskFile } from './disk.ts';
import type { Head } from './head.ts';
import { EXEMPLARS_PER_RECORD, SECTION_SERIES_MAX, SECTION_WORDS_MAX } from './limits.ts';
import { beginRecord, endRecord, putFileHeader } from './records.ts';
import { SectionWriter } from './section-writer.ts';
import { putExemplar } from './wal-records.ts';

/**
 * "N9CK", read as a little-endian word. Version 1 knew floats only, before version 3 nobody noted
 * where staleness markers are, and before version 5 a section had one series after the other.
 */
export const CHECKPOINT_FORMAT = { magic: 0x4b43394e, version: 5 } as const;
export const CHECKPOINT_NAME = 'checkpoint';
export const CHECKPOINT_TEMP_NAME = 'checkpoint.tmp';

export const RECORD_START = 1;
export const RECORD_SECTION = 2;
export const RECORD_END = 3;
export const RECORD_EXEMPLARS = 4;

/** Writes one checkpoint. */
export class CheckpointWriter {
  readonly #disk: Disk;
  readonly #dir: string;
  readonly #head: Head;
  readonly #file: DiskFile;
  readonly #writer = new ByteWriter(256 * 1024);
  #fileBytes = 0;
  #slot = 0;
  #seriesCount = 0;
  readonly #sections: SectionWriter;
  /** Number of the next exemplar to be written. */
  #exemplar = 0;
  /** The segment from which the log must be replayed on top. */
  readonly segment: number;

  /** Begins a file next to the checkpoint in force. Throws the system's error. */
  constructor(options: {
    readonly disk: Disk;
    readonly dir: string;
    readonly head: Head;
    readonly files: ChunkFiles;
    readonly segment: number;
    readonly nowMs: number;
  }) {
    this.#disk = options.disk;
    this.#dir = options.dir;
    this.#head = options.head;
    this.segment = options.segment;
    const growing = options.files.growing();
    this.#sections = new SectionWriter(options.head, growing, this.#writer);
    this.#file = options.disk.open(join(options.dir, CHECKPOINT_TEMP_NAME), 'create');
    putFileHeader(this.#writer, CHECKPOINT_FORMAT.magic, CHECKPOINT_FORMAT.version);
    const start = beginRecord(this.#writer, RECORD_START);
    this.#writer.varint(options.segment);
    this.#writer.varint(options.files.nextSeq);
    this.#writer.double(options.nowMs);
    this.#writer.varint(options.head.table.seriesCount);
    this.#writer.varint(options.head.table.nextId);
    this.#writer.varint(growing.length);
    for (const file of growing) {
      this.#writer.varint(file.seq);
      this.#writer.varint(file.sizeBytes);
    }
    endRecord(this.#writer, start);
  }

  get sizeBytes(): number {
    return this.#fileBytes;
  }

  /** Writes sections while `hasTime`; true when all series and the end are written. */
  step(hasTime: () => boolean): boolean {
    while (this.#slot < this.#head.table.slotCount) {
      this.#writeSection();
      if (!hasTime()) return false;
    }
    // Those that come meanwhile are in the log from the segment on, as is what comes of all else.
    while (this.#exemplar < this.#head.exemplars.end) {
      this.#writeExemplars();
      if (!hasTime()) return false;
    }
    const start = beginRecord(this.#writer, RECORD_END);
    this.#writer.varint(this.#head.table.nextId);
    this.#writer.varint(this.#seriesCount);
    endRecord(this.#writer, start);
    this.#flush();
    return true;
  }

  /** Puts the checkpoint in force. Chunk files must be durable by now. */
  async commit(): Promise<void> {
    await this.#file.sync();
    this.#putInForce();
    await this.#disk.syncDir(this.#dir);
  }

  /** The same at once. */
  commitNow(): void {
    this.#file.syncNow();
    this.#putInForce();
    this.#disk.syncDirNow(this.#dir);
  }

  /** Gives up; the checkpoint in force stays. */
  abort(): void {
    this.#file.close();
    this.#disk.remove(join(this.#dir, CHECKPOINT_TEMP_NAME));
  }

  #putInForce(): void {
    this.#file.close();
    const to = join(this.#dir, CHECKPOINT_NAME);
    this.#disk.rename(join(this.#dir, CHECKPOINT_TEMP_NAME), to);
  }

  #flush(): void {
    this.#file.write(this.#writer.written(), this.#fileBytes);
    this.#fileBytes += this.#writer.at;
    this.#writer.at = 0;
  }

  #writeExemplars(): void {
    const start = beginRecord(this.#writer, RECORD_EXEMPLARS);
    this.#exemplar = this.#head.exemplars.visit(
      this.#exemplar,
      EXEMPLARS_PER_RECORD,
      (id, exemplar) => putExemplar(this.#writer, id, exemplar),
    );
    endRecord(this.#writer, start);
    this.#flush();
  }

  #writeSection(): void {
    const { table, open } = this.#head;
    const slots: number[] = [];
    let wordCount = 0;
    while (this.#slot < table.slotCount && slots.length < SECTION_SERIES_MAX) {
      const slot = this.#slot++;
      if (table.idOf[slot] === 0) continue;
      slots.push(slot);
      if (open.count[slot] > 0) wordCount += open.wordCount[slot];
      if (wordCount > SECTION_WORDS_MAX) break;
    }
    const start = beginRecord(this.#writer, RECORD_SECTION);
    this.#sections.put(slots);
    endRecord(this.#writer, start);
    this.#seriesCount += slots.length;
    this.#flush();
  }
}
