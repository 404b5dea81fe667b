/**
 * Reads the index of a block (Prometheus' format, version 2). In memory are every 32nd symbol's
 * place and every 32nd value of each label; all else is read where it is asked for, through a cache.
 *
 * Everything throws `BlockDamage` where the file is not as it should be, and the system's error
 * where the disk refuses.
 */
import { crc32c } from '../../platform/index.ts';
import type { Labels } from '../../series/index.ts';
import type { BlockFile } from './block-files.ts';
import { Cursor } from './cursor.ts';
import { BlockDamage } from './damage.ts';
import {
  CONTENTS_BYTES,
  INDEX_HEADER_BYTES,
  INDEX_MAGIC,
  INDEX_VERSION,
  SERIES_ALIGN,
} from './index-writer.ts';
import { SERIES_BYTES_MAX } from './limits.ts';
import { PostingsTable } from './postings-table.ts';
import { SymbolTable } from './symbol-table.ts';

/** Most entries are shorter, so one look at the cache is enough. */
const ENTRY_BYTES = 512;

/** One series' entry; the lists are used again for the next. */
export interface SeriesEntry {
  /** Numbers of symbols: name and value in turn. */
  readonly labels: number[];
  /** By chunk, in order of time. */
  readonly minMs: number[];
  readonly maxMs: number[];
  readonly refs: number[];
}

export class IndexReader {
  readonly symbols: SymbolTable;
  readonly table: PostingsTable;
  readonly #file: BlockFile;
  readonly #cursor = new Cursor();
  readonly #entry: SeriesEntry = { labels: [], minMs: [], maxMs: [], refs: [] };

  constructor(file: BlockFile) {
    this.#file = file;
    const contents = this.#readContents();
    this.symbols = new SymbolTable(file, contents.symbols);
    this.table = new PostingsTable(file, contents.table);
  }

  #readContents(): { readonly symbols: number; readonly table: number } {
    const file = this.#file;
    if (file.sizeBytes < INDEX_HEADER_BYTES + CONTENTS_BYTES) {
      throw this.#damage(`has ${file.sizeBytes} bytes only`);
    }
    const cursor = this.#cursor.set(file.peek(0, INDEX_HEADER_BYTES), 0, INDEX_HEADER_BYTES);
    const magic = cursor.word();
    if (magic !== INDEX_MAGIC) {
      const want = INDEX_MAGIC.toString(16);
      throw this.#damage(`unexpected magic number 0x${magic.toString(16)}; want 0x${want}`);
    }
    const version = cursor.byte();
    if (version !== INDEX_VERSION) {
      throw this.#damage(`unexpected format version ${version}; want ${INDEX_VERSION}`);
    }
    const bytes = new Uint8Array(CONTENTS_BYTES);
    file.read(bytes, file.sizeBytes - CONTENTS_BYTES);
    cursor.set(bytes, 0, CONTENTS_BYTES);
    const [symbols, , , , , table] = Array.from({ length: 6 }, () => cursor.long());
    if (cursor.word() !== crc32c(bytes, 0, CONTENTS_BYTES - 4)) {
      throw this.#damage('table of contents: checksum does not match');
    }
    return { symbols, table };
  }

  /** A series' entry, by its number; valid until the next call. */
  series(id: number): SeriesEntry {
    const file = this.#file;
    const at = id * SERIES_ALIGN;
    let bytes = file.peek(at, ENTRY_BYTES);
    const cursor = this.#cursor.set(bytes, 0, bytes.length);
    const length = cursor.uvarint();
    const from = cursor.at;
    const end = from + length;
    if (cursor.isShort || length > SERIES_BYTES_MAX) {
      throw this.#damage(`series at ${at} is ${length} bytes long`);
    }
    if (end + 4 > bytes.length) bytes = file.peek(at, end + 4);
    const want = cursor.set(bytes, end, end + 4).word();
    if (cursor.isShort || crc32c(bytes, from, end) !== want) {
      throw this.#damage(`series at ${at}: checksum does not match`);
    }
    cursor.set(bytes, from, end);
    parseEntry(cursor, this.#entry);
    if (cursor.isShort) throw this.#damage(`series at ${at}: entry is cut short`);
    return this.#entry;
  }

  /** The labels of a list of symbols: name and value in turn. */
  labels(symbols: readonly number[]): Labels {
    const names: string[] = [];
    const values: string[] = [];
    for (let i = 0; i < symbols.length; i += 2) {
      names.push(this.symbols.text(symbols[i]));
      values.push(this.symbols.text(symbols[i + 1]));
    }
    return { names, values };
  }

  #damage(reason: string): BlockDamage {
    return new BlockDamage(this.#file.path, reason);
  }

  close(): void {
    this.#file.close();
  }

  get memoryBytes(): number {
    return this.symbols.memoryBytes + this.table.memoryBytes;
  }
}

function parseEntry(cursor: Cursor, entry: SeriesEntry): void {
  const { labels, minMs, maxMs, refs } = entry;
  const labelCount = Math.min(cursor.uvarint(), cursor.end);
  labels.length = 0;
  for (let i = 0; i < 2 * labelCount && !cursor.isShort; i++) labels.push(cursor.uvarint());
  const chunkCount = Math.min(cursor.uvarint(), cursor.end);
  minMs.length = 0;
  maxMs.length = 0;
  refs.length = 0;
  let timeMs = 0;
  let ref = 0;
  for (let i = 0; i < chunkCount && !cursor.isShort; i++) {
    timeMs += i === 0 ? cursor.varint() : cursor.uvarint();
    minMs.push(timeMs);
    timeMs += cursor.uvarint();
    maxMs.push(timeMs);
    ref += i === 0 ? cursor.uvarint() : cursor.varint();
    refs.push(ref);
  }
}
