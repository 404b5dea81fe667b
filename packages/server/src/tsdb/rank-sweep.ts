/**
 * Puts many series in order of rank without sorting.
 *
 * Sorting a million numbers takes 70 ms, more than most queries over so many series, and grows
 * faster than their count. Where a selection is a good part of all series, each is put at the place
 * of its rank instead, and the places are gone through in order.
 */

/** The rank of a series that is new since the last merge. */
export const UNRANKED = 0xffff_ffff;

/** Places that are looked at for each series, at most: from here on sorting is quicker. */
const PLACES_PER_SLOT_MAX = 32;

/** The ranks of slots, parallel to them. */
export function ranksOf(slots: Uint32Array, rankBySlot: Uint32Array): Uint32Array {
  const ranks = new Uint32Array(slots.length);
  for (let i = 0; i < slots.length; i++) ranks[i] = rankBySlot[slots[i]];
  return ranks;
}

/**
 * Orders slots by their ranks, in place, those without a rank last in their order; answers how many
 * have one. Undefined, and nothing is done, where there are too few for it.
 */
export function sweepByRank(slots: Uint32Array, ranks: Uint32Array): number | undefined {
  let end = 0;
  for (const rank of ranks) if (rank !== UNRANKED && rank >= end) end = rank + 1;
  if (end > slots.length * PLACES_PER_SLOT_MAX) return undefined;
  /** By rank: the slot and one; 0: none of the slots. */
  const places = new Uint32Array(end);
  const unranked: number[] = [];
  for (let i = 0; i < slots.length; i++) {
    if (ranks[i] === UNRANKED) unranked.push(slots[i]);
    else places[ranks[i]] = slots[i] + 1;
  }
  let count = 0;
  for (const place of places) if (place !== 0) slots[count++] = place - 1;
  slots.set(unranked, count);
  return count;
}
