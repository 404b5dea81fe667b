/** Failures of unit tests of rules in promtool's words, or with the lines that differ. */
import type { RuleTestFailure } from '../../cli/index.ts';
import { formatDuration, type Place } from '../../platform/index.ts';
import type { RuleTest, TextPairs } from '../../rules/index.ts';
import { formatGoDuration } from '../../template/index.ts';
import { formatLabels, isPlainLabelName, quote } from '../../series/index.ts';
import { formatDifference } from './difference.ts';
import type { AlertTexts, SampleText, TestFailure } from './run-rule-test.ts';

const NANOS_PER_MS = 1_000_000n;

/** Writes a failure of a test. */
export function formatFailure(
  failure: TestFailure,
  test: RuleTest,
  { hasDiff }: { readonly hasDiff: boolean },
): RuleTestFailure {
  switch (failure.kind) {
    case 'input': {
      const place = formatPlace(failure.place);
      return { place, text: `${place}: ${failure.message}` };
    }
    case 'rule': {
      const { ruleName, atMs, message } = failure;
      const text = `    rule: ${ruleName}, time: ${formatGoDuration(BigInt(atMs) * NANOS_PER_MS)}, err: ${message}`;
      return { place: formatPlace(failure.place), text };
    }
    case 'alerts': {
      const name = test.name === '' ? '' : `    name: ${test.name},\n`;
      const { alertName, evalTimeMs, place } = failure.test;
      const head = `${name}    alertname: ${alertName}, time: ${formatDuration(evalTimeMs)}, \n`;
      const body = hasDiff ? diffAlerts(failure) : formatAlertSides(failure);
      return { place: formatPlace(place), text: head + body };
    }
    case 'expression': {
      const text = `${formatExprHead(failure.test)} err: ${failure.message}`;
      return { place: formatPlace(failure.test.place), text };
    }
    case 'samples': {
      const body = hasDiff ? diffSamples(failure) : formatSampleSides(failure);
      const text = `${formatExprHead(failure.test)}\n${body}`;
      return { place: formatPlace(failure.test.place), text };
    }
  }
}

function formatPlace({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

function formatExprHead(test: {
  readonly expression: string;
  readonly evalTimeMs: number;
}): string {
  return `    expr: ${quote(test.expression)}, time: ${formatDuration(test.evalTimeMs)},`;
}

interface Sides<Item> {
  readonly expected: readonly Item[];
  readonly got: readonly Item[];
}

function formatAlertSides({ expected, got }: Sides<AlertTexts>): string {
  const side = (alerts: readonly AlertTexts[]): string => indentRest(formatAlerts(alerts));
  return `        exp:${side(expected)}, \n        got:${side(got)}`;
}

function formatAlerts(alerts: readonly AlertTexts[]): string {
  if (alerts.length === 0) return '[]';
  const items = alerts.map((alert, i) => `${i}:\n  ${formatAlert(alert).join('\n  ')}`);
  return `[\n${items.join(',\n')}\n]`;
}

function formatAlert({ labels, annotations }: AlertTexts): readonly [string, string] {
  return [`Labels:${formatPairs(labels)}`, `Annotations:${formatPairs(annotations)}`];
}

/** As labels are written; an annotation can be empty. */
function formatPairs(pairs: TextPairs): string {
  const parts = pairs.map(([name, text]) => {
    return `${isPlainLabelName(name) ? name : quote(name)}=${quote(text)}`;
  });
  return `{${parts.join(', ')}}`;
}

function indentRest(text: string): string {
  return text.replaceAll('\n', `\n${' '.repeat(12)}`);
}

function formatSampleSides({ expected, got }: Sides<SampleText>): string {
  const side = (samples: readonly SampleText[]): string =>
    samples.length === 0 ? 'nil' : samples.map(formatSample).join(', ');
  return `        exp: ${side(expected)}\n        got: ${side(got)}`;
}

function formatSample({ labels, value, histogram }: SampleText): string {
  return `${formatLabels(labels)} ${histogram === '' ? formatExponent(value) : histogram}`;
}

function diffAlerts({ expected, got }: Sides<AlertTexts>): string {
  const entry = (alert: AlertTexts) => {
    const [key, text] = formatAlert(alert);
    return { key, line: text };
  };
  return formatDifference(expected.map(entry), got.map(entry));
}

function diffSamples({ expected, got }: Sides<SampleText>): string {
  const entry = (sample: SampleText) => {
    const { value, histogram } = sample;
    const text = histogram === '' ? formatExponent(value) : histogram;
    return { key: formatLabels(sample.labels), line: text };
  };
  return formatDifference(expected.map(entry), got.map(entry));
}

/** All digits with an exponent of at least two: Go's `FormatFloat(value, 'E', -1, 64)`. */
function formatExponent(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [digits, exponent] = value.toExponential().split('e');
  const sign = Object.is(value, -0) ? '-' : '';
  return `${sign}${digits}E${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}
