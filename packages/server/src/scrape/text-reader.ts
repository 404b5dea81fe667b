/**
 * Reads bodies in the text formats, Prometheus' own and OpenMetrics, into samples.
 *
 * Most lines are known from the last scrape and stand where they stood: those are compared as bytes
 * and cost a number. The others are taken apart by the grammar of their format.
 */
import { ClassicConverter } from './classic-converter.ts';
import type { HistogramOptions } from './config.ts';
import { countCharacters, decodeExemplarLabels } from './exemplar-labels.ts';
import { NOT_SIMPLE, parseFloatText, readDecimal } from './float.ts';
import { EXEMPLAR_CHARACTERS_MAX } from './limits.ts';
import { FROM_CLASSIC, LINE_COMMENT, LINE_DROPPED, LINE_PART, LINE_TYPE } from './line-table.ts';
import {
  lexExemplarLabels,
  lexExemplarTail,
  lexOpenMetricsComment,
  lexOpenMetricsSeries,
  lexOpenMetricsTail,
} from './openmetrics-lexer.ts';
import { LENGTH_BEFORE, NO_PAGE, PAGE_MASK, PAGE_SHIFT } from './line-texts.ts';
import type { SampleBuffer } from './sample-buffer.ts';
import type { SeriesLedger } from './series-ledger.ts';
import { decodeSeries } from './series-text.ts';
import { fillStartTimes, StartTimeGroups } from './start-times.ts';
import type { MapLabels } from './sample-labels.ts';
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

/** Prometheus reads times as int64 and refuses what does not fit. */
const TIME_MS_END = 2 ** 63;
const HISTOGRAM = METRIC_TYPES.indexOf('histogram');
/** What `#readTail` answers where a brace follows, so that the text was not the whole series. */
const NOT_A_VALUE = -1;

/** Few exporters have shorter lines on average; where they do, the memory of lines grows later. */
const USUAL_LINE_BYTES_MIN = 16;

/** How a body is to be read. */
export interface TextReadOptions {
  readonly isOpenMetrics: boolean;
  readonly histograms: HistogramOptions;
}

export interface TextReaderOptions {
  readonly ledger: SeriesLedger;
  readonly mapLabels: MapLabels;
  readonly pool: TextPool;
}

export class TextReader {
  readonly #ledger: SeriesLedger;
  readonly #mapLabels: MapLabels;
  readonly #pool: TextPool;
  readonly #text = new SeriesText();
  readonly #groups = new StartTimeGroups();
  readonly #tail = { timeMs: Number.NaN, exemplarAt: -1 };
  readonly #exemplar = { value: 0, timeMs: Number.NaN };
  #isOpenMetrics = false;
  /** Whether `# EOF` was read. */
  #hasEnd = false;
  /** The code of the newest `# TYPE` line, and the name that it says. */
  #type = 0;
  #typeName = '';
  /** Where classic histograms are converted; made at the first body of a job that wants it. */
  #converter: ClassicConverter | undefined;
  #isClassicKept = true;

  constructor({ ledger, mapLabels, pool }: TextReaderOptions) {
    this.#ledger = ledger;
    this.#mapLabels = mapLabels;
    this.#pool = pool;
  }

