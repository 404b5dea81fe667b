/**
 * Reads a table of an index from its beginning to its end, a piece at a time, and checks it on the
 * way: the table may be far larger than the memory that reading it should take.
 */
import { crc32c } from '../../platform/index.ts';
import type { BlockFile } from './block-files.ts';
import { Cursor } from './cursor.ts';
import { BlockDamage } from './damage.ts';
import { STREAM_BYTES, TEXT_BYTES_MAX } from './limits.ts';

/** No entry is longer: two texts, three numbers. */
const ENTRY_BYTES_MAX = 2 * TEXT_BYTES_MAX + 32;

export class SectionStream {
  readonly #file: BlockFile;
  readonly #what: string;
  /** On the piece at hand. */
  readonly #cursor = new Cursor();
  /** Place of the piece in the file. */
  #pieceAt: number;
  readonly #end: number;
  #crc = 0;

  /** `at`: where the length of the section stands. */
  constructor(file: BlockFile, what: string, at: number) {
    this.#file = file;
    this.#what = what;
    if (at + 8 > file.sizeBytes) throw this.damage(`begins at ${at}, past the end of the file`);
    const length = new Cursor().set(file.peek(at, 4), 0, 4).word();
    this.#pieceAt = at + 4;
    this.#end = at + 4 + length;
    if (this.#end + 4 > file.sizeBytes) {
      throw this.damage(`is ${length} bytes long at ${at}; the file has ${file.sizeBytes}`);
    }
  }

  /** Where in the file the next entry begins. */
  get at(): number {
    return this.#pieceAt + this.#cursor.at;
  }

  get isAtEnd(): boolean {
    return this.at >= this.#end;
  }

  /** Reads one entry; `parse` is called again with more bytes where it came to the end of them. */
  next<T>(parse: (cursor: Cursor) => T): T {
    const cursor = this.#cursor;
    for (const bytesMax of [0, STREAM_BYTES, ENTRY_BYTES_MAX]) {
      if (bytesMax > 0) this.#fill(bytesMax);
      const from = cursor.at;
      const entry = parse(cursor);
      if (!cursor.isShort) return entry;
      cursor.at = from;
    }
    throw this.damage(`entry at ${this.at} is cut short`);
  }

  /** Reads from where the cursor stands. */
  #fill(bytesMax: number): void {
    const cursor = this.#cursor;
    const { at } = this;
    this.#crc = crc32c(cursor.bytes, 0, cursor.at, this.#crc);
    const bytes = new Uint8Array(Math.min(this.#end - at, bytesMax));
    this.#file.read(bytes, at);
    this.#pieceAt = at;
    cursor.set(bytes, 0, bytes.length);
  }

  /** Reads what is left and compares the checksum. */
  finish(): void {
    const cursor = this.#cursor;
    cursor.at = cursor.end;
    while (!this.isAtEnd) {
      this.#fill(STREAM_BYTES);
      cursor.at = cursor.end;
    }
    const crc = crc32c(cursor.bytes, 0, cursor.at, this.#crc);
    const want = new Cursor().set(this.#file.peek(this.#end, 4), 0, 4).word();
    if (crc !== want) throw this.damage('checksum does not match');
  }

  damage(reason: string): BlockDamage {
    return new BlockDamage(`${this.#file.path}: ${this.#what}`, reason);
  }
}
