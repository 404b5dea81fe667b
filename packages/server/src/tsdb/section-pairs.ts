/** The label pairs of a checkpoint's section: each section brings those that its series use. */
import type { ByteReader, ByteWriter } from './bytes.ts';
import type { LabelPairs } from './label-pairs.ts';
import type { SeriesTable } from './series-table.ts';

/** Reads them; answers their numbers in the order in which they came. */
export function takePairs(reader: ByteReader, pairs: LabelPairs): readonly number[] {
  const count = reader.varint();
  const pairOf: number[] = [];
  for (let i = 0; i < count && !reader.isShort; i++) {
    const name = reader.text();
    pairOf.push(pairs.intern(name, reader.text()));
  }
  return pairOf;
}

/** Writes them. */
export class SectionPairs {
  readonly #table: SeriesTable;
  /** By pair: its number in the section at hand, from 1; 0 for those that are not in it. */
  #localOf = new Uint32Array(0);
  #used: number[] = [];

  constructor(table: SeriesTable) {
    this.#table = table;
  }

  /** The pairs of some series; until the next call `indexOf` knows them. */
  put(writer: ByteWriter, slots: readonly number[]): void {
    const { labels, pairs } = this.#table;
    for (const pair of this.#used) this.#localOf[pair] = 0;
    this.#used = [];
    if (this.#localOf.length < pairs.capacity) {
      // A little more: pairs may come while a checkpoint is written.
      this.#localOf = new Uint32Array(Math.ceil(pairs.capacity * 1.1));
    }
    for (const slot of slots) {
      const count = labels.load(slot);
      for (let i = 0; i < count; i++) {
        const pair = labels.loaded[i];
        if (this.#localOf[pair] === 0) this.#localOf[pair] = this.#used.push(pair);
      }
    }
    writer.varint(this.#used.length);
    for (const pair of this.#used) {
      writer.text(pairs.name(pair));
      writer.text(pairs.value(pair));
    }
  }

  /** The index of a pair in the section at hand. */
  indexOf(pair: number): number {
    return this.#localOf[pair] - 1;
  }
}
