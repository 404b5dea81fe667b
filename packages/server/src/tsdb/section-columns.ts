/**
 * Reads the sections of a checkpoint (docs/formats/checkpoint.md): what is known of so many series,
 * one column after the other. A start waits for it, and code that runs for the first time is slow:
 * a few loops over columns are compiled after one section, what takes a series apart after many.
 */
import type { ByteReader } from './bytes.ts';
import type { ChunkFile } from './chunk-file.ts';
import { CHUNK_XOR, isChunkKind } from './chunk-kind.ts';
import { growWords } from './grow.ts';
import type { Head } from './head.ts';
import {
  CHUNK_SAMPLES_MAX,
  LABELS_PER_SERIES_MAX,
  SECTION_SERIES_MAX,
  SERIES_ID_MAX,
} from './limits.ts';
import { SavedChunks, STREAM_WORDS_MAX } from './saved-chunks.ts';
import { takePairs } from './section-pairs.ts';

/** Takes sections into a head. */
export class SectionColumns {
  readonly #head: Head;
  readonly #growing: readonly (ChunkFile | undefined)[];
  readonly #chunks: SavedChunks;
  /** Pairs of the series at hand. */
  readonly #pairs: number[] = [];
  /** Where the series of the section at hand are in the head, and how many of them. */
  readonly #slots = new Uint32Array(SECTION_SERIES_MAX);
  #count = 0;
  /** By series of the section: bits of its open chunk, or another column for the moment. */
  readonly #numbers = new Uint32Array(SECTION_SERIES_MAX);
  /** The streams of all open chunks. */
  #words = new Uint32Array(SECTION_SERIES_MAX);

  /** `growing` are the files that the checkpoint's start lists; undefined: one that lost its end. */
  constructor(head: Head, growing: readonly (ChunkFile | undefined)[], version: number) {
    this.#head = head;
    this.#growing = growing;
    this.#chunks = new SavedChunks(head, version);
  }

  /** Takes one section; false where it makes no sense: then its series have no samples. */
  take(reader: ByteReader): boolean {
    this.#count = 0;
    const isGood = this.#takeSeries(reader) && this.#takeNewest(reader) && this.#takeOpen(reader);
    if (!isGood) {
      this.#forgetChunks();
      return false;
    }
    this.#takeStored(reader);
    return this.#takeRare(reader) && !reader.isShort;
  }

  #forgetChunks(): void {
    const { open } = this.#head;
    for (let i = 0; i < this.#count; i++) {
      open.count[this.#slots[i]] = 0;
      open.kind[this.#slots[i]] = CHUNK_XOR;
    }
  }

  #takeSeries(reader: ByteReader): boolean {
    const { ids, pairs: known } = this.#head.table;
    const pairOf = takePairs(reader, known);
    const seriesCount = reader.varint();
    if (seriesCount > SECTION_SERIES_MAX) return false;
    const pairs = this.#pairs;
    for (; this.#count < seriesCount; this.#count++) {
      const id = reader.varint();
      const labelCount = reader.varint();
      if (labelCount > LABELS_PER_SERIES_MAX) return false;
      pairs.length = labelCount;
      for (let i = 0; i < labelCount; i++) pairs[i] = pairOf[reader.varint()] ?? 0;
      const isNew = id > 0 && id < SERIES_ID_MAX && ids.find(id) < 0;
      if (reader.isShort || pairs.includes(0) || !isNew) return false;
      this.#slots[this.#count] = this.#head.restoreSeries(id, pairs);
    }
    return true;
  }

  #takeNewest(reader: ByteReader): boolean {
    const { open, firstMs } = this.#head;
    this.#doubles(reader, firstMs);
    this.#doubles(reader, open.lastMs);
    this.#words32(reader, open.lastLow);
    this.#words32(reader, open.lastHigh);
    this.#bytes(reader, open.kind);
    return !reader.isShort;
  }

  #takeOpen(reader: ByteReader): boolean {
    const { open } = this.#head;
    this.#bytes(reader, open.count);
    this.#bytes(reader, open.hasMarker);
    this.#bytes(reader, open.leading);
    this.#bytes(reader, open.trailing);
    this.#doubles(reader, open.startMs);
    this.#doubles(reader, open.deltaMs);
    const wordCount = this.#takeBitCounts(reader);
    if (wordCount === undefined) return false;
    if (wordCount > this.#words.length) this.#words = growWords(this.#words, wordCount);
    reader.words(this.#words, wordCount);
    if (reader.isShort) return false;
    this.#restoreStreams();
    return true;
  }

  /** Answers how many words the streams have together; undefined where that makes no sense. */
  #takeBitCounts(reader: ByteReader): number | undefined {
    const { count, kind } = this.#head.open;
    let wordCount = 0;
    for (let i = 0; i < this.#count; i++) {
      const slot = this.#slots[i];
      if (!isChunkKind(kind[slot]) || count[slot] > CHUNK_SAMPLES_MAX) return undefined;
      if (count[slot] === 0) continue;
      const bitCount = reader.varint();
      const ownWords = Math.floor(bitCount / 32) + 1;
      if (ownWords > STREAM_WORDS_MAX) return undefined;
      this.#numbers[i] = bitCount;
      wordCount += ownWords;
    }
    return reader.isShort ? undefined : wordCount;
  }

  #restoreStreams(): void {
    const { open } = this.#head;
    let from = 0;
    for (let i = 0; i < this.#count; i++) {
      const slot = this.#slots[i];
      if (open.count[slot] === 0) continue;
      open.restoreStream(slot, this.#words, from, this.#numbers[i]);
      from += (this.#numbers[i] >>> 5) + 1;
    }
  }

  /** Where the last chunk of each series lies in the files that grow. */
  #takeStored(reader: ByteReader): void {
    for (const file of this.#growing) {
      if (reader.byte() === 0) continue;
      const places = this.#numbers;
      for (let i = 0; i < this.#count; i++) places[i] = reader.word();
      for (let i = 0; i < this.#count; i++) {
        const counted = reader.word();
        if (places[i] === 0 || reader.isShort) continue;
        if (file?.index === undefined || places[i] >= file.sizeBytes) continue;
        file.index.put(this.#slots[i], places[i], counted);
        file.sampleCount += file.index.samples(this.#slots[i]);
      }
    }
  }

  /** What few series have: start times of counters, late samples, chunks that are in no file. */
  #takeRare(reader: ByteReader): boolean {
    const head = this.#head;
    const chunks = this.#chunks;
    return (
      this.#visit(reader, (slot) => head.open.setCounterStart(slot, reader.zigzag())) &&
      this.#visit(reader, (slot) => head.noteLate(slot, reader.zigzag())) &&
      this.#visit(reader, (slot) => chunks.takeClosed(reader, slot))
    );
  }

  /** A list of series by their index from 1 on, 0 ends it; false where it makes no sense. */
  #visit(reader: ByteReader, take: (slot: number) => void): boolean {
    for (let i = reader.varint(); i !== 0; i = reader.varint()) {
      if (i > this.#count || reader.isShort) return false;
      take(this.#slots[i - 1]);
    }
    return !reader.isShort;
  }

  #bytes(reader: ByteReader, into: Uint8Array): void {
    for (let i = 0; i < this.#count; i++) into[this.#slots[i]] = reader.byte();
  }

  #words32(reader: ByteReader, into: Uint32Array): void {
    for (let i = 0; i < this.#count; i++) into[this.#slots[i]] = reader.word();
  }

  #doubles(reader: ByteReader, into: Float64Array): void {
    for (let i = 0; i < this.#count; i++) into[this.#slots[i]] = reader.double();
  }
}
