/**
 * Lines of OpenMetrics text 1.0, read as strictly as its specification is written.
 *
 * For people who check what their program exposes; what scrapes read is `openmetrics-lexer.ts`,
 * which is as tolerant as Prometheus. Both work on one line; this one on characters, so that the
 * column that it tells is the one that an editor shows.
 */
import { isPlainLabelName, isPlainMetricName } from '../series/index.ts';
import { countCodePoints } from './exemplar-labels.ts';
import { parseFloatText } from './float.ts';
import { EXEMPLAR_CHARACTERS_MAX } from './limits.ts';

/** What is wrong with a line, and where: the column counts from 1. */
export class LineFault extends Error {
  override readonly name = 'LineFault';
  readonly column: number;

  constructor(column: number, reason: string) {
    super(reason);
    this.column = column;
  }
}

export interface StrictExemplar {
  readonly column: number;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly timeSeconds: number | undefined;
}

/** One sample. Times are in seconds, as they were written. */
export interface StrictSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** Where the value begins. */
  readonly valueColumn: number;
  readonly value: number;
  readonly timeSeconds: number | undefined;
  readonly exemplar: StrictExemplar | undefined;
}

export interface StrictMetadata {
  readonly keyword: 'HELP' | 'TYPE' | 'UNIT';
  readonly name: string;
  /** Where `text` begins. */
  readonly textColumn: number;
  readonly text: string;
}

/** Walks over one line. */
class Cursor {
  readonly line: string;
  at = 0;

  constructor(line: string) {
    this.line = line;
  }

  get isAtEnd(): boolean {
    return this.at >= this.line.length;
  }

  fault(reason: string, at = this.at): LineFault {
    return new LineFault(at + 1, reason);
  }

