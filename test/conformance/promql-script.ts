/** Reads Prometheus' scripts of queries and expected answers (promql/promqltest). */
import { parseDuration } from '../../packages/server/src/platform/index.ts';
import { type Labels, labelsKey } from '../../packages/server/src/series/index.ts';
import {
  parseMetric,
  parseNumber,
  parseSeriesLine,
  type SeriesValue,
} from '../../packages/server/src/promql/series-notation.ts';

/** A text that a message must be, or an expression that it must match. */
export type MessageTest = (message: string) => boolean;

export type ExpectKind = 'fail' | 'warn' | 'info' | 'no_warn' | 'no_info' | 'ordered';

/** A series to load; starts are offsets from each sample's time. */
export interface LoadedSeries {
  readonly labels: Labels;
  readonly values: readonly SeriesValue[];
  readonly startOffsetsMs: readonly (number | undefined)[];
}

export interface LoadCommand {
  readonly kind: 'load';
  readonly stepMs: number;
  readonly series: readonly LoadedSeries[];
  /** Classic histograms are to be loaded as native ones too. */
  readonly withNativeBuckets: boolean;
}

export interface ExpectedSeries {
  readonly labels: Labels;
  readonly values: readonly SeriesValue[];
  /** From 1, in order of writing. */
  readonly position: number;
}

export interface EvalCommand {
  readonly kind: 'eval';
  readonly line: number;
  readonly text: string;
  readonly isRange: boolean;
  /** What is asked for; both are the same time for an instant query. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** Where expected values lie, for an instant query whose answer is a range vector. */
  readonly grid: { readonly fromMs: number; readonly toMs: number; readonly stepMs: number };
  readonly isRangeVector: boolean;
  readonly expects: ReadonlyMap<ExpectKind, readonly MessageTest[]>;
  readonly scalar: number | undefined;
  readonly string: string | undefined;
  readonly series: ReadonlyMap<string, ExpectedSeries>;
}

/** An eval that could not be read; it counts as a failed case. */
export interface BrokenCommand {
  readonly kind: 'broken';
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

export type ScriptCommand = { readonly kind: 'clear' } | LoadCommand | EvalCommand | BrokenCommand;

/** Lines of one command: the first one, and the block below it. */
interface Block {
  readonly line: number;
  readonly head: string;
  readonly body: readonly string[];
}

/** Reads a whole script. */
export function parseScript(text: string): readonly ScriptCommand[] {
  return splitBlocks(text).map(parseBlock);
}

/** Commands are ended by an empty line; the ones that take no block by their own line. */
function splitBlocks(text: string): readonly Block[] {
  const lines = text.split('\n').map((line) => (/^\s*#/.test(line) ? '' : line.trim()));
  const blocks: Block[] = [];
  for (let i = 0; i < lines.length; i++) {
    const head = lines[i];
    if (head === '') continue;
    const body: string[] = [];
    const line = i + 1;
    if (/^(load|eval)/i.test(head)) {
      while (i + 1 < lines.length && lines[i + 1] !== '') body.push(lines[++i]);
    }
    blocks.push({ line, head, body });
  }
  return blocks;
}

function parseBlock(block: Block): ScriptCommand {
  try {
    if (/^clear\b/i.test(block.head)) return { kind: 'clear' };
    if (/^load/i.test(block.head)) return parseLoad(block);
    return parseEval(block);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'broken', line: block.line, text: block.head, reason };
  }
}

function parseLoad({ head, body }: Block): LoadCommand {
  const match = /^load(?:_(with_nhcb))?\s+(.+?)$/.exec(head);
  if (match === null) throw new Error(`not a load command: ${head}`);
  const series: LoadedSeries[] = [];
  let starts: readonly (number | undefined)[] = [];
  for (const line of body) {
    const start = /^(\S+)@st\s+(.+)$/.exec(line);
    if (start !== null) {
      parseMetric(start[1]);
      starts = start[2].split(/\s+/).flatMap(parseStartOffset);
      continue;
    }
    series.push({ ...parseSeriesLine(line), startOffsetsMs: starts });
    starts = [];
  }
  return {
    kind: 'load',
    stepMs: parseDuration(match[2]),
    series,
    withNativeBuckets: match[1] !== undefined,
  };
}

const SIGNED_DURATION = String.raw`[+-]?\d+(?:ms|[smhdwy])?`;
const START_OFFSET = new RegExp(
  `^(${SIGNED_DURATION})(?:([+-])(${SIGNED_DURATION}))?(?:x(\\d+))?$`,
);

/** One item of a line of start times: `_`, `_x3`, `-30s`, `-30sx5`, `-30s-1mx5`. */
function parseStartOffset(item: string): readonly (number | undefined)[] {
  const gap = /^_(?:x(\d+))?$/.exec(item);
  if (gap !== null) return Array.from({ length: Number(gap[1] ?? 1) }, () => undefined);
  const match = START_OFFSET.exec(item);
  if (match === null) throw new Error(`not a start offset: ${item}`);
  const [, first, sign, change, times] = match;
  const step = change === undefined ? 0 : signedDurationMs(change) * (sign === '-' ? -1 : 1);
  const base = signedDurationMs(first);
  return Array.from({ length: Number(times ?? 0) + 1 }, (_, i) => base + i * step);
}

function signedDurationMs(text: string): number {
  const size = parseDuration(text.replace(/^[+-]/, ''));
  return text.startsWith('-') ? -size : size;
}

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(.+?))?\s+(.+)$/;
const RANGE =
  /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+?)\s+(.+)$/;

