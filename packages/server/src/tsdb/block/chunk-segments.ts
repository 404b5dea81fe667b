/**
 * The files of chunks of a block (Prometheus' format; tsdb/docs/format/chunks.md): a header, then
 * chunks, each with its length, encoding, data and checksum. The data is that of `chunkenc`: what
 * Nines keeps in its own chunk files too, so chunks move between the two byte by byte.
 *
 * Files of dense blocks are the same but for their first word, so that no other program takes them
 * for what it knows: they have dense chunks, too. Series of one target are scraped at the same times,
 * so a column of times that is long stands in them once, and chunks refer to it.
 */
import { join } from 'node:path';
import { crc32c } from '../../platform/index.ts';
import { ByteWriter } from '../bytes.ts';
import {
  CHUNK_AGGREGATES,
  CHUNK_AGGREGATES_SHARED,
  CHUNK_DENSE,
  CHUNK_DENSE_SHARED,
  CHUNK_TIMES,
  COUNT_BYTES,
  putDense,
  splitDense,
} from '../dense/dense-format.ts';
import { INLINE_TIMES_BYTES_MAX, SHARED_TIMES_MAX } from '../dense/limits.ts';
import type { Disk } from '../disk.ts';
import type { BlockFile, BlockFiles } from './block-files.ts';
import { Cursor } from './cursor.ts';
import { BlockDamage } from './damage.ts';
import { FileSink } from './file-sink.ts';
import {
  CHUNK_DATA_BYTES_MAX,
  SEGMENT_BYTES_MAX,
  SEGMENTS_MAX,
  STREAM_BYTES,
  TIMES_KEPT_BYTES,
} from './limits.ts';

const SEGMENT_MAGIC = 0x85bd40dd;
/** "N9DC": ours. */
const DENSE_MAGIC = 0x4e394443;
const SEGMENT_VERSION = 1;
const SEGMENT_HEADER_BYTES = 8;
const TWO_32 = 2 ** 32;
/** Length, encoding, checksum. */
const AROUND_BYTES_MAX = 5 + 1 + 4;

/** A chunk as it lies in a file; the memory may be used again. */
export interface EncodedChunk {
  /** What it holds (chunk-kind.ts). */
  readonly encoding: number;
  /** Count of samples in two bytes, then the stream. */
  readonly data: Uint8Array;
}

/** How many samples a chunk says it has. */
export function countSamples({ data }: EncodedChunk): number {
  return data.length < 2 ? 0 : (data[0] << 8) | data[1];
}

/** Writes the chunks of a block. */
export class SegmentWriter {
  readonly #disk: Disk;
  readonly #dir: string;
  readonly #segmentBytesMax: number;
  readonly #magic: number;
  /** Places of columns of times by their bytes, in the order in which they came. */
  readonly #timesAt = new Map<string, number>();
  readonly #shared = new ByteWriter(1024);
  #sink: FileSink | undefined;
  #segments = 0;
  #endedBytes = 0;

  constructor(options: {
    readonly disk: Disk;
    readonly dir: string;
    readonly isDense: boolean;
    readonly segmentBytesMax?: number;
  }) {
    this.#disk = options.disk;
    this.#dir = options.dir;
    this.#magic = options.isDense ? DENSE_MAGIC : SEGMENT_MAGIC;
    this.#segmentBytesMax = options.segmentBytesMax ?? SEGMENT_BYTES_MAX;
  }

  get sizeBytes(): number {
    return this.#endedBytes + (this.#sink?.position ?? 0);
  }

  /** Answers the place of the chunk. Files that are full are made durable in `sync`. */
  put(chunk: EncodedChunk): number {
    const isShareable = chunk.encoding === CHUNK_DENSE || chunk.encoding === CHUNK_AGGREGATES;
    return this.#write(isShareable ? this.#withSharedTimes(chunk) : chunk);
  }

