/** Series of the store by the bytes that a sender names them with. */
import type { Labels, SeriesRef } from '../series/index.ts';
import { BytesTable, grown } from './bytes-table.ts';
import { KNOWN_BYTES_MAX, KNOWN_SERIES_MAX } from './limits.ts';
import type { WriteStore } from './store.ts';

const LIMITS = { entriesMax: KNOWN_SERIES_MAX, bytesMax: KNOWN_BYTES_MAX };

export class KnownSeries {
  readonly #store: Pick<WriteStore, 'resolve'>;
  readonly #table: BytesTable;
  #refs = new Uint32Array(1024);
  /** What its metadata was when it was last noted: a hash, 0 for none. */
  #metadata = new Uint32Array(1024);

  constructor(store: Pick<WriteStore, 'resolve'>, seed: number) {
    this.#store = store;
    this.#table = new BytesTable(LIMITS, seed);
  }

  get count(): number {
    return this.#table.count;
  }

  get memoryBytes(): number {
    return this.#table.memoryBytes + 2 * this.#refs.byteLength;
  }

  clear(): void {
    this.#table.clear();
  }

  /** The entry of a series by the bytes of its labels; -1: not known yet. */
  find(bytes: Uint8Array, from: number, to: number): number {
    return this.#table.find(bytes, from, to);
  }

  /** Takes a series in. May throw what the store throws. Answers its entry. */
  learn(key: { bytes: Uint8Array; from: number; to: number }, labels: Labels): number {
    const ref = this.#store.resolve(labels);
    if (!this.#table.hasRoom(key.to - key.from)) this.#table.clear();
    const entry = this.#table.add(key.bytes, key.from, key.to);
    if (entry >= this.#refs.length) {
      this.#refs = grown(this.#refs, this.#refs.length * 2);
      this.#metadata = grown(this.#metadata, this.#metadata.length * 2);
    }
    this.#refs[entry] = ref;
    this.#metadata[entry] = 0;
    return entry;
  }

  ref(entry: number): SeriesRef {
    return this.#refs[entry];
  }

  /** Whether the metadata of a series is other than last time; notes it. */
  isNewMetadata(entry: number, hash: number): boolean {
    if (this.#metadata[entry] === hash) return false;
    this.#metadata[entry] = hash;
    return true;
  }
}
