/**
 * Closed chunks that wait to be written to a file.
 *
 * They form one queue in the order of closing, and within it a list for each series; both are
 * taken from the front only, so the two always agree. Columns and free entries as everywhere.
 */
import { LATE_FLAG } from './chunk-kind.ts';
import { shareBytes, shareDoubles, shareWords } from './grow.ts';

/** The columns that are needed for reading. */
export type ClosedColumns = Pick<
  ClosedChunks,
  | 'slot'
  | 'firstBlock'
  | 'bitCount'
  | 'sampleCount'
  | 'kind'
  | 'hasMarker'
  | 'startMs'
  | 'lastMs'
  | 'counterStartMs'
  | 'next'
  | 'firstOf'
>;

/** With what only the writer needs. */
export interface ClosedState extends ClosedColumns {
  readonly nextInQueue: Uint32Array<SharedArrayBuffer>;
  readonly lastOf: Uint32Array<SharedArrayBuffer>;
  readonly queueHead: number;
  readonly queueTail: number;
  readonly freeHead: number;
  readonly entryCount: number;
  readonly count: number;
}

export class ClosedChunks {
  /** By entry; entry 0 means none. */
  slot = shareWords(0);
  firstBlock = shareWords(0);
  bitCount = shareWords(0);
  sampleCount = shareWords(0);
  /** What it holds, with LATE_FLAG where its samples came late. */
  kind = shareBytes(0);
  /** 1 where a staleness marker may lie in it; 0: there is none. */
  hasMarker = shareBytes(0);
  startMs = shareDoubles(0);
  lastMs = shareDoubles(0);
  /** When the counter behind the samples began to count; 0 where that is unknown. */
  counterStartMs = shareDoubles(0);
  /** The next chunk of the same series; for free entries the next free one. */
  next = shareWords(0);
  #nextInQueue = shareWords(0);

  /** By slot: the oldest and newest entry. */
  firstOf = shareWords(0);
  #lastOf = shareWords(0);

  #queueHead = 0;
  #queueTail = 0;
  #freeHead = 0;
  #entryCount = 1;
  /** Chunks in the queue. */
  count = 0;

  /** Makes room for slots below `capacity`. */
  growSlots(capacity: number): void {
    this.firstOf = shareWords(capacity, this.firstOf);
    this.#lastOf = shareWords(capacity, this.#lastOf);
  }

  columns(): ClosedColumns {
    const { slot, firstBlock, bitCount, sampleCount, kind, hasMarker } = this;
    const { startMs, lastMs, counterStartMs, next, firstOf } = this;
    const chunk = {
      slot,
      firstBlock,
      bitCount,
      sampleCount,
      kind,
      hasMarker,
      startMs,
      lastMs,
      counterStartMs,
    };
    return { ...chunk, next, firstOf };
  }

  /** Makes this a view of the columns of another thread, to read only. */
  adopt(columns: ClosedColumns): void {
    Object.assign(this, columns);
  }

  /** All of it, for another thread to go on with. */
  handOver(): ClosedState {
    return {
      ...this.columns(),
      nextInQueue: this.#nextInQueue,
      lastOf: this.#lastOf,
      queueHead: this.#queueHead,
      queueTail: this.#queueTail,
      freeHead: this.#freeHead,
      entryCount: this.#entryCount,
      count: this.count,
    };
  }

  /** Goes on with what another thread has handed over. */
  takeOver(state: ClosedState): void {
    const { nextInQueue, lastOf, queueHead, queueTail, freeHead, entryCount, ...rest } = state;
    Object.assign(this, rest);
    this.#nextInQueue = nextInQueue;
    this.#lastOf = lastOf;
    this.#queueHead = queueHead;
    this.#queueTail = queueTail;
    this.#freeHead = freeHead;
    this.#entryCount = entryCount;
  }

  /** Whether the samples of an entry came late. */
  isLate(entry: number): boolean {
    return (this.kind[entry] & LATE_FLAG) !== 0;
  }

  /** The entry to be written next, or 0. */
  get head(): number {
    return this.#queueHead;
  }

  /** The entry after one in the order of closing, or 0. */
  after(entry: number): number {
    return this.#nextInQueue[entry];
  }

  /** Makes an entry at the end of the queue; the caller fills its columns. */
  push(slot: number): number {
    const entry = this.#freeHead === 0 ? this.#entryCount++ : this.#freeHead;
    if (entry >= this.slot.length) this.#grow(Math.max(1024, Math.ceil(entry * 1.5)));
    if (entry === this.#freeHead) this.#freeHead = this.next[entry];
    this.slot[entry] = slot;
    this.next[entry] = 0;
    this.#nextInQueue[entry] = 0;
    if (this.#queueTail === 0) this.#queueHead = entry;
    else this.#nextInQueue[this.#queueTail] = entry;
    this.#queueTail = entry;
    if (this.firstOf[slot] === 0) this.firstOf[slot] = entry;
    else this.next[this.#lastOf[slot]] = entry;
    this.#lastOf[slot] = entry;
    this.count++;
    return entry;
  }

  /** Takes the front of the queue off; its blocks are the caller's. */
  shift(): void {
    const entry = this.#queueHead;
    const slot = this.slot[entry];
    this.#queueHead = this.#nextInQueue[entry];
    if (this.#queueHead === 0) this.#queueTail = 0;
    this.firstOf[slot] = this.next[entry];
    this.#release(entry);
  }

  /** Drops entries out of order; the queue is walked, so do it for many at once. */
  removeWhere(isGone: (entry: number) => boolean): void {
    const kept: number[] = [];
    for (let entry = this.#queueHead; entry !== 0; entry = this.#nextInQueue[entry]) {
      if (isGone(entry)) this.#unlink(entry);
      else kept.push(entry);
    }
    this.#queueHead = kept[0] ?? 0;
    this.#queueTail = kept.at(-1) ?? 0;
    kept.forEach((entry, i) => {
      this.#nextInQueue[entry] = kept[i + 1] ?? 0;
    });
  }

  get memoryBytes(): number {
    // By entry six columns of 4 bytes, three of 8 and two of 1; by slot two of 4.
    return this.slot.length * (6 * 4 + 3 * 8 + 2) + this.firstOf.length * 8;
  }

  #unlink(entry: number): void {
    const slot = this.slot[entry];
    let before = 0;
    for (let at = this.firstOf[slot]; at !== entry; at = this.next[at]) before = at;
    if (before === 0) this.firstOf[slot] = this.next[entry];
    else this.next[before] = this.next[entry];
    if (this.#lastOf[slot] === entry) this.#lastOf[slot] = before;
    this.#release(entry);
  }

  #release(entry: number): void {
    this.next[entry] = this.#freeHead;
    this.#freeHead = entry;
    this.count--;
  }

  #grow(capacity: number): void {
    this.slot = shareWords(capacity, this.slot);
    this.firstBlock = shareWords(capacity, this.firstBlock);
    this.bitCount = shareWords(capacity, this.bitCount);
    this.sampleCount = shareWords(capacity, this.sampleCount);
    this.kind = shareBytes(capacity, this.kind);
    this.hasMarker = shareBytes(capacity, this.hasMarker);
    this.startMs = shareDoubles(capacity, this.startMs);
    this.lastMs = shareDoubles(capacity, this.lastMs);
    this.counterStartMs = shareDoubles(capacity, this.counterStartMs);
    this.next = shareWords(capacity, this.next);
    this.#nextInQueue = shareWords(capacity, this.#nextInQueue);
  }
}
