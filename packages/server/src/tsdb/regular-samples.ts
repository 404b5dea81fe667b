/**
 * The usual samples of a scrape, appended in a row.
 *
 * Nearly all samples of a batch go on in a chunk that is open, about as long after the one before as
 * that was after its own. Such a sample takes 2 to 64 bits, which are put together in two words and
 * shifted to their place at once, while `OpenChunks.add` writes piece by piece and minds chunks that
 * begin, distances of any size and blocks that are full. Both write the same bits
 * (regular-samples.test.ts holds them to each other).
 */
import { type SampleBatch, STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { BLOCK_WORDS, SLAB_MASK, SLAB_SHIFT } from './block-pool.ts';
import { countTrailing, NO_WINDOW, type OpenChunks } from './open-chunks.ts';
import { windowStart } from './window-times.ts';

/** The first range of changes of a distance (xor-decode.ts), but for its last number. */
const CHANGE_MAX = 0x1fff;
const CHANGED = 0x8000;
const CHANGE_MASK = 0x3fff;

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
    const distanceMs = timeMs - lastMs[slot];
    const changeMs = distanceMs - deltaMs[slot];
    if (!isUsual || distanceMs <= 0 || changeMs < -CHANGE_MAX || changeMs > CHANGE_MAX) return k;
    // Whatever is handed to another function is made a signed word: V8 makes an object of others.
    const change = changeMs | 0;
    const low = bits[2 * indexes[k]];
    const high = bits[2 * indexes[k] + 1];
    const isSame = low === lastLow[slot] && high === lastHigh[slot];
    if (isSame && change === 0 && tailBits[slot] < 30) {
      // Two zeros, which are there already.
      tailBits[slot] += 2;
    } else {
      const isMarker = high === STALE_HIGH && low === STALE_LOW;
      const isPut = isSame
        ? putUnchanged(open, slabs, slot, change)
        : !isMarker && putChanged(open, slabs, slot, change, low | 0, high | 0);
      if (!isPut) return k;
      deltaMs[slot] = distanceMs;
    }
    lastMs[slot] = timeMs;
    count[slot] = samples + 1;
  }
  return to;
}

/** Writes how the distance changed, and a zero for the value. */
function putUnchanged(
  open: OpenChunks,
  slabs: readonly Uint32Array[],
  slot: number,
  change: number,
): boolean {
  return change === 0
    ? putBits(open, slabs, slot, 0, 0, 2)
    : putBits(open, slabs, slot, 0, (CHANGED | (change & CHANGE_MASK)) << 1, 17);
}

/** Writes how the distance changed, and the bits of the value that did; not, if it is too much. */
function putChanged(
  open: OpenChunks,
  slabs: readonly Uint32Array[],
  slot: number,
  change: number,
  low: number,
  high: number,
): boolean {
  const { lastLow, lastHigh, leading, trailing } = open;
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
  const windowBits = isInWindow ? 2 : 13;
  const bitCount = (change === 0 ? 1 : 16) + windowBits + size;
  if (bitCount > 64) return false;
  const distance = change === 0 ? 0 : CHANGED | (change & CHANGE_MASK);
  const window = isInWindow ? 0b10 : (0b11 << 11) | (lead << 6) | size;
  const head = (distance << windowBits) | window;
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
  if (!putBits(open, slabs, slot, valueHigh | 0, valueLow | 0, bitCount)) return false;
  leading[slot] = lead;
  trailing[slot] = trail;
  lastLow[slot] = low;
  lastHigh[slot] = high;
  return true;
}

/** Writes the low bits of a number of 64 bits; not, where its block has no room for them. */
function putBits(
  open: OpenChunks,
  slabs: readonly Uint32Array[],
  slot: number,
  high: number,
  low: number,
  bitCount: number,
): boolean {
  const { tail, tailBits, tailWord } = open;
  const end = tailBits[slot] + bitCount;
  const full = end >>> 5;
  const rest = end & 31;
  const last = rest === 0 ? 0 : low << (32 - rest);
  if (full === 0) {
    tail[slot] |= last;
  } else {
    const word = tailWord[slot];
    if ((word & (BLOCK_WORDS - 1)) + full >= BLOCK_WORDS) return false;
    const middle = rest === 0 ? low : (low >>> rest) | (high << (32 - rest));
    const slab = slabs[word >>> SLAB_SHIFT];
    const at = word & SLAB_MASK;
    slab[at] = tail[slot] | (full === 1 ? middle : high >>> rest);
    if (full > 1) slab[at + 1] = middle;
    tail[slot] = last;
    tailWord[slot] = word + full;
    open.wordCount[slot] += full;
  }
  tailBits[slot] = rest;
  return true;
}
