/**
 * Chunk files (docs/formats/chunk-file.md): a header, chunks in the order in which they were
 * closed, and, once the file is sealed, an index and a trailer.
 *
 * Each chunk names the one before it of the same series, so memory needs to know only the last
 * chunk of each series in each file that still grows, and nothing at all about sealed files.
 */
import { crc32 } from 'node:zlib';
import type { ByteWriter } from './bytes.ts';
import { isChunkKind } from './chunk-kind.ts';
import { WINDOW_MS } from './limits.ts';
import type { ChunkWords } from './xor-decode.ts';

/** "N9CF", read as a little-endian word. */
const CHUNK_FILE_MAGIC = 0x4643394e;
const CHUNK_FILE_VERSION = 1;
/** Magic, version, start of the window as float64. */
export const CHUNK_FILE_HEADER_BYTES = 16;
/** Checksum, length, encoding, series, previous, start, end. */
export const CHUNK_HEADER_BYTES = 24;
/** One entry of the index of a sealed file: series, its last chunk, its samples. */
export const INDEX_ENTRY_BYTES = 12;
/** A bit of the samples: no staleness marker is among them. Without it, there may be some. */
const UNMARKED_FLAG = 0x8000_0000;
/** "N9CX"; ends a sealed file. */
const TRAILER_MAGIC = 0x5843394e;
export const TRAILER_BYTES = 32;

/** A bit of the encoding: a float64 after the data says when the counter began to count. */
const HAS_COUNTER_START = 0x100;
/** Another: the samples came late, and other chunks of the series may reach into its time. */
const IS_LATE = 0x200;
/** Another: no staleness marker is among the samples. Without it, there may be some. */
const IS_UNMARKED = 0x400;
const FLAGS = HAS_COUNTER_START | IS_LATE | IS_UNMARKED;
const COUNTER_START_BYTES = 8;

/** What a chunk's header says, apart from lengths. */
interface ChunkPlace {
  readonly id: number;
  /** Where the chunk before of the same series begins, 0 for none. */
  readonly previousAt: number;
  readonly startMs: number;
  readonly lastMs: number;
  /** Whether a staleness marker may be among its samples. */
  readonly hasMarker: boolean;
}

/** Writes the file's header. */
export function putChunkFileHeader(writer: ByteWriter, windowStartMs: number): void {
  writer.word(CHUNK_FILE_MAGIC);
  writer.word(CHUNK_FILE_VERSION);
  writer.double(windowStartMs);
}

/** The start of the window that a file holds, or why the file is none of ours. */
export function readChunkFileHeader(bytes: Uint8Array): number | string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < CHUNK_FILE_HEADER_BYTES) return 'header is cut short';
  const magic = view.getUint32(0, true);
  if (magic !== CHUNK_FILE_MAGIC) {
    return `unexpected magic number 0x${magic.toString(16)}; want 0x${CHUNK_FILE_MAGIC.toString(16)}`;
  }
  const version = view.getUint32(4, true);
  if (version !== CHUNK_FILE_VERSION) {
    return `unexpected format version ${version}; want ${CHUNK_FILE_VERSION}`;
  }
  const windowStartMs = view.getFloat64(8, true);
  return windowStartMs % WINDOW_MS === 0 ? windowStartMs : `window begins at ${windowStartMs}`;
}

/** Writes a chunk: header, count of samples, stream. */
export function putChunk(
  writer: ByteWriter,
  place: ChunkPlace,
  chunk: ChunkWords,
  windowStartMs: number,
): void {
  const start = writer.at;
  const hasStart = chunk.counterStartMs !== 0;
  const dataBytes = 2 + Math.ceil(chunk.bitCount / 8) + (hasStart ? COUNTER_START_BYTES : 0);
  writer.reserve(CHUNK_HEADER_BYTES + dataBytes + 4);
  writer.word(0);
  const flags =
    (hasStart ? HAS_COUNTER_START : 0) |
    (chunk.isLate ? IS_LATE : 0) |
    (place.hasMarker ? 0 : IS_UNMARKED);
  writer.word(dataBytes | ((chunk.kind | flags) << 16));
  writer.word(place.id);
  writer.word(place.previousAt);
  writer.word(place.startMs - windowStartMs);
  writer.word(place.lastMs - windowStartMs);
  putChunkData(writer, chunk);
  if (hasStart) writer.double(chunk.counterStartMs);
  writer.wordAt(start, crc32(writer.bytes.subarray(start + 4, writer.at)));
}

/** Writes a chunk as blocks have it: count of samples, stream. */
export function putChunkData(writer: ByteWriter, chunk: ChunkWords): void {
  writer.reserve(2 + Math.ceil(chunk.bitCount / 8) + 4);
  writer.byte(chunk.sampleCount >>> 8);
  writer.byte(chunk.sampleCount);
  putStream(writer, chunk);
}

/** Words to bytes, the top byte first. */
function putStream(writer: ByteWriter, chunk: ChunkWords): void {
  const { bytes } = writer;
  const end = writer.at + Math.ceil(chunk.bitCount / 8);
  let at = writer.at;
  for (let i = 0; at < end; i++) {
    const word = chunk.words[i];
    bytes[at] = word >>> 24;
    bytes[at + 1] = word >>> 16;
    bytes[at + 2] = word >>> 8;
    bytes[at + 3] = word;
    at += 4;
  }
  writer.at = end;
}

