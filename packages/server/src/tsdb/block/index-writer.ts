/**
 * Writes the index of a block (Prometheus' format, version 2; tsdb/docs/format/index.md): symbols,
 * series with the places of their chunks, postings, the table of postings, the table of contents.
 *
 * Symbols are known from the beginning and sorted, so numbers of symbols order as their texts do,
 * and series and postings are sorted by comparing numbers. Label indices, which no reader uses any
 * more, are left empty.
 */
import { crc32c } from '../../platform/index.ts';
import { ByteWriter } from '../bytes.ts';
import type { DiskFile } from '../disk.ts';
import { WordLists } from '../word-lists.ts';
import { FileSink } from './file-sink.ts';

export const INDEX_MAGIC = 0xbaaad700;
export const INDEX_VERSION = 2;
export const INDEX_HEADER_BYTES = 5;
/** Six places of 8 bytes and a checksum. */
export const CONTENTS_BYTES = 52;
/** A series' entry begins at a multiple of this; its number is its place divided by it. */
export const SERIES_ALIGN = 16;

/** Where a chunk is and what time it covers. */
export interface ChunkPlace {
  /** First and last sample. */
  readonly minMs: number;
  readonly maxMs: number;
  /** Number of the chunk file from 0, times 2^32, and place in it. */
  readonly ref: number;
}

/** The list of all series. */
const ALL = 0;

export class IndexWriter {
  readonly #sink: FileSink;
  readonly #symbols: readonly string[];
  readonly #entry = new ByteWriter(4096);
  /** By number of a name's symbol, by number of a value's: the list of series. */
  readonly #lists = new Map<number, Map<number, number>>();
  #listCount = 1;
  readonly #postings = new WordLists();
  readonly #places: number[] = [];
  readonly #contents: number[] = [];
  seriesCount = 0;

  /** Writes the symbols: distinct texts in order of their UTF-8 bytes. */
  constructor(file: DiskFile, symbols: readonly string[]) {
    this.#sink = new FileSink(file);
    this.#symbols = symbols;
    const { writer } = this.#sink;
    writer.bigWord(INDEX_MAGIC);
    writer.byte(INDEX_VERSION);
    this.#contents.push(this.#sink.position);
    const start = this.#sink.beginSection();
    writer.bigWord(symbols.length);
    for (const symbol of symbols) {
      writer.text(symbol);
      this.#sink.drain();
    }
    this.#sink.endSection(start);
    this.#contents.push(this.#sink.position);
  }

  get sizeBytes(): number {
    return this.#sink.position;
  }

  /**
   * Adds the next series in order of labels: numbers of symbols, name and value in turn, in order
   * of name. `chunks` are in order of time.
   */
  addSeries(labels: ArrayLike<number>, chunks: readonly ChunkPlace[]): void {
    const sink = this.#sink;
    sink.align(SERIES_ALIGN);
    const id = sink.position / SERIES_ALIGN;
    this.#postings.push(ALL, id);
    for (let i = 0; i < labels.length; i += 2) {
      this.#postings.push(this.#listOf(labels[i], labels[i + 1]), id);
    }
    const entry = this.#entry;
    entry.at = 0;
    putEntry(entry, labels, chunks);
    sink.writer.varint(entry.at);
    sink.writer.raw(entry.written());
    sink.writer.bigWord(crc32c(entry.bytes, 0, entry.at));
    sink.drain();
    this.seriesCount++;
  }

  #listOf(name: number, value: number): number {
    const known = this.#lists.get(name);
    const values = known ?? new Map<number, number>();
    if (known === undefined) this.#lists.set(name, values);
    const list = values.get(value) ?? this.#listCount++;
    values.set(value, list);
    return list;
  }

  /** Writes all that follows the series; gives way after each label name and some thousand values. */
  *finish(): IterableIterator<void> {
    const sink = this.#sink;
    sink.align(4);
    // No label indices: postings tell the values of a label.
    this.#contents.push(sink.position);
    const emptyAt = sink.position;
    const empty = sink.beginSection();
    sink.writer.bigWord(0);
    sink.endSection(empty);
    this.#contents.push(emptyAt);
    this.#contents.push(sink.position);
    yield* this.#putAllPostings();
    this.#contents.push(sink.position);
    yield* this.#putTable();
    this.#putContents();
  }

  /** Names and values in order, with the list of each pair. */
  *#pairs(): IterableIterator<readonly [name: number, value: number, list: number]> {
    for (const name of [...this.#lists.keys()].sort((a, b) => a - b)) {
      const values = this.#lists.get(name) ?? new Map<number, number>();
      const sorted = Uint32Array.from(values.keys()).sort();
      for (const value of sorted) yield [name, value, values.get(value) ?? ALL];
    }
  }

  *#putAllPostings(): IterableIterator<void> {
    this.#putPostings(ALL);
    let count = 0;
    for (const [, , list] of this.#pairs()) {
      this.#putPostings(list);
      if (++count % GIVE_WAY_EVERY === 0) yield;
    }
  }

  #putPostings(list: number): void {
    const sink = this.#sink;
    const { writer } = sink;
    sink.align(4);
    this.#places[list] = sink.position;
    const start = sink.beginSection();
    const ids = this.#postings.view(list);
    writer.bigWord(ids.length);
    for (const id of ids) {
      writer.bigWord(id);
      sink.drain();
    }
    sink.endSection(start);
  }

  *#putTable(): IterableIterator<void> {
    const sink = this.#sink;
    const start = sink.beginSection();
    sink.writer.bigWord(this.#listCount);
    this.#putTableEntry('', '', ALL);
    let count = 0;
    for (const [name, value, list] of this.#pairs()) {
      this.#putTableEntry(this.#symbols[name], this.#symbols[value], list);
      sink.drain();
      if (++count % GIVE_WAY_EVERY === 0) yield;
    }
    sink.endSection(start);
  }

  #putTableEntry(name: string, value: string, list: number): void {
    const { writer } = this.#sink;
    // The number of texts that follow.
    writer.byte(2);
    writer.text(name);
    writer.text(value);
    writer.varint(this.#places[list]);
  }

  #putContents(): void {
    const [symbols, series, labels, labelTable, postings, table] = this.#contents;
    const contents = new ByteWriter(CONTENTS_BYTES);
    for (const place of [symbols, series, labels, labelTable, postings, table]) {
      contents.bigLong(place);
    }
    const crc = crc32c(contents.written());
    this.#sink.writer.raw(contents.written());
    this.#sink.writer.bigWord(crc);
  }

  /** Makes the file durable and closes it. */
  async close(): Promise<void> {
    await this.#sink.close();
  }

  /** Closes the file as it is. */
  abandon(): void {
    this.#sink.abandon();
  }
}

const GIVE_WAY_EVERY = 1024;

function putEntry(
  entry: ByteWriter,
  labels: ArrayLike<number>,
  chunks: readonly ChunkPlace[],
): void {
  entry.varint(labels.length / 2);
  for (let i = 0; i < labels.length; i++) entry.varint(labels[i]);
  entry.varint(chunks.length);
  let lastMs = 0;
  let lastRef = 0;
  for (const [i, { minMs, maxMs, ref }] of chunks.entries()) {
    if (i === 0) entry.zigzag(minMs);
    else entry.varint(minMs - lastMs);
    entry.varint(maxMs - minMs);
    if (i === 0) entry.varint(ref);
    else entry.zigzag(ref - lastRef);
    lastMs = maxMs;
    lastRef = ref;
  }
}
