/**
 * Reads unit tests of rules in promtool's format
 * (https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/).
 *
 * What stands in PromQL's words (series, expressions, expected labels) stays text here: it is read
 * when its test runs, so that a fault in one test leaves the others to run.
 */
import {
  type Fault,
  type Place,
  readYaml,
  type YamlFields,
  type YamlValue,
} from '../platform/index.ts';
import { createLabelsFromPairs, type Labels, quote } from '../series/index.ts';
import { DEFAULT_INTERVAL_MS } from './limits.ts';
import type { TextPairs } from './rule.ts';
import { mergePairs, readPairs } from './text-pairs.ts';

/** A text and where it stands. */
export interface PlacedText {
  readonly text: string;
  readonly place: Place;
}

export interface RuleTestFile {
  /** Names and patterns, relative to the file. */
  readonly ruleFiles: readonly PlacedText[];
  readonly evaluationIntervalMs: number;
  /** Names of groups, in the order in which they are evaluated. */
  readonly groupOrder: readonly string[];
  /** Whether two numbers are the same that differ in their last bit. */
  readonly isFuzzy: boolean;
  readonly tests: readonly RuleTest[];
}

/** One element of `tests`: a world of its own, with all rules and its series. */
export interface RuleTest {
  readonly place: Place;
  /** '' where it has none. */
  readonly name: string;
  /** The step of its series. */
  readonly intervalMs: number;
  /** When its first values are, and what evaluation times count from; epoch milliseconds. */
  readonly startMs: number;
  readonly inputSeries: readonly {
    readonly series: PlacedText;
    readonly values: PlacedText;
  }[];
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  readonly alertTests: readonly AlertTest[];
  readonly exprTests: readonly ExprTest[];
}

/** Which alerts of a name fire at a time. */
export interface AlertTest {
  readonly place: Place;
  readonly alertName: string;
  /** From the start of the test. */
  readonly evalTimeMs: number;
  readonly expected: readonly ExpectedAlert[];
}

/** Sorted by name; with the label `alertname`, which tests leave out. */
export interface ExpectedAlert {
  readonly labels: TextPairs;
  readonly annotations: TextPairs;
}

/** What an expression gives at a time. */
export interface ExprTest {
  readonly place: Place;
  readonly expression: string;
  /** From the start of the test. */
  readonly evalTimeMs: number;
  readonly expected: readonly ExpectedSample[];
}

export interface ExpectedSample {
  readonly labels: PlacedText;
  readonly value: number;
  /** In its notation; '' where the sample is the value. */
  readonly histogram: PlacedText;
}

const IN_FILE = [
  'rule_files',
  'evaluation_interval',
  'group_eval_order',
  'fuzzy_compare',
  'tests',
] as const;
const IN_TEST = [
  'interval',
  'name',
  'input_series',
  'start_timestamp',
  'external_labels',
  'external_url',
  'alert_rule_test',
  'promql_expr_test',
] as const;
const IN_SERIES = ['series', 'values'] as const;
const IN_ALERT_TEST = ['eval_time', 'alertname', 'exp_alerts'] as const;
const IN_ALERT = ['exp_labels', 'exp_annotations'] as const;
const IN_EXPR_TEST = ['expr', 'eval_time', 'exp_samples'] as const;
const IN_SAMPLE = ['labels', 'value', 'histogram'] as const;

/** Reads a file of tests; where there are faults they must not be run. */
export function readRuleTestFile(options: {
  readonly text: string;
  readonly file: string;
  /** Fields that may not be there, though we know them, each with the reason. */
  readonly refusedFields?: ReadonlyMap<string, string>;
}): {
  readonly content: RuleTestFile;
  readonly faults: readonly Fault[];
} {
  const { root, faults } = readYaml(options);
  const { refusedFields = new Map() } = options;
  const fields = readFields(root, IN_FILE, refusedFields);
  const intervalMs = fields.find('evaluation_interval')?.durationMs() ?? 0;
  const evaluationIntervalMs = intervalMs === 0 ? DEFAULT_INTERVAL_MS : intervalMs;
  const content: RuleTestFile = {
    ruleFiles: (fields.find('rule_files')?.list() ?? []).map((file) => placedText(file, file)),
    evaluationIntervalMs,
    groupOrder: readGroupOrder(fields.find('group_eval_order')),
    isFuzzy: fields.find('fuzzy_compare')?.boolean() ?? false,
    tests: (fields.find('tests')?.list() ?? []).map((test) =>
      readTest(readFields(test, IN_TEST, refusedFields), { test, evaluationIntervalMs }),
    ),
  };
  return { content, faults };
}

function readGroupOrder(value: YamlValue | undefined): readonly string[] {
  const seen = new Set<string>();
  for (const item of value?.list() ?? []) {
    const name = item.string();
    if (seen.has(name)) item.fault(`group name repeated in evaluation order: ${name}`);
    seen.add(name);
  }
  return [...seen];
}

