/**
 * What is needed while one body is read, and can therefore be one for all targets: in which order
 * its lines come, and where each stood the last time.
 *
 * It belongs to whoever took it last. Bodies are read and made the new "last time" one after the
 * other, so that nobody loses it in between; who does has to do without.
 */
const LINES_MIN = 1024;
const GROWTH_FACTOR = 1.25;

export class OrderScratch {
  #next = new Int32Array(LINES_MIN);
  #nextOwner: object | undefined;
  #positions = new Uint32Array(LINES_MIN);
  #positionsOwner: object | undefined;
  /** 0, 1, 2, … */
  #counting = countTo(LINES_MIN);

  /** Begins to write a body's order down: so far it is that of the last one. */
  takeNext(owner: object, order: Int32Array, count: number): void {
    this.#nextOwner = owner;
    if (this.#next.length < count) this.#next = new Int32Array(count);
    this.#next.set(order.subarray(0, count));
  }

  hasNext(owner: object): boolean {
    return this.#nextOwner === owner;
  }

  /** Writes the next line down. */
  place(at: number, line: number): void {
    if (at >= this.#next.length) {
      const next = new Int32Array(Math.ceil((at + 1) * GROWTH_FACTOR));
      next.set(this.#next);
      this.#next = next;
    }
    this.#next[at] = line;
  }

  /**
   * The order that was written down. It is one array for all targets that send their lines in the
   * order in which they came first, because then they have the numbers 0, 1, 2, …
   */
  keepNext(count: number): Int32Array {
    const next = this.#next;
    this.#positionsOwner = undefined;
    for (let i = 0; i < count; i++) if (next[i] !== i) return next.slice(0, count);
    if (this.#counting.length < count) this.#counting = countTo(next.length);
    return this.#counting;
  }

  /** By line: its place in an order that does not change any more; behind its end where it has none. */
  placesOf(owner: object, order: Int32Array, lineCount: number): Uint32Array {
    const hasRoom = this.#positions.length >= lineCount;
    if (this.#positionsOwner === owner && hasRoom) return this.#positions;
    this.#positionsOwner = owner;
    if (!hasRoom) this.#positions = new Uint32Array(Math.ceil(lineCount * GROWTH_FACTOR));
    this.#positions.fill(order.length, 0, lineCount);
    for (let at = 0; at < order.length; at++) this.#positions[order[at]] = at;
    return this.#positions;
  }
}

function countTo(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}
