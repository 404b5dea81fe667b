/** Files of a block as pieces whose lengths stay: all else in a block refers to them by their place. */
import { ByteWriter } from '../../packages/server/src/tsdb/bytes.ts';
import { crc32c } from '../../packages/server/src/platform/index.ts';
import { Cursor } from '../../packages/server/src/tsdb/block/cursor.ts';
import { CONTENTS_BYTES, SERIES_ALIGN } from '../../packages/server/src/tsdb/block/index-writer.ts';
import { type Piece, plainPiece } from './pieces.ts';

const SEGMENT_HEADER_BYTES = 8;
const TOMBSTONES_HEADER_BYTES = 5;
const CRC_BYTES = 4;

/** A content of a length, with what stands before it, then its checksum. */
function sealedPiece(before: Uint8Array, content: Uint8Array): Piece {
  const seal = (spoiled: Uint8Array): Uint8Array => {
    const to = new ByteWriter(before.length + content.length + CRC_BYTES);
    to.raw(before);
    const fitted = new Uint8Array(content.length);
    fitted.set(spoiled.subarray(0, content.length));
    to.raw(fitted);
    to.bigWord(crc32c(fitted));
    return to.written();
  };
  return { content, seal };
}

/** Cuts a file at the places of its pieces; what lies between two of them stays as it is. */
class Cutter {
  readonly #file: Uint8Array;
  readonly #pieces: Piece[] = [];
  #at = 0;

  constructor(file: Uint8Array) {
    this.#file = file;
  }

  /** A piece whose length (of a word, or of a varint) stands at a place; answers where it ends. */
  cut(at: number, length: 'word' | 'varint', moreBytes = 0): number {
    const cursor = new Cursor().set(this.#file, at, this.#file.length);
    const bytes = (length === 'word' ? cursor.word() : cursor.uvarint()) + moreBytes;
    return this.take(at, cursor.at, cursor.at + bytes);
  }

  take(at: number, from: number, end: number): number {
    const file = this.#file;
    if (at > this.#at) this.#pieces.push(plainPiece(file.slice(this.#at, at)));
    this.#pieces.push(sealedPiece(file.slice(at, from), file.slice(from, end)));
    this.#at = end + CRC_BYTES;
    return this.#at;
  }

  finish(): readonly Piece[] {
    const rest = this.#file.slice(this.#at);
    return rest.length === 0 ? this.#pieces : [...this.#pieces, plainPiece(rest)];
  }
}

/** An index: symbols, an entry for each series, lists of postings, their table, the contents. */
export function splitIndex(file: Uint8Array): readonly Piece[] {
  const contentsAt = file.length - CONTENTS_BYTES;
  const cursor = new Cursor().set(file, contentsAt, file.length);
  const [symbolsAt, seriesAt, labelsAt] = [cursor.long(), cursor.long(), cursor.long()];
  const cutter = new Cutter(file);
  cutter.cut(symbolsAt, 'word');
  for (let at = align(seriesAt, SERIES_ALIGN); at < labelsAt; ) {
    at = align(cutter.cut(at, 'varint'), SERIES_ALIGN);
  }
  for (let at = labelsAt; at < contentsAt; ) at = align(cutter.cut(at, 'word'), 4);
  cutter.take(contentsAt, contentsAt, file.length - CRC_BYTES);
  return cutter.finish();
}

function align(at: number, to: number): number {
  return Math.ceil(at / to) * to;
}

/** A file of chunks. */
export function splitSegment(file: Uint8Array): readonly Piece[] {
  const cutter = new Cutter(file);
  // The length is that of the data; what they are encoded with stands before them.
  for (let at = SEGMENT_HEADER_BYTES; at < file.length; ) at = cutter.cut(at, 'varint', 1);
  return cutter.finish();
}

/** Tombstones: one piece, after a header that has no checksum; it may get longer and shorter. */
export function splitTombstones(file: Uint8Array): readonly Piece[] {
  const seal = (content: Uint8Array): Uint8Array => {
    const to = new ByteWriter(content.length + CRC_BYTES);
    to.raw(content);
    to.bigWord(crc32c(content));
    return to.written();
  };
  const content = file.slice(TOMBSTONES_HEADER_BYTES, file.length - CRC_BYTES);
  return [plainPiece(file.slice(0, TOMBSTONES_HEADER_BYTES)), { content, seal }];
}
