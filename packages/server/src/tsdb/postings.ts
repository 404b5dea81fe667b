/**
 * Which series have a label pair: rising numbers, coded as the steps between them.
 *
 * The series of a target come in a row, so that of most pairs (job, instance, name) they are a few
 * runs, and of the others steps of a byte. A stream is a row of varints: an even one, 2 (step - 1),
 * is a number so much above the one before; an odd one, 2 n + 1, is n numbers that follow on each
 * other. A run at the end is not written yet and only counted.
 *
 * A stream lies in a chain of segments, each twice as large as the one before up to 4 KiB: it grows
 * without being copied, and half of it is in use at least. The first segment begins with what its
 * writer must know. Of a pair with one series, and most pairs of large stores have one, there is
 * no stream.
 */
import { FreePlaces, type PlacesState } from './free-places.ts';
import { growBytes, shareWords } from './grow.ts';

/** Words of a segment's head: the address of the next one, 0 for none. */
const NEXT = 0;
/** Of the first segment's also: the last number, numbers of the run that has not been written, … */
const LAST = 1;
const RUN = 2;
/** … the segment that is being written, and the addresses in bytes of its next byte and its end. */
const SEGMENT = 3;
const TAIL = 4;
const END = 5;
const FIRST_HEAD_BYTES = 24;
const HEAD_BYTES = 4;

const FIRST_BYTES = 32;
const SEGMENT_BYTES_MAX = 4096;
const STEP_BYTES_MAX = 5;

/** The columns that are needed for reading. */
export interface PostingColumns {
  readonly words: Uint32Array;
  readonly first: Uint32Array;
  readonly count: Uint32Array;
}

/** With what only the writer needs. */
export interface PostingState extends PostingColumns {
  readonly used: number;
  readonly free: PlacesState;
}

/** Numbers of series by pair; they are added in rising order. */
export class Postings {
  /** Segments; address 0 is none. */
  #words: Uint32Array = shareWords(1024);
  #bytes = bytesOf(this.#words);
  #used = 8;
  /** By pair: the address of the first segment, or the only number. */
  #first: Uint32Array = shareWords(16);
  #count: Uint32Array = shareWords(16);
  /** Addresses of segments that are free. */
  readonly #free = new FreePlaces();
  /** The list that was gathered last: its stream, the run at its end, or its only number. */
  #stream = new Uint8Array(1024);
  #streamBytes = 0;
  #gathered = 0;
  #tailRun = 0;
  #only = 0;

