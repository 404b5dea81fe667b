/**
 * How many samples chunks have that have no staleness marker: a file of ours beside those of
 * Prometheus, whose blocks have no place for it. Programs that do not know it pass it over.
 *
 * Each chunk says itself how many samples it has, but those that are markers do not count, and only
 * decoding it would tell. One entry for each chunk that is known to have none, in order of the chunks'
 * places, in pages with a checksum; found by halving, or at once where chunks are asked for in order.
 */
import { crc32c } from '../../platform/index.ts';
import type { DiskFile } from '../disk.ts';
import type { BlockFile } from './block-files.ts';
import { BlockDamage } from './damage.ts';
import { FileSink } from './file-sink.ts';

/** "N9CN", high byte first. */
const MAGIC = 0x4e39434e;
const VERSION = 1;
const HEADER_BYTES = 8;
/** Where the chunk begins in its file; the number of the file and the count, 16 bits each. */
const ENTRY_BYTES = 8;
const CHECKSUM_BYTES = 4;
/** A page of the cache, or two, has one of these. */
const PAGE_ENTRIES = 510;
const PAGE_BYTES = PAGE_ENTRIES * ENTRY_BYTES + CHECKSUM_BYTES;
const TWO_16 = 2 ** 16;
const TWO_32 = 2 ** 32;

/** Writes the file of one block. */
export class ChunkCountsWriter {
  readonly #sink: FileSink;
  /** Of the page that was begun: where it begins in the sink's memory, and its entries. */
  #pageFrom = 0;
  #entries = 0;

  constructor(file: DiskFile) {
    this.#sink = new FileSink(file);
    this.#sink.writer.bigWord(MAGIC);
    this.#sink.writer.bigWord(VERSION);
  }

  /** Adds a chunk; its place is larger than that before. */
  put(ref: number, sampleCount: number): void {
    const { writer } = this.#sink;
    if (this.#entries === 0) this.#pageFrom = writer.at;
    writer.bigWord(ref % TWO_32);
    writer.bigWord(Math.floor(ref / TWO_32) * TWO_16 + sampleCount);
    if (++this.#entries === PAGE_ENTRIES) this.#endPage();
  }

  #endPage(): void {
    if (this.#entries === 0) return;
    const { writer } = this.#sink;
    writer.bigWord(crc32c(writer.bytes, this.#pageFrom, writer.at));
    this.#entries = 0;
    this.#sink.drain();
  }

  /** Makes it durable. */
  async close(): Promise<void> {
    this.#endPage();
    await this.#sink.close();
  }

  /** Closes the file as it is. */
  abandon(): void {
    this.#sink.abandon();
  }
}

/** Reads the file of one block. */
export class ChunkCounts {
  readonly #file: BlockFile;
  readonly #pageCount: number;
  /** The page that was read last: its number, its entries, and which of them was found last. */
  #page = -1;
  #entries = 0;
  readonly #refs = new Float64Array(PAGE_ENTRIES);
  readonly #counts = new Uint16Array(PAGE_ENTRIES);
  #last = -1;

  /** Throws `BlockDamage`. */
  constructor(file: BlockFile) {
    this.#file = file;
    const bytes = file.peek(0, HEADER_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isOurs = bytes.length === HEADER_BYTES && view.getUint32(0) === MAGIC;
    if (!isOurs || view.getUint32(4) !== VERSION) {
      throw new BlockDamage(file.path, 'is no file of counts of version 1');
    }
    const rest = (file.sizeBytes - HEADER_BYTES) % PAGE_BYTES;
    if (rest > 0 && (rest % ENTRY_BYTES !== CHECKSUM_BYTES || rest === CHECKSUM_BYTES)) {
      throw new BlockDamage(file.path, 'ends within a page of counts');
    }
    this.#pageCount = Math.ceil((file.sizeBytes - HEADER_BYTES) / PAGE_BYTES);
  }

  /**
   * How many samples the chunk at a place has, none of which is a staleness marker; NaN where that is
   * not known. Throws `BlockDamage`.
   */
  find(ref: number): number {
    const next = this.#last + 1;
    if (next < this.#entries && this.#refs[next] === ref) {
      this.#last = next;
      return this.#counts[next];
    }
    const isOnPage =
      this.#entries > 0 && ref >= this.#refs[0] && ref <= this.#refs[this.#entries - 1];
    if (!isOnPage) this.#readPage(this.#pageOf(ref));
    return this.#findOnPage(ref);
  }

  #findOnPage(ref: number): number {
    let low = 0;
    let high = this.#entries;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#refs[middle] < ref) low = middle + 1;
      else high = middle;
    }
    if (low === this.#entries || this.#refs[low] !== ref) return Number.NaN;
    this.#last = low;
    return this.#counts[low];
  }

  /** The last page that does not begin after a place; the first where all do. */
  #pageOf(ref: number): number {
    let low = 0;
    let high = this.#pageCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#firstOf(middle) <= ref) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #firstOf(page: number): number {
    const bytes = this.#file.peek(HEADER_BYTES + page * PAGE_BYTES, ENTRY_BYTES);
    return refAt(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  }

  #readPage(page: number): void {
    if (page === this.#page || this.#pageCount === 0) return;
    this.#entries = 0;
    this.#last = -1;
    const bytes = this.#file.peek(HEADER_BYTES + page * PAGE_BYTES, PAGE_BYTES);
    const end = bytes.length - CHECKSUM_BYTES;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (crc32c(bytes, 0, end) !== view.getUint32(end)) {
      throw new BlockDamage(this.#file.path, `page ${page} of counts: checksum does not match`);
    }
    for (let at = 0, entry = 0; at < end; at += ENTRY_BYTES, entry++) {
      this.#refs[entry] = refAt(view, at);
      this.#counts[entry] = view.getUint16(at + 6);
    }
    this.#page = page;
    this.#entries = end / ENTRY_BYTES;
  }

  close(): void {
    this.#file.close();
  }
}

function refAt(view: DataView, at: number): number {
  return view.getUint16(at + 4) * TWO_32 + view.getUint32(at);
}
