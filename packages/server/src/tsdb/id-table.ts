/**
 * From the number of a series to its slot.
 *
 * Numbers rise for ever and are never used twice, slots are used again, so that columns stay
 * dense however many series come and go. Open addressing with linear probing. Sixteen numbers in a
 * row share a hash and lie in a row, one cache line, because those of one target were given in a
 * row and are asked for in that order; the sixteens are scattered, so that no long rows build up in
 * which old numbers stand in the way of new ones.
 */
import { shareWords } from './grow.ts';

const GROUP_BITS = 4;
const GROUP_MASK = 15;
const SIZE_MIN = 1024;

/** The columns that are needed for reading. */
export interface IdColumns {
  readonly ids: Uint32Array;
  readonly slots: Uint32Array;
}

export class IdTable {
  /** 0: empty. */
  #ids: Uint32Array = shareWords(SIZE_MIN);
  #slots: Uint32Array = shareWords(SIZE_MIN);
  #mask = SIZE_MIN - 1;
  /** Leaves as many top bits as there are groups in the table. */
  #shift = shiftFor(SIZE_MIN);
  #count = 0;

  columns(): IdColumns {
    return { ids: this.#ids, slots: this.#slots };
  }

  /** Takes over a table of a whole power of two; that of another thread is to be read only. */
  adopt({ ids, slots }: IdColumns): void {
    this.#ids = ids;
    this.#slots = slots;
    this.#mask = ids.length - 1;
    this.#shift = shiftFor(ids.length);
  }

  /** The slot of a number, or -1. */
  find(id: number): number {
    const ids = this.#ids;
    for (let at = this.#home(id); ; at = (at + 1) & this.#mask) {
      if (ids[at] === id) return id === 0 ? -1 : this.#slots[at];
      if (ids[at] === 0) return -1;
    }
  }

  /** Makes room for a count of numbers at once. */
  reserve(count: number): void {
    let size = this.#ids.length;
    while (size < count * 2) size *= 2;
    if (size > this.#ids.length) this.#fill(this.#ids, this.#slots, size);
  }

  /** Adds a number that is not there yet. */
  add(id: number, slot: number): void {
    this.reserve(this.#count + 1);
    this.#count++;
    this.#place(id, slot);
  }

  /**
   * Takes out the numbers that do not pass, by building anew: they go by the thousand.
   */
  retain(keeps: (id: number) => boolean): void {
    const kept = this.#ids.map((id) => (id !== 0 && keeps(id) ? id : 0));
    this.#fill(kept, this.#slots, this.#ids.length);
  }

  /** The golden ratio spreads groups that follow on each other; the top bits are the best of it. */
  #home(id: number): number {
    const group = Math.imul(id >>> GROUP_BITS, 0x9e3779b1) >>> this.#shift;
    return (group << GROUP_BITS) | (id & GROUP_MASK);
  }

  #place(id: number, slot: number): void {
    let at = this.#home(id);
    while (this.#ids[at] !== 0) at = (at + 1) & this.#mask;
    this.#ids[at] = id;
    this.#slots[at] = slot;
  }

  #fill(ids: Uint32Array, slots: Uint32Array, size: number): void {
    this.adopt({ ids: shareWords(size), slots: shareWords(size) });
    this.#count = 0;
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] === 0) continue;
      this.#place(ids[i], slots[i]);
      this.#count++;
    }
  }

  get memoryBytes(): number {
    return this.#ids.byteLength * 2;
  }
}

function shiftFor(size: number): number {
  return Math.clz32(size >>> GROUP_BITS) + 1;
}
