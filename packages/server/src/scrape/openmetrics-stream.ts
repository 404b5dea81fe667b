/**
 * Reads OpenMetrics text of any length, piece by piece: the whole history of series, as a backfill
 * has it. The grammar is that of scrapes (`openmetrics-lexer.ts`), which is what
 * `promtool tsdb create-blocks-from openmetrics` reads, too.
 *
 * Memory holds one piece, one line and the texts of the series, each of which is taken apart once.
 */
import { errorMessage } from '../platform/index.ts';
import type { Labels } from '../series/index.ts';
import { STREAM_LINE_BYTES_MAX, STREAM_SERIES_TEXTS_MAX } from './limits.ts';
import { LineTable } from './line-table.ts';
import { LineTexts } from './line-texts.ts';
import {
  lexExemplarLabels,
  lexExemplarTail,
  lexOpenMetricsComment,
  lexOpenMetricsSeries,
  lexOpenMetricsTail,
} from './openmetrics-lexer.ts';
import { decodeSeries } from './series-text.ts';
import { HASH, NEWLINE, SeriesText, TextFault } from './text-lexer.ts';
import { TextPool } from './text-pool.ts';

/** Where what is read goes. What it throws is told with the line that it threw at. */
export interface OpenMetricsSink {
  /** A number for a series; may be asked again for the same one. */
  resolve(labels: Labels): number;
  /** One sample, its value as two words, so that no NaN loses its payload. */
  add(ref: number, timeMs: number, low: number, high: number): void;
}

/** A line that cannot be taken; lines count from 1. */
export class OpenMetricsFault extends Error {
  override readonly name = 'OpenMetricsFault';
  readonly line: number;

  constructor(line: number, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.line = line;
  }
}

export class OpenMetricsStream {
  readonly #sink: OpenMetricsSink;
  readonly #pool = new TextPool();
  readonly #text = new SeriesText();
  readonly #value = { values: new Float64Array(1), index: 0 };
  readonly #bits = new Uint32Array(this.#value.values.buffer);
  readonly #tail = { timeMs: Number.NaN, exemplarAt: -1 };
  readonly #exemplar = { value: 0, timeMs: Number.NaN };
  #table = new LineTable(new LineTexts(0));
  /** The beginning of a line whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);
  #lineCount = 0;
  /** The code of the newest `# TYPE` line, which the bounds of its samples are written by. */
  #type = 0;
  #hasEnd = false;

  constructor(sink: OpenMetricsSink) {
    this.#sink = sink;
  }

  /** Reads the next bytes. Throws `OpenMetricsFault`; then the rest cannot be read. */
  push(piece: Uint8Array): void {
    const bytes = Buffer.concat([this.#rest, piece]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    this.#readLines(bytes.subarray(0, end));
    this.#rest = Buffer.from(bytes.subarray(end));
    if (this.#rest.length <= STREAM_LINE_BYTES_MAX) return;
    const reason = `the line is longer than ${STREAM_LINE_BYTES_MAX} bytes`;
    throw new OpenMetricsFault(this.#lineCount + 1, reason);
  }

  /** All bytes have been read. Throws where they do not end as they must. */
  end(): void {
    if (this.#rest.length > 0) this.push(Buffer.from('\n'));
    if (this.#hasEnd) return;
    throw new OpenMetricsFault(this.#lineCount, 'data does not end with # EOF; is the file whole?');
  }

  #readLines(bytes: Buffer): void {
    let at = 0;
    try {
      while (at < bytes.length) {
        this.#lineCount++;
        at = this.#readLine(bytes, at);
      }
    } catch (error) {
      throw new OpenMetricsFault(this.#lineCount, errorMessage(error), { cause: error });
    }
  }

  /** Answers where the next line begins. */
  #readLine(bytes: Buffer, at: number): number {
    if (this.#hasEnd) throw new TextFault(at, 'unexpected data after # EOF');
    if (bytes[at] === HASH) return this.#readComment(bytes, at);
    const text = this.#text;
    // A name in quotes ends within its line, or pieces could not be cut; Prometheus lets it go on.
    const lineEnd = bytes.indexOf(NEWLINE, at);
    lexOpenMetricsSeries(bytes, at, lineEnd, text);
    const textTo = text.end;
    const tail = this.#tail;
    let end = lexOpenMetricsTail(bytes, textTo, this.#value, tail);
    const ref = this.#find(bytes, at, textTo);
    const [low, high] = this.#bits;
    if (tail.exemplarAt >= 0) end = this.#passExemplar(bytes, tail.exemplarAt, lineEnd);
    if (Number.isNaN(tail.timeMs)) {
      throw new TextFault(textTo, 'the sample has no time, without which it has no place');
    }
    this.#sink.add(ref, tail.timeMs, low, high);
    return end;
  }

  /** The sink's number of the series whose text stands here. */
  #find(bytes: Buffer, from: number, to: number): number {
    const hash = this.#table.hash(bytes, from, to);
    let line = this.#table.find(bytes, from, to, hash);
    if (line >= 0 && this.#table.types[line] === this.#type) return this.#table.refs[line];
    const ref = this.#sink.resolve(decodeSeries(bytes, this.#text, this.#type, this.#pool));
    if (line < 0) {
      if (this.#table.size >= STREAM_SERIES_TEXTS_MAX)
        this.#table = new LineTable(new LineTexts(0));
      line = this.#table.add(bytes, from, to, hash);
    }
    this.#table.types[line] = this.#type;
    this.#table.refs[line] = ref;
    return ref;
  }

  /** Exemplars are checked and left out: blocks hold none. */
  #passExemplar(bytes: Buffer, at: number, lineEnd: number): number {
    const labelsTo = lexExemplarLabels(bytes, at, lineEnd, this.#text);
    return lexExemplarTail(bytes, labelsTo, this.#exemplar);
  }

  #readComment(bytes: Buffer, at: number): number {
    const comment = lexOpenMetricsComment(bytes, at);
    if (comment.kind === 'type') this.#type = comment.type;
    if (comment.kind === 'eof') this.#hasEnd = true;
    return comment.end + 1;
  }
}
