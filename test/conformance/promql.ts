/**
 * Prometheus' own scripts of queries and answers, run against our engine.
 *
 * As in the original, an instant query is also run with its time pinned by `@` at other times, and
 * as the middle step of a range. Series of native histograms are known by their labels only: a
 * query that could see one has failed, any other must be right.
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
import { createTestStore, type TestStore } from '../../packages/server/src/promql/testing.ts';
import { createSystemClock, errorMessage } from '../../packages/server/src/platform/index.ts';
import {
  isMatch,
  type Labels,
  labelValue,
  METRIC_NAME,
  withLabel,
  withoutLabels,
} from '../../packages/server/src/series/index.ts';
import { checkAnswer, checkNotes } from './promql-answers.ts';
import { type EvalCommand, type LoadCommand, parseScript } from './promql-script.ts';
import { findInExpr, pinExpr } from './promql-variants.ts';
import type { CaseResult, ConformanceSuite } from './suite.ts';

/** Evals whose loaded data has no native histograms at all. */
const FLOAT_ONLY = 'without histograms';

const MINUTE_MS = 60_000;

export const promqlSuite: ConformanceSuite = {
  name: 'promql',
  folder: 'promql',
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
  /** Series that hold native histograms. */
  readonly histograms: Labels[];
  isFloatOnly: boolean;
}

function createState(): State {
  const store = createTestStore();
  const engine = createQueryEngine({ queryable: store, clock: createSystemClock() });
  return { store, engine, histograms: [], isFloatOnly: true };
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
  if (command.withNativeBuckets) state.isFloatOnly = false;
  for (const { labels, values, startOffsetsMs } of command.series) {
    if (command.withNativeBuckets) state.histograms.push(nativeTwin(labels));
    if (values.some(({ kind }) => kind === 'histogram')) {
      state.isFloatOnly = false;
      state.histograms.push(labels);
    }
    const samples = values.flatMap((value, i) => {
      if (value.kind === 'gap' || value.kind === 'histogram') return [];
      const timeMs = i * command.stepMs;
      const offset = startOffsetsMs[i];
      const startMs = offset === undefined ? 0 : timeMs + offset;
      return [{ timeMs, startMs, value: value.kind === 'float' ? value.value : undefined }];
    });
    if (samples.length > 0) state.store.append(labels, samples);
  }
}

/** The series that a counter of a classic histogram is converted into. */
function nativeTwin(labels: Labels): Labels {
  const name = labelValue(labels, METRIC_NAME).replace(/_(bucket|sum|count)$/, '');
  return withLabel(withoutLabels(labels, ['le']), METRIC_NAME, name);
}

/** Why an eval failed; undefined where it passed. */
function findFailure(state: State, command: EvalCommand): string | undefined {
  try {
    if (needsHistograms(state, command)) return 'needs native histograms';
    if (command.isRange) {
      const { text, fromMs, toMs, stepMs } = command;
      return judge(command, () => state.engine.evaluateRange({ text, fromMs, toMs, stepMs }), text);
    }
    return findInstantFailure(state, command);
  } catch (error) {
    return errorMessage(error);
  }
}

function needsHistograms(state: State, command: EvalCommand): boolean {
  const isExpected = [...command.series.values()].some(({ values }) =>
    values.some(({ kind }) => kind === 'histogram'),
  );
  if (isExpected) return true;
  if (state.histograms.length === 0) return false;
  return findInExpr(parseExpr(command.text), (node: Expr) => {
    if (node.type !== 'vectorSelector') return false;
    return state.histograms.some((labels) => isMatch(node.matchers, labels));
  });
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
  const samples = value.series.flatMap(({ labels, timesMs, values }) => {
    const at = timesMs.indexOf(atMs);
    return at < 0 ? [] : [{ labels, value: values[at] }];
  });
  if (isScalar && samples.length === 1) return { kind: 'scalar', atMs, value: samples[0].value };
  return { kind: 'vector', atMs, samples };
}
