/**
 * Runs one unit test of rules: a store that fills as time goes, rules that are evaluated at each
 * step, alerts that are compared on the way and expressions at the end.
 *
 * The semantics are those of `promtool test rules` (Prometheus 3.14, cmd/promtool/unittest.go): at
 * each step the store first takes the values up to it, then all groups run in order. An alert is
 * compared with the last step at or before its time; expressions see what the last step left.
 */
import { type Clock, errorMessage, type Place } from '../../platform/index.ts';
import {
  createQueryEngine,
  type MemoryStore,
  type NewSample,
  type ReplayParts,
  type SeriesValue,
} from '../../promql/index.ts';
import type {
  AlertTest,
  CheckExpression,
  ExpectedSample,
  ExprTest,
  RuleGroup,
  RuleReplay,
  RuleTest,
  RuleTestParts,
  TextPairs,
} from '../../rules/index.ts';
import {
  compareLabels,
  formatHistogramNotation,
  type Labels,
  labelPairs,
  labelsKey,
  quote,
} from '../../series/index.ts';
import { ParsedQueries } from '../parsed-queries.ts';
import { createEvaluate } from '../rule-evaluation.ts';
import { RULE_TEST_EVALUATIONS_MAX, RULE_TEST_SAMPLES_MAX } from './limits.ts';

export interface TestParts extends ReplayParts, Pick<RuleTestParts, 'createRuleReplay'> {
  readonly clock: Clock;
}

export interface TestRun {
  readonly test: RuleTest;
  /** In the order of evaluation. */
  readonly groups: readonly RuleGroup[];
  readonly evaluationIntervalMs: number;
  readonly isFuzzy: boolean;
  /** Of the test's own expressions; what may not be evaluated is a failure. */
  readonly checkExpression: CheckExpression;
}

/** Labels and annotations of an alert, sorted by name. */
export interface AlertTexts {
  readonly labels: TextPairs;
  readonly annotations: TextPairs;
}

export interface SampleText {
  readonly labels: Labels;
  readonly value: number;
  /** In its notation; '' where the sample is the value. */
  readonly histogram: string;
}

/** One thing that is not as the test has it. */
export type TestFailure =
  | { readonly kind: 'input'; readonly place: Place; readonly message: string }
  | {
      readonly kind: 'rule';
      readonly place: Place;
      readonly ruleName: string;
      /** Since the start of the test. */
      readonly atMs: number;
      readonly message: string;
    }
  | {
      readonly kind: 'alerts';
      readonly test: AlertTest;
      readonly expected: readonly AlertTexts[];
      readonly got: readonly AlertTexts[];
    }
  | { readonly kind: 'expression'; readonly test: ExprTest; readonly message: string }
  | {
      readonly kind: 'samples';
      readonly test: ExprTest;
      readonly expected: readonly SampleText[];
      readonly got: readonly SampleText[];
    };

/** Runs a test; what is wrong with it or with the rules, in promtool's order. */
export async function runRuleTest(run: TestRun, parts: TestParts): Promise<readonly TestFailure[]> {
  const { test } = run;
  const store = parts.createMemoryStore();
  const input = readInput(test, parts);
  if ('failure' in input) return [input.failure];
  const engine = createQueryEngine({
    queryable: store,
    clock: parts.clock,
    subqueryStepMs: run.evaluationIntervalMs,
  });
  const parsed = new ParsedQueries();
  const evaluate = createEvaluate(engine, (text) => parsed.parse(text));
  const replay = parts.createRuleReplay({
    groups: run.groups,
    evaluate,
    write: (samples) => {
      for (const { labels, timeMs, value, histogram, isStale } of samples) {
        store.append(labels, { timeMs, value: isStale ? undefined : value, histogram });
      }
    },
    externalLabels: test.externalLabels,
    externalUrl: test.externalUrl,
  });
  const { failures, isOver } = await runSteps(run, { store, replay, input: input.series });
  if (isOver) return failures;
  for (const one of test.exprTests) {
    const failure = runExprTest(one, { run, parts, evaluate });
    if (failure !== undefined) failures.push(failure);
  }
  return failures;
}

/** A series of the test and how far the store has it. */
interface Input {
  readonly labels: Labels;
  readonly values: readonly SeriesValue[];
  next: number;
}

