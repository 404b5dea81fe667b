/** Label names and values of an index with the places of their postings; every 32nd in memory. */
import { crc32c } from '../../platform/index.ts';
import type { BlockFile } from './block-files.ts';
import { Cursor } from './cursor.ts';
import { BlockDamage } from './damage.ts';
import { SPARSE_STEP, TEXT_BYTES_MAX } from './limits.ts';
import { SectionStream } from './section-stream.ts';
import { compareUtf8 } from './text-order.ts';

const encoder = new TextEncoder();

/** Every 32nd of the values of one name. */
interface SparseValues {
  readonly values: string[];
  /** Where the entry of each begins. */
  readonly places: number[];
  count: number;
}

const PAGE_BYTES = 2048;
const PAGE_BYTES_MAX = 2 * TEXT_BYTES_MAX + 32;

export class PostingsTable {
  readonly #file: BlockFile;
  readonly #names = new Map<string, SparseValues>();
  readonly #cursor = new Cursor();

  /** Reads the table through once. Throws `BlockDamage`. */
  constructor(file: BlockFile, at: number) {
    this.#file = file;
    const stream = new SectionStream(file, 'table of postings', at);
    const entryCount = stream.next((cursor) => cursor.word());
    if (entryCount > file.sizeBytes) throw stream.damage(`has ${entryCount} entries`);
    let sparse: SparseValues = { values: [], places: [], count: 0 };
    let nameBytes: Uint8Array | undefined;
    for (let i = 0; i < entryCount; i++) {
      const entryAt = stream.at;
      const isKept = sparse.count % SPARSE_STEP === 0;
      if (!isKept && stream.next((cursor) => skipEntry(cursor, nameBytes))) {
        sparse.count++;
        continue;
      }
      // The entry is read again, whole, where its name is a new one.
      const { name, value } = stream.next(parseEntry);
      const known = this.#names.get(name);
      sparse = known ?? { values: [], places: [], count: 0 };
      if (known === undefined) this.#names.set(name, sparse);
      nameBytes = encoder.encode(name);
      if (sparse.count % SPARSE_STEP === 0) {
        sparse.values.push(value);
        sparse.places.push(entryAt);
      }
      sparse.count++;
    }
    stream.finish();
  }

  /** All label names, as they come in the file. */
  names(): readonly string[] {
    return [...this.#names.keys()].filter((name) => name !== '');
  }

  /** How many values a name has. */
  valueCount(name: string): number {
    return this.#names.get(name)?.count ?? 0;
  }

  /** Where the postings of a pair are; undefined where no series has it. Throws `BlockDamage`. */
  find(name: string, value: string): number | undefined {
    const sparse = this.#names.get(name);
    if (sparse === undefined) return undefined;
    let low = 0;
    let high = sparse.values.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareUtf8(sparse.values[middle], value) <= 0) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const count = Math.min(SPARSE_STEP, sparse.count - (low - 1) * SPARSE_STEP);
    for (const entry of this.#entriesFrom(sparse.places[low - 1], count)) {
      const order = compareUtf8(entry.value, value);
      if (order === 0) return entry.place;
      if (order > 0) return undefined;
    }
    return undefined;
  }

  /** The values of a name in order, with the places of their postings. Throws `BlockDamage`. */
  *values(name: string): IterableIterator<{ readonly value: string; readonly place: number }> {
    const sparse = this.#names.get(name);
    if (sparse !== undefined) yield* this.#entriesFrom(sparse.places[0], sparse.count);
  }

  *#entriesFrom(from: number, count: number): IterableIterator<TableEntry> {
    const cursor = this.#cursor;
    let at = from;
    let done = 0;
    for (let bytesMax = PAGE_BYTES; done < count; ) {
      const bytes = this.#file.peek(at, bytesMax);
      cursor.set(bytes, 0, bytes.length);
      // Read in one go: the caller may ask for something else between two of them.
      const page: TableEntry[] = [];
      let used = 0;
      while (done + page.length < count) {
        const entry = parseEntry(cursor);
        if (cursor.isShort) break;
        page.push(entry);
        used = cursor.at;
      }
      if (page.length === 0) {
        if (bytesMax === PAGE_BYTES_MAX) throw this.#damage(`entry at ${at} is cut short`);
        bytesMax = PAGE_BYTES_MAX;
      }
      yield* page;
      done += page.length;
      at += used;
    }
  }

  /** Reads a list of postings: numbers of series, rising. Throws `BlockDamage`. */
  postings(at: number): Uint32Array {
    const file = this.#file;
    const [length, count] = this.#postingsHeader(at);
    const bytes = new Uint8Array(length + 4);
    file.read(bytes, at + 4);
    const want = new Cursor().set(bytes, length, length + 4).word();
    if (crc32c(bytes, 0, length) !== want) {
      throw this.#damage(`list at ${at}: checksum does not match`);
    }
    const ids = new Uint32Array(count);
    let lastId = 0;
    for (let i = 0, from = 4; i < count; i++, from += 4) {
      const high = (bytes[from] << 24) | (bytes[from + 1] << 16);
      const id = (high | (bytes[from + 2] << 8) | bytes[from + 3]) >>> 0;
      if (id <= lastId) throw this.#damage(`list at ${at}: series ${id} follows ${lastId}`);
      ids[i] = id;
      lastId = id;
    }
    return ids;
  }

  /** How long a list of postings is. Throws `BlockDamage`. */
  postingsCount(at: number): number {
    return this.#postingsHeader(at)[1];
  }

  #postingsHeader(at: number): readonly [length: number, count: number] {
    const file = this.#file;
    const cursor = new Cursor().set(file.peek(at, 8), 0, 8);
    const length = cursor.word();
    const count = cursor.word();
    const isPlausible = !cursor.isShort && length === 4 + 4 * count;
    if (!isPlausible || at + 8 + length > file.sizeBytes) {
      throw this.#damage(`list at ${at} is ${length} bytes long for ${count} series`);
    }
    return [length, count];
  }

  #damage(reason: string): BlockDamage {
    return new BlockDamage(`${this.#file.path}: postings`, reason);
  }

  get memoryBytes(): number {
    let count = 0;
    for (const { values } of this.#names.values()) count += values.length;
    // A text of some 40 bytes, its pointer, its place.
    return count * 60 + this.#names.size * 200;
  }
}

interface TableEntry {
  readonly name: string;
  readonly value: string;
  /** Where the list is. */
  readonly place: number;
}

function parseEntry(cursor: Cursor): TableEntry {
  // The number of texts, always 2.
  if (cursor.byte() !== 2) cursor.isShort = true;
  return { name: cursor.text(), value: cursor.text(), place: cursor.uvarint() };
}

/** Passes over an entry of a name; false, and nothing passed over, where it has another name. */
function skipEntry(cursor: Cursor, name: Uint8Array | undefined): boolean {
  const from = cursor.at;
  cursor.byte();
  const length = cursor.skipText();
  const isSame = name?.length === length && hasBytes(cursor.bytes, cursor.at - length, name);
  if (!isSame && !cursor.isShort) {
    cursor.at = from;
    return false;
  }
  cursor.skipText();
  cursor.uvarint();
  return true;
}

function hasBytes(bytes: Uint8Array, from: number, want: Uint8Array): boolean {
  for (let i = 0; i < want.length; i++) if (bytes[from + i] !== want[i]) return false;
  return true;
}
