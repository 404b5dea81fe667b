/**
 * The order of series by labels, kept up to date in steps.
 *
 * Selections must come in this order, and comparing label sets costs a hundred times what
 * comparing two numbers does. So each series has a rank; new series are sorted among themselves
 * and merged in when an order is asked for, or a slice at a time before that.
 */
import { shareWords } from './grow.ts';
import type { Changes } from './changes.ts';
import { ranksOf, sweepByRank, UNRANKED } from './rank-sweep.ts';
import type { SeriesTable } from './series-table.ts';

/** What an order is to another thread that goes on with it. */
export interface OrderState {
  readonly ordered: Uint32Array;
  readonly rank: Uint32Array;
  readonly pending: Uint32Array;
}

export class SeriesOrder {
  readonly #table: SeriesTable;
  readonly #changes: Changes;
  /** Slots in order of labels, without those that are pending. */
  #ordered: Uint32Array = shareWords(0);
  /** By slot: its index in `ordered`, or UNRANKED. */
  rank: Uint32Array = shareWords(0);
  #pending: number[] = [];

  constructor(table: SeriesTable, changes: Changes) {
    this.#table = table;
    this.#changes = changes;
  }

  /** All of it, for another thread to go on with. */
  handOver(): OrderState {
    return { ordered: this.#ordered, rank: this.rank, pending: Uint32Array.from(this.#pending) };
  }

  /** Goes on with what another thread has handed over. */
  takeOver({ ordered, rank, pending }: OrderState): void {
    this.#ordered = ordered;
    this.rank = rank;
    this.#pending = Array.from(pending);
  }

  add(slot: number): void {
    this.#reserve(slot + 1);
    this.rank[slot] = UNRANKED;
    this.#pending.push(slot);
  }

  #reserve(slotCount: number): void {
    if (slotCount > this.rank.length) this.rank = shareWords(Math.ceil(slotCount * 1.5), this.rank);
  }

  /** Forgets the slots that are free now; call it after series were removed. */
  prune(): void {
    const { idOf } = this.#table;
    this.#ordered = this.#ordered.filter((slot) => idOf[slot] !== 0);
    this.#pending = this.#pending.filter((slot) => idOf[slot] !== 0);
    this.#number();
  }

  /** Takes up to `countMax` new series in; true when none is left. */
  settle(countMax: number): boolean {
    if (this.#pending.length > 0) {
      const fresh = this.#pending.splice(-countMax);
      fresh.sort((a, b) => this.#table.compare(a, b));
      this.#merge(fresh);
    }
    return this.#pending.length === 0;
  }

  /** Sorts slots in place. */
  sort(slots: Uint32Array): void {
    this.settle(Infinity);
    const ranks = ranksOf(slots, this.rank);
    if (sweepByRank(slots, ranks) !== undefined) return;
    ranks.sort();
    for (let i = 0; i < slots.length; i++) slots[i] = this.#ordered[ranks[i]];
  }

  /**
   * From behind, in place: what lies between two new slots moves up as it is, and each new slot's
   * place is found by halving.
   */
  #merge(fresh: readonly number[]): void {
    const ordered = shareWords(this.#ordered.length + fresh.length, this.#ordered);
    let end = this.#ordered.length;
    for (let i = fresh.length - 1; i >= 0; i--) {
      const until = this.#upperBound(fresh[i], end);
      ordered.copyWithin(until + i + 1, until, end);
      ordered[until + i] = fresh[i];
      end = until;
    }
    this.#ordered = ordered;
    this.#changes.during(() => this.#number());
  }

  /** Where a slot belongs among the first `end` slots. */
  #upperBound(slot: number, end: number): number {
    let low = 0;
    let high = end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#table.compare(this.#ordered[middle], slot) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #number(): void {
    const ordered = this.#ordered;
    for (let i = 0; i < ordered.length; i++) this.rank[ordered[i]] = i;
  }

  get memoryBytes(): number {
    return this.#ordered.byteLength + this.rank.byteLength + this.#pending.length * 8;
  }
}
