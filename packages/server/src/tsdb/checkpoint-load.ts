/** Reads a checkpoint back into an empty head (format: checkpoint.ts). */
import type { Exemplar } from '../series/index.ts';
import { ByteReader } from './bytes.ts';
import {
  CHECKPOINT_FORMAT,
  RECORD_END,
  RECORD_EXEMPLARS,
  RECORD_SECTION,
  RECORD_START,
} from './checkpoint.ts';
import type { ChunkFile } from './chunk-file.ts';
import type { KnownFiles } from './chunk-load.ts';
import type { DiskFile } from './disk.ts';
import type { Head } from './head.ts';
import { type Damage, readRecords, type StoredRecord } from './records.ts';
import { SectionColumns } from './section-columns.ts';
import { SectionRows } from './section-rows.ts';
import { readExemplars } from './wal-records.ts';

/** What a checkpoint says of the rest of the folder. */
export interface CheckpointStart {
  /** The segment from which the log is replayed. */
  readonly segment: number;
  readonly createdMs: number;
  readonly known: KnownFiles;
}

interface LoadedCheckpoint {
  readonly start: CheckpointStart | undefined;
  readonly seriesCount: number;
  readonly version: number;
  readonly damage: Damage | undefined;
}

/**
 * Fills the head. `findFiles` is called once, before any series, with what the checkpoint knows
 * of the chunk files, and answers them by number.
 */
export function loadCheckpoint(
  file: DiskFile,
  head: Head,
  findFiles: (known: KnownFiles) => ReadonlyMap<number, ChunkFile>,
): LoadedCheckpoint {
  const loader = new Loader(head, findFiles);
  const damage = readRecords(file, CHECKPOINT_FORMAT, (record) => loader.take(record));
  const isWhole = damage !== undefined || loader.isEnded;
  const missingEnd: Damage = { at: file.sizeBytes(), reason: 'the end is missing' };
  return {
    start: loader.start,
    seriesCount: head.table.seriesCount,
    version: loader.version,
    damage: isWhole ? damage : missingEnd,
  };
}

/** Adds an exemplar to a head's; one that it knows already, or of no series, is passed over. */
export function takeExemplar(head: Head, id: number, exemplar: Exemplar): void {
  const isKnown = head.table.ids.find(id) >= 0;
  const isAccepted = isKnown && head.exemplars.judge(id, exemplar) === 'accepted';
  if (isAccepted) head.exemplars.add(id, exemplar);
}

class Loader {
  start: CheckpointStart | undefined;
  isEnded = false;
  /** Of the format of the records that were read. */
  version: number = CHECKPOINT_FORMAT.version;
  readonly #head: Head;
  readonly #findFiles: (known: KnownFiles) => ReadonlyMap<number, ChunkFile>;
  /** There once the start has been read. */
  #sections: SectionColumns | SectionRows | undefined;

  constructor(head: Head, findFiles: (known: KnownFiles) => ReadonlyMap<number, ChunkFile>) {
    this.#head = head;
    this.#findFiles = findFiles;
  }

  take(record: StoredRecord): boolean {
    const reader = new ByteReader(record.bytes, record.from, record.end);
    this.version = record.version;
    if (record.kind === RECORD_START) this.#takeStart(reader);
    else if (record.kind === RECORD_SECTION) return this.#sections?.take(reader) ?? false;
    else if (record.kind === RECORD_EXEMPLARS) return this.#takeExemplars(reader);
    else if (record.kind === RECORD_END) this.#takeEnd(reader);
    else return false;
    return !reader.isShort;
  }

  #takeExemplars(reader: ByteReader): boolean {
    return readExemplars(reader, (id, exemplar) => takeExemplar(this.#head, id, exemplar));
  }

  #takeStart(reader: ByteReader): void {
    const segment = reader.varint();
    const nextSeq = reader.varint();
    const createdMs = reader.double();
    const seriesCount = reader.varint();
    const nextId = reader.varint();
    const growing = new Map<number, number>();
    const count = reader.varint();
    for (let i = 0; i < count && !reader.isShort; i++) {
      const seq = reader.varint();
      growing.set(seq, reader.varint());
    }
    if (reader.isShort) return;
    this.#head.table.reserveRoom(seriesCount);
    // Also at the end, but what stands here is known even where the rest is damaged.
    this.#head.table.reserveIds(nextId);
    const known = { nextSeq, growing };
    this.start = { segment, createdMs, known };
    const files = this.#findFiles(known);
    // One that lost its end was read from its beginning.
    const usable = Array.from(growing, ([seq, knownBytes]) => {
      const found = files.get(seq);
      return found !== undefined && found.sizeBytes >= knownBytes ? found : undefined;
    });
    const Sections = this.version < 5 ? SectionRows : SectionColumns;
    this.#sections = new Sections(this.#head, usable, this.version);
  }

  #takeEnd(reader: ByteReader): void {
    this.#head.table.reserveIds(reader.varint());
    this.isEnded = true;
  }
}
