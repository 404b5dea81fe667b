/**
 * Very many small lists of 32-bit numbers in one array.
 *
 * A typed array of its own for each label set and each list of postings would cost some 200 bytes
 * apiece before its first number. Here a list is a place in a shared array; its room grows by
 * about half, and room that a list has left is kept for the next list of the same size.
 */
import { shareBytes, shareWords } from './grow.ts';

/** Sizes of room: 0, 1, 2, 3, 4, 6, 8, 12, 16, 24, … */
const ROOMS: readonly number[] = createRooms();

function createRooms(): readonly number[] {
  const rooms = [0, 1, 2, 3];
  for (let size = 4; size <= 2 ** 30; size *= 2) rooms.push(size, size * 1.5);
  return rooms;
}

function roomFor(count: number): number {
  let room = 0;
  while (ROOMS[room] < count) room++;
  return room;
}

/** The columns that are needed for reading. */
export interface ListColumns {
  readonly words: Uint32Array;
  readonly start: Uint32Array;
  readonly count: Uint32Array;
}

/** Lists by number; the numbers are the caller's and should be dense. */
export class WordLists {
  #words: Uint32Array = shareWords(64);
  #used = 0;
  #start: Uint32Array = shareWords(16);
  #count: Uint32Array = shareWords(16);
  /** Index into ROOMS. */
  #room: Uint8Array = shareBytes(16);
  readonly #freeByRoom: number[][] = ROOMS.map(() => []);

  columns(): ListColumns {
    return { words: this.#words, start: this.#start, count: this.#count };
  }

  /** Makes this a view of the columns of another thread, to read only. */
  adopt({ words, start, count }: ListColumns): void {
    this.#words = words;
    this.#start = start;
    this.#count = count;
  }

  count(list: number): number {
    return list < this.#count.length ? this.#count[list] : 0;
  }

  get(list: number, index: number): number {
    return this.#words[this.#start[list] + index];
  }

  /** The list in place; valid until the next change of any list. */
  view(list: number): Uint32Array {
    if (list >= this.#count.length) return this.#words.subarray(0, 0);
    const start = this.#start[list];
    return this.#words.subarray(start, start + this.#count[list]);
  }

  push(list: number, value: number): void {
    this.#fit(list);
    const count = this.#count[list];
    if (count === ROOMS[this.#room[list]]) this.#move(list, this.#room[list] + 1);
    this.#words[this.#start[list] + count] = value;
    this.#count[list] = count + 1;
  }

  /** Sets a list that is empty so far. */
  set(list: number, values: ArrayLike<number>): void {
    this.#fit(list);
    this.#move(list, roomFor(values.length));
    this.#words.set(values, this.#start[list]);
    this.#count[list] = values.length;
  }

  /** Drops the entries that do not pass. */
  retain(list: number, keeps: (value: number) => boolean): void {
    const start = this.#start[list];
    const count = this.#count[list];
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const value = this.#words[start + i];
      if (keeps(value)) this.#words[start + kept++] = value;
    }
    this.#count[list] = kept;
    const room = roomFor(kept);
    // Not at every step, or a list that swings around a size would be copied each time.
    if (room + 2 < this.#room[list]) this.#move(list, room);
  }

  /** Empties a list and gives its room back. */
  clear(list: number): void {
    this.#count[list] = 0;
    this.#move(list, 0);
  }

  #move(list: number, room: number): void {
    const from = this.#start[list];
    const oldRoom = this.#room[list];
    const start = this.#take(room);
    this.#words.copyWithin(start, from, from + this.#count[list]);
    if (oldRoom > 0) this.#freeByRoom[oldRoom].push(from);
    this.#start[list] = start;
    this.#room[list] = room;
  }

  #take(room: number): number {
    if (room === 0) return 0;
    const free = this.#freeByRoom[room].pop();
    if (free !== undefined) return free;
    const start = this.#used;
    this.#used += ROOMS[room];
    if (this.#used > this.#words.length) {
      this.#words = shareWords(Math.ceil(this.#used * 1.5), this.#words);
    }
    return start;
  }

  #fit(list: number): void {
    if (list < this.#count.length) return;
    const capacity = Math.ceil((list + 1) * 1.5);
    this.#start = shareWords(capacity, this.#start);
    this.#count = shareWords(capacity, this.#count);
    this.#room = shareBytes(capacity, this.#room);
  }

  get memoryBytes(): number {
    return this.#words.byteLength + this.#count.length * 9;
  }
}