/** Where a chunk's data ends, by its header; undefined where that cannot be a chunk. */
export function chunkBytes(view: DataView, at: number): number | undefined {
  const dataBytes = view.getUint16(at + 4, true);
  const encoding = view.getUint16(at + 6, true);
  const isPlausible = dataBytes >= 4 + startBytes(encoding) && isChunkKind(encoding & ~FLAGS);
  return isPlausible ? CHUNK_HEADER_BYTES + dataBytes : undefined;
}

/** Reads a chunk's header; the caller has checked its length. */
export function readChunkPlace(view: DataView, at: number, windowStartMs: number): ChunkPlace {
  return {
    id: view.getUint32(at + 8, true),
    previousAt: view.getUint32(at + 12, true),
    startMs: windowStartMs + view.getUint32(at + 16, true),
    lastMs: windowStartMs + view.getUint32(at + 20, true),
    hasMarker: (view.getUint16(at + 6, true) & IS_UNMARKED) === 0,
  };
}

/** Whether a chunk is as it was written. */
export function isIntact(bytes: Uint8Array, at: number, length: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint32(at, true) === crc32(bytes.subarray(at + 4, at + length));
}

/** Whether the chunk of a header holds samples that came late. */
export function isLateChunk(view: DataView, at: number): boolean {
  return (view.getUint16(at + 6, true) & IS_LATE) !== 0;
}

function startBytes(encoding: number): number {
  return (encoding & HAS_COUNTER_START) === 0 ? 0 : COUNTER_START_BYTES;
}

/** A chunk as blocks have it: what it holds, then its count of samples and its stream. */
export function chunkData(
  bytes: Uint8Array,
  length: number,
): {
  readonly encoding: number;
  readonly data: Uint8Array;
  readonly counterStartMs: number;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoding = view.getUint16(6, true);
  const data = bytes.slice(CHUNK_HEADER_BYTES, length - startBytes(encoding));
  const hasStart = startBytes(encoding) > 0;
  const counterStartMs = hasStart ? view.getFloat64(length - COUNTER_START_BYTES, true) : 0;
  return { encoding: encoding & ~FLAGS, data, counterStartMs };
}

/** Turns a chunk's bytes into words for the decoder. `words` has room for the largest chunk. */
export function chunkWords(
  bytes: Uint8Array,
  at: number,
  length: number,
  words: Uint32Array,
): ChunkWords {
  const kind = bytes[at + 6];
  const dataAt = at + CHUNK_HEADER_BYTES;
  const sampleCount = (bytes[dataAt] << 8) | bytes[dataAt + 1];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const hasStart = startBytes(view.getUint16(at + 6, true)) > 0;
  const end = at + length - (hasStart ? COUNTER_START_BYTES : 0);
  const isLate = isLateChunk(view, at);
  const counterStartMs = hasStart ? view.getFloat64(end, true) : 0;
  let count = 0;
  for (let i = dataAt + 2; i < end; i += 4) {
    words[count++] = (bytes[i] << 24) | (bytes[i + 1] << 16) | (bytes[i + 2] << 8) | bytes[i + 3];
  }
  return { kind, isLate, counterStartMs, words, bitCount: (end - dataAt - 2) * 8, sampleCount };
}

/** What an index says of a series in a file. */
export interface IndexEntry {
  /** Where its last chunk begins; 0: it has none. */
  readonly lastAt: number;
  readonly samples: number;
  /** Whether a staleness marker may be among them. */
  readonly hasMarker: boolean;
}

/** The word of an index that counts samples. */
export function indexedSamples({ samples, hasMarker }: IndexEntry): number {
  return hasMarker ? samples : (samples | UNMARKED_FLAG) >>> 0;
}

/** What the words of an index say. */
export function readIndexEntry(lastAt: number, word: number): IndexEntry {
  const hasMarker = (word & UNMARKED_FLAG) === 0;
  return { lastAt, samples: word & ~UNMARKED_FLAG, hasMarker };
}

/** What the end of a sealed file says. */
export interface Trailer {
  /** Where chunks end and the index begins. */
  readonly indexAt: number;
  readonly entryCount: number;
  /** One more than the largest number of a series in the file. */
  readonly idEnd: number;
  readonly sampleCount: number;
  /** CRC-32 of the index; 0 where nobody noted it. */
  readonly indexChecksum: number;
}

/** Writes the trailer. */
export function putTrailer(writer: ByteWriter, trailer: Trailer): void {
  const start = writer.at;
  writer.word(trailer.indexAt);
  writer.word(trailer.entryCount);
  writer.word(trailer.idEnd);
  writer.double(trailer.sampleCount);
  writer.word(trailer.indexChecksum);
  writer.word(TRAILER_MAGIC);
  writer.word(crc32(writer.bytes.subarray(start, writer.at)));
}

/** Reads the last bytes of a file; undefined where it is not sealed. */
export function readTrailer(bytes: Uint8Array, fileBytes: number): Trailer | undefined {
  if (bytes.length !== TRAILER_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(24, true) !== TRAILER_MAGIC) return undefined;
  if (view.getUint32(28, true) !== crc32(bytes.subarray(0, 28))) return undefined;
  const indexAt = view.getUint32(0, true);
  const entryCount = view.getUint32(4, true);
  const want = alignIndex(indexAt) + entryCount * INDEX_ENTRY_BYTES + TRAILER_BYTES;
  if (want !== fileBytes) return undefined;
  const idEnd = view.getUint32(8, true);
  const sampleCount = view.getFloat64(12, true);
  return { indexAt, entryCount, idEnd, sampleCount, indexChecksum: view.getUint32(20, true) };
}

/** The index begins at a multiple of 4, so that no word of it crosses a block of the cache. */
export function alignIndex(at: number): number {
  return Math.ceil(at / 4) * 4;
}
