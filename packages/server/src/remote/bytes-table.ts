/**
 * Finds byte strings that were seen before, without making a JavaScript string of them.
 *
 * The steady state of remote write is the same label sets again and again. Their bytes are hashed
 * and compared with those kept here, so a known series costs no object. Open addressing over one
 * arena; nothing is ever taken out by itself: when the table is full its owner clears it, and
 * learns again what is still in use.
 */
const ENTRIES_START = 1024;
const ARENA_START = 64 * 1024;

export interface BytesTableLimits {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

export class BytesTable {
  readonly #limits: BytesTableLimits;
  /** Against senders who choose label sets that collide. */
  readonly #seed: number;
  /** Places hold the number of an entry plus one; 0 is free. */
  #places = new Uint32Array(ENTRIES_START * 2);
  #hashes = new Uint32Array(ENTRIES_START);
  #starts = new Uint32Array(ENTRIES_START);
  #lengths = new Uint32Array(ENTRIES_START);
  #arena = Buffer.allocUnsafeSlow(ARENA_START);
  #used = 0;
  #count = 0;

  constructor(limits: BytesTableLimits, seed: number) {
    this.#limits = limits;
    this.#seed = seed;
  }

  /** How many strings there are; they are numbered from 0 in the order in which they came. */
  get count(): number {
    return this.#count;
  }

  get memoryBytes(): number {
    return this.#arena.length + this.#places.byteLength + 3 * this.#hashes.byteLength;
  }

  /** Whether there is room for a string of this length. */
  hasRoom(length: number): boolean {
    return this.#count < this.#limits.entriesMax && this.#used + length <= this.#limits.bytesMax;
  }

  clear(): void {
    this.#places = new Uint32Array(ENTRIES_START * 2);
    this.#hashes = new Uint32Array(ENTRIES_START);
    this.#starts = new Uint32Array(ENTRIES_START);
    this.#lengths = new Uint32Array(ENTRIES_START);
    this.#arena = Buffer.allocUnsafeSlow(ARENA_START);
    this.#used = 0;
    this.#count = 0;
  }

  /** The number of a string, or -1 where it was not seen. */
  find(bytes: Uint8Array, from: number, to: number): number {
    return this.#places[this.#placeOf(bytes, from, to, this.#hash(bytes, from, to))] - 1;
  }

  /** The number of a string, which is taken in where it was not seen. Only where there is room. */
  add(bytes: Uint8Array, from: number, to: number): number {
    const hash = this.#hash(bytes, from, to);
    let place = this.#placeOf(bytes, from, to, hash);
    if (this.#places[place] !== 0) return this.#places[place] - 1;
    if (this.#count === this.#hashes.length) {
      this.#grow();
      place = this.#placeOf(bytes, from, to, hash);
    }
    const length = to - from;
    this.#reserve(length);
    this.#arena.set(bytes.subarray(from, to), this.#used);
    const entry = this.#count++;
    this.#hashes[entry] = hash;
    this.#starts[entry] = this.#used;
    this.#lengths[entry] = length;
    this.#used += length;
    this.#places[place] = entry + 1;
    return entry;
  }

  #placeOf(bytes: Uint8Array, from: number, to: number, hash: number): number {
    const places = this.#places;
    const mask = places.length - 1;
    let place = hash & mask;
    while (places[place] !== 0) {
      const entry = places[place] - 1;
      if (this.#hashes[entry] === hash && this.#isEqual(entry, bytes, from, to)) break;
      place = (place + 1) & mask;
    }
    return place;
  }

  #isEqual(entry: number, bytes: Uint8Array, from: number, to: number): boolean {
    const length = this.#lengths[entry];
    if (length !== to - from) return false;
    const arena = this.#arena;
    const start = this.#starts[entry];
    for (let i = 0; i < length; i++) if (arena[start + i] !== bytes[from + i]) return false;
    return true;
  }

  /** Four bytes at a time, mixed as MurmurHash3 does. */
  #hash(bytes: Uint8Array, from: number, to: number): number {
    let hash = this.#seed ^ (to - from);
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const word = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
      hash = mix(hash, word);
    }
    let tail = 0;
    for (; at < to; at++) tail = (tail << 8) | bytes[at];
    hash = mix(hash, tail);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #grow(): void {
    const size = this.#hashes.length * 2;
    this.#hashes = grown(this.#hashes, size);
    this.#starts = grown(this.#starts, size);
    this.#lengths = grown(this.#lengths, size);
    const places = new Uint32Array(size * 2);
    const mask = places.length - 1;
    for (let entry = 0; entry < this.#count; entry++) {
      let place = this.#hashes[entry] & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = entry + 1;
    }
    this.#places = places;
  }

  #reserve(length: number): void {
    if (this.#used + length <= this.#arena.length) return;
    const arena = Buffer.allocUnsafeSlow(Math.max(this.#arena.length * 2, this.#used + length));
    this.#arena.copy(arena, 0, 0, this.#used);
    this.#arena = arena;
  }
}

function mix(hash: number, word: number): number {
  const scrambled = Math.imul(word, 0xcc9e2d51);
  const turned = hash ^ Math.imul((scrambled << 15) | (scrambled >>> 17), 0x1b873593);
  return Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64;
}

/** A longer array that begins with what was in a shorter one. */
export function grown(words: Uint32Array, size: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(size);
  larger.set(words);
  return larger;
}
