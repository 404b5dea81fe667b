/**
 * Which series there are: labels to number and back, postings, and the order by labels.
 *
 * A series has a number (`id`, what the rest of the program and the disk know it by) and a slot
 * (its row in all columns). Labels become objects only when somebody asks for them.
 */
import { assert, limitExceeded } from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import { type ReadGuard, SAME_THREAD } from './changes.ts';
import { shareWords } from './grow.ts';
import { type IdColumns, IdTable } from './id-table.ts';
import { LabelPairs, type PairsState } from './label-pairs.ts';
import { LabelSets, type SetColumns, type SetState } from './label-sets.ts';
import { SERIES_ID_MAX } from './limits.ts';
import { type PostingColumns, Postings, type PostingState } from './postings.ts';

/** The list of postings that holds every series; pairs count from 1. */
const ALL = 0;

/**
 * Entries of the table by labels: the low bits are a slot + 1, the others are of its hash, so that
 * most sets that are not the one in question are never looked at.
 */
const SLOT_MASK = 2 ** 26 - 1;
/** A stream of so many bytes is walked in the time that one series' labels are looked at. */
const STREAM_BYTES_PER_SET = 32;

/** The columns that are needed for reading. */
export interface TableColumns {
  readonly idOf: Uint32Array;
  readonly ids: IdColumns;
  readonly labels: SetColumns;
  readonly postings: PostingColumns;
}

/** What a table is to another thread that goes on with it. */
export interface TableState {
  readonly idOf: Uint32Array;
  readonly ids: IdColumns;
  readonly pairs: PairsState;
  readonly labels: SetState;
  readonly postings: PostingState;
  readonly byLabels: Uint32Array;
  readonly freeSlots: readonly number[];
  readonly version: number;
  readonly slotCount: number;
  readonly seriesCount: number;
  readonly nextId: number;
  readonly lastId: number;
}

export class SeriesTable {
  readonly pairs = new LabelPairs();
  readonly ids = new IdTable();
  /** By slot. */
  readonly labels = new LabelSets();
  /** By pair: numbers (ids) of series, rising; nothing is in them while they are to be sorted. */
  readonly postings = new Postings();
  /** By slot: the series' number; 0 where the slot is free. */
  idOf: Uint32Array = shareWords(0);

  /** Guards what is read while another thread writes. */
  readonly guard: ReadGuard;
  readonly #seriesMax: number;
  readonly #onGrow: (capacity: number) => void;
  /** Label sets by hash; 0 where empty. Invariant: at most three quarters full. */
  #byLabels: Uint32Array = shareWords(1024);
  #freeSlots: number[] = [];
  /** Changes whenever a series comes or goes. */
  version = 0;
  #slotCount = 0;
  #seriesCount = 0;
  #nextId = 1;
  /** The number that was inserted last, and whether all came in order. */
  #lastId = 0;
  #isSorted = true;
  /** Pair numbers of the label set that was looked up last. */
  #scratch: number[] = [];
  /** Slots of series that have a twin with the same labels and a later number. */
  readonly #superseded = new Set<number>();

  /** `onGrow` hears of a new capacity before a slot in it is used. */
  constructor(
    seriesMax: number,
    onGrow: (capacity: number) => void,
    guard: ReadGuard = SAME_THREAD,
  ) {
    this.guard = guard;
    this.#seriesMax = seriesMax;
    this.#onGrow = onGrow;
  }

  columns(): TableColumns {
    const { idOf, ids, labels, postings } = this;
    return {
      idOf,
      ids: ids.columns(),
      labels: labels.columns(),
      postings: postings.columns(),
    };
  }

  /** Makes this a view of the columns of another thread, to read only; pairs come by themselves. */
  adopt(columns: TableColumns): void {
    this.idOf = columns.idOf;
    this.ids.adopt(columns.ids, columns.idOf);
    this.labels.adopt(columns.labels);
    this.postings.adopt(columns.postings);
  }