  /** The chunk with a reference to its times, where they are long. */
  #withSharedTimes(chunk: EncodedChunk): EncodedChunk {
    const { times, values } = splitDense(chunk.data);
    if (times.length <= INLINE_TIMES_BYTES_MAX) return chunk;
    const count = chunk.data.subarray(0, COUNT_BYTES);
    const key = String.fromCharCode(...count) + Buffer.from(times).toString('latin1');
    let ref = this.#timesAt.get(key);
    if (ref === undefined) {
      const shared = this.#shared;
      shared.at = 0;
      shared.raw(count);
      shared.raw(times);
      ref = this.#write({ encoding: CHUNK_TIMES, data: shared.written() });
      for (const oldest of this.#timesAt.keys()) {
        if (this.#timesAt.size < SHARED_TIMES_MAX) break;
        this.#timesAt.delete(oldest);
      }
      this.#timesAt.set(key, ref);
    }
    const data = new ByteWriter(values.length + 16);
    data.raw(count);
    data.varint(ref);
    data.raw(values);
    const isDense = chunk.encoding === CHUNK_DENSE;
    const encoding = isDense ? CHUNK_DENSE_SHARED : CHUNK_AGGREGATES_SHARED;
    return { encoding, data: data.written() };
  }

  #write({ encoding, data }: EncodedChunk): number {
    const sink = this.#sinkFor(data.length + AROUND_BYTES_MAX);
    const ref = (this.#segments - 1) * TWO_32 + sink.position;
    const { writer } = sink;
    writer.varint(data.length);
    const from = writer.at;
    writer.byte(encoding);
    writer.raw(data);
    writer.bigWord(crc32c(writer.bytes, from, writer.at));
    sink.drain();
    return ref;
  }

  readonly #ended: FileSink[] = [];