  columns(): PostingColumns {
    return { words: this.#words, first: this.#first, count: this.#count };
  }

  /** Makes this a view of the columns of another thread, to read only. */
  adopt({ words, first, count }: PostingColumns): void {
    this.#words = words;
    this.#bytes = bytesOf(words);
    this.#first = first;
    this.#count = count;
  }

  /** All of it, for another thread to go on with. */
  handOver(): PostingState {
    return { ...this.columns(), used: this.#used, free: this.#free.handOver() };
  }

  /** Goes on with what another thread has handed over. */
  takeOver(state: PostingState): void {
    this.adopt(state);
    this.#used = state.used;
    this.#free.takeOver(state.free);
  }

  /** How many series have a pair. */
  count(pair: number): number {
    return pair < this.#count.length ? this.#count[pair] : 0;
  }

  /** Adds a number that is larger than all of the pair's. */
  push(pair: number, id: number): void {
    if (pair >= this.#count.length) this.#fit(pair);
    const count = this.#count[pair]++;
    if (count === 0) {
      this.#first[pair] = id;
      return;
    }
    if (count === 1) {
      const only = this.#first[pair];
      this.#first[pair] = this.#begin();
      this.#append(this.#first[pair], only);
    }
    this.#append(this.#first[pair], id);
  }

  /** Forgets the numbers of a pair. */
  clear(pair: number): void {
    const count = this.count(pair);
    if (count > 1) this.#freeSegments(this.#first[pair]);
    if (count > 0) this.#count[pair] = 0;
  }

  /** Keeps the numbers that pass. */
  retain(pair: number, keeps: (id: number) => boolean): void {
    this.gather(pair);
    const ids = this.decode();
    this.clear(pair);
    for (const id of ids) if (keeps(id)) this.push(pair, id);
  }

  /**
   * Copies a pair's stream, for `decode` and `intersect`; answers how many bytes it has. It ends for
   * any content of the columns, because another thread may be in the middle of a change.
   */
  gather(pair: number): number {
    const words = this.#words;
    this.#gathered = this.count(pair);
    this.#streamBytes = 0;
    if (this.#gathered < 2) {
      this.#only = this.#gathered === 1 ? this.#first[pair] : 0;
      return 0;
    }
    const first = this.#first[pair];
    const tail = words[first + TAIL];
    const last = words[first + SEGMENT];
    this.#tailRun = words[first + RUN];
    let headBytes = FIRST_HEAD_BYTES;
    let size = FIRST_BYTES;
    let segment = first;
    const bytesMax = Math.min(this.#gathered * STEP_BYTES_MAX, this.#bytes.length);
    let segmentsLeft = 1 + bytesMax / (FIRST_BYTES - FIRST_HEAD_BYTES);
    for (; segment !== 0 && segmentsLeft > 0 && this.#streamBytes <= bytesMax; segmentsLeft--) {
      const start = segment * 4;
      this.#take(start + headBytes, segment === last ? tail : start + size);
      headBytes = HEAD_BYTES;
      size = Math.min(2 * size, SEGMENT_BYTES_MAX);
      segment = words[segment + NEXT];
    }
    return this.#streamBytes;
  }

  #take(from: number, to: number): void {
    const part = this.#bytes.subarray(from, Math.min(to, from + SEGMENT_BYTES_MAX));
    const need = this.#streamBytes + part.length;
    if (need > this.#stream.length) this.#stream = growBytes(this.#stream, 2 * need);
    this.#stream.set(part, this.#streamBytes);
    this.#streamBytes = need;
  }

  /** The numbers of the list that was gathered last, in an array of their own. */
  decode(): Uint32Array {
    const ids = new Uint32Array(this.#gathered);
    if (this.#gathered < 2) {
      ids.fill(this.#only);
      return ids;
    }
    let kept = 0;
    let last = 0;
    for (let at = 0; at < this.#streamBytes; ) {
      const code = readCode(this.#stream, at);
      at += codeBytes(code);
      if (code % 2 === 0) ids[kept++] = last += code / 2 + 1;
      else for (let left = (code - 1) / 2; left > 0; left--) ids[kept++] = ++last;
    }
    for (let left = this.#tailRun; left > 0; left--) ids[kept++] = ++last;
    return ids;
  }

  /** Keeps of rising numbers, in place, those of the list that was gathered last; answers how many. */
  intersect(ids: Uint32Array): number {
    if (this.#gathered < 2) {
      const isIn = this.#gathered === 1 && ids.includes(this.#only);
      if (isIn) ids[0] = this.#only;
      return isIn ? 1 : 0;
    }
    let kept = 0;
    let next = 0;
    let last = 0;
    for (let at = 0; at <= this.#streamBytes && next < ids.length; ) {
      const isTail = at === this.#streamBytes;
      const code = isTail ? 2 * this.#tailRun + 1 : readCode(this.#stream, at);
      at += isTail ? 1 : codeBytes(code);
      const from = code % 2 === 0 ? last + code / 2 + 1 : last + 1;
      last = code % 2 === 0 ? from : last + (code - 1) / 2;
      while (next < ids.length && ids[next] < from) next++;
      while (next < ids.length && ids[next] <= last) ids[kept++] = ids[next++];
    }
    return kept;
  }

  get memoryBytes(): number {
    return this.#used * 4 + this.#count.length * 8;
  }

  #begin(): number {
    const segment = this.#allocate(FIRST_BYTES);
    const words = this.#words;
    words[segment + LAST] = 0;
    words[segment + RUN] = 0;
    words[segment + SEGMENT] = segment;
    words[segment + TAIL] = segment * 4 + FIRST_HEAD_BYTES;
    words[segment + END] = segment * 4 + FIRST_BYTES;
    return segment;
  }

  #append(first: number, id: number): void {
    const words = this.#words;
    const last = words[first + LAST];
    words[first + LAST] = id;
    if (id === last + 1) {
      words[first + RUN]++;
      return;
    }
    const run = words[first + RUN];
    words[first + RUN] = 0;
    if (run > 0) this.#putCode(first, 2 * run + 1);
    this.#putCode(first, 2 * (id - last - 1));
  }

  #putCode(first: number, code: number): void {
    let rest = code;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#putByte(first, (rest % 128) | 128);
    this.#putByte(first, rest);
  }

  #putByte(first: number, byte: number): void {
    if (this.#words[first + TAIL] === this.#words[first + END]) this.#addSegment(first);
    this.#bytes[this.#words[first + TAIL]++] = byte;
  }

  #addSegment(first: number): void {
    const full = this.#words[first + SEGMENT];
    const size = Math.min(2 * (this.#words[first + END] - full * 4), SEGMENT_BYTES_MAX);
    const segment = this.#allocate(size);
    const words = this.#words;
    words[full + NEXT] = segment;
    words[first + SEGMENT] = segment;
    words[first + TAIL] = segment * 4 + HEAD_BYTES;
    words[first + END] = segment * 4 + size;
  }

  #allocate(size: number): number {
    const free = this.#free.take(size);
    const segment = free ?? this.#used;
    if (free === undefined) {
      this.#used += size / 4;
      if (this.#used > this.#words.length) {
        this.#words = shareWords(Math.ceil(this.#used * 1.5), this.#words);
        this.#bytes = bytesOf(this.#words);
      }
    }
    this.#words[segment + NEXT] = 0;
    return segment;
  }

  #freeSegments(first: number): void {
    let size = FIRST_BYTES;
    for (let segment = first; segment !== 0; segment = this.#words[segment + NEXT]) {
      this.#free.give(size, segment);
      size = Math.min(2 * size, SEGMENT_BYTES_MAX);
    }
  }

  #fit(pair: number): void {
    const capacity = Math.ceil((pair + 1) * 1.5);
    this.#first = shareWords(capacity, this.#first);
    this.#count = shareWords(capacity, this.#count);
  }
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** The varint at a place; zeros beyond the end. */
function readCode(bytes: Uint8Array, from: number): number {
  let byte = bytes[from];
  let code = byte & 127;
  for (let i = 1, scale = 128; byte >= 128 && i < STEP_BYTES_MAX; i++, scale *= 128) {
    byte = bytes[from + i];
    code += (byte & 127) * scale;
  }
  return code;
}

/** How many bytes its varint takes. */
function codeBytes(code: number): number {
  if (code < 2 ** 14) return code < 2 ** 7 ? 1 : 2;
  if (code < 2 ** 21) return 3;
  return code < 2 ** 28 ? 4 : 5;
}
