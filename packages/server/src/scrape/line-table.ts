/**
 * All lines that a target has sent, remembered by their bytes.
 *
 * A target sends the same lines at each scrape, in the same order, with other values. So a line is
 * parsed once, and what is known of it (which series, whether dropped) is looked up from then on:
 * first at the place where it stood last time, by comparing bytes, and only when something else
 * stands there through a hash table. Prometheus keys a map of strings by the text of the series
 * and VictoriaMetrics hashes each line; the comparison alone is three times as fast as either.
 *
 * Texts, and the hash table over them, are shared by all targets (line-texts.ts). What a line is
 * to its own target takes 13 bytes in typed arrays and no object, so that the garbage collector
 * never sees it. Which line of this target a text is, nobody needs to know as long as lines come in
 * their order; where they do not, it is written down beside the texts, for one target at a time.
 *
 * Text of a sample line: the series, up to the last brace or character of its name; of a comment
 * line: all of it without the newline.
 */
import { type LineTexts, NO_TEXT } from './line-texts.ts';

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
/** Beyond what a first body has: targets grow by a few lines, or by many. */
const GROWTH_FACTOR = 1.25;
/** Two columns of four bytes and five of one. */
const LINE_BYTES = 2 * 4 + 5;
const NO_LINE = -1;

/** Columns that lie in one piece of memory: a thousand targets would have seven thousand. */
interface Columns {
  readonly textOf: Uint32Array;
  readonly refs: Uint32Array;
  readonly kinds: Uint8Array;
  readonly types: Uint8Array;
  readonly live: Uint8Array;
  readonly seen: Uint8Array;
  readonly tracked: Uint8Array;
}

/** The lines of one target. Line numbers are stable while a line is remembered. */
export class LineTable {
  readonly texts: LineTexts;
  /** The number of the line's text; NO_TEXT where the line's number is not in use. */
  textOf = new Uint32Array(0);
  /** The store's number of the series. */
  refs = new Uint32Array(0);
  /** One of the LINE constants. */
  kinds = new Uint8Array(0);
  /** The type of the family that a series was first seen in, for its `le` and `quantile`. */
  types = new Uint8Array(0);
  /** 1 where the series' newest sample is a value, so that its end needs a marker. */
  live = new Uint8Array(0);
  /** The scrape that last held the line. */
  seen = new Uint8Array(0);
  /** The scrape that last held it as one whose absence means something. */
  tracked = new Uint8Array(0);
  /** Numbers below this have been handed out at some time. */
  lineCount = 0;

  #free: number[] = [];
  #usedCount = 0;

  constructor(texts: LineTexts) {
    this.texts = texts;
    this.#setColumns(createColumns(ENTRIES_MIN));
  }

  /** Lines remembered now. */
  get size(): number {
    return this.#usedCount;
  }

  /** Bytes of memory held, without the texts. */
  get sizeBytes(): number {
    return this.textOf.buffer.byteLength;
  }

  /** The line's text. */
  text(line: number): Buffer {
    return this.texts.text(this.textOf[line]);
  }

  hash(body: Uint8Array, from: number, to: number): number {
    return this.texts.hash(body, from, to);
  }

  /** The line with this text, or -1. */
  find(body: Uint8Array, from: number, to: number, hash: number): number {
    const text = this.texts.find(body, from, to, hash);
    if (text === NO_TEXT) return NO_LINE;
    this.#load();
    const line = this.texts.lineOf[text];
    return line < this.lineCount && this.textOf[line] === text ? line : NO_LINE;
  }

  /** Makes `lineOf` of the texts that of this table. */
  #load(): void {
    const { texts, textOf } = this;
    if (texts.loaded === this) return;
    texts.loaded = this;
    const { lineOf } = texts;
    for (let line = 0; line < this.lineCount; line++) lineOf[textOf[line]] = line;
  }

  /** Makes room at once for what a first body holds. */
  expect(lineCount: number): void {
    if (lineCount > this.kinds.length) this.#grow(lineCount);
  }

  /** Remembers a line that `find` did not find. */
  add(body: Buffer, from: number, to: number, hash: number): number {
    const line = this.#free.pop() ?? this.lineCount++;
    if (line >= this.kinds.length) this.#grow(Math.ceil(this.kinds.length * GROWTH_FACTOR));
    const text = this.texts.take(body, from, to, hash);
    this.textOf[line] = text;
    if (this.texts.loaded === this) this.texts.lineOf[text] = line;
    this.types[line] = 0;
    this.live[line] = 0;
    this.refs[line] = 0;
    this.seen[line] = 0;
    this.tracked[line] = 0;
    this.#usedCount++;
    return line;
  }

  /** Forgets a line; its number will be used again. */
  remove(line: number): void {
    this.texts.release(this.textOf[line]);
    this.textOf[line] = NO_TEXT;
    this.kinds[line] = LINE_FREE;
    this.live[line] = 0;
    this.#usedCount--;
    this.#free.push(line);
  }

  /** Forgets all lines. */
  clear(): void {
    for (const text of this.textOf.subarray(0, this.lineCount)) {
      if (text !== NO_TEXT) this.texts.release(text);
    }
    this.lineCount = 0;
    this.#usedCount = 0;
    this.#free = [];
    this.#setColumns(createColumns(ENTRIES_MIN));
  }

  /** Forgets which scrapes held the lines: their numbers begin anew. */
  forgetScrapes(): void {
    this.seen.fill(0);
    this.tracked.fill(0);
  }

  #grow(count: number): void {
    const grown = createColumns(count);
    grown.textOf.set(this.textOf);
    grown.refs.set(this.refs);
    grown.kinds.set(this.kinds);
    grown.types.set(this.types);
    grown.live.set(this.live);
    grown.seen.set(this.seen);
    grown.tracked.set(this.tracked);
    this.#setColumns(grown);
  }

  #setColumns(columns: Columns): void {
    Object.assign(this, columns);
  }
}

function createColumns(count: number): Columns {
  const buffer = new ArrayBuffer(count * LINE_BYTES);
  const bytesAt = (index: number): Uint8Array =>
    new Uint8Array(buffer, count * (2 * 4 + index), count);
  return {
    textOf: new Uint32Array(buffer, 0, count),
    refs: new Uint32Array(buffer, 4 * count, count),
    kinds: bytesAt(0),
    types: bytesAt(1),
    live: bytesAt(2),
    seen: bytesAt(3),
    tracked: bytesAt(4),
  };
}
