/**
 * Orders slots by labels in a thread that may not settle the order itself (series-order.ts).
 *
 * Series that were merged have a rank, and those are sorted as numbers. The few that came since
 * the last merge are put in their places by comparing labels.
 */
import { compareLabels, type Labels } from '../series/index.ts';
import type { ReadGuard } from './changes.ts';
import { ranksOf, sweepByRank, UNRANKED } from './rank-sweep.ts';

/** Slots and ranks are below this: their product is a whole number that a double still holds. */
const SLOTS_END = 2 ** 26;

export class SharedOrder {
  readonly #guard: ReadGuard;
  readonly #ranks: () => Uint32Array;
  readonly #labelsOf: (slot: number) => Labels;

  constructor(options: {
    readonly guard: ReadGuard;
    readonly ranks: () => Uint32Array;
    readonly labelsOf: (slot: number) => Labels;
  }) {
    this.#guard = options.guard;
    this.#ranks = options.ranks;
    this.#labelsOf = options.labelsOf;
  }

  /** Sorts slots in place. */
  sort(slots: Uint32Array): void {
    // All ranks in one go: a merge gives every series another one.
    const ranks = this.#guard.read(() => ranksOf(slots, this.#ranks()));
    const rankedCount = sweepByRank(slots, ranks) ?? sortByRank(slots, ranks);
    if (rankedCount < slots.length) this.#insert(slots, rankedCount);
  }

  /** Merges what stands behind `rankedCount` into what stands before it. */
  #insert(slots: Uint32Array, rankedCount: number): void {
    const ranked = slots.slice(0, rankedCount);
    const fresh = Array.from(slots.subarray(rankedCount), (slot) => ({
      slot,
      labels: this.#labelsOf(slot),
    }));
    fresh.sort((a, b) => compareLabels(a.labels, b.labels));
    let from = 0;
    fresh.forEach(({ slot, labels }, i) => {
      const until = this.#upperBound(ranked, labels, from);
      slots.set(ranked.subarray(from, until), from + i);
      slots[until + i] = slot;
      from = until;
    });
    slots.set(ranked.subarray(from), from + fresh.length);
  }

  #upperBound(ranked: Uint32Array, labels: Labels, from: number): number {
    let low = from;
    let high = ranked.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareLabels(this.#labelsOf(ranked[middle]), labels) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** As `sweepByRank`, for few of many series. */
function sortByRank(slots: Uint32Array, ranks: Uint32Array): number {
  // Rank and slot in one number; those without a rank come last.
  const keys = new Float64Array(slots.length);
  for (let i = 0; i < slots.length; i++) {
    keys[i] = (ranks[i] === UNRANKED ? SLOTS_END : ranks[i]) * SLOTS_END + slots[i];
  }
  keys.sort();
  let rankedCount = keys.length;
  while (rankedCount > 0 && keys[rankedCount - 1] >= SLOTS_END * SLOTS_END) rankedCount--;
  for (let i = 0; i < keys.length; i++) slots[i] = keys[i] % SLOTS_END;
  return rankedCount;
}
