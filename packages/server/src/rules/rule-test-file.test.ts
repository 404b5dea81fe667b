import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom, formatFault } from '../platform/index.ts';
import { spoilText } from '../platform/testing.ts';
import { readRuleTestFile } from './rule-test-file.ts';

const WHOLE = `
rule_files: [rules.yml, 'more/*.yml']
evaluation_interval: 30s
group_eval_order: [second, first]
fuzzy_compare: true
tests:
  - name: all
    interval: 10s
    start_timestamp: 2024-01-01T00:00:00Z
    input_series:
      - { series: 'up{job="a"}', values: 1 }
      - series: down
        values: >-
          1x3
          _x2
    external_labels: { dc: east }
    external_url: http://x
    alert_rule_test:
      - eval_time: 1m
        alertname: Down
        exp_alerts:
          - exp_labels: { severity: page, empty: }
            exp_annotations: { summary: "" }
          - {}
    promql_expr_test:
      - expr: up
        eval_time: 1m30s
        exp_samples:
          - { labels: up, value: -1e3 }
          - { value: .inf }
          - { histogram: '{{count:1}}' }
  - promql_expr_test: [{ expr: down, eval_time: 0 }]
`;

function faultsOf(text: string): readonly string[] {
  return readRuleTestFile({ text, file: 't.yml' }).faults.map(formatFault);
}

describe('a file of rule tests', () => {
  it('is read whole', () => {
    const { content, faults } = readRuleTestFile({ text: WHOLE, file: 't.yml' });
    assert.deepEqual(faults, []);
    const { tests, ruleFiles, ...settings } = content;
    assert.deepEqual(settings, {
      evaluationIntervalMs: 30_000,
      groupOrder: ['second', 'first'],
      isFuzzy: true,
    });
    assert.deepEqual(
      ruleFiles.map(({ text, place }) => `${place.line}:${place.column} ${text}`),
      ['2:14 rules.yml', '2:25 more/*.yml'],
    );
    const [first, second] = tests;
    assert.equal(first.startMs, Date.UTC(2024, 0, 1));
    assert.equal(first.intervalMs, 10_000);
    assert.deepEqual(
      first.inputSeries.map(({ series, values }) => [series.text, values.text]),
      [
        ['up{job="a"}', '1'],
        ['down', '1x3 _x2'],
      ],
    );
    assert.deepEqual(first.externalLabels, { names: ['dc'], values: ['east'] });
    assert.equal(first.externalUrl, 'http://x');
    const [alert] = first.alertTests;
    assert.deepEqual([alert.alertName, alert.evalTimeMs, alert.place.line], ['Down', 60_000, 19]);
    const alertName = ['alertname', 'Down'];
    assert.deepEqual(alert.expected, [
      {
        labels: [alertName, ['empty', ''], ['severity', 'page']],
        annotations: [['summary', '']],
      },
      { labels: [alertName], annotations: [] },
    ]);
    const [expr] = first.exprTests;
    assert.deepEqual(
      expr.expected.map(({ labels, value, histogram }) => [labels.text, value, histogram.text]),
      [
        ['up', -1000, ''],
        ['', Infinity, ''],
        ['', 0, '{{count:1}}'],
      ],
    );
    assert.deepEqual([second.intervalMs, second.startMs, second.name], [30_000, 0, '']);
  });

  it('has its faults named with their places', () => {
    const check = (text: string, want: string): void => {
      assert.deepEqual(faultsOf(text), [want], text);
    };
    check(
      'tests: [{ eval_interval: 1m }]',
      't.yml:1:11: field "eval_interval" is not known in tests[0]; known are interval, name, input_series, start_timestamp, external_labels, external_url, alert_rule_test, promql_expr_test',
    );
    check('group_eval_order: [a, b, a]', 't.yml:1:26: group name repeated in evaluation order: a');
    check(
      'tests: [{ alert_rule_test: [{ eval_time: 1m }], name: x }]',
      't.yml:1:29: tests[0].alert_rule_test[0] misses the required attribute alertname (in test x)',
    );
    check(
      'evaluation_interval: 60',
      't.yml:1:22: evaluation_interval: not a valid duration string: "60"; want a duration such as 15s or 1h30m',
    );
    check(
      'tests: [{ start_timestamp: yesterday }]',
      't.yml:1:28: tests[0].start_timestamp: cannot parse "yesterday" to a valid timestamp; want seconds since 1970, or a time such as 2021-01-01T00:00:00Z',
    );
    check(
      'tests: [{ input_series: [{ values: 1 }] }]',
      't.yml:1:26: tests[0].input_series[0] has no series',
    );
    check(
      'tests: [{ promql_expr_test: [{ expr: x, exp_samples: [{ value: one }] }] }]',
      't.yml:1:64: tests[0].promql_expr_test[0].exp_samples[0].value must be a number, .inf, -.inf or .nan, got "one"',
    );
    check(
      'tests: [{ external_labels: { a: b, a: c } }]',
      't.yml:1:36: field "a" stands twice in tests[0].external_labels',
    );
    check('tests: {}', 't.yml:1:8: tests must be a list, got a map');
  });

  it('reads times as people write them', () => {
    const check = (text: string, want: number): void => {
      const file = { text: `tests: [{ start_timestamp: ${text} }]`, file: 't.yml' };
      assert.equal(readRuleTestFile(file).content.tests[0].startMs, want, text);
    };
    check('1609459200', 1_609_459_200_000);
    check('1609459200.25', 1_609_459_200_250);
    check('"2021-01-01T01:00:00.5+01:00"', 1_609_459_200_500);
    check('0', 0);
  });

  it('never throws on spoiled text', () => {
    const seed = 60_211;
    const random = createSeededRandom(seed);
    const pieces = ['tests:', '- ', '{}', '[]', 'values:', '&a', '*a', '<<:', '1m', '"'];
    for (let i = 0; i < 300; i++) {
      const text = spoilText(random, [WHOLE], pieces);
      assert.doesNotThrow(() => readRuleTestFile({ text, file: 't.yml' }), `seed ${seed}: ${text}`);
    }
  });
});