  /** Whether a text stands here; then it is passed. */
  take(text: string): boolean {
    if (!this.line.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  expect(text: string, what: string): void {
    if (!this.take(text)) throw this.fault(`expected ${what}, got ${this.#here()}`);
  }

  /** Everything up to the next of some characters, or the end. */
  until(stops: string): string {
    const from = this.at;
    while (!this.isAtEnd && !stops.includes(this.line[this.at])) this.at++;
    return this.line.slice(from, this.at);
  }

  /** A quoted text with its escapes undone; the opening quote stands here. */
  quoted(what: string): string {
    const from = this.at++;
    let text = '';
    for (;;) {
      text += this.until('"\\');
      if (this.isAtEnd) throw this.fault(`${what} has no closing quote`, from);
      if (this.take('"')) return text;
      this.at++;
      text += unescape(this.line[this.at] ?? '');
      this.at++;
    }
  }

  #here(): string {
    return this.isAtEnd ? 'the end of the line' : JSON.stringify(this.line[this.at]);
  }
}

/** Any character but `\`, `"` and `n` stands for itself, the backslash included. */
function unescape(character: string): string {
  if (character === 'n') return '\n';
  return character === '"' || character === '\\' ? character : `\\${character}`;
}

/** Reads a line that does not begin with `#`, or throws a LineFault. */
export function parseStrictSample(line: string): StrictSample {
  const cursor = new Cursor(line);
  const name = readBareName(cursor);
  const { name: quotedName, labels } = readLabels(cursor, name === '' ? 'metric' : 'labels');
  cursor.expect(' ', 'one space and the value');
  const valueColumn = cursor.at + 1;
  const value = readNumber(cursor, 'value');
  let timeSeconds: number | undefined;
  if (!cursor.isAtEnd) {
    cursor.expect(' ', 'a space or the end of the line');
    if (!cursor.line.startsWith('#', cursor.at)) timeSeconds = readTime(cursor);
    else cursor.at--;
  }
  const exemplar = cursor.isAtEnd ? undefined : readExemplar(cursor);
  return { name: name || quotedName, labels, valueColumn, value, timeSeconds, exemplar };
}

/** The name before the braces; '' where it stands inside of them. */
function readBareName(cursor: Cursor): string {
  const name = cursor.until('{ \t');
  if (name === '' && cursor.line[cursor.at] !== '{') {
    throw cursor.fault('a sample begins with the name of its metric, without blanks');
  }
  if (name !== '' && !isPlainMetricName(name)) {
    const advice = 'names of other characters are quoted and stand in the braces';
    throw cursor.fault(`"${name}" is not a metric name; ${advice}`, 0);
  }
  return name;
}

type LabelsOf = 'metric' | 'labels';

/** Reads braces where there are any; with `metric` the first thing in them is a quoted name. */
function readLabels(
  cursor: Cursor,
  kind: LabelsOf,
): { readonly name: string; readonly labels: Map<string, string> } {
  const labels = new Map<string, string>();
  let name = '';
  if (!cursor.take('{')) return { name, labels };
  if (cursor.take('}')) {
    if (kind === 'metric') throw cursor.fault('the sample has no metric name', 0);
    return { name, labels };
  }
  do {
    const from = cursor.at;
    const isQuoted = cursor.line[from] === '"';
    const label = isQuoted ? cursor.quoted('the name') : cursor.until('=,} "');
    if (isQuoted && cursor.line[cursor.at] !== '=') {
      if (kind === 'labels' || name !== '' || label === '') {
        throw cursor.fault('expected a label: name="value"', from);
      }
      name = label;
    } else {
      if (!isQuoted && !isPlainLabelName(label)) {
        throw cursor.fault(`"${label}" is not a label name`, from);
      }
      if (labels.has(label)) throw cursor.fault(`label "${label}" stands twice`, from);
      labels.set(label, readLabelValue(cursor, label));
    }
  } while (cursor.take(','));
  cursor.expect('}', '"," or "}"');
  if (kind === 'metric' && name === '') throw cursor.fault('the sample has no metric name', 0);
  return { name, labels };
}

function readLabelValue(cursor: Cursor, label: string): string {
  cursor.expect('=', '"=" after the name of the label');
  if (cursor.line[cursor.at] !== '"') {
    throw cursor.fault(`the value of label "${label}" must stand in double quotes`);
  }
  return cursor.quoted(`the value of label "${label}"`);
}

function readNumber(cursor: Cursor, what: string): number {
  const from = cursor.at;
  const text = cursor.until(' ');
  if (text === '') throw cursor.fault(`the ${what} is missing; exactly one space stands before it`);
  const number = parseFloatText(text);
  if (typeof number === 'string') throw cursor.fault(`${what}: ${number}`, from);
  return number;
}

/** Times are plain numbers of seconds: neither infinite nor NaN. */
function readTime(cursor: Cursor): number {
  const from = cursor.at;
  const seconds = readNumber(cursor, 'timestamp');
  if (Number.isFinite(seconds)) return seconds;
  throw cursor.fault('a timestamp must be a number of seconds', from);
}

function readExemplar(cursor: Cursor): StrictExemplar {
  const from = cursor.at;
  cursor.expect(' # ', 'an exemplar, which begins with " # "');
  if (cursor.line[cursor.at] !== '{')
    throw cursor.fault('an exemplar begins with its labels, in braces');
  const { labels } = readLabels(cursor, 'labels');
  const characterCount = [...labels].reduce(
    (sum, [name, value]) => sum + countCodePoints(name) + countCodePoints(value),
    0,
  );
  if (characterCount > EXEMPLAR_CHARACTERS_MAX) {
    const message = `the labels of the exemplar have ${characterCount} characters`;
    throw cursor.fault(`${message}; at most ${EXEMPLAR_CHARACTERS_MAX} are allowed`, from + 3);
  }
  cursor.expect(' ', 'one space and the value of the exemplar');
  const value = readNumber(cursor, 'value of the exemplar');
  let timeSeconds: number | undefined;
  if (!cursor.isAtEnd) {
    cursor.expect(' ', 'a space or the end of the line');
    timeSeconds = readTime(cursor);
  }
  if (!cursor.isAtEnd) throw cursor.fault('nothing may follow an exemplar');
  return { column: from + 2, labels, value, timeSeconds };
}

/** Reads a line that begins with `#`, or throws a LineFault. `# EOF` is not for this function. */
export function parseStrictMetadata(line: string): StrictMetadata {
  const cursor = new Cursor(line);
  cursor.expect('# ', '"# " and a keyword');
  const keyword = readKeyword(cursor);
  cursor.expect(' ', `a space and the metric's name`);
  const from = cursor.at;
  const isQuoted = cursor.line[from] === '"';
  const name = isQuoted ? cursor.quoted(`the metric's name`) : cursor.until(' ');
  if (name === '' || (!isQuoted && !isPlainMetricName(name))) {
    throw cursor.fault(`"${name}" is not a metric name`, from);
  }
  cursor.expect(' ', `a space after the metric's name`);
  const textColumn = cursor.at + 1;
  return { keyword, name, textColumn, text: cursor.line.slice(cursor.at) };
}

function readKeyword(cursor: Cursor): StrictMetadata['keyword'] {
  const from = cursor.at;
  const word = cursor.until(' ');
  if (word === 'HELP' || word === 'TYPE' || word === 'UNIT') return word;
  const advice = 'comments are not allowed; want HELP, TYPE, UNIT or EOF';
  throw cursor.fault(`${advice}, got ${JSON.stringify(word)}`, from);
}
