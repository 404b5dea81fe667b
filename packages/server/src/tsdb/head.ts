/**
 * What of the series is in memory: which there are, their open chunks, and closed chunks on their
 * way to a file. Pure state; the log, the files and the clock are the store's (tsdb.ts).
 */
import { type Histogram, type Labels, STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { BlockPool, type PoolState } from './block-pool.ts';
import { Changes, type ReadGuard, SAME_THREAD } from './changes.ts';
import { CHUNK_XOR, LATE_FLAG } from './chunk-kind.ts';
import type { ChunkStart } from './chunk-places.ts';
import { type ClosedColumns, ClosedChunks, type ClosedState } from './closed-chunks.ts';
import { ExemplarRing, type RingState } from './exemplar-ring.ts';
import { shareDoubles } from './grow.ts';
import { isSameHistogram } from './histogram-bytes.ts';
import {
  compareSameTime,
  LateChunks,
  type LateColumns,
  type LateSample,
  type LateState,
  type SameTime,
} from './late-chunks.ts';
import { CHUNK_BYTES_MAX, CHUNK_SAMPLES_MAX, FIRST_CHUNK_SAMPLES_MIN } from './limits.ts';
import { type OpenColumns, OpenChunks, type OpenState } from './open-chunks.ts';
import { OpenHistograms } from './open-histograms.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { type BudgetLimits, SeriesBudget } from './series-budget.ts';
import { type OrderState, SeriesOrder } from './series-order.ts';
import { SeriesTable, type TableColumns, type TableState } from './series-table.ts';
import type { ChunkWords } from './xor-decode.ts';

/** Room for the largest chunk; decoders look ahead by three words. */
const CHUNK_WORDS_MAX = Math.ceil(CHUNK_BYTES_MAX / 4) + 4;

/** What became of a sample, or would. */
type Verdict = 'accepted' | 'outOfOrder' | 'duplicate' | 'known';

/** The columns that are needed for reading; all in shared memory. */
export interface HeadColumns {
  readonly open: OpenColumns;
  readonly closed: ClosedColumns;
  readonly table: TableColumns;
  readonly slabs: readonly Uint32Array[];
  readonly late: LateColumns;
  readonly firstMs: Float64Array;
  readonly rank: Uint32Array;
}

/** What a head is to another thread that goes on with it; its large parts are shared memory. */
export interface HeadState {
  readonly pool: PoolState;
  readonly table: TableState;
  readonly open: OpenState;
  readonly closed: ClosedState;
  readonly late: LateState;
  readonly order: OrderState;
  readonly exemplars: RingState;
  readonly firstMs: Float64Array;
}

/** Bounds of what memory holds. */
export interface HeadLimits extends Partial<BudgetLimits> {
  readonly seriesMax: number;
  readonly slabsMax: number;
  /** Undefined: none are kept. */
  readonly exemplarsMax?: number;
}

type GatheredChunk = { -readonly [Key in keyof ChunkWords]: ChunkWords[Key] };

export class Head {
  /** Everything that readers in other threads may come across is changed within one of these. */
  readonly changes = new Changes();
  readonly pool: BlockPool;
  readonly table: SeriesTable;
  readonly open: OpenChunks;
  readonly closed = new ClosedChunks();
  readonly order: SeriesOrder;
  /** By slot: no sample of the series is older; Infinity before the first. */
  firstMs: Float64Array = shareDoubles(0);
  readonly histograms: OpenHistograms;
  readonly late: LateChunks;
  readonly budget: SeriesBudget;
  /** Of this thread only. */
  readonly exemplars: ExemplarRing;
  readonly #buffer = new SampleBuffer();
  /** The chunk that was gathered last: the same object each time, as a query gathers a million. */
  readonly #gathered: GatheredChunk = {
    kind: CHUNK_XOR,
    isLate: false,
    counterStartMs: 0,
    words: new Uint32Array(CHUNK_WORDS_MAX),
    bitCount: 0,
    sampleCount: 0,
  };

  constructor(limits: HeadLimits, guard: ReadGuard = SAME_THREAD) {
    this.pool = new BlockPool(limits.slabsMax);
    this.open = new OpenChunks(this.pool);
    this.exemplars = new ExemplarRing(limits.exemplarsMax ?? 0);
    const onGrow = (capacity: number): void => {
      this.open.grow(capacity);
      this.closed.growSlots(capacity);
      if (this.late.isUsed) this.late.grow(capacity);
      this.firstMs = shareDoubles(capacity, this.firstMs);
    };
    this.table = new SeriesTable(limits.seriesMax, onGrow, guard);
    this.budget = new SeriesBudget(
      { seriesMaxPerJob: Infinity, seriesMaxPerMetric: Infinity, ...limits },
      this.table,
    );
    this.order = new SeriesOrder(this.table, this.changes);
    this.histograms = new OpenHistograms(this.open, (slot) => this.openChunk(slot));
    this.late = new LateChunks({
      pool: this.pool,
      chunkOf: (slot) => this.openLateChunk(slot),
      close: (slot) => this.closeLate(slot),
    });
  }

  columns(): HeadColumns {
    return {
      open: this.open.columns(),
      closed: this.closed.columns(),
      table: this.table.columns(),
      slabs: [...this.pool.slabs],
      late: this.late.columns(),
      firstMs: this.firstMs,
      rank: this.order.rank,
    };
  }

  /** Makes this a view of the columns of another thread, to read only. */
  adopt(columns: HeadColumns): void {
    this.open.adopt(columns.open);
    this.closed.adopt(columns.closed);
    this.table.adopt(columns.table);
    this.pool.adopt(columns.slabs);
    this.late.adopt(columns.late);
    this.firstMs = columns.firstMs;
    this.order.rank = columns.rank;
  }

  /** All of it, for another thread to go on with; to be used here no more. */
  handOver(): HeadState {
    return {
      pool: this.pool.handOver(),
      table: this.table.handOver(),
      open: this.open.handOver(),
      closed: this.closed.handOver(),
      late: this.late.handOver(),
      order: this.order.handOver(),
      exemplars: this.exemplars.handOver(),
      firstMs: this.firstMs,
    };
  }

  /**
   * Goes on, where there are no series yet, with what another thread has handed over. Encoders of
   * histograms are made anew, as after a start from a checkpoint.
   */
  takeOver(state: HeadState): void {
    this.pool.takeOver(state.pool);
    this.table.takeOver(state.table);
    this.open.takeOver(state.open);
    this.closed.takeOver(state.closed);
    this.late.takeOver(state.late);
    this.order.takeOver(state.order);
    this.exemplars.takeOver(state.exemplars);
    this.firstMs = state.firstMs;
  }

  /** Makes the series of labels that the table does not know; answers its slot. */
  addSeries(labels: Labels): number {
    return this.changes.during(() => this.#prepare(this.table.add(labels)));
  }

  /** Makes a series with a number and labels (as pairs) that come from disk. */
  restoreSeries(id: number, pairs: readonly number[]): number {
    return this.#prepare(this.table.insert(id, pairs));
  }

  #prepare(slot: number): number {
    this.open.reset(slot, this.#firstCount(slot));
    this.firstMs[slot] = Infinity;
    this.order.add(slot);
    return slot;
  }

  /**
   * The length of the first chunk of a series, and of the first in each window. Spread by number,
   * so that series which begin together do not go on closing together.
   */
  #firstCount(slot: number): number {
    const spread = CHUNK_SAMPLES_MAX - FIRST_CHUNK_SAMPLES_MIN + 1;
    return FIRST_CHUNK_SAMPLES_MIN + (this.table.idOf[slot] % spread);
  }

  /** Whether a sample may be added; compares with the newest sample of its series. */
  judge(slot: number, timeMs: number, low: number, high: number): Verdict {
    const lastMs = this.open.lastMs[slot];
    if (timeMs > lastMs) return 'accepted';
    if (timeMs < lastMs) return 'outOfOrder';
    const isSame = this.open.lastLow[slot] === low && this.open.lastHigh[slot] === high;
    // Of a histogram the words are its sum's; a float of that value is another sample.
    const isMarker = low === STALE_LOW && high === STALE_HIGH;
    return isSame && (isMarker || this.open.kind[slot] === CHUNK_XOR) ? 'known' : 'duplicate';
  }

  /** The same for a histogram. */
  judgeHistogram(slot: number, timeMs: number, histogram: Histogram): Verdict {
    const lastMs = this.open.lastMs[slot];
    if (timeMs > lastMs) return 'accepted';
    if (timeMs < lastMs) return 'outOfOrder';
    const last = this.histograms.last(slot);
    return last !== undefined && isSameHistogram(last, histogram) ? 'known' : 'duplicate';
  }

  /** Adds a sample that is newer than all of its series. */
  add(slot: number, timeMs: number, low: number, high: number): void {
    const { open } = this;
    if (open.count[slot] > 0 && open.isFull(slot, timeMs)) {
      const isMarker = low === STALE_LOW && high === STALE_HIGH;
      if (isMarker && this.histograms.canAddStale(slot, timeMs)) {
        this.histograms.addStale(slot, timeMs);
        return;
      }
      this.#closeFor(slot, timeMs);
    }
    if (open.count[slot] > 0) {
      open.add(slot, timeMs, low, high);
      return;
    }
    if (open.kind[slot] !== CHUNK_XOR) this.histograms.forget(slot);
    open.begin(slot, timeMs, low, high);
    if (timeMs < this.firstMs[slot]) this.firstMs[slot] = timeMs;
  }

  /** The same for a histogram. */
  addHistogram(slot: number, timeMs: number, histogram: Histogram): void {
    const { open, histograms } = this;
    if (open.count[slot] > 0) {
      if (histograms.canAdd(slot, timeMs, histogram)) {
        histograms.add(slot, timeMs, histogram);
        return;
      }
      this.#closeFor(slot, timeMs);
    }
    histograms.begin(slot, timeMs, histogram);
    if (timeMs < this.firstMs[slot]) this.firstMs[slot] = timeMs;
  }

  /** Whether it is known of any series when its counter began. */
  get hasStartTimes(): boolean {
    return this.open.counterStartMs.length > 0;
  }

  /** When the counter behind the newest sample of a slot began; 0 where that is unknown. */
  startTimeOf(slot: number): number {
    return this.open.counterStart(slot);
  }

  /**
   * Sets it for the samples to come. A chunk has one for all of its samples: it changes when a
   * program is started anew, so that chunks are seldom cut short by it.
   */
  setStartTime(slot: number, timeMs: number): void {
    if (this.open.counterStart(slot) === timeMs) return;
    if (this.open.count[slot] > 0) this.close(slot);
    this.open.setCounterStart(slot, timeMs);
  }

  /** Samples to come have none, until they say so anew. */
  forgetStartTimes(): void {
    for (let slot = 0; slot < this.open.counterStartMs.length; slot++) this.setStartTime(slot, 0);
  }

  /** Closes the open chunk of a slot for a sample that does not fit into it. */
  #closeFor(slot: number, timeMs: number): void {
    const { open } = this;
    this.close(slot);
    if (open.isOver(slot, timeMs)) open.countMax[slot] = this.#firstCount(slot);
  }

  /** Whether a late sample is known already; looks at what is in memory. */
  judgeLate(slot: number, sample: LateSample): SameTime | undefined {
    const { open, closed } = this;
    const { timeMs } = sample;
    if (open.count[slot] > 0 && timeMs >= open.startMs[slot]) {
      const found = compareSameTime(this.openChunk(slot), sample, this.#buffer);
      if (found !== undefined) return found;
    }
    for (let entry = closed.firstOf[slot]; entry !== 0; entry = closed.next[entry]) {
      if (timeMs < closed.startMs[entry] || timeMs > closed.lastMs[entry]) continue;
      const found = compareSameTime(this.closedChunk(entry), sample, this.#buffer);
      if (found !== undefined) return found;
    }
    return this.late.find(slot, sample);
  }

  /**
   * The time of a slot's newest sample; -Infinity where it has none. After a hole in the log it may
   * be one that came late: those that were newer are gone.
   */
  newestMs(slot: number): number {
    return Math.max(this.open.lastMs[slot], this.late.newestMs(slot));
  }

  /** Takes note of late samples of a slot in a file. */
  noteLate(slot: number, endMs: number): void {
    this.late.grow(this.firstMs.length);
    this.late.noteEnd(slot, endMs);
  }

  /** Adds a late sample; not, where one of the same time is known, and answers how they compare. */
  addLate(slot: number, sample: LateSample): SameTime | undefined {
    this.late.grow(this.firstMs.length);
    const known = this.judgeLate(slot, sample);
    if (known !== undefined) return known;
    this.late.add(slot, sample);
    this.firstMs[slot] = Math.min(this.firstMs[slot], sample.timeMs);
    return undefined;
  }

  /** Closes the open chunk of a slot. */
  close(slot: number): void {
    this.changes.during(() => this.#close(this.open, slot, 0));
  }

  /** Closes the open late chunk of a slot. */
  closeLate(slot: number): void {
    this.changes.during(() => this.#close(this.late.open, slot, LATE_FLAG));
  }

  #close(open: OpenChunks, slot: number, flags: number): void {
    const { closed } = this;
    open.finish(slot);
    const entry = closed.push(slot);
    closed.firstBlock[entry] = open.firstBlock[slot];
    closed.bitCount[entry] = open.bitCount(slot);
    closed.sampleCount[entry] = open.count[slot];
    closed.kind[entry] = open.kind[slot] | flags;
    closed.hasMarker[entry] = open.hasMarker[slot];
    closed.counterStartMs[entry] = open.counterStart(slot);
    closed.startMs[entry] = open.startMs[slot];
    closed.lastMs[entry] = open.lastMs[slot];
    open.detach(slot);
  }

  /** The open chunk of a slot, from a block on; valid until the next chunk is asked for. */
  openChunk(slot: number, from?: ChunkStart): ChunkWords {
    return this.#gather(this.open, slot, false, from);
  }

  /** The open late chunk of a slot; valid until the next chunk is asked for. */
  openLateChunk(slot: number): ChunkWords {
    return this.#gather(this.late.open, slot, true);
  }

  #gather(open: OpenChunks, slot: number, isLate: boolean, from?: ChunkStart): ChunkWords {
    const chunk = this.#gathered;
    open.gather(slot, chunk.words, from);
    chunk.kind = open.kind[slot];
    chunk.isLate = isLate;
    chunk.counterStartMs = open.counterStart(slot);
    chunk.bitCount = open.bitCount(slot) - (from?.skippedWords ?? 0) * 32;
    chunk.sampleCount = open.count[slot];
    return chunk;
  }

  /** A closed chunk, from a block on; valid until the next chunk is asked for. */
  closedChunk(entry: number, from?: ChunkStart): ChunkWords {
    const { closed } = this;
    const bitCount = closed.bitCount[entry] - (from?.skippedWords ?? 0) * 32;
    const firstBlock = from?.block ?? closed.firstBlock[entry];
    const chunk = this.#gathered;
    this.pool.gather(firstBlock, Math.ceil(bitCount / 32), chunk.words);
    chunk.kind = closed.kind[entry] & ~LATE_FLAG;
    chunk.isLate = closed.isLate(entry);
    chunk.counterStartMs = closed.counterStartMs[entry];
    chunk.bitCount = bitCount;
    chunk.sampleCount = closed.sampleCount[entry];
    return chunk;
  }

  /** Memory of index and columns, without the slabs. */
  get indexBytes(): number {
    const columns = this.open.memoryBytes + this.closed.memoryBytes + this.firstMs.byteLength;
    const index = this.table.memoryBytes + this.order.memoryBytes;
    return columns + index + this.histograms.memoryBytes + this.late.memoryBytes;
  }

  /**
   * The oldest time of a slot that is still in memory, late samples apart; later than all where
   * nothing is.
   */
  memoryStartMs(slot: number): number {
    const { closed } = this;
    for (let entry = closed.firstOf[slot]; entry !== 0; entry = closed.next[entry]) {
      if (closed.slot[entry] !== slot) break;
      if (!closed.isLate(entry)) return closed.startMs[entry];
    }
    return this.open.count[slot] > 0 ? this.open.startMs[slot] : Infinity;
  }

  /** Takes the oldest closed chunk off the queue and frees its memory. */
  dropOldestClosed(): void {
    const { closed } = this;
    this.pool.free(closed.firstBlock[closed.head]);
    closed.shift();
  }

  /** Drops chunks that files have: those that end by a time that is given for their slot. */
  dropStored(untilMs: ReadonlyMap<number, number>): void {
    const { open, closed } = this;
    this.#dropClosed((entry) => {
      const slotUntilMs = untilMs.get(closed.slot[entry]);
      if (slotUntilMs === undefined || closed.isLate(entry)) return false;
      return closed.lastMs[entry] <= slotUntilMs;
    });
    for (const [slot, slotUntilMs] of untilMs) {
      if (open.count[slot] > 0 && open.lastMs[slot] <= slotUntilMs) {
        this.pool.free(open.firstBlock[slot]);
        open.detach(slot);
      }
      open.raiseLast(slot, slotUntilMs);
    }
  }

  /** Forgets series and all that memory holds of them. */
  removeSeries(slots: readonly number[]): void {
    if (slots.length > 0) this.changes.during(() => this.#removeSeries(slots));
  }

  #removeSeries(slots: readonly number[]): void {
    const { open, closed } = this;
    const hasClosed = slots.some((slot) => closed.firstOf[slot] !== 0);
    const gone = new Set(slots);
    if (hasClosed) this.#dropClosed((entry) => gone.has(closed.slot[entry]));
    for (const slot of slots) {
      if (open.count[slot] > 0) this.pool.free(open.firstBlock[slot]);
      open.count[slot] = 0;
      this.histograms.forget(slot);
      this.late.remove(slot);
    }
    this.table.removeAll(slots);
    this.order.prune();
  }

  #dropClosed(isGone: (entry: number) => boolean): void {
    this.closed.removeWhere((entry) => {
      if (!isGone(entry)) return false;
      this.pool.free(this.closed.firstBlock[entry]);
      return true;
    });
  }
}
