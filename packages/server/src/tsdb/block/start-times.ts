/**
 * When the counters behind chunks began to count: a file of ours beside those of Prometheus, whose
 * blocks have no place for it. Programs that do not know it pass it over.
 *
 * One entry for each chunk of which that is known, in order of the chunks' places: the place, the
 * time, a checksum. Found by halving, through the cache.
 */
import { crc32c } from '../../platform/index.ts';
import type { ByteWriter } from '../bytes.ts';
import type { BlockFile } from './block-files.ts';
import { BlockDamage } from './damage.ts';

/** "N9ST", high byte first. */
const MAGIC = 0x4e395354;
const VERSION = 1;
const HEADER_BYTES = 8;
const ENTRY_BYTES = 20;

/** Writes the header. */
export function putStartTimesHeader(writer: ByteWriter): void {
  writer.bigWord(MAGIC);
  writer.bigWord(VERSION);
}

/** Writes an entry; the chunk's place is larger than that before. */
export function putStartTime(writer: ByteWriter, ref: number, startMs: number): void {
  const from = writer.at;
  writer.bigLong(ref);
  writer.double(startMs);
  writer.bigWord(crc32c(writer.bytes, from, writer.at));
}

/** Reads the file of one block. */
export class StartTimes {
  readonly #file: BlockFile;
  readonly #count: number;
  /** Where the entry looked for last is: chunks are read in order. */
  #last = 0;

  /** Throws `BlockDamage`. */
  constructor(file: BlockFile) {
    this.#file = file;
    const bytes = file.peek(0, HEADER_BYTES);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const isOurs = bytes.length === HEADER_BYTES && view.getUint32(0) === MAGIC;
    if (!isOurs || view.getUint32(4) !== VERSION) {
      throw new BlockDamage(file.path, 'is no file of start times of version 1');
    }
    this.#count = Math.floor((file.sizeBytes - HEADER_BYTES) / ENTRY_BYTES);
  }

  /** The time for the chunk at a place; 0 where it is not known. Throws `BlockDamage`. */
  find(ref: number): number {
    for (const near of [this.#last, this.#last + 1]) {
      if (near < this.#count && this.#refAt(near) === ref) return this.#timeAt(near);
    }
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#refAt(middle) < ref) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#refAt(low) === ref ? this.#timeAt(low) : 0;
  }

  #entry(index: number): DataView {
    const bytes = this.#file.peek(HEADER_BYTES + index * ENTRY_BYTES, ENTRY_BYTES);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #refAt(index: number): number {
    const entry = this.#entry(index);
    return entry.getUint32(0) * 2 ** 32 + entry.getUint32(4);
  }

  #timeAt(index: number): number {
    this.#last = index;
    const entry = this.#entry(index);
    const bytes = new Uint8Array(entry.buffer, entry.byteOffset, ENTRY_BYTES);
    if (crc32c(bytes, 0, ENTRY_BYTES - 4) !== entry.getUint32(16)) {
      throw new BlockDamage(this.#file.path, `entry ${index}: checksum does not match`);
    }
    return entry.getFloat64(8, true);
  }

  close(): void {
    this.#file.close();
  }
}
