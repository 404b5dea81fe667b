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
import { CHUNK_XOR, isChunkKind, LATE_FLAG, MARKER_FLAG } from './chunk-kind.ts';
import type { KnownFiles } from './chunk-load.ts';
import type { DiskFile } from './disk.ts';
import type { Head } from './head.ts';
import { CHUNK_BYTES_MAX, CHUNK_SAMPLES_MAX, SERIES_ID_MAX } from './limits.ts';
import { type Damage, readRecords, type StoredRecord } from './records.ts';
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

const WORDS_MAX = Math.ceil(CHUNK_BYTES_MAX / 4) + 1;

/** Adds an exemplar to a head's; one that it knows already, or of no series, is passed over. */
export function takeExemplar(head: Head, id: number, exemplar: Exemplar): void {
  const isKnown = head.table.ids.find(id) >= 0;
  const isAccepted = isKnown && head.exemplars.judge(id, exemplar) === 'accepted';
  if (isAccepted) head.exemplars.add(id, exemplar);
}

interface SavedStream {
  /** With LATE_FLAG where its samples came late. */
  readonly kind: number;
  readonly hasMarker: number;
  readonly count: number;
  readonly bitCount: number;
}

class Loader {
  start: CheckpointStart | undefined;
  isEnded = false;
  /** Of the format of the records that were read. */
  version: number = CHECKPOINT_FORMAT.version;
  readonly #head: Head;
  readonly #findFiles: (known: KnownFiles) => ReadonlyMap<number, ChunkFile>;
  #growing: readonly (ChunkFile | undefined)[] = [];
  readonly #words = new Uint32Array(WORDS_MAX + 1);
  /** Pairs of the series at hand. */
  readonly #pairs: number[] = [];

  constructor(head: Head, findFiles: (known: KnownFiles) => ReadonlyMap<number, ChunkFile>) {
    this.#head = head;
    this.#findFiles = findFiles;
  }