/** Reads the series; of two alike the later one counts. */
function readInput(
  test: RuleTest,
  { parseMetric, parseSeriesValues }: TestParts,
): { readonly series: readonly Input[] } | { readonly failure: TestFailure } {
  const byKey = new Map<string, Input>();
  let count = 0;
  for (const { series, values } of test.inputSeries) {
    let { place } = series;
    try {
      const labels = parseMetric(series.text);
      place = values.place;
      const parsed = parseSeriesValues(values.text);
      count += parsed.length;
      if (count > RULE_TEST_SAMPLES_MAX) {
        const message = `the test has more than ${RULE_TEST_SAMPLES_MAX} values; shorten its series`;
        return { failure: { kind: 'input', place, message } };
      }
      byKey.set(labelsKey(labels), { labels, values: parsed, next: 0 });
    } catch (error) {
      const message = `input series ${quote(series.text)}: ${errorMessage(error)}`;
      return { failure: { kind: 'input', place, message } };
    }
  }
  return { series: [...byKey.values()] };
}

interface Stage {
  readonly store: MemoryStore;
  readonly replay: RuleReplay;
  readonly input: readonly Input[];
}

/** Goes from step to step up to the last time that the test asks for. */
async function runSteps(
  { test, groups, evaluationIntervalMs }: TestRun,
  { store, replay, input }: Stage,
): Promise<{ readonly failures: TestFailure[]; readonly isOver: boolean }> {
  const { startMs } = test;
  const failures: TestFailure[] = [];
  const lastMs = [...test.alertTests, ...test.exprTests].reduce(
    (latestMs, { evalTimeMs }) => Math.max(latestMs, evalTimeMs),
    0,
  );
  const stepCount = Math.floor(lastMs / evaluationIntervalMs) + 1;
  const excess = findExcess(stepCount, groups);
  if (excess !== undefined) {
    failures.push({ kind: 'input', place: test.place, message: excess });
    return { failures, isOver: true };
  }
  const pending = Map.groupBy(test.alertTests, ({ evalTimeMs }) =>
    Math.floor(evalTimeMs / evaluationIntervalMs),
  );
  for (let step = 0; step < stepCount; step++) {
    const offsetMs = step * evaluationIntervalMs;
    for (const series of input) fill(store, series, { test, untilMs: offsetMs });
    const failed = await replay.evaluateAt(startMs + offsetMs);
    for (const { rule, message } of failed) {
      const { place, name: ruleName } = rule;
      failures.push({ kind: 'rule', place, ruleName, atMs: offsetMs, message });
    }
    // A rule that fails gives nothing to compare with.
    if (failed.length > 0) return { failures, isOver: true };
    const due = pending.get(step) ?? [];
    for (const one of due.toSorted((a, b) => a.evalTimeMs - b.evalTimeMs)) {
      const failure = compareAlerts(one, replay);
      if (failure !== undefined) failures.push(failure);
    }
  }
  return { failures, isOver: false };
}

/** Why a test would take too long; undefined where it would not. */
function findExcess(stepCount: number, groups: readonly RuleGroup[]): string | undefined {
  const ruleCount = groups.reduce((sum, { rules }) => sum + rules.length, 0);
  if (stepCount * Math.max(1, ruleCount) <= RULE_TEST_EVALUATIONS_MAX) return undefined;
  return (
    `the test would evaluate ${ruleCount} rules at ${stepCount} instants; at most ` +
    `${RULE_TEST_EVALUATIONS_MAX} evaluations are made: widen evaluation_interval`
  );
}

/** Gives the store the values of a series up to a time since the start. */
function fill(
  store: MemoryStore,
  series: Input,
  { test, untilMs }: { readonly test: RuleTest; readonly untilMs: number },
): void {
  const { startMs, intervalMs } = test;
  for (; series.next < series.values.length; series.next++) {
    const offsetMs = series.next * intervalMs;
    if (offsetMs > untilMs) return;
    const sample = sampleOf(series.values[series.next], startMs + offsetMs);
    if (sample !== undefined) store.append(series.labels, sample);
  }
}

function sampleOf(value: SeriesValue, timeMs: number): NewSample | undefined {
  switch (value.kind) {
    case 'gap':
      return undefined;
    case 'stale':
      return { timeMs, value: undefined };
    case 'float':
      return { timeMs, value: value.value };
    case 'histogram':
      return { timeMs, value: undefined, histogram: value.histogram };
  }
}

