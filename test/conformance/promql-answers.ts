/** Compares answers with what a script expects, as tolerant as the original. */
import type {
  MatrixSeries,
  QueryResult,
  QueryValue,
} from '../../packages/server/src/promql/index.ts';
import {
  formatHistogramNotation,
  formatLabels,
  type Histogram,
  isSameHistogram,
  labelsKey,
} from '../../packages/server/src/series/index.ts';
import type { EvalCommand, ExpectedSeries, MessageTest } from './promql-script.ts';
import type { SeriesValue } from '../../packages/server/src/promql/series-notation.ts';

/** Relative, as in promqltest. */
const TOLERANCE = 1e-6;
const NORMAL_MIN = 2 ** -1022;

/** Whether two values are the same up to rounding; NaN is NaN. */
export function isAlmostEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  if (a === b) return true;
  const sum = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || sum < NORMAL_MIN) return difference < TOLERANCE * NORMAL_MIN;
  return difference / Math.min(sum, Number.MAX_VALUE) < TOLERANCE;
}

/** Whether a sample is what is expected; of resets only where something is said of them. */
function isExpected(want: SeriesValue, value: number, histogram: Histogram | undefined): boolean {
  if (want.kind === 'float') return histogram === undefined && isAlmostEqual(want.value, value);
  if (want.kind !== 'histogram' || histogram === undefined) return false;
  if (want.hasCounterReset && want.histogram.counterReset !== histogram.counterReset) return false;
  return isSameHistogram(want.histogram, histogram, isAlmostEqual);
}

function formatExpected(want: SeriesValue): string {
  if (want.kind === 'float') return String(want.value);
  return want.kind === 'histogram' ? formatHistogramNotation(want.histogram) : want.kind;
}

function formatSample(value: number, histogram: Histogram | undefined): string {
  return histogram === undefined ? String(value) : formatHistogramNotation(histogram);
}

/** What is wrong with the notes of an answer. */
export function checkNotes(command: EvalCommand, result: QueryResult): string | undefined {
  const { expects } = command;
  if (expects.has('no_warn') && result.warnings.length > 0) {
    return `unexpected warnings: ${result.warnings.join('; ')}`;
  }
  if (expects.has('no_info') && result.infos.length > 0) {
    return `unexpected infos: ${result.infos.join('; ')}`;
  }
  return (
    checkMessages('warning', expects.get('warn'), result.warnings) ??
    checkMessages('info', expects.get('info'), result.infos)
  );
}

function checkMessages(
  what: string,
  tests: readonly MessageTest[] | undefined,
  messages: readonly string[],
): string | undefined {
  if (tests === undefined) return undefined;
  if (messages.length === 0) return `expected a ${what}, got none`;
  const isCovered = tests.every((test) => messages.some(test));
  const isExpected = messages.every((message) => tests.some((test) => test(message)));
  return isCovered && isExpected ? undefined : `unexpected ${what}s: ${messages.join('; ')}`;
}

/** What is wrong with an answer. */
export function checkAnswer(command: EvalCommand, value: QueryValue): string | undefined {
  switch (value.kind) {
    case 'scalar':
      return checkScalar(command, value.value);
    case 'string':
      return value.value === command.string ? undefined : `got the string ${value.value}`;
    case 'vector':
      return checkVector(command, value);
    case 'matrix':
      return checkMatrix(command, value);
  }
}

function checkScalar({ scalar }: EvalCommand, value: number): string | undefined {
  if (scalar === undefined) return `expected series, got the scalar ${value}`;
  return isAlmostEqual(scalar, value) ? undefined : `expected ${scalar}, got ${value}`;
}

function checkVector(
  command: EvalCommand,
  { samples }: Extract<QueryValue, { kind: 'vector' }>,
): string | undefined {
  if (command.scalar !== undefined) return 'expected a scalar, got a vector';
  const seen = new Set<string>();
  for (const [i, { labels, value, histogram }] of samples.entries()) {
    const key = labelsKey(labels);
    const expected = command.series.get(key);
    const name = formatLabels(labels);
    const got = formatSample(value, histogram);
    if (expected === undefined) return `unexpected series ${name} ${got}`;
    if (command.expects.has('ordered') && expected.position !== i + 1) {
      return `${name} at position ${i + 1} instead of ${expected.position}`;
    }
    const want = expected.values[0];
    if (!isExpected(want, value, histogram)) {
      return `${name}: expected ${formatExpected(want)}, got ${got}`;
    }
    seen.add(key);
  }
  return findMissing(command, seen);
}

function findMissing(command: EvalCommand, seen: ReadonlySet<string>): string | undefined {
  for (const [key, { labels }] of command.series) {
    if (!seen.has(key)) return `missing series ${formatLabels(labels)}`;
  }
  return undefined;
}

function checkMatrix(
  command: EvalCommand,
  { series }: Extract<QueryValue, { kind: 'matrix' }>,
): string | undefined {
  if (command.scalar !== undefined) return 'expected a scalar, got a matrix';
  if (command.expects.has('ordered')) return 'expected an order, got a matrix';
  const seen = new Set<string>();
  for (const one of series) {
    const { labels } = one;
    const key = labelsKey(labels);
    const expected = command.series.get(key);
    if (expected === undefined) {
      return `unexpected series ${formatLabels(labels)} ${formatPoints(one)}`;
    }
    const fault = checkPoints(command, expected, one);
    if (fault !== undefined) return `${formatLabels(labels)}: ${fault}`;
    seen.add(key);
  }
  return findMissing(command, seen);
}

function checkPoints(
  { grid }: EvalCommand,
  expected: ExpectedSeries,
  points: MatrixSeries,
): string | undefined {
  let next = 0;
  for (const [i, want] of expected.values.entries()) {
    const timeMs = grid.fromMs + i * grid.stepMs;
    if (timeMs > grid.toMs) return 'more values than the range has steps';
    if (want.kind === 'gap') continue;
    const isThere = points.timesMs[next] === timeMs;
    if (!isThere || !isExpected(want, points.values[next], points.histograms?.[next])) {
      return `expected ${formatExpected(want)} at ${timeMs}, got ${formatPoints(points)}`;
    }
    next++;
  }
  return next === points.values.length ? undefined : `unexpected values: ${formatPoints(points)}`;
}

function formatPoints({ timesMs, values, histograms }: MatrixSeries): string {
  return Array.from(
    values,
    (value, i) => `${formatSample(value, histograms?.[i])}@${timesMs[i]}`,
  ).join(' ');
}