  take(record: StoredRecord): boolean {
    const reader = new ByteReader(record.bytes, record.from, record.end);
    this.version = record.version;
    if (record.kind === RECORD_START) this.#takeStart(reader);
    else if (record.kind === RECORD_SECTION) return this.#takeSection(reader);
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
    this.#growing = Array.from(growing, ([seq, knownBytes]) => {
      const found = files.get(seq);
      return found !== undefined && found.sizeBytes >= knownBytes ? found : undefined;
    });
  }

  #takeEnd(reader: ByteReader): void {
    this.#head.table.reserveIds(reader.varint());
    this.isEnded = true;
  }

  #takeSection(reader: ByteReader): boolean {
    const { pairs } = this.#head.table;
    const pairCount = reader.varint();
    const pairOf: number[] = [];
    for (let i = 0; i < pairCount && !reader.isShort; i++) {
      const name = reader.text();
      pairOf.push(pairs.intern(name, reader.text()));
    }
    const seriesCount = reader.varint();
    for (let i = 0; i < seriesCount; i++) {
      if (!this.#takeSeries(reader, pairOf)) return false;
    }
    return true;
  }

  #takeSeries(reader: ByteReader, pairOf: readonly number[]): boolean {
    const { table, open } = this.#head;
    const id = reader.varint();
    const count = reader.varint();
    const pairs = this.#pairs;
    pairs.length = 0;
    for (let i = 0; i < count && !reader.isShort; i++) pairs.push(pairOf[reader.varint()] ?? 0);
    const isNew = id > 0 && id < SERIES_ID_MAX && table.ids.find(id) < 0;
    if (reader.isShort || pairs.includes(0) || !isNew) return false;
    const slot = this.#head.restoreSeries(id, pairs);
    this.#head.firstMs[slot] = reader.double();
    const lastMs = reader.double();
    open.lastLow[slot] = reader.word();
    open.lastHigh[slot] = reader.word();
    open.kind[slot] = this.#takeKind(reader) & ~MARKER_FLAG;
    open.setCounterStart(slot, this.#takeTime(reader));
    const lateEndMs = this.#takeTime(reader);
    if (lateEndMs !== 0) this.#head.noteLate(slot, lateEndMs);
    this.#takeStored(reader, slot);
    const isGood = this.#takeClosed(reader, slot) && this.#takeOpen(reader, slot);
    open.lastMs[slot] = lastMs;
    return isGood && !reader.isShort;
  }

  #takeStored(reader: ByteReader, slot: number): void {
    for (let i = reader.varint(); i !== 0; i = reader.varint()) {
      const lastAt = reader.varint();
      const counted = reader.varint();
      const file = this.#growing[i - 1];
      if (file?.index === undefined || lastAt >= file.sizeBytes) continue;
      const { samples, hasMarker } = this.#splitCount(counted);
      file.index.add(slot, { at: lastAt, samples, hasMarker });
      file.sampleCount += samples;
    }
  }

  /** Samples in a file; before version 3 nobody noted whether a staleness marker is among them. */
  #splitCount(counted: number): { readonly samples: number; readonly hasMarker: boolean } {
    if (this.version < 3) return { samples: counted, hasMarker: true };
    return { samples: Math.floor(counted / 2), hasMarker: counted % 2 === 1 };
  }

  /** What a chunk holds, with its flags; chunks that version 1 wrote held floats only. */
  #takeKind(reader: ByteReader): number {
    if (this.version === 1) return CHUNK_XOR | MARKER_FLAG;
    const kind = reader.byte();
    const hasFlags = this.version >= 3;
    const flags = hasFlags ? LATE_FLAG | MARKER_FLAG : LATE_FLAG;
    if (!isChunkKind(kind & ~flags)) reader.isShort = true;
    return hasFlags ? kind : kind | MARKER_FLAG;
  }

  /** A time that version 1 did not know; 0: none. */
  #takeTime(reader: ByteReader): number {
    return this.version === 1 ? 0 : reader.zigzag();
  }

  /** The stream of a chunk, into `#words`; undefined where there is none or it makes no sense. */
  #takeStream(reader: ByteReader): SavedStream | undefined {
    const count = reader.varint();
    if (count === 0) return undefined;
    const flagged = this.#takeKind(reader);
    const bitCount = reader.varint();
    const wordCount = Math.ceil(bitCount / 32);
    if (count > CHUNK_SAMPLES_MAX || wordCount > WORDS_MAX) {
      reader.isShort = true;
      return undefined;
    }
    reader.words(this.#words, wordCount);
    // The word after the stream becomes the encoder's, which expects zeros.
    this.#words[wordCount] = 0;
    const hasMarker = (flagged & MARKER_FLAG) === 0 ? 0 : 1;
    return { kind: flagged & ~MARKER_FLAG, hasMarker, count, bitCount };
  }

  #takeClosed(reader: ByteReader, slot: number): boolean {
    const { closed, pool } = this.#head;
    for (;;) {
      const stream = this.#takeStream(reader);
      if (stream === undefined) return !reader.isShort;
      const startMs = reader.double();
      const lastMs = reader.double();
      const counterStartMs = this.#takeTime(reader);
      if (reader.isShort) return false;
      const entry = closed.push(slot);
      closed.firstBlock[entry] = pool.scatter(this.#words, Math.ceil(stream.bitCount / 32)).first;
      closed.bitCount[entry] = stream.bitCount;
      closed.sampleCount[entry] = stream.count;
      closed.kind[entry] = stream.kind;
      closed.hasMarker[entry] = stream.hasMarker;
      closed.startMs[entry] = startMs;
      closed.lastMs[entry] = lastMs;
      closed.counterStartMs[entry] = counterStartMs;
    }
  }

  #takeOpen(reader: ByteReader, slot: number): boolean {
    const stream = this.#takeStream(reader);
    if (stream === undefined) return !reader.isShort;
    const startMs = reader.double();
    const deltaMs = reader.double();
    const leading = reader.byte();
    const trailing = reader.byte();
    if (reader.isShort) return false;
    const saved = { ...stream, words: this.#words, startMs, deltaMs, leading, trailing };
    this.#head.open.restore(slot, saved);
    return true;
  }
}
