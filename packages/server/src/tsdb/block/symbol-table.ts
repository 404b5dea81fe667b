/** The texts of an index by number; every 32nd has its place in memory. */
import type { BlockFile } from './block-files.ts';
import { Cursor } from './cursor.ts';
import { BlockDamage } from './damage.ts';
import { SPARSE_STEP, SYMBOLS_KEPT_MAX, TEXT_BYTES_MAX } from './limits.ts';
import { SectionStream } from './section-stream.ts';

/** Most groups of 32 symbols are shorter. */
const GROUP_BYTES = 1024;
const GROUP_BYTES_MAX = SPARSE_STEP * (TEXT_BYTES_MAX + 5);

export class SymbolTable {
  readonly #file: BlockFile;
  readonly #places: Float64Array;
  readonly count: number;
  /**
   * Whether JavaScript orders the symbols as the file does: not where it may have characters outside
   * of the basic plane beside such from U+E000 on (text-order.ts).
   */
  readonly isPlainOrder: boolean;
  readonly #cursor = new Cursor();
  readonly #known = new Map<number, string>();

  /** Reads the table through once. Throws `BlockDamage`. */
  constructor(file: BlockFile, at: number) {
    this.#file = file;
    const stream = new SectionStream(file, 'symbols', at);
    this.count = stream.next((cursor) => cursor.word());
    if (this.count > file.sizeBytes) throw stream.damage(`has ${this.count} entries`);
    this.#places = new Float64Array(Math.ceil(this.count / SPARSE_STEP));
    let leads = 0;
    for (let i = 0; i < this.count; i++) {
      if (i % SPARSE_STEP === 0) this.#places[i / SPARSE_STEP] = stream.at;
      leads |= stream.next(findLeads);
    }
    this.isPlainOrder = leads !== (LEAD_PRIVATE | LEAD_ASTRAL);
    stream.finish();
  }

  /** A symbol's text. Throws `BlockDamage`. */
  text(symbol: number): string {
    const known = this.#known.get(symbol);
    if (known !== undefined) return known;
    const text = this.#read(symbol);
    if (this.#known.size >= SYMBOLS_KEPT_MAX) this.#known.clear();
    this.#known.set(symbol, text);
    return text;
  }

  /** All of them in order. */
  *all(): IterableIterator<string> {
    const cursor = this.#cursor;
    for (let symbol = 0; symbol < this.count; symbol += SPARSE_STEP) {
      const texts: string[] = [];
      const count = Math.min(SPARSE_STEP, this.count - symbol);
      this.#inGroup(symbol, () => {
        texts.length = 0;
        for (let i = 0; i < count; i++) texts.push(cursor.text());
      });
      yield* texts;
    }
  }

  #read(symbol: number): string {
    if (symbol >= this.count) {
      const reason = `entry ${symbol} of ${this.count} is asked for`;
      throw new BlockDamage(`${this.#file.path}: symbols`, reason);
    }
    const cursor = this.#cursor;
    return this.#inGroup(symbol, () => {
      for (let i = symbol % SPARSE_STEP; i > 0; i--) cursor.skipText();
      return cursor.text();
    });
  }

  /** Sets the cursor on the group of a symbol; once more with more bytes where they were few. */
  #inGroup<T>(symbol: number, read: () => T): T {
    const at = this.#places[Math.floor(symbol / SPARSE_STEP)];
    for (const bytesMax of [GROUP_BYTES, GROUP_BYTES_MAX]) {
      const bytes = this.#file.peek(at, bytesMax);
      this.#cursor.set(bytes, 0, bytes.length);
      const result = read();
      if (!this.#cursor.isShort) return result;
    }
    throw new BlockDamage(`${this.#file.path}: symbols`, `entry ${symbol} is cut short`);
  }

  get memoryBytes(): number {
    // A text with its entry in the map takes some 100 bytes.
    return this.#places.byteLength + this.#known.size * 100;
  }
}

const LEAD_PRIVATE = 1;
const LEAD_ASTRAL = 2;

/** Passes over a text; tells whether it has bytes that begin characters from U+E000, U+10000 on. */
function findLeads(cursor: Cursor): number {
  const length = cursor.skipText();
  const { bytes, at } = cursor;
  let leads = 0;
  for (let i = at - length; i < at; i++) {
    if (bytes[i] >= 0xf0) leads |= LEAD_ASTRAL;
    else if (bytes[i] >= 0xee) leads |= LEAD_PRIVATE;
  }
  return leads;
}
