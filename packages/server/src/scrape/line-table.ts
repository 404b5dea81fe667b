/**
 * All lines that a target has sent, remembered as bytes.
 *
 * A target sends the same lines at each scrape, in the same order, with other values. So a line is
 * parsed once, and what is known of it (which series, whether dropped) is looked up from then on:
 * first at the place where it stood last time, by comparing bytes, and only when something else
 * stands there through a hash table. Prometheus keys a map of strings by the text of the series
 * and VictoriaMetrics hashes each line; the comparison alone is three times as fast as either.
 *
 * Everything is typed arrays over one arena of bytes. A line costs about 50 bytes besides its
 * text, and no object, so that the garbage collector never sees it.
 *
 * Text of a sample line: the series, up to the last brace or character of its name; of a comment
 * line: all of it without the newline.
 */
import { hashBytes, isSameBytes } from './text-hash.ts';

export const LINE_FREE = 0;
/** A sample whose series goes into the store. */
export const LINE_SAMPLE = 1;
/** A sample that a metric relabelling rule drops. */
export const LINE_DROPPED = 2;
/** `# TYPE`; the type's code is in `types`. */
export const LINE_TYPE = 3;
/** `# HELP` and `#`. */
export const LINE_COMMENT = 4;
/** In protobuf: a metric of several series, which are lines of their own. */
export const LINE_METRIC = 5;
/** In protobuf: a metric family, with all that it says of itself. */
export const LINE_FAMILY = 6;
/** A part of a classic histogram that is stored as a native one; no sample by itself. */
export const LINE_PART = 7;

/** The type of lines that came as protobuf, where bounds need no rewriting. */
export const FROM_PROTO = 0xff;
/** The type of lines of histograms that are put together from their parts. */
export const FROM_CLASSIC = 0xfe;

const ENTRIES_MIN = 64;
const ARENA_BYTES_MIN = 4096;
/** Slots of the hash table per entry at least; it is looked at for lines that stand elsewhere now. */
const SLOTS_PER_ENTRY = 4 / 3;
const SLOTS_MIN = 2 * ENTRIES_MIN;
/** Beyond what a first body has: targets grow by a few lines, or by many. */
const GROWTH_FACTOR = 1.25;
const NO_LINE = -1;

/** The lines of one target. Line numbers are stable while a line is remembered. */
export class LineTable {
  /** One of the LINE constants. */
  kinds = new Uint8Array(ENTRIES_MIN);
  /** The type of the family that a series was first seen in, for its `le` and `quantile`. */
  types = new Uint8Array(ENTRIES_MIN);
  /** 1 where the series' newest sample is a value, so that its end needs a marker. */
  live = new Uint8Array(ENTRIES_MIN);
  /** The store's number of the series. */
  refs = new Uint32Array(ENTRIES_MIN);
  /** The scrape that last held the line. */
  seen = new Uint32Array(ENTRIES_MIN);
  /** The scrape that last held it as one whose absence means something. */
  tracked = new Uint32Array(ENTRIES_MIN);
  textFrom = new Uint32Array(ENTRIES_MIN);
  /** 0 where the number is not in use. */
  textBytes = new Uint32Array(ENTRIES_MIN);
  arena = Buffer.allocUnsafeSlow(ARENA_BYTES_MIN);
  /** The arena, to be compared four bytes at a time. */
  words = viewOf(this.arena);
  /** Numbers below this have been handed out at some time. */
  lineCount = 0;

  #hashes = new Uint32Array(ENTRIES_MIN);
  /** Where the line stood last time. */
  #positions = new Uint32Array(ENTRIES_MIN);
  #free: number[] = [];
  #slots = new Int32Array(SLOTS_MIN).fill(NO_LINE);
  #usedCount = 0;
  #arenaUsedBytes = 0;
  #arenaLiveBytes = 0;
  readonly #seed: number;

  /** The seed keeps a hostile target from choosing lines that all hash to the same slot. */
  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  /** Lines remembered now. */
  get size(): number {
    return this.#usedCount;
  }

  /** Bytes of memory held. */
  get sizeBytes(): number {
    const perLine = 3 + 4 * 7;
    return this.arena.length + this.kinds.length * perLine + this.#slots.byteLength;
  }

  /** The line's text; a view that is good until the next `add`. */
  text(line: number): Buffer {
    const from = this.textFrom[line];
    return this.arena.subarray(from, from + this.textBytes[line]);
  }

  positionOf(line: number): number {
    return this.#positions[line];
  }

  setPosition(line: number, position: number): void {
    this.#positions[line] = position;
  }

  /** Whether the line's text stands at an offset of a body. */
  matches(line: number, body: Uint8Array, at: number): boolean {
    const length = this.textBytes[line];
    if (at + length > body.length) return false;
    return isSameBytes(this.arena, this.textFrom[line], body, at, length);
  }

  hash(body: Uint8Array, from: number, to: number): number {
    return hashBytes(body, from, to, this.#seed);
  }

  /** The line with this text, or -1. */
  find(body: Uint8Array, from: number, to: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const line = this.#slots[slot];
      if (line === NO_LINE) return NO_LINE;
      const isCandidate = this.#hashes[line] === hash && this.textBytes[line] === to - from;
      if (isCandidate && isSameBytes(this.arena, this.textFrom[line], body, from, to - from)) {
        return line;
      }
    }
  }

