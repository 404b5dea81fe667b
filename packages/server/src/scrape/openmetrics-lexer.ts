/**
 * The grammar of OpenMetrics text as Prometheus 3 reads it (model/textparse/openmetricslex.l), over
 * bytes. It is stricter than Prometheus' own text format and much laxer than the specification,
 * whose strict reading is in `openmetrics-check.ts`: types and samples need not fit, groups may be
 * interleaved, a comma may stand at the end of the labels.
 */
import { isUtf8 } from 'node:buffer';
import { NOT_SIMPLE, parseFloatText, readDecimal } from './float.ts';
import { isAscii } from './text-hash.ts';
import {
  BACKSLASH,
  CLOSE,
  COMMA,
  type CommentLine,
  EQUALS,
  HASH,
  METRIC_TYPES,
  NEWLINE,
  OPEN,
  QUOTE,
  quoteInput,
  type SeriesText,
  skipLabelName,
  skipMetricName,
  skipQuoted,
  SPACE,
  TextFault,
  unescapeText,
  unexpected,
} from './text-lexer.ts';

/** What `UNTYPED` is to Prometheus' format, `unknown` is here. */
const UNKNOWN = METRIC_TYPES.indexOf('unknown');
const UNTYPED = METRIC_TYPES.indexOf('untyped');

/** What stands after a sample's value. */
export interface SampleTail {
  /** The sample's own time; NaN where it has none. */
  timeMs: number;
  /** Where the labels of its exemplar begin, after the brace; -1 where it has none. */
  exemplarAt: number;
}

/** Takes the series that begins at `at` apart, or throws a TextFault. */
export function lexOpenMetricsSeries(
  bytes: Uint8Array,
  at: number,
  end: number,
  out: SeriesText,
): void {
  out.labelCount = 0;
  out.nameFrom = at;
  out.nameTo = skipMetricName(bytes, at);
  const open = out.nameTo;
  if (bytes[open] === OPEN) out.end = lexLabels(bytes, open + 1, end, { out, isExemplar: false });
  else if (open > at) out.end = open;
  else throw unexpected(bytes, at, 'expected a metric name, "# " or "{"');
  if (out.nameTo === out.nameFrom) throw new TextFault(at, 'the series has no metric name');
}

/** Takes the labels of an exemplar apart; answers the offset after the closing brace. */
export function lexExemplarLabels(
  bytes: Uint8Array,
  from: number,
  end: number,
  out: SeriesText,
): number {
  out.labelCount = 0;
  return lexLabels(bytes, from, end, { out, isExemplar: true });
}

interface LabelsInto {
  readonly out: SeriesText;
  /** An exemplar has no name, so that a quoted text alone is a mistake. */
  readonly isExemplar: boolean;
}

function lexLabels(bytes: Uint8Array, from: number, end: number, into: LabelsInto): number {
  const { out, isExemplar } = into;
  let at = from;
  while (bytes[at] !== CLOSE) {
    const isQuoted = bytes[at] === QUOTE;
    const nameEnd = isQuoted ? skipQuoted(bytes, at, end) : skipLabelName(bytes, at);
    if (nameEnd === at) throw unexpected(bytes, at, 'expected label name');
    const nameFrom = isQuoted ? at + 1 : at;
    const nameTo = isQuoted ? nameEnd - 1 : nameEnd;
    at = nameEnd;
    if (isQuoted && !isExemplar && (bytes[at] === COMMA || bytes[at] === CLOSE)) {
      if (out.nameTo > out.nameFrom) throw new TextFault(nameFrom, 'metric name already set');
      if (nameTo === nameFrom) throw new TextFault(nameFrom, 'the metric name is empty');
      out.nameFrom = nameFrom;
      out.nameTo = nameTo;
    } else {
      out.addLabelName(nameFrom, nameTo);
      at = lexLabelValue(bytes, at, end, out);
    }
    if (bytes[at] === COMMA) at++;
    else if (bytes[at] !== CLOSE) throw unexpected(bytes, at, 'expected comma or brace close');
  }
  return at + 1;
}

function lexLabelValue(bytes: Uint8Array, from: number, end: number, out: SeriesText): number {
  if (bytes[from] !== EQUALS) throw unexpected(bytes, from, 'expected equal');
  const at = from + 1;
  const valueEnd = bytes[at] === QUOTE ? skipQuotedInLine(bytes, at, end) : at;
  if (valueEnd === at) throw unexpected(bytes, at, 'expected label value');
  if (!isAscii(bytes, at, valueEnd) && !isUtf8(bytes.subarray(at, valueEnd))) {
    throw new TextFault(at, 'label value is not valid UTF-8');
  }
  out.addLabelValue(at + 1, valueEnd - 1);
  return valueEnd;
}

/** The first byte after a quoted text without newlines; `at` itself where it does not end. */
function skipQuotedInLine(bytes: Uint8Array, at: number, end: number): number {
  let i = at + 1;
  while (i < end && bytes[i] !== QUOTE && bytes[i] !== NEWLINE) {
    if (bytes[i] === BACKSLASH && bytes[++i] === NEWLINE) return at;
    i++;
  }
  return i < end && bytes[i] === QUOTE ? i + 1 : at;
}

