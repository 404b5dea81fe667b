/**
 * From the number of a series to its slot.
 *
 * Numbers rise for ever and are never used twice, slots are used again, so that columns stay
 * dense however many series come and go. Open addressing with linear probing; a number is its own
 * hash, so the numbers of one target, which were given in a row, lie in a row here too.
 */

export class IdTable {
  /** 0: empty. */
  #ids = new Uint32Array(1024);
  #slots = new Uint32Array(1024);
  #mask = 1023;
  #count = 0;

  /** The slot of a number, or -1. */
  find(id: number): number {
    const ids = this.#ids;
    for (let at = id & this.#mask; ; at = (at + 1) & this.#mask) {
      if (ids[at] === id) return id === 0 ? -1 : this.#slots[at];
      if (ids[at] === 0) return -1;
    }
  }

  /** Adds a number that is not there yet. */
  add(id: number, slot: number): void {
    if (this.#count * 2 >= this.#ids.length) this.#double();
    this.#count++;
    this.#place(id, slot);
  }

  /** Takes a number out, and moves up those that it kept from their place. */
  remove(id: number): void {
    const mask = this.#mask;
    let at = id & mask;
    while (this.#ids[at] !== id) {
      if (this.#ids[at] === 0) return;
      at = (at + 1) & mask;
    }
    this.#count--;
    this.#ids[at] = 0;
    for (let next = (at + 1) & mask; this.#ids[next] !== 0; next = (next + 1) & mask) {
      const moved = this.#ids[next];
      const slot = this.#slots[next];
      this.#ids[next] = 0;
      this.#place(moved, slot);
    }
  }

  #place(id: number, slot: number): void {
    let at = id & this.#mask;
    while (this.#ids[at] !== 0) at = (at + 1) & this.#mask;
    this.#ids[at] = id;
    this.#slots[at] = slot;
  }

  #double(): void {
    const ids = this.#ids;
    const slots = this.#slots;
    this.#ids = new Uint32Array(ids.length * 2);
    this.#slots = new Uint32Array(ids.length * 2);
    this.#mask = ids.length * 2 - 1;
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] !== 0) this.#place(ids[i], slots[i]);
    }
  }

  get memoryBytes(): number {
    return this.#ids.byteLength * 2;
  }
}
