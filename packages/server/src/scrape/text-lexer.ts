/**
 * The grammar of Prometheus' text format (0.0.4, and the quoted names of 1.0), over bytes.
 *
 * It accepts and refuses what Prometheus 3 does (model/textparse/promlex.l), because a target that
 * one of two servers takes and the other refuses is a riddle. What that means where the format's
 * description is silent: a comma between labels may be missing, a quoted value may hold newlines,
 * a carriage return is part of what it stands in, a NUL where a line begins ends the body.
 *
 * Two differences: blanks before a metric's name are skipped, where Prometheus takes them into the
 * name; and a NUL inside a comment is a character like any other, where Prometheus drops the rest
 * of the body, in most places.
 */
import { isUtf8 } from 'node:buffer';
import { LABELS_PER_SERIES_MAX, QUOTED_INPUT_MAX } from './limits.ts';
import { isAscii } from './text-hash.ts';

export const NEWLINE = 0x0a;
export const TAB = 0x09;
export const SPACE = 0x20;
export const QUOTE = 0x22;
export const HASH = 0x23;
export const COMMA = 0x2c;
export const EQUALS = 0x3d;
export const BACKSLASH = 0x5c;
export const OPEN = 0x7b;
export const CLOSE = 0x7d;

/** For each byte: 1 where a label's name may begin, 2 a metric's, 4 a digit. */
const CLASS = new Uint8Array(256);
const LABEL_START = 1;
const METRIC_START = 2;
const DIGIT = 4;
for (const [from, to, bits] of [
  ['a', 'z', LABEL_START | METRIC_START],
  ['A', 'Z', LABEL_START | METRIC_START],
  ['_', '_', LABEL_START | METRIC_START],
  [':', ':', METRIC_START],
  ['0', '9', DIGIT],
] as const) {
  CLASS.fill(bits, from.charCodeAt(0), to.charCodeAt(0) + 1);
}

/** Input that the grammar does not allow; `at` is the offset of the offending byte. */
export class TextFault extends Error {
  override readonly name = 'TextFault';
  readonly at: number;

  constructor(at: number, reason: string) {
    super(reason);
    this.at = at;
  }
}

/** The series text of one line, taken apart. Reused from line to line; offsets are in the bytes. */
export class SeriesText {
  /** First byte after the series: blanks, then the value. */
  end = 0;
  nameFrom = 0;
  nameTo = 0;
  labelCount = 0;
  /** Four for each label: name from, name to, value from, value to, all without quotes. */
  readonly offsets: number[] = [];

  addLabelName(from: number, to: number): void {
    if (this.labelCount >= LABELS_PER_SERIES_MAX) {
      throw new TextFault(from, `more than ${LABELS_PER_SERIES_MAX} labels in one series`);
    }
    this.offsets[4 * this.labelCount] = from;
    this.offsets[4 * this.labelCount + 1] = to;
  }

  addLabelValue(from: number, to: number): void {
    this.offsets[4 * this.labelCount + 2] = from;
    this.offsets[4 * this.labelCount + 3] = to;
    this.labelCount++;
  }
}

/** The first byte from `at` on that is neither space nor tab. */
export function skipBlanks(bytes: Uint8Array, at: number): number {
  let i = at;
  while (bytes[i] === SPACE || bytes[i] === TAB) i++;
  return i;
}

/** Where the run of bytes that may form a value ends. */
export function skipToken(bytes: Uint8Array, at: number): number {
  let i = at;
  for (let c = bytes[i]; c !== OPEN && c !== SPACE && c !== TAB && c !== NEWLINE; c = bytes[i]) i++;
  return i;
}

/** Where the metric name that begins at `at` ends; `at` itself where none does. */
export function skipMetricName(bytes: Uint8Array, at: number): number {
  if ((CLASS[bytes[at]] & METRIC_START) === 0) return at;
  let i = at + 1;
  while ((CLASS[bytes[i]] & (METRIC_START | DIGIT)) !== 0) i++;
  return i;
}

