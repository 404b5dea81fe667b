/** What falls due when: a binary heap, so that neither events nor looks at it cost a pass over all. */

interface Timer<Item> {
  readonly atMs: number;
  readonly item: Item;
}

/** Items by the instant at which they fall due. */
export class Timers<Item> {
  /** Invariant: none is due before its parent, which stands at half of its place. */
  #heap: Timer<Item>[] = [];

  /** When the first is due; undefined: there is none. */
  get nextAtMs(): number | undefined {
    return this.#heap[0]?.atMs;
  }

  add(atMs: number, item: Item): void {
    const heap = this.#heap;
    const timer = { atMs, item };
    let place = heap.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (heap[parent].atMs <= atMs) break;
      heap[place] = heap[parent];
      place = parent;
    }
    heap[place] = timer;
  }

  /** Takes out all that is due, the first first; the order of what is due at once is not told. */
  takeDue(nowMs: number): Item[] {
    const due: Item[] = [];
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.atMs > nowMs) break;
      due.push(first.item);
      this.#removeFirst();
    }
    return due;
  }

  clear(): void {
    this.#heap = [];
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let place = 0;
    for (let child = 1; child < heap.length; child = 2 * place + 1) {
      if (child + 1 < heap.length && heap[child + 1].atMs < heap[child].atMs) child++;
      if (last.atMs <= heap[child].atMs) break;
      heap[place] = heap[child];
      place = child;
    }
    heap[place] = last;
  }
}
