/**
 * What is known of the series of one target from scrape to scrape, whatever format they come in:
 * which line stands for which series, what is new, what is still there and what has vanished.
 *
 * A reader (text-reader, proto-reader) turns a body into lines of the table and hands each sample
 * over with `take`. When the body has been read, new series are given numbers (`resolve`), what has
 * vanished is marked (`addVanished`), and when the store has taken the batch, it is made the new
 * "last time" (`commit`) or forgotten as if it had never been (`rollback`). So a body that breaks
 * off in the middle neither makes series nor loses track of those that need a marker.
 */
import type { Exemplar, Labels, SeriesRef } from '../series/index.ts';
import type { Appender } from './appender.ts';
import { LINE_DROPPED, LINE_SAMPLE, LineTable } from './line-table.ts';
import { type LineTexts, NO_TEXT } from './line-texts.ts';
import type { OrderScratch } from './order-scratch.ts';
import type { SampleBuffer } from './sample-buffer.ts';

/** How the samples of a scrape are to be taken. */
export interface TakeOptions {
  /** The time of samples that carry none. */
  readonly timeMs: number;
  /** Samples that claim to be later are dropped. */
  readonly timeMsMax: number;
  readonly honorTimestamps: boolean;
  readonly trackTimestampsStaleness: boolean;
  /** 0 means none. */
  readonly sampleLimit: number;
}

/** What one body held. */
export interface ReadCounts {
  readonly scrapedCount: number;
  /** After metric relabelling. */
  readonly keptCount: number;
  readonly seriesAddedCount: number;
  readonly duplicateCount: number;
  /** Samples whose own time is too far ahead. */
  readonly aheadCount: number;
  readonly isOverSampleLimit: boolean;
}

const NO_OPTIONS: TakeOptions = {
  timeMs: 0,
  timeMsMax: 0,
  honorTimestamps: true,
  trackTimestampsStaleness: false,
  sampleLimit: 0,
};
const NO_COUNTS: ReadCounts = {
  scrapedCount: 0,
  keptCount: 0,
  seriesAddedCount: 0,
  duplicateCount: 0,
  aheadCount: 0,
  isOverSampleLimit: false,
};
const NO_ORDER = new Int32Array(0);
/** Scrapes are told apart by a byte for each line; after so many they are counted anew. */
const SCRAPES_MAX = 255;
const NO_HASH = 0;

export class SeriesLedger {
  readonly table: LineTable;
  readonly #orders: OrderScratch;
  /** Lines of the last body in order; a reader expects them to come again. */
  order: Int32Array = NO_ORDER;
  orderCount = 0;
  /** Where in `order` the next line is expected. */
  position = 0;
  /** Number of this scrape; lines carry the number of the last one that held them. */
  scrape = 0;
  /** The time that the sample being taken carries; NaN where it carries none. */
  explicitMs = Number.NaN;
  isEmpty = true;
  #nextCount = 0;
  /**
   * Whether this body's lines have been those of the last one so far, in the same order; then
   * nothing of them has been written down.
   */
  #isInStep = true;
  /** Invariant between scrapes: the number of lines that are live. */
  #liveCount = 0;
  #created: number[] = [];
  #pending: { readonly line: number; readonly labels: Labels }[] = [];
  #options: TakeOptions = NO_OPTIONS;
  /** Samples of this scrape that are in the buffer. */
  #rowCount = 0;
  #seenCount = 0;
  #trackedCount = 0;
  #newlyLiveCount = 0;
  #counts = { ...NO_COUNTS };
  /** By line: a hash of its newest exemplar; made when the first one comes. */
  #exemplarHashes: Uint32Array | undefined;
  #exemplars: { readonly line: number; readonly exemplar: Exemplar }[] = [];

  constructor(texts: LineTexts) {
    this.table = new LineTable(texts);
    this.#orders = texts.orders;
  }

