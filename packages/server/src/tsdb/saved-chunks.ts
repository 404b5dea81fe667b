/** Reads the chunks that a checkpoint has whole: those that were closed and in no file yet. */
import type { ByteReader } from './bytes.ts';
import { CHUNK_XOR, isChunkKind, LATE_FLAG, MARKER_FLAG } from './chunk-kind.ts';
import type { Head } from './head.ts';
import { CHUNK_BYTES_MAX, CHUNK_SAMPLES_MAX } from './limits.ts';

/** Of a stream, with the word after it, which becomes the encoder's. */
export const STREAM_WORDS_MAX = Math.ceil(CHUNK_BYTES_MAX / 4) + 2;

/** What comes before the bits of a chunk, and its bits in `SavedChunks.words`. */
export interface SavedStream {
  /** With LATE_FLAG where its samples came late. */
  readonly kind: number;
  readonly hasMarker: number;
  readonly count: number;
  readonly bitCount: number;
}

/** Takes chunks into a head. */
export class SavedChunks {
  readonly #head: Head;
  /** Of the format; all before the newest know less. */
  readonly #version: number;
  readonly words = new Uint32Array(STREAM_WORDS_MAX);

  constructor(head: Head, version: number) {
    this.#head = head;
    this.#version = version;
  }

  /** What a chunk holds, with its flags; chunks that version 1 wrote held floats only. */
  takeKind(reader: ByteReader): number {
    if (this.#version === 1) return CHUNK_XOR | MARKER_FLAG;
    const kind = reader.byte();
    const hasFlags = this.#version >= 3;
    const flags = hasFlags ? LATE_FLAG | MARKER_FLAG : LATE_FLAG;
    if (!isChunkKind(kind & ~flags)) reader.isShort = true;
    return hasFlags ? kind : kind | MARKER_FLAG;
  }

  /** A time that version 1 did not know; 0: none. */
  takeTime(reader: ByteReader): number {
    return this.#version === 1 ? 0 : reader.zigzag();
  }

  /** The stream of a chunk; undefined where there is none or it makes no sense. */
  takeStream(reader: ByteReader): SavedStream | undefined {
    const count = reader.varint();
    if (count === 0) return undefined;
    const flagged = this.takeKind(reader);
    const bitCount = reader.varint();
    const wordCount = Math.ceil(bitCount / 32);
    if (count > CHUNK_SAMPLES_MAX || wordCount >= STREAM_WORDS_MAX) {
      reader.isShort = true;
      return undefined;
    }
    reader.words(this.words, wordCount);
    // The word after the stream becomes the encoder's, which expects zeros.
    this.words[wordCount] = 0;
    const hasMarker = (flagged & MARKER_FLAG) === 0 ? 0 : 1;
    return { kind: flagged & ~MARKER_FLAG, hasMarker, count, bitCount };
  }

  /** The closed chunks of a slot, up to the 0 that ends their list; false where they make no sense. */
  takeClosed(reader: ByteReader, slot: number): boolean {
    const { closed, pool } = this.#head;
    for (;;) {
      const stream = this.takeStream(reader);
      if (stream === undefined) return !reader.isShort;
      const startMs = reader.double();
      const lastMs = reader.double();
      const counterStartMs = this.takeTime(reader);
      if (reader.isShort) return false;
      const entry = closed.push(slot);
      const wordCount = Math.ceil(stream.bitCount / 32);
      closed.firstBlock[entry] = pool.scatter(this.words, 0, wordCount);
      closed.bitCount[entry] = stream.bitCount;
      closed.sampleCount[entry] = stream.count;
      closed.kind[entry] = stream.kind;
      closed.hasMarker[entry] = stream.hasMarker;
      closed.startMs[entry] = startMs;
      closed.lastMs[entry] = lastMs;
      closed.counterStartMs[entry] = counterStartMs;
    }
  }
}
