/**
 * Prometheus' own scripts of queries and answers, run against our engine.
 *
 * As in the original, an instant query is also run with its time pinned by `@` at other times, and
 * as the middle step of a range.
 */
import { readFile } from 'node:fs/promises';
import {
  createQueryEngine,
  type Expr,
  formatExpr,
  parseExpr,
  type QueryEngine,
  type QueryResult,
  type QueryValue,
} from '../../packages/server/src/promql/index.ts';
import {
  createTestStore,
  type TestSample,
  type TestStore,
} from '../../packages/server/src/promql/testing.ts';
import { createSystemClock, errorMessage } from '../../packages/server/src/platform/index.ts';
import { checkAnswer, checkNotes } from './promql-answers.ts';
import { convertClassics } from './promql-classic.ts';
import { type EvalCommand, type LoadCommand, parseScript } from './promql-script.ts';
import type { SeriesValue } from '../../packages/server/src/promql/series-notation.ts';
import { pinExpr } from './promql-variants.ts';
import type { CaseResult, ConformanceSuite } from './suite.ts';

/** Evals whose loaded data has no native histograms at all. */
const FLOAT_ONLY = 'without histograms';

const MINUTE_MS = 60_000;

export const promqlSuite: ConformanceSuite = {
  name: 'promql',
  folders: ['promql'],
  isCase: (path) => path.endsWith('.test'),
  async run(files) {
    const results: CaseResult[] = [];
    for (const file of files) results.push(...runScript(file, await readFile(file, 'utf8')));
    return results;
  },
};

/** What has been loaded since the last `clear`. */
interface State {
  readonly store: TestStore;
  readonly engine: QueryEngine;
  isFloatOnly: boolean;
}

function createState(): State {
  const store = createTestStore();
  const engine = createQueryEngine({ queryable: store, clock: createSystemClock() });
  return { store, engine, isFloatOnly: true };
}

function runScript(file: string, text: string): readonly CaseResult[] {
  let state = createState();
  const results: CaseResult[] = [];
  for (const command of parseScript(text)) {
    switch (command.kind) {
      case 'clear':
        state = createState();
        break;
      case 'load':
        load(state, command);
        break;
      case 'broken':
        results.push({
          file,
          line: command.line,
          name: command.text,
          failure: command.reason,
          groups: groupsOf(state),
        });
        break;
      case 'eval':
        results.push({
          file,
          line: command.line,
          name: command.text,
          failure: findFailure(state, command),
          groups: groupsOf(state),
        });
    }
  }
  return results;
}

function groupsOf(state: State): readonly string[] {
  return state.isFloatOnly ? [FLOAT_ONLY] : [];
}

function load(state: State, command: LoadCommand): void {
  const isNative = command.series.some(({ values }) => values.some(isHistogram));
  if (command.withNativeBuckets || isNative) state.isFloatOnly = false;
  for (const { labels, values, startOffsetsMs } of command.series) {
    const samples = values.flatMap((value, i): TestSample[] => {
      if (value.kind === 'gap') return [];
      const timeMs = i * command.stepMs;
      const offset = startOffsetsMs[i];
      const startMs = offset === undefined ? 0 : timeMs + offset;
      const float = value.kind === 'float' ? value.value : undefined;
      const histogram = value.kind === 'histogram' ? value.histogram : undefined;
      return [{ timeMs, startMs, value: float, histogram }];
    });
    if (samples.length > 0) state.store.append(labels, samples);
  }
  if (!command.withNativeBuckets) return;
  for (const { labels, samples } of convertClassics(command)) state.store.append(labels, samples);
}

function isHistogram({ kind }: SeriesValue): boolean {
  return kind === 'histogram';
}

/** Why an eval failed; undefined where it passed. */
function findFailure(state: State, command: EvalCommand): string | undefined {
  try {
    if (command.isRange) {
      const { text, fromMs, toMs, stepMs } = command;
      return judge(command, () => state.engine.evaluateRange({ text, fromMs, toMs, stepMs }), text);
    }
    return findInstantFailure(state, command);
  } catch (error) {
    return errorMessage(error);
  }
}

/** Runs a query and compares what comes of it, be it an error. */
function judge(command: EvalCommand, run: () => QueryResult, text: string): string | undefined {
  const failures = command.expects.get('fail');
  let result: QueryResult;
  try {
    result = run();
  } catch (error) {
    const message = errorMessage(error);
    if (failures === undefined) return `${text}: ${message}`;
    return failures.every((test) => test(message)) ? undefined : `unexpected error: ${message}`;
  }
  if (failures !== undefined) return `${text}: expected an error, got an answer`;
  const fault = checkNotes(command, result) ?? checkAnswer(command, result.value);
  return fault === undefined ? undefined : `${text}: ${fault}`;
}

function findInstantFailure(state: State, command: EvalCommand): string | undefined {
  const atMs = command.isRangeVector ? command.grid.toMs : command.fromMs;
  const variants = [{ text: command.text, atMs: command.fromMs }];
  const pinned = pinExpr(parseExprOrNothing(command.text), atMs);
  if (pinned !== undefined) {
    const text = formatExpr(pinned);
    const times =
      atMs === 0 ? [-1000, 0, 1000] : [-10 * atMs, 0, Math.trunc(atMs / 5), atMs, 10 * atMs];
    for (const time of times) variants.push({ text, atMs: time });
  }
  for (const variant of variants) {
    const failure = findVariantFailure(state, command, variant);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function parseExprOrNothing(text: string): Expr | undefined {
  try {
    return parseExpr(text);
  } catch {
    // A script may expect the query to be refused; running it will tell.
    return undefined;
  }
}

function findVariantFailure(
  state: State,
  command: EvalCommand,
  query: { readonly text: string; readonly atMs: number },
): string | undefined {
  const failure = judge(command, () => state.engine.evaluateInstant(query), query.text);
  if (failure !== undefined || command.expects.has('fail')) return failure;
  const isSingular = command.isRangeVector || command.string !== undefined;
  if (isSingular || /(start|end|range|step)\(\)/.test(query.text)) return undefined;
  const { text, atMs } = query;
  const range = state.engine.evaluateRange({
    text,
    fromMs: atMs - MINUTE_MS,
    toMs: atMs + MINUTE_MS,
    stepMs: MINUTE_MS,
  });
  if (command.expects.has('ordered')) return undefined;
  const middle = middleOf(range.value, atMs, command.scalar !== undefined);
  const fault = checkAnswer(command, middle);
  return fault === undefined ? undefined : `${text} as a range: ${fault}`;
}

/** A range query's answer at one of its steps, as an instant query would give it. */
function middleOf(value: QueryValue, atMs: number, isScalar: boolean): QueryValue {
  if (value.kind !== 'matrix') return value;
  const samples = value.series.flatMap(({ labels, timesMs, values, histograms }) => {
    const at = timesMs.indexOf(atMs);
    if (at < 0) return [];
    const histogram = histograms?.[at];
    const sample = { labels, value: values[at] };
    return [histogram === undefined ? sample : { ...sample, histogram }];
  });
  if (isScalar && samples.length === 1) return { kind: 'scalar', atMs, value: samples[0].value };
  return { kind: 'vector', atMs, samples };
}