/** Alerts of one name may come from several rules; all that fire are compared. */
function compareAlerts(test: AlertTest, replay: RuleReplay): TestFailure | undefined {
  const got: AlertTexts[] = [];
  for (const { active } of replay.alerts(test.alertName)) {
    for (const { state, labels, annotations } of active) {
      if (state !== 'firing') continue;
      const texts = Object.entries(annotations).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      got.push({ labels: [...labelPairs(labels)], annotations: texts });
    }
  }
  got.sort(compareTexts);
  const expected = test.expected.toSorted(compareTexts);
  const isSame = isSameList(expected, got, (a, b) => compareTexts(a, b) === 0);
  return isSame ? undefined : { kind: 'alerts', test, expected, got };
}

function compareTexts(a: AlertTexts, b: AlertTexts): number {
  return comparePairs(a.labels, b.labels) || comparePairs(a.annotations, b.annotations);
}

function comparePairs(a: TextPairs, b: TextPairs): number {
  return compareLabels(columnsOf(a), columnsOf(b));
}

/** Not a label set: a text may be empty, which a test can expect of an annotation. */
function columnsOf(pairs: TextPairs): Labels {
  return { names: pairs.map(([name]) => name), values: pairs.map(([, text]) => text) };
}

interface ExprStage {
  readonly run: TestRun;
  readonly parts: TestParts;
  readonly evaluate: ReturnType<typeof createEvaluate>;
}

function runExprTest(test: ExprTest, stage: ExprStage): TestFailure | undefined {
  const { run, parts, evaluate } = stage;
  try {
    const vector = evaluate(test.expression, run.test.startMs + test.evalTimeMs);
    // After it was evaluated, so that a fault that has nothing to do with releases comes first.
    const refusal = run.checkExpression(test.expression);
    if (refusal !== undefined) return { kind: 'expression', test, message: refusal.message };
    const got = vector.map(({ labels, value, histogram }): SampleText => {
      if (histogram === undefined) return { labels, value, histogram: '' };
      return { labels, value: 0, histogram: formatHistogramNotation(histogram) };
    });
    got.sort((a, b) => compareLabels(a.labels, b.labels));
    const expected = test.expected.map((sample) => readExpected(sample, parts));
    expected.sort((a, b) => compareLabels(a.labels, b.labels));
    const isSame = isSameList(expected, got, (a, b) => isSameSample(a, b, run.isFuzzy));
    return isSame ? undefined : { kind: 'samples', test, expected, got };
  } catch (error) {
    return { kind: 'expression', test, message: errorMessage(error) };
  }
}

/** A sample with a histogram has no value, whatever the test says of it. */
function readExpected(
  { labels, value, histogram }: ExpectedSample,
  { parseMetric, parseSeriesValues }: TestParts,
): SampleText {
  try {
    const metric = parseMetric(labels.text);
    if (histogram.text === '') return { labels: metric, value, histogram: '' };
    const values = parseSeriesValues(histogram.text);
    if (values.length !== 1) throw new Error(`expected 1 value, got ${values.length}`);
    const [first] = values;
    if (first.kind !== 'histogram') throw new Error(`expected histogram, got ${histogram.text}`);
    return { labels: metric, value: 0, histogram: formatHistogramNotation(first.histogram) };
  } catch (error) {
    throw new Error(`labels ${quote(labels.text)}: ${errorMessage(error)}`, { cause: error });
  }
}

/** NaN is NaN here; promtool takes it for another number each time. */
function isSameSample(a: SampleText, b: SampleText, isFuzzy: boolean): boolean {
  const isSameValue = Object.is(a.value, b.value) || a.value === b.value;
  return (
    compareLabels(a.labels, b.labels) === 0 &&
    a.histogram === b.histogram &&
    (isSameValue || (isFuzzy && isNeighbour(a.value, b.value)))
  );
}

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

/** Whether no other float lies between two. */
function isNeighbour(a: number, b: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  const distance = orderOf(a) - orderOf(b);
  return distance >= -1n && distance <= 1n;
}

/** A number that rises by one from a float to the next. */
function orderOf(value: number): bigint {
  float[0] = value;
  const order = bits[0];
  return order < 0n ? -(order & 0x7fff_ffff_ffff_ffffn) : order;
}

function isSameList<T>(
  a: readonly T[],
  b: readonly T[],
  isSame: (one: T, other: T) => boolean,
): boolean {
  return a.length === b.length && a.every((one, i) => isSame(one, b[i]));
}