export function skipLabelName(bytes: Uint8Array, at: number): number {
  if ((CLASS[bytes[at]] & LABEL_START) === 0) return at;
  let i = at + 1;
  while ((CLASS[bytes[i]] & (LABEL_START | DIGIT)) !== 0) i++;
  return i;
}

/** The first byte after the quoted string that begins at `at`; `at` itself where it never ends. */
export function skipQuoted(bytes: Uint8Array, at: number, end: number): number {
  let i = at + 1;
  while (i < end && bytes[i] !== QUOTE) {
    if (bytes[i] === BACKSLASH && bytes[++i] === NEWLINE) return at;
    i++;
  }
  return i < end ? i + 1 : at;
}

/** Takes the series that begins at `at` (no blanks before it) apart, or throws a TextFault. */
export function lexSeries(bytes: Uint8Array, at: number, end: number, out: SeriesText): void {
  out.labelCount = 0;
  out.nameFrom = at;
  out.nameTo = skipMetricName(bytes, at);
  const hasName = out.nameTo > at;
  const open = skipBlanks(bytes, out.nameTo);
  if (bytes[open] === OPEN) out.end = lexLabels(bytes, open + 1, end, out);
  else if (hasName) out.end = out.nameTo;
  else throw unexpected(bytes, at, 'expected a metric name, a comment or "{"');
  if (out.nameTo === out.nameFrom) throw new TextFault(at, 'the series has no metric name');
}

/** Reads what stands between braces; answers the offset after the closing one. */
function lexLabels(bytes: Uint8Array, from: number, end: number, out: SeriesText): number {
  let at = skipBlanks(bytes, from);
  while (bytes[at] !== CLOSE) {
    const isQuoted = bytes[at] === QUOTE;
    const nameEnd = isQuoted ? skipQuoted(bytes, at, end) : skipLabelName(bytes, at);
    if (nameEnd === at) throw unexpected(bytes, at, 'expected label name');
    const nameFrom = isQuoted ? at + 1 : at;
    const nameTo = isQuoted ? nameEnd - 1 : nameEnd;
    at = skipBlanks(bytes, nameEnd);
    if (isQuoted && (bytes[at] === COMMA || bytes[at] === CLOSE)) {
      setMetricName(out, nameFrom, nameTo);
    } else {
      out.addLabelName(nameFrom, nameTo);
      at = lexLabelValue(bytes, at, end, out);
    }
    if (bytes[at] === COMMA) at = skipBlanks(bytes, at + 1);
  }
  return at + 1;
}

/** A quoted string without `=` inside the braces is the metric's name. */
function setMetricName(out: SeriesText, from: number, to: number): void {
  if (out.nameTo > out.nameFrom) throw new TextFault(from, 'metric name already set');
  if (to === from) throw new TextFault(from, 'the metric name is empty');
  out.nameFrom = from;
  out.nameTo = to;
}

function lexLabelValue(bytes: Uint8Array, from: number, end: number, out: SeriesText): number {
  if (bytes[from] !== EQUALS) throw unexpected(bytes, from, 'expected equal');
  const at = skipBlanks(bytes, from + 1);
  const valueEnd = bytes[at] === QUOTE ? skipQuoted(bytes, at, end) : at;
  if (valueEnd === at) throw unexpected(bytes, at, 'expected label value');
  if (!isAscii(bytes, at, valueEnd) && !isUtf8(bytes.subarray(at, valueEnd))) {
    throw new TextFault(at, 'label value is not valid UTF-8');
  }
  out.addLabelValue(at + 1, valueEnd - 1);
  return skipBlanks(bytes, valueEnd);
}

/** The types of metric families: those of the text format, then those of OpenMetrics only. */
export const METRIC_TYPES = [
  'unknown',
  'counter',
  'gauge',
  'histogram',
  'summary',
  'untyped',
  'gaugehistogram',
  'info',
  'stateset',
] as const;
const TEXT_TYPE_MAX = METRIC_TYPES.indexOf('untyped');

