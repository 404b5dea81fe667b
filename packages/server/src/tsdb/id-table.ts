/**
 * From the number of a series to its slot.
 *
 * Numbers rise for ever and are never used twice, slots are used again, so that columns stay
 * dense however many series come and go. Open addressing with linear probing. Sixteen numbers in a
 * row share a hash and lie in a row, one cache line, because those of one target were given in a
 * row and are asked for in that order; the sixteens are scattered, so that no long rows build up in
 * which old numbers stand in the way of new ones. The table holds slots only: whose they are, the
 * column of numbers by slot tells.
 */
import { shareWords } from './grow.ts';

const GROUP_BITS = 4;
const GROUP_MASK = 15;
const SIZE_MIN = 1024;

/** The columns that are needed for reading. */
export type IdColumns = Uint32Array;

export class IdTable {
  /** By slot: its number, 0 where it is free; the caller's. */
  idOf: Uint32Array = shareWords(0);
  /** Slot + 1; 0: empty. */
  #slots: Uint32Array = shareWords(SIZE_MIN);
  #mask = SIZE_MIN - 1;
  /** Leaves as many top bits as there are groups in the table. */
  #shift = shiftFor(SIZE_MIN);
  #count = 0;

  columns(): IdColumns {
    return this.#slots;
  }

  /** Takes over a table of a whole power of two; that of another thread is to be read only. */
  adopt(slots: IdColumns, idOf: Uint32Array): void {
    this.idOf = idOf;
    this.#setSlots(slots);
  }

  /** Goes on with what another thread had, with so many numbers in it. */
  takeOver(slots: IdColumns, idOf: Uint32Array, count: number): void {
    this.adopt(slots, idOf);
    this.#count = count;
  }

  #setSlots(slots: Uint32Array): void {
    this.#slots = slots;
    this.#mask = slots.length - 1;
    this.#shift = shiftFor(slots.length);
  }

  /** The slot of a number, or -1. */
  find(id: number): number {
    if (id === 0) return -1;
    const slots = this.#slots;
    for (let at = this.#home(id); ; at = (at + 1) & this.#mask) {
      const slot = slots[at] - 1;
      if (slot < 0 || this.idOf[slot] === id) return slot;
    }
  }

  /** Makes room for a count of numbers at once. */
  reserve(count: number): void {
    const size = this.#sizeFor(count);
    if (size > this.#slots.length) this.#fill(this.#slots, size);
  }

  /** Adds a slot whose number is not there yet. */
  add(id: number, slot: number): void {
    this.reserve(this.#count + 1);
    this.#count++;
    this.#place(id, slot);
  }

  /** Builds the table anew, after slots below `slotCount` were freed: they go by the thousand. */
  rebuild(slotCount: number): void {
    this.#setSlots(shareWords(this.#slots.length));
    this.#count = 0;
    for (let slot = 0; slot < slotCount; slot++) {
      if (this.idOf[slot] !== 0) this.add(this.idOf[slot], slot);
    }
  }

  /** At most half of it is in use. */
  #sizeFor(count: number): number {
    let size = this.#slots.length;
    while (size < count * 2) size *= 2;
    return size;
  }

  /** The golden ratio spreads groups that follow on each other; the top bits are the best of it. */
  #home(id: number): number {
    const group = Math.imul(id >>> GROUP_BITS, 0x9e3779b1) >>> this.#shift;
    return (group << GROUP_BITS) | (id & GROUP_MASK);
  }

  #place(id: number, slot: number): void {
    let at = this.#home(id);
    while (this.#slots[at] !== 0) at = (at + 1) & this.#mask;
    this.#slots[at] = slot + 1;
  }

  #fill(from: Uint32Array, size: number): void {
    this.#setSlots(shareWords(size));
    for (const entry of from) if (entry !== 0) this.#place(this.idOf[entry - 1], entry - 1);
  }

  get memoryBytes(): number {
    return this.#slots.byteLength;
  }
}

function shiftFor(size: number): number {
  return Math.clz32(size >>> GROUP_BITS) + 1;
}
