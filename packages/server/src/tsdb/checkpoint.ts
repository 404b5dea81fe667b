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
import type { ChunkFile } from './chunk-file.ts';
import type { ChunkFiles } from './chunk-files.ts';
import { LATE_FLAG, MARKER_FLAG } from './chunk-kind.ts';
import type { Disk, DiskFile } from './disk.ts';
import type { Head } from './head.ts';
import { EXEMPLARS_PER_RECORD } from './limits.ts';
import { beginRecord, endRecord, putFileHeader } from './records.ts';
import { putExemplar } from './wal-records.ts';
import type { ChunkWords } from './xor-decode.ts';

/**
 * "N9CK", read as a little-endian word. Version 1 knew floats only, and before version 3 nobody noted
 * where staleness markers are.
 */
export const CHECKPOINT_FORMAT = { magic: 0x4b43394e, version: 4 } as const;
export const CHECKPOINT_NAME = 'checkpoint';
export const CHECKPOINT_TEMP_NAME = 'checkpoint.tmp';

export const RECORD_START = 1;
export const RECORD_SECTION = 2;
export const RECORD_END = 3;
export const RECORD_EXEMPLARS = 4;

/** A section is one record and one write; each brings the pairs that its series use. */
const SECTION_SERIES_MAX = 2048;

/** Writes one checkpoint. */
export class CheckpointWriter {
  readonly #disk: Disk;
  readonly #dir: string;
  readonly #head: Head;
  readonly #file: DiskFile;
  readonly #growing: readonly ChunkFile[];
  readonly #writer = new ByteWriter(256 * 1024);
  #fileBytes = 0;
  #slot = 0;
  #seriesCount = 0;
  /** By pair: its number in the section at hand, from 1; 0 for those that are not in it. */
  #localOf = new Uint32Array(0);
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
    this.#growing = options.files.growing();
    this.#file = options.disk.open(join(options.dir, CHECKPOINT_TEMP_NAME), 'create');
    putFileHeader(this.#writer, CHECKPOINT_FORMAT.magic, CHECKPOINT_FORMAT.version);
    const start = beginRecord(this.#writer, RECORD_START);
    this.#writer.varint(options.segment);
    this.#writer.varint(options.files.nextSeq);
    this.#writer.double(options.nowMs);
    this.#writer.varint(options.head.table.seriesCount);
    this.#writer.varint(options.head.table.nextId);
    this.#writer.varint(this.#growing.length);
    for (const file of this.#growing) {
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
    const { table } = this.#head;
    const slots: number[] = [];
    while (this.#slot < table.slotCount && slots.length < SECTION_SERIES_MAX) {
      if (table.idOf[this.#slot] !== 0) slots.push(this.#slot);
      this.#slot++;
    }
    const start = beginRecord(this.#writer, RECORD_SECTION);
    const pairs = this.#putPairs(slots);
    this.#writer.varint(slots.length);
    for (const slot of slots) this.#putSeries(slot);
    endRecord(this.#writer, start);
    for (const pair of pairs) this.#localOf[pair] = 0;
    this.#seriesCount += slots.length;
    this.#flush();
  }

  /** Writes the pairs that a section's series use, so that each can be read alone; answers them. */
  #putPairs(slots: readonly number[]): readonly number[] {
    const { labels, pairs } = this.#head.table;
    if (this.#localOf.length < pairs.capacity) {
      // A little more: pairs may come while a checkpoint is written.
      this.#localOf = new Uint32Array(Math.ceil(pairs.capacity * 1.1));
    }
    const localOf = this.#localOf;
    const used: number[] = [];
    for (const slot of slots) {
      const count = labels.load(slot);
      for (let i = 0; i < count; i++) {
        const pair = labels.loaded[i];
        if (localOf[pair] === 0) localOf[pair] = used.push(pair);
      }
    }
    this.#writer.varint(used.length);
    for (const pair of used) {
      this.#writer.text(pairs.name(pair));
      this.#writer.text(pairs.value(pair));
    }
    return used;
  }

  #putSeries(slot: number): void {
    const { table, open, firstMs } = this.#head;
    const writer = this.#writer;
    writer.varint(table.idOf[slot]);
    const { labels } = table;
    const count = labels.load(slot);
    writer.varint(count);
    for (let i = 0; i < count; i++) writer.varint(this.#localOf[labels.loaded[i]] - 1);
    writer.double(firstMs[slot]);
    writer.double(open.lastMs[slot]);
    writer.word(open.lastLow[slot]);
    writer.word(open.lastHigh[slot]);
    writer.byte(open.kind[slot]);
    writer.zigzag(open.counterStart(slot));
    const { late } = this.#head;
    writer.zigzag(late.isUsed ? late.endMs[slot] : 0);
    this.#putStored(slot);
    this.#putClosed(slot);
    this.#putOpen(slot);
  }

  /** Where the series' last chunk lies in each file that grows. */
  #putStored(slot: number): void {
    const writer = this.#writer;
    for (const [i, file] of this.#growing.entries()) {
      const lastAt = file.index?.lastAt(slot) ?? 0;
      if (lastAt === 0) continue;
      writer.varint(i + 1);
      writer.varint(lastAt);
      const marked = file.index?.hasMarker(slot) === true ? 1 : 0;
      writer.varint((file.index?.samples(slot) ?? 0) * 2 + marked);
    }
    writer.varint(0);
  }

  /** An open late chunk is one of them: it is closed by the next start. */
  #putClosed(slot: number): void {
    const { closed, late } = this.#head;
    for (let entry = closed.firstOf[slot]; entry !== 0; entry = closed.next[entry]) {
      this.#putChunk(this.#head.closedChunk(entry), closed.hasMarker[entry]);
      this.#putTimes(closed.startMs[entry], closed.lastMs[entry], closed.counterStartMs[entry]);
    }
    if (late.hasOpen(slot)) {
      const { open } = late;
      this.#putChunk(this.#head.openLateChunk(slot), open.hasMarker[slot]);
      this.#putTimes(open.startMs[slot], open.lastMs[slot], open.counterStart(slot));
    }
    this.#writer.varint(0);
  }

  #putTimes(startMs: number, lastMs: number, counterStartMs: number): void {
    this.#writer.double(startMs);
    this.#writer.double(lastMs);
    this.#writer.zigzag(counterStartMs);
  }

  #putOpen(slot: number): void {
    const { open } = this.#head;
    if (open.count[slot] === 0) {
      this.#writer.varint(0);
      return;
    }
    this.#putChunk(this.#head.openChunk(slot), open.hasMarker[slot]);
    this.#writer.double(open.startMs[slot]);
    this.#writer.double(open.deltaMs[slot]);
    this.#writer.byte(open.leading[slot]);
    this.#writer.byte(open.trailing[slot]);
  }

  #putChunk(chunk: ChunkWords, hasMarker: number): void {
    const writer = this.#writer;
    writer.varint(chunk.sampleCount);
    const flags = (chunk.isLate ? LATE_FLAG : 0) | (hasMarker === 1 ? MARKER_FLAG : 0);
    writer.byte(chunk.kind | flags);
    writer.varint(chunk.bitCount);
    writer.words(chunk.words, Math.ceil(chunk.bitCount / 32));
  }
}
