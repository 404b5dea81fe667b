/**
 * The usual samples of a scrape, appended in a row.
 *
 * Nearly all samples of a batch go on in a chunk that is open, as long after the one before as that
 * was after its own. Such a sample takes 2 to 64 bits, which are put together in two words and
 * shifted to their place at once, while `OpenChunks.add` writes piece by piece and minds chunks that
 * begin, distances that change and blocks that are full. Both write the same bits
 * (regular-samples.test.ts holds them to each other).
 */
import { type SampleBatch, STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { BLOCK_WORDS, SLAB_MASK, SLAB_SHIFT } from './block-pool.ts';
import { countTrailing, NO_WINDOW, type OpenChunks } from './open-chunks.ts';
import { windowStart } from './window-times.ts';

/** Entries of a batch, and the slots of their series. */
export interface ChosenEntries {
  readonly indexes: Uint32Array;
  readonly slots: Uint32Array;
}

/**
 * Kernel: appends chosen entries of a batch of floats for as long as they are of the usual kind;
 * answers the first that is not, of which nothing has been written, or `to`.
 */
export function addRegular(
  open: OpenChunks,
  slabs: readonly Uint32Array[],
  { timesMs, bits }: Pick<SampleBatch, 'timesMs' | 'bits'>,
  { indexes, slots }: ChosenEntries,
  from: number,
  to: number,
): number {
  const { count, countMax, startMs, deltaMs, lastMs, lastLow, lastHigh, tailBits } = open;
  // Nearly all samples of a scrape have its time.
  let knownMs = Number.NaN;
  let windowMs = Number.NaN;
  for (let k = from; k < to; k++) {
    const slot = slots[k];
    const timeMs = timesMs[indexes[k]];
    if (timeMs !== knownMs) windowMs = windowStart(timeMs);
    knownMs = timeMs;
    const samples = count[slot];
    const isUsual = samples > 1 && samples < countMax[slot] && startMs[slot] >= windowMs;
    if (!isUsual || timeMs - lastMs[slot] !== deltaMs[slot]) return k;
    const low = bits[2 * indexes[k]];
    const high = bits[2 * indexes[k] + 1];
    if (low === lastLow[slot] && high === lastHigh[slot]) {
      // Two zeros, which are there already.
      if (tailBits[slot] > 29) return k;
      tailBits[slot] += 2;
    } else {
      const isMarker = high === STALE_HIGH && low === STALE_LOW;
      if (isMarker || !putChanged(open, slabs, slot, low, high)) return k;
    }
    lastMs[slot] = timeMs;
    count[slot] = samples + 1;
  }
  return to;
}

/** Writes a zero for the distance and the bits that changed; not, where they are too many. */
function putChanged(
  open: OpenChunks,
  slabs: readonly Uint32Array[],
  slot: number,
  low: number,
  high: number,
): boolean {
  const { lastLow, lastHigh, leading, trailing, tail, tailBits, tailWord } = open;
  const changedHigh = high ^ lastHigh[slot];
  const changedLow = low ^ lastLow[slot];
  // As in OpenChunks: five bits for leading zeros, and the window before where it is wide enough.
  let lead = Math.min(31, Math.clz32(changedHigh));
  let trail = changedLow === 0 ? 32 + countTrailing(changedHigh) : countTrailing(changedLow);
  const windowLead = leading[slot];
  const windowTrail = trailing[slot];
  const isInWindow = windowLead !== NO_WINDOW && lead >= windowLead && trail >= windowTrail;
  if (isInWindow) {
    lead = windowLead;
    trail = windowTrail;
  }
  const size = 64 - lead - trail;
  const headBits = isInWindow ? 3 : 14;
  const end = tailBits[slot] + headBits + size;
  const full = end >>> 5;
  const word = tailWord[slot];
  if (headBits + size > 64 || (word & (BLOCK_WORDS - 1)) + full >= BLOCK_WORDS) return false;
  const head = isInWindow ? 0b010 : (0b011 << 11) | (lead << 6) | size;
  // Head and changed bits as one number of 64 bits, at its low end.
  let valueHigh = trail < 32 ? changedHigh >>> trail : 0;
  let valueLow = changedHigh >>> (trail & 31);
  if (trail === 0) valueLow = changedLow;
  else if (trail < 32) valueLow = (changedLow >>> trail) | (changedHigh << (32 - trail));
  if (size >= 32) {
    valueHigh |= head << (size - 32);
  } else {
    valueHigh = head >>> (32 - size);
    valueLow |= head << size;
  }
  const rest = end & 31;
  const middle = rest === 0 ? valueLow : (valueLow >>> rest) | (valueHigh << (32 - rest));
  const last = rest === 0 ? 0 : valueLow << (32 - rest);
  if (full > 0) {
    const slab = slabs[word >>> SLAB_SHIFT];
    const at = word & SLAB_MASK;
    slab[at] = tail[slot] | (full === 1 ? middle : valueHigh >>> rest);
    if (full > 1) slab[at + 1] = middle;
    tailWord[slot] = word + full;
    open.wordCount[slot] += full;
  }
  tail[slot] = full === 0 ? tail[slot] | last : last;
  tailBits[slot] = rest;
  leading[slot] = lead;
  trailing[slot] = trail;
  lastLow[slot] = low;
  lastHigh[slot] = high;
  return true;
}