function parseEval({ line, head, body }: Block): EvalCommand {
  const instant = INSTANT.exec(head);
  const range = RANGE.exec(head);
  const times = instant === null ? rangeTimes(head, range) : instantTimes(instant);
  const expects = new Map<ExpectKind, MessageTest[]>();
  const mode = instant?.[1] ?? range?.[1];
  if (mode !== undefined) expects.set(expectKind(mode), [() => true]);
  const answer = parseAnswer(body, expects);
  return {
    kind: 'eval',
    line,
    text: instant?.[3] ?? range?.[5] ?? '',
    isRange: instant === null,
    ...times,
    grid: answer.rangeVector ?? times,
    isRangeVector: answer.rangeVector !== undefined,
    expects,
    scalar: answer.scalar,
    string: answer.string,
    series: answer.series,
  };
}

interface Times {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

function instantTimes(match: RegExpExecArray): Times {
  const atMs = parseDuration(match[2]);
  return { fromMs: atMs, toMs: atMs, stepMs: 0 };
}

function rangeTimes(head: string, match: RegExpExecArray | null): Times {
  if (match === null) throw new Error(`unknown command: ${head}`);
  return {
    fromMs: parseDuration(match[2]),
    toMs: parseDuration(match[3]),
    stepMs: parseDuration(match[4]),
  };
}

function expectKind(word: string): ExpectKind {
  switch (word) {
    case 'fail':
    case 'warn':
    case 'info':
    case 'no_warn':
    case 'no_info':
    case 'ordered':
      return word;
    default:
      throw new Error(`unknown expectation: ${word}`);
  }
}

interface Answer {
  rangeVector: Times | undefined;
  scalar: number | undefined;
  string: string | undefined;
  readonly series: Map<string, ExpectedSeries>;
}

function parseAnswer(body: readonly string[], expects: Map<ExpectKind, MessageTest[]>): Answer {
  const answer: Answer = {
    rangeVector: undefined,
    scalar: undefined,
    string: undefined,
    series: new Map(),
  };
  let position = 0;
  for (const line of body) {
    if (line.startsWith('expect range vector')) answer.rangeVector = parseRangeVector(line);
    else if (line.startsWith('expect string ')) answer.string = parseText(line.slice(14));
    else if (/^expect\s/.test(line)) addExpectation(line, expects);
    else if (line.startsWith('expected_fail_')) addFailure(line, expects);
    else if (isNumber(line)) answer.scalar = parseNumber(line);
    else {
      const series = parseSeriesLine(line);
      answer.series.set(labelsKey(series.labels), { ...series, position: ++position });
    }
  }
  return answer;
}

function isNumber(line: string): boolean {
  return /^[+-]?(?:\d|\.\d|inf$|nan$)/i.test(line);
}

function parseRangeVector(line: string): Times {
  const match = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/.exec(line);
  if (match === null) throw new Error(`not a range vector: ${line}`);
  const [fromMs, toMs, stepMs] = match.slice(1).map(parseDuration);
  return { fromMs, toMs, stepMs };
}

/** A Go string literal, of the kinds that scripts use. */
function parseText(literal: string): string {
  if (literal.startsWith('`')) return literal.slice(1, -1);
  const value: unknown = JSON.parse(literal);
  if (typeof value !== 'string') throw new Error(`not a string: ${literal}`);
  return value;
}

function addExpectation(line: string, expects: Map<ExpectKind, MessageTest[]>): void {
  const match = /^expect\s+(\w+)(?:\s+(regex|msg):(.+))?$/.exec(line);
  if (match === null) throw new Error(`not an expectation: ${line}`);
  const [, word, how, text] = match;
  add(expects, expectKind(word), how === undefined ? () => true : messageTest(how, text.trim()));
}

function addFailure(line: string, expects: Map<ExpectKind, MessageTest[]>): void {
  const match = /^expected_fail_(message|regexp)\s+(.+)$/.exec(line);
  if (match === null) throw new Error(`not an expectation: ${line}`);
  expects.set('fail', [messageTest(match[1] === 'regexp' ? 'regex' : 'msg', match[2])]);
}

function add(expects: Map<ExpectKind, MessageTest[]>, kind: ExpectKind, test: MessageTest): void {
  const tests = expects.get(kind) ?? [];
  tests.push(test);
  expects.set(kind, tests);
}

function messageTest(how: string, text: string): MessageTest {
  if (how === 'msg') return (message) => message === text;
  const pattern = new RegExp(text);
  return (message) => pattern.test(message);
}