  /** Reads a body into a buffer. Throws a TextFault, or what `mapLabels` throws. */
  read(body: Buffer, options: TextReadOptions, out: SampleBuffer): void {
    const { isOpenMetrics } = options;
    this.#type = 0;
    this.#isOpenMetrics = isOpenMetrics;
    const converter = this.#beginConverter(options.histograms);
    this.#hasEnd = false;
    const isClosed = body.length === 0 || body[body.length - 1] === NEWLINE;
    const bytes = isClosed ? body : Buffer.concat([body, Buffer.from('\n')]);
    if (this.#ledger.table.size === 0) this.#expect(bytes);
    let at = 0;
    while (at < bytes.length) {
      // Where lines are put together, each is looked up: what stands beside it matters.
      if (converter === undefined) at = this.#readKnown(bytes, at, out);
      if (at < bytes.length) at = this.#readLine(bytes, at, out);
    }
    converter?.finish(out);
    if (!isOpenMetrics) return;
    if (!this.#hasEnd) throw new TextFault(bytes.length, 'data does not end with # EOF');
    fillStartTimes(this.#groups, out);
  }

  #expect(bytes: Buffer): void {
    let lineCount = 0;
    for (let at = -1; (at = bytes.indexOf(NEWLINE, at + 1)) >= 0; ) lineCount++;
    // A value with what stands around it takes three bytes at least, the end of a comment one. A
    // body of nothing but line feeds must not cost many times its size.
    const linesMax = bytes.length / USUAL_LINE_BYTES_MIN;
    this.#ledger.expect(Math.floor(Math.min(lineCount, linesMax)));
  }

  #beginConverter(histograms: HistogramOptions): ClassicConverter | undefined {
    if (!histograms.isClassicConverted) return undefined;
    this.#isClassicKept = histograms.isClassicAlwaysScraped;
    this.#converter ??= new ClassicConverter(this.#ledger, this.#mapLabels, histograms);
    this.#converter.begin();
    return this.#converter;
  }

  /** The labels of a line that was read before; undefined where it is dropped. */
  labelsOf(line: number): ReturnType<MapLabels> {
    const { table } = this.#ledger;
    if (table.types[line] === FROM_CLASSIC) return this.#converter?.labelsOf(line);
    const bytes = table.text(line);
    lexSeries(bytes, 0, bytes.length, this.#text);
    return this.#mapLabels(decodeSeries(bytes, this.#text, table.types[line], this.#pool));
  }

  /**
   * Kernel: reads lines for as long as each is the one that is expected, and answers where the
   * first other one begins. Nothing in here makes an object.
   */
  #readKnown(body: Buffer, from: number, out: SampleBuffer): number {
    const ledger = this.#ledger;
    const { kinds, types, textOf, texts } = ledger.table;
    const { textFrom, pages } = texts;
    const { order, orderCount } = ledger;
    const isOpenMetrics = this.#isOpenMetrics;
    out.reserve(orderCount - ledger.position + 1);
    const { values, owners } = out;
    const bodyWords = new DataView(body.buffer, body.byteOffset, body.byteLength);
    let page = -1;
    let { words } = NO_PAGE;
    let { position } = ledger;
    let runCount = 0;
    let at = from;
    for (; position < orderCount; position++) {
      const line = order[position];
      const address = textFrom[textOf[line]];
      if (address >>> PAGE_SHIFT !== page) {
        page = address >>> PAGE_SHIFT;
        ({ words } = pages[page]);
      }
      const textAt = (address & PAGE_MASK) << 2;
      const length = words.getUint32(textAt - LENGTH_BEFORE, true);
      const textTo = at + length;
      if (textTo >= body.length || !isSameText(words, textAt, bodyWords, at, length)) break;
      if (kinds[line] > LINE_DROPPED) {
        if (body[textTo] !== NEWLINE) break;
        if (kinds[line] === LINE_TYPE) this.#type = types[line];
        at = textTo + 1;
        ledger.markSeen(line);
        continue;
      }
      // `foo` is where `foobar 1` begins, too; after a brace, nothing but a value can follow.
      const hasSpace = body[textTo] === SPACE;
      if (!hasSpace && (isOpenMetrics || body[textTo - 1] !== CLOSE)) break;
      const row = out.count + runCount;
      const end = readDecimal(body, hasSpace ? textTo + 1 : textTo, values, row);
      if (end !== NOT_SIMPLE && body[end] === NEWLINE) {
        owners[row] = line;
        runCount++;
        at = end + 1;
        continue;
      }
      ledger.takeRun(runCount, out);
      runCount = 0;
      const next = this.#finishLine(body, textTo, { line, out });
      if (next === NOT_A_VALUE) break;
      at = next;
    }
    ledger.takeRun(runCount, out);
    ledger.placeTo(position);
    return at;
  }

  /** Reads a value with what follows it, and takes the sample; answers the next line's start. */
  #finishLine(
    body: Buffer,
    textTo: number,
    { line, out }: { readonly line: number; readonly out: SampleBuffer },
  ): number {
    const end = this.#readTail(body, textTo, out);
    if (end === NOT_A_VALUE) return end;
    const { exemplarAt } = this.#tail;
    this.#converter?.collect(line, out.values[out.count], this.#ledger.explicitMs);
    const whole = this.#converter?.wholeOf(line);
    const isTaken = this.#takeOrMark(line, out) || whole !== undefined;
    if (exemplarAt < 0) return end;
    const next = body.indexOf(NEWLINE, end) + 1;
    const isNew = this.#ledger.isNewExemplar(line, this.#ledger.table.hash(body, end, next));
    return isNew ? this.#readExemplar(body, end, isTaken ? (whole ?? line) : undefined) : next;
  }