/** One line that begins with `#`. `end` is the offset of its newline. */
export type CommentLine =
  | { readonly kind: 'comment'; readonly end: number }
  | { readonly kind: 'type'; readonly end: number; readonly type: number; readonly name: string }
  /** The last line of OpenMetrics. */
  | { readonly kind: 'eof'; readonly end: number }
  | { readonly kind: 'unit'; readonly end: number; readonly unit: string; readonly name: string }
  | { readonly kind: 'help'; readonly end: number; readonly help: string; readonly name: string };

/** Reads the line whose `#` is at `at`, or throws a TextFault. */
export function lexComment(bytes: Buffer, at: number): CommentLine {
  const wordAt = skipBlanks(bytes, at + 1);
  const word = bytes.toString('latin1', wordAt, wordAt + 4);
  const blank = bytes[wordAt + 4];
  const isMeta = wordAt > at + 1 && (blank === SPACE || blank === TAB);
  if (!isMeta || (word !== 'HELP' && word !== 'TYPE')) {
    return { kind: 'comment', end: bytes.indexOf(NEWLINE, at) };
  }
  const nameAt = skipBlanks(bytes, wordAt + 4);
  const isQuoted = bytes[nameAt] === QUOTE;
  const end = bytes.indexOf(NEWLINE, nameAt);
  const nameEnd = isQuoted ? skipQuoted(bytes, nameAt, end) : skipMetricName(bytes, nameAt);
  if (nameEnd === nameAt) {
    throw unexpected(bytes, nameAt, `expected metric name after ${word}`);
  }
  const quoteLength = isQuoted ? 1 : 0;
  const name = unescapeText(bytes.toString('utf8', nameAt + quoteLength, nameEnd - quoteLength));
  // A text of nothing but blanks counts as none, and one blank separates it from the name.
  const isBlank = skipBlanks(bytes, nameEnd) === end;
  const text = bytes.subarray(isBlank ? end : Math.min(nameEnd + 1, end), end);
  if (word === 'HELP') {
    if (!isUtf8(text)) throw new TextFault(nameEnd, 'help text is not valid UTF-8');
    return { kind: 'help', end, name, help: unescapeHelp(text.toString('utf8')) };
  }
  const typeName = text.toString('latin1');
  const type = METRIC_TYPES.findIndex((known) => known === typeName);
  if (type <= 0 || type > TEXT_TYPE_MAX) {
    throw new TextFault(nameEnd, `invalid metric type ${quoteInput(text)}`);
  }
  return { kind: 'type', end, name, type };
}

/** Undoes the escapes of label values and quoted names; any other backslash stays. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(["\\n])/g, (_all, c: string) => (c === 'n' ? '\n' : c));
}

function unescapeHelp(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([\\n])/g, (_all, c: string) => (c === 'n' ? '\n' : c));
}

/** A fault that says what stands at `at` instead of what was expected. */
export function unexpected(bytes: Uint8Array, at: number, expected: string): TextFault {
  const got = at < bytes.length ? quoteInput(bytes.subarray(at, at + 1)) : 'the end';
  return new TextFault(at, `${expected}, got ${got}`);
}

/** Some bytes of input for an error message: bounded, unprintable ones escaped. */
export function quoteInput(bytes: Uint8Array): string {
  const cut = bytes.subarray(0, QUOTED_INPUT_MAX);
  let text = '';
  for (const byte of cut) {
    if (byte === NEWLINE) text += '\\n';
    else if (byte === QUOTE || byte === BACKSLASH) text += `\\${String.fromCharCode(byte)}`;
    else if (byte >= SPACE && byte < 0x7f) text += String.fromCharCode(byte);
    else text += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `"${text}${bytes.length > cut.length ? '…' : ''}"`;
}