function readFields(
  value: YamlValue,
  known: readonly string[],
  refused: ReadonlyMap<string, string>,
): YamlFields {
  const fields = value.fields(known);
  for (const [name, why] of refused) fields.find(name)?.fault(why);
  return fields;
}

function readTest(
  fields: YamlFields,
  {
    test,
    evaluationIntervalMs,
  }: { readonly test: YamlValue; readonly evaluationIntervalMs: number },
): RuleTest {
  const name = fields.find('name')?.string() ?? '';
  const intervalMs = fields.find('interval')?.durationMs() ?? 0;
  return {
    place: test.place,
    name,
    intervalMs: intervalMs === 0 ? evaluationIntervalMs : intervalMs,
    startMs: readTimestamp(fields.find('start_timestamp')),
    inputSeries: (fields.find('input_series')?.list() ?? []).map(readInputSeries),
    externalLabels: createLabelsFromPairs(pairsOf(fields.find('external_labels'))),
    externalUrl: fields.find('external_url')?.string() ?? '',
    alertTests: (fields.find('alert_rule_test')?.list() ?? []).map((one) =>
      readAlertTest(one, name),
    ),
    exprTests: (fields.find('promql_expr_test')?.list() ?? []).map(readExprTest),
  };
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Seconds since 1970, or RFC 3339. */
function readTimestamp(value: YamlValue | undefined): number {
  const text = value?.string() ?? '0';
  const atMs = RFC_3339.test(text) ? Date.parse(text) : Math.round(Number(text) * 1000);
  if (text.trim() !== '' && Number.isFinite(atMs)) return atMs;
  value?.fault(
    `${value.path}: cannot parse ${quote(text)} to a valid timestamp; ` +
      'want seconds since 1970, or a time such as 2021-01-01T00:00:00Z',
  );
  return 0;
}

function readInputSeries(value: YamlValue): RuleTest['inputSeries'][number] {
  const fields = value.fields(IN_SERIES);
  const series = fields.find('series');
  if (series === undefined) value.fault(`${value.path} has no series`);
  return { series: placedText(series, value), values: placedText(fields.find('values'), value) };
}

function readAlertTest(value: YamlValue, testName: string): AlertTest {
  const fields = value.fields(IN_ALERT_TEST);
  const evalTimeMs = fields.find('eval_time')?.durationMs() ?? 0;
  const alertName = fields.find('alertname')?.string() ?? '';
  if (alertName === '') {
    const inTest = testName === '' ? '' : ` (in test ${testName})`;
    value.fault(`${value.path} misses the required attribute alertname${inTest}`);
  }
  const expected = (fields.find('exp_alerts')?.list() ?? []).map((alert): ExpectedAlert => {
    const parts = alert.fields(IN_ALERT);
    return {
      labels: mergePairs([...pairsOf(parts.find('exp_labels')), ['alertname', alertName]]),
      annotations: mergePairs(pairsOf(parts.find('exp_annotations'))),
    };
  });
  return { place: value.place, alertName, evalTimeMs, expected };
}

function readExprTest(value: YamlValue): ExprTest {
  const fields = value.fields(IN_EXPR_TEST);
  const expected = (fields.find('exp_samples')?.list() ?? []).map((sample): ExpectedSample => {
    const parts = sample.fields(IN_SAMPLE);
    return {
      labels: placedText(parts.find('labels'), sample),
      value: readFloat(parts.find('value')),
      histogram: placedText(parts.find('histogram'), sample),
    };
  });
  return {
    place: value.place,
    expression: fields.find('expr')?.string() ?? '',
    evalTimeMs: fields.find('eval_time')?.durationMs() ?? 0,
    expected,
  };
}

const INFINITE = /^([-+]?)\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;

/** A number as YAML has it, `.inf` and `.nan` among them; Go's reader takes `1_000`, too. */
function readFloat(value: YamlValue | undefined): number {
  if (value === undefined) return 0;
  const text = value.string();
  const infinite = INFINITE.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? -Infinity : Infinity;
  if (NOT_A_NUMBER.test(text)) return Number.NaN;
  const number = Number(text.replaceAll('_', ''));
  if (text.trim() !== '' && Number.isFinite(number)) return number;
  value.fault(`${value.path} must be a number, .inf, -.inf or .nan, got ${quote(text)}`);
  return 0;
}

/** A text, or none at the place of what should have it. */
function placedText(value: YamlValue | undefined, owner: YamlValue): PlacedText {
  return { text: value?.string() ?? '', place: (value ?? owner).place };
}

/** The entries of a map of texts. */
function pairsOf(value: YamlValue | undefined): TextPairs {
  return readPairs(value).map(({ name, text }) => [name, text]);
}
