/** What numbers, durations and strings in a query stand for. */
import { DURATION_MS_MAX, DURATION_UNIT_MS } from '../platform/index.ts';
import { quote } from '../series/index.ts';
import { digitValue } from './characters.ts';

/** A literal's value, or why it has none, in the words of Go's library. */
type Literal<T> = { readonly value: T; readonly fault?: undefined } | { readonly fault: string };

const INTEGER_MAX = 2n ** 63n - 1n;
const DECIMAL = /^(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const SECONDS_MAX = 2 ** 63 / 1e9;
const UNSIGNED_MAX = 2 ** 64;

/**
 * A number: decimal, `0x…` or `0o…`-like by a leading zero, infinite or not a number; digits may be
 * grouped by underscores. What is no integer of 64 bits is read once more as a decimal, so `08` is
 * eight and `010` is eight too.
 */
export function parseNumber(text: string): Literal<number> {
  const lower = text.toLowerCase();
  if (lower === 'inf') return { value: Infinity };
  if (lower === 'nan') return { value: Number.NaN };
  const digits = lower.replaceAll('_', '');
  const integer = parseInteger(digits);
  if (integer !== undefined) return { value: Number(integer) };
  if (!DECIMAL.test(digits)) return { fault: `parsing ${quote(text)}: invalid syntax` };
  const value = Number(digits);
  return Number.isFinite(value)
    ? { value }
    : { fault: `parsing ${quote(text)}: value out of range` };
}

/** An integer of 64 bits in base 16, 8 or 10; undefined for anything else. */
function parseInteger(digits: string): bigint | number | undefined {
  if (/^(0|[1-9]\d{0,14})$/.test(digits)) return Number(digits);
  const text = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  if (!/^(0x[0-9a-f]+|0o[0-7]+|[1-9]\d*)$/.test(text)) return undefined;
  const value = BigInt(text);
  return value <= INTEGER_MAX ? value : undefined;
}

/** A duration in milliseconds: units from large to small, each at most once. */
export function parseDurationLiteral(text: string): Literal<number> {
  const invalid = { fault: `not a valid duration string: ${quote(text)}` };
  let sumMs = 0;
  let lastUnitMs = Infinity;
  for (const [, digits, unit] of text.matchAll(/(\d+)(\D*)/g)) {
    const count = Number(digits);
    if (count >= UNSIGNED_MAX || unit === '') return invalid;
    const unitMs = DURATION_UNIT_MS[unit];
    if (unitMs === undefined) {
      return { fault: `unknown unit ${quote(unit)} in duration ${quote(text)}` };
    }
    if (unitMs >= lastUnitMs) return invalid;
    lastUnitMs = unitMs;
    sumMs += count * unitMs;
    if (sumMs > DURATION_MS_MAX) return { fault: 'duration out of range' };
  }
  return { value: sumMs };
}

/** Milliseconds as Go's Duration.Seconds gives them: whole seconds plus the rest. */
export function secondsOf(durationMs: number): number {
  const restMs = durationMs % 1000;
  return (durationMs - restMs) / 1000 + (restMs * 1e6) / 1e9;
}

/**
 * Whether seconds do not fit into a duration. Prometheus lets NaN through, which Go then makes into
 * 292 years ago; here it fits as little as infinity does.
 */
export function isBeyondDuration(seconds: number): boolean {
  return !(Math.abs(seconds) <= SECONDS_MAX);
}

/** Seconds as a duration of its own: rounded to nanoseconds, cut to milliseconds. */
export function wholeMs(seconds: number): number {
  const nanoseconds = Math.round(Math.abs(seconds) * 1e9);
  return Math.sign(seconds) * Math.floor(nanoseconds / 1e6);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * The text of a string whose escapes the lexer has found right. Bytes that `\x` and octal escapes
 * put together wrongly are kept as lone surrogates (see series/quote.ts).
 */
export function unquote(token: string): string {
  const inner = token.slice(1, -1);
  if (token[0] === '`' || !inner.includes('\\')) return inner;
  const bytes: number[] = [];
  let text = '';
  for (let i = 0; i < inner.length; ) {
    const escape = readEscape(inner, i);
    if (escape.byte !== undefined) {
      bytes.push(escape.byte);
    } else {
      if (bytes.length > 0) text += decodeBytes(bytes.splice(0));
      text += escape.text;
    }
    i = escape.end;
  }
  return text + decodeBytes(bytes);
}

interface Escape {
  readonly text: string;
  /** Set for an escape that stands for one byte. */
  readonly byte?: number;
  readonly end: number;
}

/** One character, or one escape, at an offset. */
function readEscape(text: string, at: number): Escape {
  if (text[at] !== '\\') return { text: text[at], end: at + 1 };
  const char = text[at + 1];
  const named = ESCAPES[char];
  if (named !== undefined) return { text: named, end: at + 2 };
  switch (char) {
    case 'x':
      return { text: '', byte: readDigits(text, at + 2, 2, 16), end: at + 4 };
    case 'u':
      return { text: String.fromCodePoint(readDigits(text, at + 2, 4, 16)), end: at + 6 };
    case 'U':
      return { text: String.fromCodePoint(readDigits(text, at + 2, 8, 16)), end: at + 10 };
    default:
      if (char < '0' || char > '7') return { text: char, end: at + 2 };
      return { text: '', byte: readDigits(text, at + 1, 3, 8), end: at + 4 };
  }
}

function readDigits(text: string, from: number, count: number, base: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) value = value * base + digitValue(text.charCodeAt(i));
  return value;
}

/** Decodes UTF-8; a byte that is part of no character becomes the lone surrogate U+DC00 + byte. */
function decodeBytes(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const size = sequenceSize(bytes[i]);
    const sequence = Uint8Array.from(bytes.slice(i, i + size));
    const decoded = new TextDecoder().decode(sequence);
    const isWhole = sequence.length === size && !decoded.includes('\ufffd');
    text += isWhole ? decoded : String.fromCharCode(bytes[i] < 0x80 ? bytes[i] : 0xdc00 + bytes[i]);
    i += isWhole ? size : 1;
  }
  return text;
}

function sequenceSize(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}
