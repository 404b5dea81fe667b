/**
 * The labels of every series, as numbers of pairs in a row of bytes.
 *
 * Most pairs were met early and have small numbers, so that a varint takes one or two bytes instead
 * of four. A set is its count in one byte, then its pairs in order of label name; the same labels
 * are the same bytes, so that a set is hashed and compared as bytes.
 */
import { FreePlaces, type PlacesState } from './free-places.ts';
import { shareBytes, shareWords } from './grow.ts';
import type { LabelPairs } from './label-pairs.ts';
import { LABELS_PER_SERIES_MAX } from './limits.ts';

/** A pair's number has 32 bits. */
const PAIR_BYTES_MAX = 5;

/** The columns that are needed for reading. */
export interface SetColumns {
  readonly bytes: Uint8Array;
  readonly start: Uint32Array;
}

/** With what only the writer needs. */
export interface SetState extends SetColumns {
  readonly used: number;
  readonly free: PlacesState;
}

/** Sets by slot; slots should be dense. */
export class LabelSets {
  /** Byte 0 is a set without labels, which is that of slots without one. */
  #bytes: Uint8Array = shareBytes(1024);
  #start: Uint32Array = shareWords(0);
  #used = 1;
  /** Places of sets that are gone. */
  readonly #free = new FreePlaces();
  /** What `load` has read; entries beyond its count mean nothing. */
  readonly loaded = new Uint32Array(LABELS_PER_SERIES_MAX);
  /** What `encode` has written. */
  #encoded = new Uint8Array(64);

  columns(): SetColumns {
    return { bytes: this.#bytes, start: this.#start };
  }

  /** Makes this a view of the columns of another thread, to read only. */
  adopt({ bytes, start }: SetColumns): void {
    this.#bytes = bytes;
    this.#start = start;
  }

  /** All of it, for another thread to go on with. */
  handOver(): SetState {
    return { ...this.columns(), used: this.#used, free: this.#free.handOver() };
  }

  /** Goes on with what another thread has handed over. */
  takeOver(state: SetState): void {
    this.adopt(state);
    this.#used = state.used;
    this.#free.takeOver(state.free);
  }

  /** Makes room for slots below `capacity`. */
  grow(capacity: number): void {
    this.#start = shareWords(capacity, this.#start);
  }

  /** How many labels a slot has. */
  count(slot: number): number {
    return this.#bytes[this.#start[slot]];
  }

  /** Reads a slot's pairs into `loaded`, which is good until the next call; answers their count. */
  load(slot: number): number {
    const { loaded } = this;
    const bytes = this.#bytes;
    let at = this.#start[slot];
    const count = bytes[at++];
    for (let i = 0; i < count; i++) {
      let byte = bytes[at++];
      let pair = byte & 127;
      for (let shift = 7; byte >= 128 && shift < 7 * PAIR_BYTES_MAX; shift += 7) {
        byte = bytes[at++];
        pair |= (byte & 127) << shift;
      }
      loaded[i] = pair;
    }
    return count;
  }

  /** A slot's pairs in an array of their own. */
  list(slot: number): Uint32Array {
    return this.loaded.slice(0, this.load(slot));
  }

  /** Whether a slot has a pair. */
  has(slot: number, pair: number): boolean {
    const count = this.load(slot);
    for (let i = 0; i < count; i++) if (this.loaded[i] === pair) return true;
    return false;
  }

  /** Encodes pairs for `matches` and `setEncoded`; answers a hash of them. */
  encode(pairs: ArrayLike<number>): number {
    const need = 1 + PAIR_BYTES_MAX * pairs.length;
    if (need > this.#encoded.length) this.#encoded = new Uint8Array(need);
    const encoded = this.#encoded;
    let at = 0;
    encoded[at++] = pairs.length;
    for (let i = 0; i < pairs.length; i++) {
      let rest = pairs[i];
      for (; rest >= 128; rest >>>= 7) encoded[at++] = (rest & 127) | 128;
      encoded[at++] = rest;
    }
    return hashSet(encoded, at);
  }

  /** Makes a slot's pairs those that were encoded last; answers their hash. */
  reencode(slot: number): number {
    const start = this.#start[slot];
    const size = sizeOf(this.#bytes, start);
    if (size > this.#encoded.length) this.#encoded = new Uint8Array(size);
    for (let i = 0; i < size; i++) this.#encoded[i] = this.#bytes[start + i];
    return hashSet(this.#encoded, size);
  }

  /** Whether a slot has the pairs that were encoded last. */
  matches(slot: number): boolean {
    const bytes = this.#bytes;
    const encoded = this.#encoded;
    const start = this.#start[slot];
    const size = sizeOf(encoded, 0);
    for (let i = 0; i < size; i++) if (bytes[start + i] !== encoded[i]) return false;
    return true;
  }

  /** Makes the pairs that were encoded last those of a slot that has none. */
  setEncoded(slot: number): void {
    const encoded = this.#encoded;
    const size = sizeOf(encoded, 0);
    const start = this.#take(size);
    const bytes = this.#bytes;
    // Some ten bytes: a view of them would cost more than they do.
    for (let i = 0; i < size; i++) bytes[start + i] = encoded[i];
    this.#start[slot] = start;
  }

  /** Takes a slot's pairs away. */
  clear(slot: number): void {
    const start = this.#start[slot];
    if (start === 0) return;
    this.#free.give(sizeOf(this.#bytes, start), start);
    this.#start[slot] = 0;
  }

  /** Orders slots by their labels, as `compareLabels` does. */
  compare(a: number, b: number, pairs: LabelPairs): number {
    const bytes = this.#bytes;
    const startA = this.#start[a];
    const startB = this.#start[b];
    let i = 1;
    let left = Math.min(bytes[startA], bytes[startB]);
    for (; left > 0 && bytes[startA + i] === bytes[startB + i]; i++) {
      if (bytes[startA + i] < 128) left--;
    }
    if (left === 0) return bytes[startA] - bytes[startB];
    // Back to where the pairs begin that are not the same.
    while (i > 1 && bytes[startA + i - 1] >= 128) i--;
    return pairs.compare(readPair(bytes, startA + i), readPair(bytes, startB + i));
  }

  #take(size: number): number {
    const free = this.#free.take(size);
    if (free !== undefined) return free;
    const start = this.#used;
    this.#used += size;
    if (this.#used > this.#bytes.length) {
      this.#bytes = shareBytes(Math.ceil(this.#used * 1.5), this.#bytes);
    }
    return start;
  }

  get memoryBytes(): number {
    return this.#used + this.#start.byteLength;
  }
}

/** The pair whose number begins at a place. */
function readPair(bytes: Uint8Array, from: number): number {
  let byte = bytes[from];
  let pair = byte & 127;
  for (let i = 1; byte >= 128 && i < PAIR_BYTES_MAX; i++) {
    byte = bytes[from + i];
    pair |= (byte & 127) << (7 * i);
  }
  return pair;
}

/** How many bytes a set takes. */
function sizeOf(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  for (let left = bytes[start]; left > 0; at++) if (bytes[at] < 128) left--;
  return at - start;
}

/** FNV-1a, and a last mix, because the table looks at a few bits only. */
function hashSet(bytes: Uint8Array, size: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < size; i++) hash = Math.imul(hash ^ bytes[i], 0x01000193);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
