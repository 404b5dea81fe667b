/**
 * Turns the bodies of one target into samples, remembering between scrapes what each line is.
 *
 * A scrape is read (`read`), its new series are given numbers (`resolve`), what has vanished is
 * marked (`addVanished`), and, when the store has taken the batch, it is made the new "last time"
 * (`commit`) or forgotten as if it had never been (`rollback`). So a body that breaks off in the
 * middle neither makes series nor loses track of those that need a marker.
 */
import type { Labels } from '../series/index.ts';
import type { Appender, SeriesRef } from './appender.ts';
import { NOT_SIMPLE, parseFloatText, readDecimal } from './float.ts';
import { LINE_COMMENT, LINE_DROPPED, LINE_SAMPLE, LINE_TYPE, LineTable } from './line-table.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import { decodeSeries } from './series-text.ts';
import {
  CLOSE,
  HASH,
  lexComment,
  lexSeries,
  METRIC_TYPES,
  NEWLINE,
  OPEN,
  SeriesText,
  skipBlanks,
  skipToken,
  SPACE,
  TextFault,
  unexpected,
} from './text-lexer.ts';
import type { TextPool } from './text-pool.ts';

/** How the samples of a scrape are to be read. */
export interface ReadOptions {
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

/** Labels of a series as the store shall have them; undefined drops it. */
export type MapLabels = (exposed: Labels) => Labels | undefined;

/** What `# HELP` and `# TYPE` say of a metric family. */
export interface MetricMetadata {
  readonly type: string;
  readonly help: string;
  /** The text format has no units. */
  readonly unit: string;
}

const NO_OPTIONS: ReadOptions = {
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
/** Prometheus reads times as int64 and refuses what does not fit. */
const TIME_MS_END = 2 ** 63;
export interface SeriesCacheOptions {
  /** A number that the target cannot guess; see LineTable. */
  readonly seed: number;
  readonly mapLabels: MapLabels;
  /** One for all targets: they use the same names, and the strings live on in the store. */
  readonly pool: TextPool;
}

const ORDER_MIN = 64;
/** What `#readTail` answers where a brace follows, so that the text was not the whole series. */
const NOT_A_VALUE = -1;

export class SeriesCache {
  readonly #table: LineTable;
  readonly #mapLabels: MapLabels;
  readonly #pool: TextPool;
  readonly #text = new SeriesText();
  /** Lines of the last body, and of the one being read, in order. */
  #order = new Int32Array(ORDER_MIN);
  #nextOrder = new Int32Array(ORDER_MIN);
  #orderCount = 0;
  #nextCount = 0;
  /** Where in `#order` the next line is expected. */
  #position = 0;
  /** Number of this scrape; lines carry the number of the last one that held them. */
  #scrape = 0;
  /** Invariant between scrapes: the number of lines that are live. */
  #liveCount = 0;
  #created: number[] = [];
  #pending: { readonly line: number; readonly labels: Labels }[] = [];
  #options: ReadOptions = NO_OPTIONS;
  #type = 0;
  #isEmpty = true;
  /** The time that the newest sample carries; NaN where it carries none. */
  #explicitMs = Number.NaN;
  /** Samples of this scrape that are in the buffer. */
  #rowCount = 0;
  #seenCount = 0;
  #trackedCount = 0;
  #newlyLiveCount = 0;
  #counts = { ...NO_COUNTS };

  constructor(options: SeriesCacheOptions) {
    this.#pool = options.pool;
    this.#table = new LineTable(options.seed);
    this.#mapLabels = options.mapLabels;
  }

  /** Bytes of memory that the cache holds. */
  get sizeBytes(): number {
    return this.#table.sizeBytes + this.#order.byteLength + this.#nextOrder.byteLength;
  }

  /** Whether some series' newest sample is a value. */
  get hasLive(): boolean {
    return this.#liveCount > 0;
  }

  /** What the body being read has held so far. */
  get counts(): ReadCounts {
    return { ...this.#counts };
  }

  /** Reads a body into a buffer. Throws a TextFault, or what `mapLabels` throws. */
  read(body: Buffer, options: ReadOptions, out: SampleBuffer): ReadCounts {
    this.begin();
    this.#options = options;
    this.#isEmpty = body.length === 0;
    const isClosed = body.length === 0 || body[body.length - 1] === NEWLINE;
    const bytes = isClosed ? body : Buffer.concat([body, Buffer.from('\n')]);
    let at = 0;
    while (at < bytes.length) {
      at = this.#readKnown(bytes, at, out);
      if (at < bytes.length) at = this.#readLine(bytes, at, out);
    }
    return this.counts;
  }

  /** Starts a scrape that has no body. */
  begin(): void {
    this.#scrape++;
    this.#position = 0;
    this.#nextCount = 0;
    this.#type = 0;
    this.#isEmpty = true;
    this.#rowCount = 0;
    this.#seenCount = 0;
    this.#trackedCount = 0;
    this.#newlyLiveCount = 0;
    this.#counts = { ...NO_COUNTS };
  }

  /**
   * Kernel: reads lines for as long as each is the one that is expected, and answers where the
   * first other one begins. Nothing in here makes an object.
   */
  #readKnown(body: Buffer, from: number, out: SampleBuffer): number {
    const { kinds, types, refs, seen, textFrom, textBytes, arena } = this.#table;
    const order = this.#order;
    const orderCount = this.#orderCount;
    out.reserve(orderCount - this.#position + 1);
    const { values } = out;
    let at = from;
    while (this.#position < orderCount) {
      const line = order[this.#position];
      const length = textBytes[line];
      if (at + length >= body.length) break;
      const textAt = textFrom[line];
      let i = 0;
      while (i < length && arena[textAt + i] === body[at + i]) i++;
      if (i < length) break;
      let stop = at + length;
      if (kinds[line] > LINE_DROPPED) {
        if (body[stop] !== NEWLINE) break;
        if (kinds[line] === LINE_TYPE) this.#type = types[line];
        at = stop + 1;
        if (seen[line] !== this.#scrape) this.#seenCount++;
        seen[line] = this.#scrape;
      } else {
        // `foo` is where `foobar 1` begins, too; after a brace, nothing but a value can follow.
        if (body[stop] === SPACE) stop++;
        else if (body[stop - 1] !== CLOSE) break;
        let end = readDecimal(body, stop, values, out.count);
        const isPlain = end !== NOT_SIMPLE && body[end] === NEWLINE;
        if (isPlain) this.#explicitMs = Number.NaN;
        end = isPlain ? end + 1 : this.#readTail(body, skipBlanks(body, stop), out);
        if (end === NOT_A_VALUE) break;
        at = end;
        this.#takeSample(line, refs[line], out);
      }
      this.#place(line);
      this.#position++;
    }
    return at;
  }

  /** Reads one line without expectations; answers where the next one begins. */
  #readLine(body: Buffer, from: number, out: SampleBuffer): number {
    const at = skipBlanks(body, from);
    if (body[at] === NEWLINE) return at + 1;
    // Prometheus' lexer takes a NUL here for the end of its input.
    if (body[at] === 0) return body.length;
    if (body[at] === HASH) return this.#readComment(body, at);
    const text = this.#text;
    lexSeries(body, at, body.length, text);
    const textTo = text.end;
    out.reserve(1);
    const end = this.#readTail(body, skipBlanks(body, textTo), out);
    if (end === NOT_A_VALUE) throw unexpected(body, textTo, 'expected value after metric');
    const hash = this.#table.hash(body, at, textTo);
    const known = this.#table.find(body, at, textTo, hash);
    const line = known >= 0 ? known : this.#addSample(body, at, textTo, hash);
    if (known >= 0) this.#position = this.#table.positionOf(line) + 1;
    this.#takeSample(line, this.#table.refs[line], out);
    this.#place(line);
    return end;
  }

  #addSample(body: Buffer, from: number, to: number, hash: number): number {
    const labels = this.#mapLabels(decodeSeries(body, this.#text, this.#type, this.#pool));
    const line = this.#table.add(body, from, to, hash);
    this.#created.push(line);
    this.#table.kinds[line] = labels === undefined ? LINE_DROPPED : LINE_SAMPLE;
    this.#table.types[line] = this.#type;
    if (labels !== undefined) {
      this.#pending.push({ line, labels });
      if (!this.#isAtSampleLimit()) this.#counts.seriesAddedCount++;
    }
    return line;
  }

  #readComment(body: Buffer, at: number): number {
    const comment = lexComment(body, at);
    const { end } = comment;
    if (comment.kind === 'type') this.#type = comment.type;
    const hash = this.#table.hash(body, at, end);
    const known = this.#table.find(body, at, end, hash);
    const line = known >= 0 ? known : this.#table.add(body, at, end, hash);
    if (known >= 0) this.#position = this.#table.positionOf(line) + 1;
    else this.#created.push(line);
    this.#table.kinds[line] = comment.kind === 'type' ? LINE_TYPE : LINE_COMMENT;
    if (comment.kind === 'type') this.#table.types[line] = comment.type;
    this.#markSeen(line);
    this.#place(line);
    return end + 1;
  }

  /**
   * Reads what follows a series: its value, into the buffer's next free place, and perhaps a time.
   * Answers where the next line begins, or NOT_A_VALUE.
   */
  #readTail(body: Buffer, at: number, out: SampleBuffer): number {
    if (body[at] === OPEN) return NOT_A_VALUE;
    let end = readDecimal(body, at, out.values, out.count);
    if (end === NOT_SIMPLE) {
      end = skipToken(body, at);
      if (end === at) throw unexpected(body, at, 'expected value after metric');
      const value = parseFloatText(body.toString('latin1', at, end));
      if (typeof value === 'string') throw new TextFault(at, value);
      out.values[out.count] = value;
    }
    end = skipBlanks(body, end);
    this.#explicitMs = Number.NaN;
    if (body[end] === NEWLINE) return end + 1;
    const timeAt = end;
    let timeMs = 0;
    while (body[end] >= 0x30 && body[end] <= 0x39) timeMs = timeMs * 10 + body[end++] - 0x30;
    if (end === timeAt) throw unexpected(body, end, 'expected timestamp or new record');
    if (timeMs >= TIME_MS_END) throw new TextFault(timeAt, 'timestamp is out of range');
    end = skipBlanks(body, end);
    if (body[end] !== NEWLINE) throw unexpected(body, end, 'expected next entry after timestamp');
    this.#explicitMs = timeMs;
    return end + 1;
  }

  /** Decides what becomes of the sample whose value stands in the buffer's next free place. */
  #takeSample(line: number, ref: SeriesRef, out: SampleBuffer): void {
    const counts = this.#counts;
    counts.scrapedCount++;
    const table = this.#table;
    const isRepeated = table.seen[line] === this.#scrape;
    if (!isRepeated) this.#markSeen(line);
    if (table.kinds[line] === LINE_DROPPED) return;
    counts.keptCount++;
    const options = this.#options;
    const isExplicit = options.honorTimestamps && !Number.isNaN(this.#explicitMs);
    if (isRepeated && !isExplicit) {
      counts.duplicateCount++;
      return;
    }
    if (isExplicit && this.#explicitMs > options.timeMsMax) {
      counts.aheadCount++;
      return;
    }
    if (this.#isAtSampleLimit()) {
      counts.isOverSampleLimit = true;
      return;
    }
    if (!isExplicit || options.trackTimestampsStaleness) this.#markTracked(line);
    this.#rowCount++;
    out.owners[out.count] = line;
    out.refs[out.count] = ref;
    out.timesMs[out.count++] = isExplicit ? this.#explicitMs : options.timeMs;
  }

  #isAtSampleLimit(): boolean {
    const { sampleLimit } = this.#options;
    return sampleLimit > 0 && this.#rowCount >= sampleLimit;
  }

  #markSeen(line: number): void {
    const { seen } = this.#table;
    if (seen[line] !== this.#scrape) this.#seenCount++;
    seen[line] = this.#scrape;
  }

  #markTracked(line: number): void {
    const { tracked, live } = this.#table;
    if (tracked[line] === this.#scrape) return;
    tracked[line] = this.#scrape;
    this.#trackedCount++;
    if (live[line] === 0) this.#newlyLiveCount++;
  }

  /** Notes the line as the next one of this body. */
  #place(line: number): void {
    if (this.#nextCount >= this.#nextOrder.length) {
      const order = new Int32Array(this.#nextOrder.length * 2);
      order.set(this.#nextOrder);
      this.#nextOrder = order;
    }
    this.#table.setPosition(line, this.#nextCount);
    this.#nextOrder[this.#nextCount++] = line;
  }

  /** Gives the series that this body was the first to hold their numbers. */
  resolve(appender: Appender, out: SampleBuffer): void {
    if (this.#pending.length === 0) return;
    const { refs } = this.#table;
    for (const { line, labels } of this.#pending) refs[line] = appender.resolve(labels);
    this.#pending = [];
    for (let i = 0; i < out.count; i++) out.refs[i] = refs[out.owners[i]];
  }

  /** Gives a series whose number the store has forgotten a new one. */
  resolveAgain(line: number, appender: Appender): SeriesRef {
    const bytes = this.#table.text(line);
    lexSeries(bytes, 0, bytes.length, this.#text);
    const labels = this.#mapLabels(
      decodeSeries(bytes, this.#text, this.#table.types[line], this.#pool),
    );
    if (labels !== undefined) this.#table.refs[line] = appender.resolve(labels);
    return this.#table.refs[line];
  }

  /** Adds a marker for each series that the last scrape had and this one has not. */
  addVanished(out: SampleBuffer, timeMs: number): void {
    if (this.#vanishedCount() === 0) return;
    const { live, tracked, refs, lineCount } = this.#table;
    for (let line = 0; line < lineCount; line++) {
      if (live[line] === 1 && tracked[line] !== this.#scrape) {
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
    const { live, tracked, seen, textBytes, lineCount } = this.#table;
    if (this.#vanishedCount() > 0 || this.#newlyLiveCount > 0) {
      for (let line = 0; line < lineCount; line++) {
        live[line] = tracked[line] === this.#scrape ? 1 : 0;
      }
    }
    this.#liveCount = this.#trackedCount;
    this.#created = [];
    // After an empty body the target will most likely send what it sent before.
    if (this.#isEmpty) return;
    if (this.#table.size > this.#seenCount) {
      for (let line = 0; line < lineCount; line++) {
        if (textBytes[line] > 0 && seen[line] !== this.#scrape) this.#table.remove(line);
      }
    }
    [this.#order, this.#nextOrder] = [this.#nextOrder, this.#order];
    this.#orderCount = this.#nextCount;
  }

  /** Forgets what this scrape taught: it broke off, or the store did not take it. */
  rollback(): void {
    for (const line of this.#created) this.#table.remove(line);
    this.#created = [];
    this.#pending = [];
  }

  /** What the last complete body said of its metric families, by name. */
  metadata(): Map<string, MetricMetadata> {
    const families = new Map<string, MetricMetadata>();
    for (const line of this.#order.subarray(0, this.#orderCount)) {
      const kind = this.#table.kinds[line];
      if (kind !== LINE_TYPE && kind !== LINE_COMMENT) continue;
      const comment = lexComment(Buffer.concat([this.#table.text(line), Buffer.from('\n')]), 0);
      if (comment.kind !== 'type' && comment.kind !== 'help') continue;
      const known = families.get(comment.name) ?? { type: 'unknown', help: '', unit: '' };
      if (comment.kind === 'help') families.set(comment.name, { ...known, help: comment.help });
      else families.set(comment.name, { ...known, type: metadataType(comment.type) });
    }
    return families;
  }
}

/** Prometheus shows untyped families as of unknown type. */
function metadataType(code: number): string {
  const type = METRIC_TYPES[code];
  return type === 'untyped' ? 'unknown' : type;
}