  #sinkFor(bytes: number): FileSink {
    const full = this.#sink;
    if (full !== undefined && full.position + bytes <= this.#segmentBytesMax) return full;
    if (full !== undefined) {
      full.flush();
      this.#ended.push(full);
      this.#endedBytes += full.position;
    }
    this.#segments++;
    const path = join(this.#dir, formatSegmentName(this.#segments));
    const sink = new FileSink(this.#disk.open(path, 'create'));
    sink.writer.bigWord(this.#magic);
    sink.writer.byte(SEGMENT_VERSION);
    for (let i = 0; i < 3; i++) sink.writer.byte(0);
    this.#sink = sink;
    return sink;
  }

  /** Makes all of it durable. */
  async close(): Promise<void> {
    for (const sink of this.#ended) await sink.close();
    await this.#sink?.close();
  }

  /** Closes the files as they are. */
  abandon(): void {
    for (const sink of this.#ended) sink.abandon();
    this.#sink?.abandon();
  }
}

/** Up to `length` bytes of a file from a place on, fewer at its end; valid until the next call. */
type Peek = (file: BlockFile, at: number, length: number) => Uint8Array;

const peekThroughCache: Peek = (file, at, length) => file.peek(at, length);

/** For one who reads all chunks in order: in large pieces, past the cache. */
export function createReadAhead(): Peek {
  let current: BlockFile | undefined;
  let piece = new Uint8Array(0);
  let pieceAt = 0;
  return (file, at, length) => {
    const want = Math.max(0, Math.min(length, file.sizeBytes - at));
    const isThere = file === current && at >= pieceAt && at + want <= pieceAt + piece.length;
    if (!isThere) {
      piece = new Uint8Array(Math.min(Math.max(want, STREAM_BYTES), file.sizeBytes - at));
      file.read(piece, at);
      current = file;
      pieceAt = at;
    }
    return piece.subarray(at - pieceAt, at - pieceAt + want);
  };
}

/** Reads the chunks of a block. */
export class SegmentReader {
  readonly #files: readonly BlockFile[];
  readonly #cursor = new Cursor();
  readonly #peek: Peek;
  /** Columns of times that were read, by place. */
  readonly #times = new Map<number, EncodedChunk>();
  #timesBytes = 0;
  readonly #whole = new ByteWriter(4096);

  /** Opens the files. Throws `BlockDamage`, and the system's error. */
  constructor(files: BlockFiles, dir: string, peek: Peek = peekThroughCache) {
    this.#peek = peek;
    const names = files.disk.list(dir).filter((name) => /^\d{6}$/.test(name));
    if (names.length > SEGMENTS_MAX) throw new BlockDamage(dir, `has ${names.length} files`);
    this.#files = names.map((name, i) => {
      const path = join(dir, name);
      if (name !== formatSegmentName(i + 1)) {
        throw new BlockDamage(path, `stands where ${formatSegmentName(i + 1)} should be`);
      }
      const file = files.open(path);
      checkHeader(file);
      return file;
    });
  }

  get sizeBytes(): number {
    return this.#files.reduce((sum, file) => sum + file.sizeBytes, 0);
  }

  /** The chunk at a place; valid until the next call. Throws `BlockDamage`. */
  read(ref: number): EncodedChunk {
    const chunk = this.#read(ref, this.#peek);
    if (chunk.encoding === CHUNK_DENSE_SHARED) return this.#withTimes(chunk, CHUNK_DENSE);
    if (chunk.encoding !== CHUNK_AGGREGATES_SHARED) return chunk;
    return this.#withTimes(chunk, CHUNK_AGGREGATES);
  }

  /** A dense chunk with its times, which stand elsewhere. */
  #withTimes({ data }: EncodedChunk, encoding: number): EncodedChunk {
    const cursor = this.#cursor.set(data, COUNT_BYTES, data.length);
    const ref = cursor.uvarint();
    const values = data.slice(cursor.at);
    const [high, low] = data;
    const times = this.#timesOf(ref);
    if (cursor.isShort || times.data[0] !== high || times.data[1] !== low) {
      throw new BlockDamage(
        'chunks',
        `the chunk ${ref} has not the times of the one that names it`,
      );
    }
    this.#whole.at = 0;
    const parts = { times: times.data.subarray(COUNT_BYTES), values };
    putDense(this.#whole, (high << 8) | low, parts);
    return { encoding, data: this.#whole.written() };
  }

  /** Through the cache in any case: they are behind what is being read, and asked for again. */
  #timesOf(ref: number): EncodedChunk {
    const known = this.#times.get(ref);
    if (known !== undefined) return known;
    const { encoding, data } = this.#read(ref, peekThroughCache);
    if (encoding !== CHUNK_TIMES) {
      throw new BlockDamage('chunks', `the chunk ${ref} has encoding ${encoding}, not times`);
    }
    const times = { encoding, data: data.slice() };
    this.#timesBytes += data.length;
    if (this.#timesBytes > TIMES_KEPT_BYTES) {
      this.#times.clear();
      this.#timesBytes = data.length;
    }
    this.#times.set(ref, times);
    return times;
  }

  #read(ref: number, peek: Peek): EncodedChunk {
    const file = this.#files.at(Math.floor(ref / TWO_32));
    if (file === undefined) throw new BlockDamage('chunks', `no file has the chunk ${ref}`);
    const at = ref % TWO_32;
    let bytes = peek(file, at, FIRST_LOOK_BYTES);
    const cursor = this.#cursor.set(bytes, 0, bytes.length);
    const length = cursor.uvarint();
    const from = cursor.at;
    const end = from + 1 + length;
    if (cursor.isShort || length > CHUNK_DATA_BYTES_MAX || length < 2) {
      throw new BlockDamage(file.path, `chunk at ${at} is ${length} bytes long`);
    }
    if (end + 4 > bytes.length) bytes = peek(file, at, end + 4);
    const want = cursor.set(bytes, end, end + 4).word();
    if (cursor.isShort || crc32c(bytes, from, end) !== want) {
      throw new BlockDamage(file.path, `chunk at ${at}: checksum does not match`);
    }
    return { encoding: bytes[from], data: bytes.subarray(from + 1, end) };
  }

  close(): void {
    for (const file of this.#files) file.close();
  }
}

/** Most chunks are shorter, so one look at the cache is enough. */
const FIRST_LOOK_BYTES = 320;

function checkHeader(file: BlockFile): void {
  const bytes = file.peek(0, SEGMENT_HEADER_BYTES);
  const cursor = new Cursor().set(bytes, 0, bytes.length);
  const magic = cursor.word();
  if (magic !== SEGMENT_MAGIC && magic !== DENSE_MAGIC) {
    const want = SEGMENT_MAGIC.toString(16);
    const got = magic.toString(16);
    throw new BlockDamage(file.path, `unexpected magic number 0x${got}; want 0x${want}`);
  }
  const version = cursor.byte();
  if (version !== SEGMENT_VERSION) {
    const reason = `unexpected format version ${version}; want ${SEGMENT_VERSION}`;
    throw new BlockDamage(file.path, reason);
  }
}

function formatSegmentName(segment: number): string {
  return String(segment).padStart(6, '0');
}
