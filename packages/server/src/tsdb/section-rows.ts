/** Reads the sections of checkpoints before version 5: one series after the other. */
import type { ByteReader } from './bytes.ts';
import type { ChunkFile } from './chunk-file.ts';
import { MARKER_FLAG } from './chunk-kind.ts';
import type { Head } from './head.ts';
import { SERIES_ID_MAX } from './limits.ts';
import { SavedChunks } from './saved-chunks.ts';
import { takePairs } from './section-pairs.ts';

/** Takes sections into a head. */
export class SectionRows {
  readonly #head: Head;
  readonly #growing: readonly (ChunkFile | undefined)[];
  readonly #version: number;
  readonly #chunks: SavedChunks;
  /** Pairs of the series at hand. */
  readonly #pairs: number[] = [];

  /** `growing` are the files that the checkpoint's start lists; undefined: one that lost its end. */
  constructor(head: Head, growing: readonly (ChunkFile | undefined)[], version: number) {
    this.#head = head;
    this.#growing = growing;
    this.#version = version;
    this.#chunks = new SavedChunks(head, version);
  }

  /** Takes one section; false where it makes no sense: then the series before that are there. */
  take(reader: ByteReader): boolean {
    const pairOf = takePairs(reader, this.#head.table.pairs);
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
    open.kind[slot] = this.#chunks.takeKind(reader) & ~MARKER_FLAG;
    open.setCounterStart(slot, this.#chunks.takeTime(reader));
    const lateEndMs = this.#chunks.takeTime(reader);
    if (lateEndMs !== 0) this.#head.noteLate(slot, lateEndMs);
    this.#takeStored(reader, slot);
    const isGood = this.#chunks.takeClosed(reader, slot) && this.#takeOpen(reader, slot);
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
    if (this.#version < 3) return { samples: counted, hasMarker: true };
    return { samples: Math.floor(counted / 2), hasMarker: counted % 2 === 1 };
  }

  #takeOpen(reader: ByteReader, slot: number): boolean {
    const { open } = this.#head;
    const stream = this.#chunks.takeStream(reader);
    if (stream === undefined) return !reader.isShort;
    const startMs = reader.double();
    const deltaMs = reader.double();
    const leading = reader.byte();
    const trailing = reader.byte();
    if (reader.isShort) return false;
    open.count[slot] = stream.count;
    open.kind[slot] = stream.kind;
    open.hasMarker[slot] = stream.hasMarker;
    open.startMs[slot] = startMs;
    open.deltaMs[slot] = deltaMs;
    open.leading[slot] = leading;
    open.trailing[slot] = trailing;
    open.restoreStream(slot, this.#chunks.words, 0, stream.bitCount);
    return true;
  }
}