  /** Bytes of memory held, without the texts; the order may be other targets', too. */
  get sizeBytes(): number {
    const exemplarBytes = this.#exemplarHashes?.byteLength ?? 0;
    return this.table.sizeBytes + this.order.byteLength + exemplarBytes;
  }

  /** Whether some series' newest sample is a value. */
  get hasLive(): boolean {
    return this.#liveCount > 0;
  }

  /** What the body being read has held so far. */
  get counts(): ReadCounts {
    return { ...this.#counts };
  }

  /** Lines of the last complete body, in order. */
  get lines(): Int32Array {
    return this.order.subarray(0, this.orderCount);
  }

  begin(options: TakeOptions = NO_OPTIONS): void {
    this.#options = options;
    this.scrape = this.scrape === SCRAPES_MAX ? 1 : this.scrape + 1;
    if (this.scrape === 1) this.table.forgetScrapes();
    this.position = 0;
    this.isEmpty = true;
    this.explicitMs = Number.NaN;
    this.#nextCount = 0;
    this.#isInStep = true;
    this.#rowCount = 0;
    this.#seenCount = 0;
    this.#trackedCount = 0;
    this.#newlyLiveCount = 0;
    this.#counts = { ...NO_COUNTS };
    this.#exemplars = [];
  }

  /** Makes room for the lines of a target's first body. */
  expect(lineCount: number): void {
    this.table.expect(lineCount);
  }

  /** Expects what came after a line the last time. */
  expectAfter(line: number): void {
    const places = this.#orders.placesOf(this, this.lines, this.table.lineCount);
    this.position = places[line] + 1;
  }

  /** Expects nothing: the body is of another kind than the last one. */
  forgetOrder(): void {
    this.orderCount = 0;
  }

  /** Remembers a line that is no sample, or finds it; it counts as seen. */
  note(bytes: Buffer, range: { readonly from: number; readonly to: number }, kind: number): number {
    const { from, to } = range;
    const hash = this.table.hash(bytes, from, to);
    const known = this.table.find(bytes, from, to, hash);
    const line = known >= 0 ? known : this.table.add(bytes, from, to, hash);
    if (known >= 0) this.expectAfter(line);
    else this.#created.push(line);
    this.table.kinds[line] = kind;
    this.markSeen(line);
    this.place(line);
    return line;
  }

  /** Remembers a sample's line that was not found; without labels it is dropped. */
  addSample(line: number, type: number, labels: Labels | undefined): void {
    this.#created.push(line);
    this.table.kinds[line] = labels === undefined ? LINE_DROPPED : LINE_SAMPLE;
    this.table.types[line] = type;
    if (labels === undefined) return;
    this.#pending.push({ line, labels });
    if (!this.#isAtSampleLimit()) this.#counts.seriesAddedCount++;
  }

  /** Remembers a line that was not found and is no sample by itself. */
  addOther(line: number, kind: number): void {
    this.#created.push(line);
    this.table.kinds[line] = kind;
  }

  /**
   * Decides what becomes of the sample whose value stands in the buffer's next free place; answers
   * its row, or -1 where it is not taken.
   */
  take(line: number, out: SampleBuffer): number {
    const counts = this.#counts;
    counts.scrapedCount++;
    const table = this.table;
    const isRepeated = table.seen[line] === this.scrape;
    if (!isRepeated) this.markSeen(line);
    if (table.kinds[line] === LINE_DROPPED) return -1;
    counts.keptCount++;
    const options = this.#options;
    const isExplicit = options.honorTimestamps && !Number.isNaN(this.explicitMs);
    if (isRepeated && !isExplicit) {
      counts.duplicateCount++;
      return -1;
    }
    if (isExplicit && this.explicitMs > options.timeMsMax) {
      counts.aheadCount++;
      return -1;
    }
    if (this.#isAtSampleLimit()) {
      counts.isOverSampleLimit = true;
      return -1;
    }
    if (!isExplicit || options.trackTimestampsStaleness) this.#markTracked(line);
    this.#rowCount++;
    const row = out.count++;
    out.owners[row] = line;
    out.refs[row] = table.refs[line];
    out.timesMs[row] = isExplicit ? this.explicitMs : options.timeMs;
    return row;
  }

  /**
   * Kernel: the same for samples without times of their own, whose values and lines (`owners`)
   * stand in the buffer's next free places.
   */
  takeRun(count: number, out: SampleBuffer): void {
    const { values, owners, timesMs } = out;
    const from = out.count;
    if (this.#options.sampleLimit > 0) {
      this.explicitMs = Number.NaN;
      for (let i = from; i < from + count; i++) {
        values[out.count] = values[i];
        this.take(owners[i], out);
      }
      return;
    }
    const { kinds, seen, tracked, live, refs } = this.table;
    const { scrape } = this;
    const { timeMs } = this.#options;
    let row = from;
    let droppedCount = 0;
    let duplicateCount = 0;
    let newlyLiveCount = 0;
    for (let i = from; i < from + count; i++) {
      const line = owners[i];
      if (kinds[line] === LINE_DROPPED) {
        this.markSeen(line);
        droppedCount++;
        continue;
      }
      if (seen[line] === scrape) {
        duplicateCount++;
        continue;
      }
      seen[line] = scrape;
      tracked[line] = scrape;
      if (live[line] === 0) newlyLiveCount++;
      values[row] = values[i];
      owners[row] = line;
      out.refs[row] = refs[line];
      timesMs[row] = timeMs;
      row++;
    }
    out.count = row;
    const takenCount = row - from;
    this.#rowCount += takenCount;
    this.#seenCount += takenCount;
    this.#trackedCount += takenCount;
    this.#newlyLiveCount += newlyLiveCount;
    this.#counts.scrapedCount += count;
    this.#counts.keptCount += count - droppedCount;
    this.#counts.duplicateCount += duplicateCount;
  }

  #isAtSampleLimit(): boolean {
    const { sampleLimit } = this.#options;
    return sampleLimit > 0 && this.#rowCount >= sampleLimit;
  }

  markSeen(line: number): void {
    const { seen } = this.table;
    if (seen[line] !== this.scrape) this.#seenCount++;
    seen[line] = this.scrape;
  }

  #markTracked(line: number): void {
    const { tracked, live } = this.table;
    if (tracked[line] === this.scrape) return;
    tracked[line] = this.scrape;
    this.#trackedCount++;
    if (live[line] === 0) this.#newlyLiveCount++;
  }