/** Reads the line whose `#` is at `at`, or throws a TextFault. */
export function lexOpenMetricsComment(bytes: Buffer, at: number): CommentLine {
  if (bytes[at + 1] !== SPACE) throw unexpected(bytes, at, 'expected a valid start token');
  const end = bytes.indexOf(NEWLINE, at);
  const word = bytes.toString('latin1', at + 2, Math.min(at + 7, end));
  if (word === 'EOF') return { kind: 'eof', end };
  if (word !== 'HELP ' && word !== 'TYPE ' && word !== 'UNIT ') {
    throw unexpected(bytes, at + 2, 'expected HELP, TYPE, UNIT or EOF');
  }
  const keyword = word.slice(0, 4);
  const nameAt = at + 7;
  const isQuoted = bytes[nameAt] === QUOTE;
  const nameEnd = isQuoted ? skipQuoted(bytes, nameAt, end) : skipMetricName(bytes, nameAt);
  if (nameEnd === nameAt) {
    throw unexpected(bytes, nameAt, `expected metric name after ${keyword}`);
  }
  if (bytes[nameEnd] !== SPACE) throw new TextFault(nameEnd, `expected text in ${keyword}`);
  const quoteLength = isQuoted ? 1 : 0;
  const nameBytes = bytes.subarray(nameAt + quoteLength, nameEnd - quoteLength);
  const name = unescapeText(nameBytes.toString('utf8'));
  const text = bytes.subarray(nameEnd + 1, end);
  switch (keyword) {
    case 'HELP':
      if (!isUtf8(text)) throw new TextFault(nameEnd, 'help text is not valid UTF-8');
      return { kind: 'help', end, name, help: unescapeText(text.toString('utf8')) };
    case 'UNIT':
      return { kind: 'unit', end, name, unit: readUnit(text, nameBytes, nameEnd) };
    default:
      return { kind: 'type', end, name, type: readType(text, nameEnd) };
  }
}

function readType(text: Buffer, at: number): number {
  const name = text.toString('latin1');
  const type = METRIC_TYPES.findIndex((known) => known === name);
  if (type < 0 || type === UNTYPED) {
    throw new TextFault(at, `invalid metric type ${quoteInput(text)}`);
  }
  return type === UNKNOWN ? UNTYPED : type;
}

function readUnit(text: Buffer, name: Buffer, at: number): string {
  const unit = text.toString('utf8');
  if (text.length > 0 && !name.toString('utf8').endsWith(`_${unit}`)) {
    throw new TextFault(at, `unit ${quoteInput(text)} not a suffix of metric ${quoteInput(name)}`);
  }
  return unit;
}

const scratch = new Float64Array(1);

/**
 * Reads what follows a series: its value, into `values[index]`, perhaps a time, perhaps the start
 * of an exemplar. Answers where the next line begins, or, with an exemplar, where its labels do.
 */
export function lexOpenMetricsTail(
  bytes: Buffer,
  at: number,
  value: { readonly values: Float64Array; readonly index: number },
  tail: SampleTail,
): number {
  tail.timeMs = Number.NaN;
  tail.exemplarAt = -1;
  let end = readToken(bytes, at, value.values, value.index);
  if (bytes[end] === NEWLINE) return end + 1;
  if (!isExemplar(bytes, end)) {
    const timeAt = end;
    end = readToken(bytes, end, scratch, 0);
    tail.timeMs = toMilliseconds(scratch[0], timeAt);
    if (bytes[end] === NEWLINE) return end + 1;
    if (!isExemplar(bytes, end)) {
      throw unexpected(bytes, end, 'expected next entry after timestamp');
    }
  }
  tail.exemplarAt = end + 4;
  return tail.exemplarAt;
}

/** Reads value and time of an exemplar, whose labels have been read; answers the next line's start. */
export function lexExemplarTail(
  bytes: Buffer,
  at: number,
  exemplar: { value: number; timeMs: number },
): number {
  let end = readToken(bytes, at, scratch, 0);
  exemplar.value = scratch[0];
  exemplar.timeMs = Number.NaN;
  if (bytes[end] !== NEWLINE) {
    const timeAt = end;
    end = readToken(bytes, end, scratch, 0);
    exemplar.timeMs = toMilliseconds(scratch[0], timeAt);
  }
  if (bytes[end] !== NEWLINE) {
    throw unexpected(bytes, end, 'expected next entry after exemplar timestamp');
  }
  return end + 1;
}

function isExemplar(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === HASH && bytes[at + 2] === SPACE && bytes[at + 3] === OPEN;
}

/** Reads a space and a number; answers where it ends, which is at a space or the newline. */
function readToken(bytes: Buffer, at: number, values: Float64Array, index: number): number {
  if (bytes[at] !== SPACE) throw unexpected(bytes, at, 'expected a space and a value');
  const quick = readDecimal(bytes, at + 1, values, index);
  if (quick !== NOT_SIMPLE && (bytes[quick] === NEWLINE || bytes[quick] === SPACE)) return quick;
  let end = at + 1;
  while (bytes[end] !== SPACE && bytes[end] !== NEWLINE) end++;
  if (end === at + 1) throw unexpected(bytes, end, 'expected a value after one space');
  const value = parseFloatText(bytes.toString('latin1', at + 1, end));
  if (typeof value === 'string') throw new TextFault(at + 1, value);
  values[index] = value;
  return end;
}

/** From seconds, cut as Prometheus cuts them. What no clock shows counts as too far ahead. */
function toMilliseconds(seconds: number, at: number): number {
  if (!Number.isFinite(seconds)) throw new TextFault(at, `invalid timestamp ${seconds}`);
  const timeMs = Math.trunc(seconds * 1000);
  return Math.abs(timeMs) <= Number.MAX_SAFE_INTEGER ? timeMs : Number.POSITIVE_INFINITY;
}