  /** Takes a sample, or notes a line that is none by itself; answers whether it was taken. */
  #takeOrMark(line: number, out: SampleBuffer): boolean {
    if (this.#ledger.table.kinds[line] !== LINE_PART) return this.#ledger.take(line, out) >= 0;
    this.#ledger.markSeen(line);
    return false;
  }

  /** Reads one line without expectations; answers where the next one begins. */
  #readLine(body: Buffer, from: number, out: SampleBuffer): number {
    const isOpenMetrics = this.#isOpenMetrics;
    const at = isOpenMetrics ? from : skipBlanks(body, from);
    if (!isOpenMetrics) {
      if (body[at] === NEWLINE) return at + 1;
      // Prometheus' lexer takes a NUL here for the end of its input.
      if (body[at] === 0) return body.length;
    }
    if (body[at] === HASH) return this.#readComment(body, at);
    const text = this.#text;
    if (isOpenMetrics) lexOpenMetricsSeries(body, at, body.length, text);
    else lexSeries(body, at, body.length, text);
    const textTo = text.end;
    out.reserve(1);
    if (body[skipBlanks(body, textTo)] === OPEN) {
      throw unexpected(body, textTo, 'expected value after metric');
    }
    const { table } = this.#ledger;
    const hash = table.hash(body, at, textTo);
    const known = table.find(body, at, textTo, hash);
    // A line is remembered only when all of it has proved to be sound; so its value is read twice.
    if (known < 0) this.#readTail(body, textTo, out);
    const line = known >= 0 ? known : this.#addSample(body, at, textTo, hash);
    if (known >= 0) this.#ledger.expectAfter(line);
    this.#converter?.approach(line, out);
    out.reserve(1);
    const end = this.#finishLine(body, textTo, { line, out });
    this.#ledger.place(line);
    return end;
  }

  #addSample(body: Buffer, from: number, to: number, hash: number): number {
    const exposed = decodeSeries(body, this.#text, this.#type, this.#pool);
    const histogramName = this.#type === HISTOGRAM ? this.#typeName : undefined;
    const part = this.#converter?.findPart(exposed, histogramName);
    const isSample = part === undefined || this.#isClassicKept;
    const labels = isSample ? this.#mapLabels(exposed) : undefined;
    const line = this.#ledger.table.add(body, from, to, hash);
    if (isSample) this.#ledger.addSample(line, this.#type, labels);
    else this.#ledger.addOther(line, LINE_PART);
    this.#groups.set(line, this.#isOpenMetrics ? exposed : undefined, this.#type);
    this.#converter?.set(line, part);
    if (part !== undefined) this.#groups.copy(line, part.whole);
    return line;
  }

  #readComment(body: Buffer, at: number): number {
    const comment = this.#isOpenMetrics ? lexOpenMetricsComment(body, at) : lexComment(body, at);
    const { end } = comment;
    if (comment.kind === 'eof') {
      if (end + 1 < body.length) throw new TextFault(end + 1, 'unexpected data after # EOF');
      this.#hasEnd = true;
      return body.length;
    }
    const kind = comment.kind === 'type' ? LINE_TYPE : LINE_COMMENT;
    const line = this.#ledger.note(body, { from: at, to: end }, kind);
    if (comment.kind === 'type') {
      this.#type = comment.type;
      this.#typeName = comment.name;
      this.#ledger.table.types[line] = comment.type;
    }
    return end + 1;
  }

  /**
   * Reads what follows a series: its value, into the buffer's next free place, and perhaps a time.
   * Answers where the next line begins, or where the labels of an exemplar do, or NOT_A_VALUE.
   */
  #readTail(body: Buffer, textTo: number, out: SampleBuffer): number {
    const tail = this.#tail;
    if (this.#isOpenMetrics) {
      const value = { values: out.values, index: out.count };
      const end = lexOpenMetricsTail(body, textTo, value, tail);
      this.#ledger.explicitMs = tail.timeMs;
      return end;
    }
    tail.exemplarAt = -1;
    const at = skipBlanks(body, textTo);
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
    this.#ledger.explicitMs = Number.NaN;
    if (body[end] === NEWLINE) return end + 1;
    const timeAt = end;
    let timeMs = 0;
    while (body[end] >= 0x30 && body[end] <= 0x39) timeMs = timeMs * 10 + body[end++] - 0x30;
    if (end === timeAt) throw unexpected(body, end, 'expected timestamp or new record');
    if (timeMs >= TIME_MS_END) throw new TextFault(timeAt, 'timestamp is out of range');
    end = skipBlanks(body, end);
    if (body[end] !== NEWLINE) throw unexpected(body, end, 'expected next entry after timestamp');
    this.#ledger.explicitMs = timeMs;
    return end + 1;
  }

  /**
   * Reads the exemplar whose labels begin at `at`; it is kept for a line, if there is one. Too many
   * characters in its labels cost the exemplar and not the scrape, as in Prometheus. Escapes are
   * undone, as the specification says; Prometheus leaves them as they are.
   */
  #readExemplar(body: Buffer, at: number, line: number | undefined): number {
    const text = this.#text;
    const labelsTo = lexExemplarLabels(body, at, body.length, text);
    const end = lexExemplarTail(body, labelsTo, this.#exemplar);
    if (line === undefined) return end;
    const labels = decodeExemplarLabels(body, text, this.#pool);
    if (countCharacters(labels) > EXEMPLAR_CHARACTERS_MAX) return end;
    const { value, timeMs } = this.#exemplar;
    const time = Number.isNaN(timeMs) ? this.#ledger.sampleTimeMs : timeMs;
    this.#ledger.addExemplar(line, { labels, value, timeMs: time });
    return end;
  }
}

/**
 * Kernel: whether a text is what stands at a place, of which as many bytes are there. Eight bytes
 * are compared at a time, as float64 values: these are equal where their bytes are, but for zeros,
 * of which there are two, and NaN, which no text in UTF-8 looks like. Either counts as another text,
 * which costs a look-up and nothing else.
 */
function isSameText(
  words: DataView,
  textAt: number,
  body: DataView,
  at: number,
  length: number,
): boolean {
  const lastAt = length - 8;
  if (lastAt < 0) return isSameShort(words, textAt, body, at, length);
  for (let i = 0; i < lastAt; i += 8) {
    const x = words.getFloat64(textAt + i, true);
    if (x !== body.getFloat64(at + i, true) || x === 0) return false;
  }
  // The last eight bytes, some of them once more.
  const x = words.getFloat64(textAt + lastAt, true);
  return x === body.getFloat64(at + lastAt, true) && x !== 0;
}

function isSameShort(
  words: DataView,
  textAt: number,
  body: DataView,
  at: number,
  length: number,
): boolean {
  for (let i = 0; i < length; i++) {
    if (words.getUint8(textAt + i) !== body.getUint8(at + i)) return false;
  }
  return true;
}