  /** Notes the lines that were expected as the next ones of this body, up to a position. */
  placeTo(position: number): void {
    if (this.#isInStep && this.#nextCount === this.position) this.#nextCount = position;
    else for (let i = this.position; i < position; i++) this.place(this.order[i]);
    this.position = position;
  }

  /** Notes the line as the next one of this body. */
  place(line: number): void {
    if (this.#isInStep) {
      if (this.#nextCount < this.orderCount && this.order[this.#nextCount] === line) {
        this.#nextCount++;
        return;
      }
      this.#isInStep = false;
      this.#orders.takeNext(this, this.order, this.#nextCount);
    }
    this.#orders.place(this.#nextCount++, line);
  }

  /**
   * Whether a line's exemplar is another one than the last; it is remembered as the last. The same
   * exemplar comes with each scrape until there is a newer one.
   */
  isNewExemplar(line: number, hash: number): boolean {
    const known = hash === NO_HASH ? 1 : hash;
    let hashes = this.#exemplarHashes;
    if (hashes === undefined || hashes.length < this.table.kinds.length) {
      const grown = new Uint32Array(this.table.kinds.length);
      if (hashes !== undefined) grown.set(hashes);
      hashes = grown;
      this.#exemplarHashes = hashes;
    }
    if (hashes[line] === known) return false;
    hashes[line] = known;
    return true;
  }

  /** Takes an exemplar of a line; its series' number is known after `resolve`. */
  addExemplar(line: number, exemplar: Exemplar): void {
    this.#exemplars.push({ line, exemplar });
  }

  /** The time of exemplars that carry none: that of the sample. */
  get sampleTimeMs(): number {
    const { honorTimestamps, timeMs } = this.#options;
    return honorTimestamps && !Number.isNaN(this.explicitMs) ? this.explicitMs : timeMs;
  }

  /** Gives the series that this body was the first to hold their numbers. */
  resolve(appender: Appender, out: SampleBuffer): void {
    const { refs } = this.table;
    if (this.#pending.length > 0) {
      for (const { line, labels } of this.#pending) refs[line] = appender.resolve(labels);
      this.#pending = [];
      for (let i = 0; i < out.count; i++) out.refs[i] = refs[out.owners[i]];
    }
    for (const { line, exemplar } of this.#exemplars) out.addExemplar(refs[line], exemplar);
  }

  /** Adds a marker for each series that the last scrape had and this one has not. */
  addVanished(out: SampleBuffer, timeMs: number): void {
    if (this.#vanishedCount() === 0) return;
    const { live, tracked, refs, lineCount } = this.table;
    for (let line = 0; line < lineCount; line++) {
      if (live[line] === 1 && tracked[line] !== this.scrape) {
        out.addStale(line, refs[line], timeMs);
      }
    }
  }

  /** All that is live, less what is still there. */
  #vanishedCount(): number {
    return this.#liveCount - (this.#trackedCount - this.#newlyLiveCount);
  }

  /** Makes this scrape the one that the next is compared with: the store has taken it. */
  commit(): void {
    const { live, tracked, seen, textOf, lineCount } = this.table;
    if (this.#vanishedCount() > 0 || this.#newlyLiveCount > 0) {
      for (let line = 0; line < lineCount; line++) {
        live[line] = tracked[line] === this.scrape ? 1 : 0;
      }
    }
    this.#liveCount = this.#trackedCount;
    this.#created = [];
    // After an empty body the target will most likely send what it sent before.
    if (this.isEmpty) return;
    if (this.table.size > this.#seenCount) {
      for (let line = 0; line < lineCount; line++) {
        if (textOf[line] !== NO_TEXT && seen[line] !== this.scrape) this.#remove(line);
      }
    }
    if (!this.#isInStep) this.#keepOrder();
    this.orderCount = this.#nextCount;
  }

  /** Where another body was read in between, nothing is expected: the order has to be learnt anew. */
  #keepOrder(): void {
    if (this.#orders.hasNext(this)) this.order = this.#orders.keepNext(this.#nextCount);
    else this.#nextCount = 0;
  }

  /** Forgets all, for a target that is not read any more. */
  forget(): void {
    this.rollback();
    this.table.clear();
    this.order = NO_ORDER;
    this.orderCount = 0;
    this.#liveCount = 0;
    this.#exemplarHashes = undefined;
  }

  /** Forgets what this scrape taught: it broke off, or the store did not take it. */
  rollback(): void {
    for (const line of this.#created) this.#remove(line);
    // Exemplars that were not stored count as new the next time.
    if (this.#exemplarHashes !== undefined) {
      for (const { line } of this.#exemplars) this.#exemplarHashes[line] = NO_HASH;
    }
    this.#created = [];
    this.#pending = [];
    this.#exemplars = [];
  }

  #remove(line: number): void {
    this.table.remove(line);
    if (this.#exemplarHashes !== undefined) this.#exemplarHashes[line] = NO_HASH;
  }

  /** Gives a series whose number the store has forgotten a new one. */
  resolveAgain(line: number, labels: Labels | undefined, appender: Appender): SeriesRef {
    if (labels !== undefined) this.table.refs[line] = appender.resolve(labels);
    return this.table.refs[line];
  }
}
