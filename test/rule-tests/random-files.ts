/**
 * Writes random rules with unit tests that expect nothing: what both sides then print is all that
 * the rules gave.
 *
 * Left out is what is known to differ: rules that read `ALERTS` of their own group, labels that
 * expand to nothing, what depends on an order that the original leaves open (`topk` of equal values),
 * and native histograms where releases count in other ways.
 */
import type { Random } from '../../packages/server/src/platform/index.ts';
import { pickFrom, randomBelow } from '../../packages/server/src/platform/testing.ts';

export interface RandomFiles {
  readonly rules: string;
  readonly tests: string;
}

const METRICS = ['m', 'n', 'o_total'];
const LABELS = ['', '{a="1"}', '{a="2",b="x y"}', '{a="3",b="é\\\\"}'];
const VALUES = [
  '1',
  '-2.5',
  '0x5',
  '1+1x8',
  '10-3x6',
  '0.1+0.1x7',
  '_',
  '_x3',
  'stale',
  'NaN',
  'Inf',
  '1e300+1e308x4',
  '0+10x3 0+10x3',
];
const HISTOGRAMS = [
  '{{schema:0 count:4 sum:5 buckets:[1 2 1]}}',
  '{{schema:1 count:3 sum:-2.5 z_bucket:1 z_bucket_w:0.5 buckets:[1] n_buckets:[1]}}x2',
  '{{count:1 sum:1 buckets:[1]}}+{{count:2 sum:1.5 buckets:[1 1]}}x4',
];
const EXPRESSIONS = [
  'm',
  'n > 1',
  'sum by (a) (m)',
  'max(n) by (b)',
  'count(o_total) + 1',
  'rate(o_total[2m])',
  'increase(m[3m])',
  'm - n',
  'm and on (a) n',
  'n unless o_total',
  'time()',
  'vector(time()) % 120 > 30',
  'absent(n{a="2"})',
  'count_over_time(n[2m:30s])',
  'max_over_time(m[90s])',
  'timestamp(m)',
  'min by (a) (n)',
  'm offset 1m',
  'm @ 60',
  'changes(n[5m]) == bool 0',
];
const RECORDED = ['r:one', 'r:two', 'r:three'];
/** Recorded apart, as alerts on histograms have other words in each release. */
const NATIVE = ['h', 'histogram_count(h)', 'sum(h)', 'last_over_time(h[2m])', 'h * 2'];
const RECORDED_NATIVE = 'r:native';
const DURATIONS = ['0s', '30s', '1m', '90s', '3m'];
const TEXTS = [
  '{{ $value }}',
  '{{ $labels.a }} is {{ $value | humanize }}',
  '{{ with query "sum(m)" }}{{ . | first | value }}{{ end }}',
  '{{ $externalLabels.dc }} {{ $externalURL }}',
  'plain',
];
const TIMES = ['0', '10s', '1m', '2m', '150s', '4m59s', '5m', '7m', '10m'];

/** Writes a file of rules and one of tests, which names it. */
export function writeRandomFiles(random: Random, rulesFile: string): RandomFiles {
  const groups = ['first', 'second', 'third'].map((name) => writeGroup(random, name));
  const tests = Array.from({ length: 4 }, (_, i) => writeTest(random, i));
  return {
    rules: `groups:\n${groups.join('')}`,
    tests: `rule_files: [${rulesFile}]
evaluation_interval: ${pickFrom(random, ['15s', '1m', '1m', '2m'])}
group_eval_order: [first, second, third]
fuzzy_compare: ${random.float() < 0.5}
tests:
${tests.join('')}`,
  };
}

function writeGroup(random: Random, name: string): string {
  const rules = Array.from({ length: 1 + randomBelow(random, 3) }, (_, i) => {
    const isAlert = random.float() < 0.5;
    return isAlert ? writeAlert(random, `${name}${i}`) : writeRecord(random, name, i);
  });
  const offset = random.float() < 0.2 ? '    query_offset: 30s\n' : '';
  const labels = random.float() < 0.3 ? '    labels: { group: g }\n' : '';
  return `  - name: ${name}\n${offset}${labels}    rules:\n${rules.join('')}`;
}

function writeRecord(random: Random, group: string, number: number): string {
  const isNative = random.float() < 0.3;
  const name = isNative ? RECORDED_NATIVE : pickFrom(random, RECORDED);
  const expr = isNative ? pickFrom(random, NATIVE) : anyExpression(random);
  // Two rules never write one series: the first sample at an instant counts, in any order.
  const labels = `{ from: ${group}${number} }`;
  return `      - { record: '${name}', expr: ${quoted(expr)}, labels: ${labels} }\n`;
}

function writeAlert(random: Random, name: string): string {
  return `      - alert: ${pickFrom(random, ['Low', 'High', name])}
        expr: ${quoted(anyExpression(random))}
        for: ${pickFrom(random, DURATIONS)}
        keep_firing_for: ${pickFrom(random, DURATIONS)}
        labels: { rule: ${name}, text: ${quoted(pickFrom(random, TEXTS))}x }
        annotations: { summary: ${quoted(pickFrom(random, TEXTS))}, empty: '' }
`.replaceAll(/(text: '[^']*)'x/g, "$1 x'");
}

function anyExpression(random: Random): string {
  return pickFrom(random, random.float() < 0.2 ? RECORDED : EXPRESSIONS);
}

function writeTest(random: Random, number: number): string {
  const series = METRICS.flatMap((metric) =>
    LABELS.filter(() => random.float() < 0.7).map((labels) => writeSeries(random, metric + labels)),
  );
  series.push(`      - { series: h, values: ${quoted(join(random, HISTOGRAMS, 2))} }\n`);
  const alerts = Array.from({ length: 3 }, () => {
    const name = pickFrom(random, ['Low', 'High', 'first0', 'second1', 'third0']);
    return `      - { eval_time: ${pickFrom(random, TIMES)}, alertname: ${name} }\n`;
  });
  const asked = [...RECORDED, RECORDED_NATIVE, 'ALERTS', 'ALERTS_FOR_STATE', anyExpression(random)];
  asked.push(pickFrom(random, NATIVE), pickFrom(random, ['up +', 'm[1m]', '"x"']));
  const exprs = asked.map(
    (expr) => `      - { expr: ${quoted(expr)}, eval_time: ${pickFrom(random, TIMES)} }\n`,
  );
  const name = random.float() < 0.5 ? `name: test ${number}` : 'external_url: http://x/y';
  return `  - ${name}
    interval: ${pickFrom(random, ['15s', '30s', '1m'])}
    external_labels: { dc: east }
    input_series:
${series.join('')}    alert_rule_test:
${alerts.join('')}    promql_expr_test:
${exprs.join('')}`;
}

function writeSeries(random: Random, series: string): string {
  return `      - { series: ${quoted(series)}, values: ${quoted(join(random, VALUES, 5))} }\n`;
}

function join(random: Random, pieces: readonly string[], countMax: number): string {
  const count = 1 + randomBelow(random, countMax);
  return Array.from({ length: count }, () => pickFrom(random, pieces)).join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