  /** All of it, in order and without twins, for another thread to go on with. */
  handOver(): TableState {
    assert(this.#isSorted && this.#superseded.size === 0, 'a table is handed over half done');
    return {
      idOf: this.idOf,
      ids: this.ids.columns(),
      pairs: this.pairs.handOver(),
      labels: this.labels.handOver(),
      postings: this.postings.handOver(),
      byLabels: this.#byLabels,
      freeSlots: this.#freeSlots,
      version: this.version,
      slotCount: this.#slotCount,
      seriesCount: this.#seriesCount,
      nextId: this.#nextId,
      lastId: this.#lastId,
    };
  }

  /** Goes on with what another thread has handed over. */
  takeOver(state: TableState): void {
    this.idOf = state.idOf;
    this.ids.takeOver(state.ids, state.idOf, state.seriesCount);
    this.pairs.takeOver(state.pairs);
    this.labels.takeOver(state.labels);
    this.postings.takeOver(state.postings);
    this.#byLabels = state.byLabels;
    this.#freeSlots = [...state.freeSlots];
    this.version = state.version;
    this.#slotCount = state.slotCount;
    this.#seriesCount = state.seriesCount;
    this.#nextId = state.nextId;
    this.#lastId = state.lastId;
  }

  get seriesCount(): number {
    return this.#seriesCount;
  }

  /** Slots in use are below this. */
  get slotCount(): number {
    return this.#slotCount;
  }

  get nextId(): number {
    return this.#nextId;
  }

  /** Makes room for a number of series at once, as far as the limit allows. */
  reserveRoom(seriesCount: number): void {
    const capacity = Math.ceil(Math.min(seriesCount, this.#seriesMax) * 1.1);
    if (capacity > this.idOf.length) this.#growSlots(capacity);
    this.ids.reserve(capacity);
    if (isTooFull(capacity, this.#byLabels.length)) this.#rehash(capacity);
  }

  /** Never gives out a number below this. */
  reserveIds(nextId: number): void {
    this.#nextId = Math.max(this.#nextId, Math.min(nextId, SERIES_ID_MAX));
  }

  /** The slot of a number, or -1; at once where it follows the one that was asked for before. */
  slotAfter(slot: number, id: number): number {
    return this.idOf[slot + 1] === id && id !== 0 ? slot + 1 : this.ids.find(id);
  }

  /** The slot of a label set, or -1. */
  find(labels: Labels): number {
    const scratch = this.#scratch;
    scratch.length = labels.names.length;
    for (let i = 0; i < scratch.length; i++) {
      scratch[i] = this.pairs.find(labels.names[i], labels.values[i]);
      if (scratch[i] === 0) return -1;
    }
    const hash = this.labels.encode(scratch);
    return (this.#byLabels[this.#findPlace(hash)] & SLOT_MASK) - 1;
  }

  /** Makes the series of a label set that `find` does not know; answers its slot. */
  add(labels: Labels): number {
    if (this.#nextId >= SERIES_ID_MAX) {
      throw limitExceeded('TSDB_SERIES_LIMIT', 'numbers for series are used up');
    }
    const pairs = labels.names.map((name, i) => this.pairs.intern(name, labels.values[i]));
    return this.insert(this.#nextId, pairs);
  }

  /**
   * Adds a series with a given number and pairs in order of name; numbers that do not rise call
   * for `sortPostings`. What comes from disk may hold a
   * series that was forgotten, and its successor with the same labels: then the later is found by
   * its labels, and the other is listed by `superseded`.
   */
  insert(id: number, pairs: readonly number[]): number {
    const slot = this.#freeSlots.pop() ?? this.#slotCount++;
    if (slot >= this.idOf.length) this.#growSlots(Math.max(1024, Math.ceil((slot + 1) * 1.5)));
    this.#seriesCount++;
    this.version++;
    this.idOf[slot] = id;
    const hash = this.labels.encode(pairs);
    this.labels.setEncoded(slot);
    this.ids.add(id, slot);
    if (isTooFull(this.#seriesCount, this.#byLabels.length)) this.#rehash(this.#seriesCount);
    else this.#placeByLabels(slot, hash);
    this.#isSorted &&= id > this.#lastId;
    if (this.#isSorted) this.#post(id, pairs, pairs.length);
    this.reserveIds(id + 1);
    return slot;
  }

  #post(id: number, pairs: ArrayLike<number>, count: number): void {
    this.#lastId = id;
    this.postings.push(ALL, id);
    for (let i = 0; i < count; i++) this.postings.push(pairs[i], id);
  }

  /** Puts postings in order after series were inserted in another; until then no query may run. */
  sortPostings(): void {
    if (this.#isSorted) return;
    for (let pair = 0; pair < this.pairs.capacity; pair++) this.postings.clear(pair);
    const ids = this.idOf.slice(0, this.#slotCount).sort();
    for (const id of ids) {
      if (id !== 0) this.#post(id, this.labels.loaded, this.labels.load(this.ids.find(id)));
    }
    this.#isSorted = true;
    this.version++;
  }

  /** Slots of series whose labels belong to a later one now. */
  superseded(): readonly number[] {
    return [...this.#superseded];
  }

  /** Forgets series; their slots will be used again, their numbers will not. */
  removeAll(slots: readonly number[]): void {
    const touched = new Set<number>([ALL]);
    const gone = new Set(Array.from(slots, (slot) => this.idOf[slot]));
    for (const slot of slots) {
      for (const pair of this.labels.list(slot)) touched.add(pair);
      this.idOf[slot] = 0;
      this.#superseded.delete(slot);
      this.labels.clear(slot);
      this.#freeSlots.push(slot);
    }
    this.ids.rebuild(this.#slotCount);
    this.#seriesCount -= slots.length;
    this.version++;
    this.#rehash(this.#seriesCount);
    for (const pair of touched) {
      this.postings.retain(pair, (id) => !gone.has(id));
      if (pair !== ALL && this.postings.count(pair) === 0) this.pairs.remove(pair);
    }
  }

  /** The labels of a slot as an object of its own. */
  labelsOf(slot: number): Labels {
    const count = this.labels.load(slot);
    const names: string[] = [];
    const values: string[] = [];
    for (let i = 0; i < count; i++) {
      const pair = this.labels.loaded[i];
      names.push(this.pairs.name(pair));
      values.push(this.pairs.value(pair));
    }
    return { names, values };
  }

  /** The labels of a series; undefined where its slot is no longer its own. */
  labelsIn(slot: number, id: number): Labels | undefined {
    return this.guard.read(() => (this.idOf[slot] === id ? this.labelsOf(slot) : undefined));
  }

  /** Numbers of the series with a pair, rising; the caller's to change. */
  seriesWith(pair: number): Uint32Array {
    this.guard.read(() => this.postings.gather(pair));
    return this.postings.decode();
  }

  /** Keeps of rising numbers, in place, those of series with a pair; answers what is left of them. */
  keepWith(pair: number, ids: Uint32Array): Uint32Array {
    const { guard, postings, labels } = this;
    const streamBytes = guard.read(() => postings.gather(pair));
    if (streamBytes <= ids.length * STREAM_BYTES_PER_SET) {
      return ids.subarray(0, postings.intersect(ids));
    }
    return guard.read(() => ids.filter((id) => labels.has(this.ids.find(id), pair)));
  }

  /** Orders slots by their labels, as `compareLabels` does. */
  compare(a: number, b: number): number {
    return this.labels.compare(a, b, this.pairs);
  }

  /** Numbers of all series, rising; the caller's to change. */
  allIds(): Uint32Array {
    return this.seriesWith(ALL);
  }

  get memoryBytes(): number {
    const columns = this.idOf.byteLength + this.#byLabels.byteLength;
    const lists = this.labels.memoryBytes + this.postings.memoryBytes;
    return columns + lists + this.ids.memoryBytes;
  }

  #growSlots(capacity: number): void {
    this.idOf = shareWords(capacity, this.idOf);
    this.ids.idOf = this.idOf;
    this.labels.grow(capacity);
    this.#onGrow(capacity);
  }

  /** The place of the set that was encoded last in `byLabels`, or where it would stand. */
  #findPlace(hash: number): number {
    const mask = this.#byLabels.length - 1;
    let at = hash & mask;
    for (; this.#byLabels[at] !== 0; at = (at + 1) & mask) {
      const entry = this.#byLabels[at];
      const isAlike = (entry ^ hash) >>> 26 === 0;
      if (isAlike && this.labels.matches((entry & SLOT_MASK) - 1)) break;
    }
    return at;
  }

  /** Places a slot whose set was encoded last. */
  #placeByLabels(slot: number, hash: number): void {
    const at = this.#findPlace(hash);
    const twin = (this.#byLabels[at] & SLOT_MASK) - 1;
    const isLater = twin < 0 || this.idOf[slot] > this.idOf[twin];
    if (isLater) this.#byLabels[at] = (hash & ~SLOT_MASK) | (slot + 1);
    if (twin >= 0) this.#superseded.add(isLater ? twin : slot);
  }

  /** Builds `byLabels` anew, with room for a count of series. */
  #rehash(count: number): void {
    let size = this.#byLabels.length;
    while (isTooFull(count, size)) size *= 2;
    this.#byLabels = shareWords(size);
    const { labels } = this;
    for (let slot = 0; slot < this.#slotCount; slot++) {
      if (this.idOf[slot] !== 0) this.#placeByLabels(slot, labels.reencode(slot));
    }
  }
}

function isTooFull(count: number, size: number): boolean {
  return count * 4 > size * 3;
}