  /**
   * Makes room at once for what a first body holds: growing step by step would leave several times
   * as much to the allocator, which keeps it.
   */
  expect(lineCount: number, textBytes: number): void {
    if (lineCount > this.kinds.length) this.#growLines(lineCount);
    let size = this.#slots.length;
    while (lineCount * SLOTS_PER_ENTRY > size) size *= 2;
    if (size > this.#slots.length && this.#usedCount === 0) {
      this.#slots = new Int32Array(size).fill(NO_LINE);
    }
    if (textBytes > this.arena.length) this.#moveTexts(textBytes);
  }

  /** Remembers a line that `find` did not find. */
  add(body: Buffer, from: number, to: number, hash: number): number {
    const line = this.#free.pop() ?? this.lineCount++;
    if (line >= this.kinds.length) this.#growLines(this.kinds.length * GROWTH_FACTOR);
    const textBytes = to - from;
    this.#reserve(textBytes);
    this.textFrom[line] = this.#arenaUsedBytes;
    this.textBytes[line] = textBytes;
    body.copy(this.arena, this.#arenaUsedBytes, from, to);
    this.#arenaUsedBytes += textBytes;
    this.#arenaLiveBytes += textBytes;
    this.#hashes[line] = hash;
    this.types[line] = 0;
    this.live[line] = 0;
    this.refs[line] = 0;
    this.seen[line] = 0;
    this.tracked[line] = 0;
    this.#usedCount++;
    if (this.#usedCount * SLOTS_PER_ENTRY > this.#slots.length) this.#growSlots();
    else this.#insertSlot(line);
    return line;
  }

  /** Forgets a line; its number will be used again. */
  remove(line: number): void {
    this.#removeSlot(line);
    this.kinds[line] = LINE_FREE;
    this.live[line] = 0;
    this.#arenaLiveBytes -= this.textBytes[line];
    this.textBytes[line] = 0;
    this.#usedCount--;
    this.#free.push(line);
  }

  #insertSlot(line: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[line] & mask;
    while (this.#slots[slot] !== NO_LINE) slot = (slot + 1) & mask;
    this.#slots[slot] = line;
  }

  /** Closes the gap by moving back what probing had pushed past it, so that no tombstones pile up. */
  #removeSlot(line: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let gap = this.#hashes[line] & mask;
    while (slots[gap] !== line) gap = (gap + 1) & mask;
    for (let next = (gap + 1) & mask; slots[next] !== NO_LINE; next = (next + 1) & mask) {
      const home = this.#hashes[slots[next]] & mask;
      if (((next - home) & mask) < ((next - gap) & mask)) continue;
      slots[gap] = slots[next];
      gap = next;
    }
    slots[gap] = NO_LINE;
  }

  /** Builds the table anew, the line that is being added included. */
  #growSlots(): void {
    let size = this.#slots.length;
    while (this.#usedCount * SLOTS_PER_ENTRY > size) size *= 2;
    this.#slots = new Int32Array(size).fill(NO_LINE);
    for (let line = 0; line < this.lineCount; line++) {
      if (this.textBytes[line] > 0) this.#insertSlot(line);
    }
  }

  #growLines(atLeast: number): void {
    const count = Math.ceil(atLeast);
    this.kinds = growBytes(this.kinds, count);
    this.types = growBytes(this.types, count);
    this.live = growBytes(this.live, count);
    this.refs = growWords(this.refs, count);
    this.seen = growWords(this.seen, count);
    this.tracked = growWords(this.tracked, count);
    this.textFrom = growWords(this.textFrom, count);
    this.textBytes = growWords(this.textBytes, count);
    this.#hashes = growWords(this.#hashes, count);
    this.#positions = growWords(this.#positions, count);
  }

  /** Makes room for a text: squeezes forgotten ones out, into a larger arena where that is needed. */
  #reserve(textBytes: number): void {
    if (this.#arenaUsedBytes + textBytes <= this.arena.length) return;
    this.#moveTexts(arenaSize(this.arena.length, this.#arenaLiveBytes + textBytes));
  }

  #moveTexts(arenaBytes: number): void {
    const arena = Buffer.allocUnsafeSlow(arenaBytes);
    let usedBytes = 0;
    for (let line = 0; line < this.lineCount; line++) {
      const from = this.textFrom[line];
      if (this.textBytes[line] === 0) continue;
      this.arena.copy(arena, usedBytes, from, from + this.textBytes[line]);
      this.textFrom[line] = usedBytes;
      usedBytes += this.textBytes[line];
    }
    this.arena = arena;
    this.words = viewOf(arena);
    this.#arenaUsedBytes = usedBytes;
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Between a half and a quarter full after squeezing, so that squeezing stays rare. */
function arenaSize(nowBytes: number, needBytes: number): number {
  if (needBytes > nowBytes / 2) return Math.max(nowBytes, Math.ceil(needBytes * 1.5));
  return needBytes < nowBytes / 4 ? Math.max(ARENA_BYTES_MIN, needBytes * 2) : nowBytes;
}

function growBytes(from: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(count);
  to.set(from);
  return to;
}

function growWords(from: Uint32Array<ArrayBuffer>, count: number): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(count);
  to.set(from);
  return to;
}
