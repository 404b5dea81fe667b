import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type CliContext, runCli } from '../../cli/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'nines-rule-tests-'));
after(() => rmSync(folder, { recursive: true }));

/** Runs the command line over files of a folder of their own; answers its code and output. */
async function run(
  files: Readonly<Record<string, string>>,
  ...argv: readonly string[]
): Promise<{ code: number; stdout: string; stderr: string; dir: string }> {
  const dir = mkdtempSync(join(folder, 'case-'));
  for (const [name, text] of Object.entries(files)) {
    if (name.includes('/')) mkdirSync(join(dir, name, '..'), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  const output = { stdout: '', stderr: '' };
  const context: CliContext = {
    env: {},
    stdout: (text) => void (output.stdout += text),
    stderr: (text) => void (output.stderr += text),
    stdin: () => assert.fail('reads no input'),
    loadAlertmanager: async () => Promise.reject(new Error('not used here')),
    loadApp: async () => import('../index.ts'),
    loadServer: async () => assert.fail('runs no server'),
  };
  const inDir = argv.map((word) => (word in files || word === 'out.xml' ? join(dir, word) : word));
  const code = await runCli(['test', 'rules', ...inDir], context);
  const stderr = output.stderr.replaceAll(`${dir}/`, '');
  return { code, stdout: output.stdout, stderr, dir };
}

const RULES = `
groups:
  - name: b
    rules:
      - { record: doubled, expr: x * 2 }
  - name: a
    rules:
      - { record: later, expr: doubled + 1 }
      - { alert: High, expr: x > 2, for: 1m, annotations: { summary: "{{ $labels.job }} {{ $value }}", empty: "" } }
      - { alert: High, expr: y > 0 }
      - { alert: Late, expr: hour() == 12 }
`;

/** A file with one test. */
function testOf(body: string, head = ''): string {
  const indented = body.trim().replaceAll(/^/gm, '    ');
  return `rule_files: [r.yml]\n${head}tests:\n  - interval: 1m\n${indented}\n`;
}

const SERIES = `input_series: [{ series: 'x{job="j"}', values: 1+1x9 }, { series: y, values: _x3 0 1 stale }]`;

describe('a run of rule tests', () => {
  const passes = async (body: string, head = ''): Promise<void> => {
    const { code, stdout, stderr } = await run(
      { 'r.yml': RULES, 't.yml': testOf(body, head) },
      't.yml',
    );
    assert.deepEqual([stderr, stdout, code], ['', '  SUCCESS\n\n', 0], body);
  };
  const fails = async (body: string, want: readonly string[], head = ''): Promise<void> => {
    const { code, stdout, stderr } = await run(
      { 'r.yml': RULES, 't.yml': testOf(body, head) },
      't.yml',
    );
    assert.deepEqual(stderr.trimEnd().split('\n'), ['  FAILED:', ...want], body);
    assert.equal(code, 1);
    assert.match(stdout, /^\n+$/);
  };

  it('evaluates rules with the samples up to each step', async () => {
    const ask = (expr: string, at: string, value: number): string =>
      `promql_expr_test: [{ expr: "${expr}", eval_time: ${at}, exp_samples: [{ value: ${value} }] }]`;
    await passes(`${SERIES}\n${ask('sum(doubled)', '3m', 8)}`);
    await passes(`${SERIES}\n${ask('sum(later)', '3m', 9)}`);
    // What lies behind the last step is not there yet.
    await passes(`${SERIES}\n${ask('sum(x)', '3m', 3)}`, 'evaluation_interval: 2m\n');
    await passes(`${SERIES}\n${ask('time()', '90s', 90)}`);
    await passes(
      `${SERIES}\n${ask('sum(count_over_time(x[3m:]))', '4m', 2)}`,
      'evaluation_interval: 2m\n',
    );
    await passes(
      `start_timestamp: 2024-01-01T00:00:00Z\n${SERIES}\n${ask('timestamp(sum(x))', '1m', 1_704_067_260)}`,
    );
    await passes(ask('vector(0) / 0', '0', Number.NaN).replace('NaN', '.nan'));
  });

  it('evaluates groups in the order that is named', async () => {
    const body = `${SERIES}\npromql_expr_test: [{ expr: sum(later), eval_time: 3m, exp_samples: [{ value: 7 }] }]`;
    await passes(body, 'group_eval_order: [a, b]\n');
    await passes(body.replace('value: 7', 'value: 9'), 'group_eval_order: [b, a]\n');
  });

  it('compares the alerts that fire with the evaluation at or before a time', async () => {
    await passes(`${SERIES}
alert_rule_test:
  - { eval_time: 2m, alertname: High }
  - eval_time: 3m59s
    alertname: High
    exp_alerts: [{ exp_labels: { job: j }, exp_annotations: { summary: j 4, empty: "" } }]
  - eval_time: 4m
    alertname: High
    exp_alerts:
      - exp_labels: { job: j }
        exp_annotations: { empty: "", summary: j 5 }
      - {}
  - { eval_time: 5m, alertname: Unknown }`);
    await passes(`start_timestamp: 43200
alert_rule_test: [{ eval_time: 0, alertname: Late, exp_alerts: [{}] }]`);
  });

  it('tells failures in the words of promtool', async () => {
    await fails(
      `name: named\n${SERIES}
alert_rule_test: [{ eval_time: 4m, alertname: High, exp_alerts: [{ exp_labels: { job: k } }] }]
promql_expr_test:
  - { expr: sum(x), eval_time: 1m, exp_samples: [{ value: 2.5 }, { labels: 'a{b="c"}', histogram: '{{count:1}}' }] }
  - { expr: x +, eval_time: 1m }
  - { expr: 'x[1m]', eval_time: 1m }
  - { expr: x, exp_samples: [{ labels: 'x{' }] }`,
      [
        '    name: named,',
        '    alertname: High, time: 4m, ',
        '        exp:[',
        '            0:',
        '              Labels:{alertname="High", job="k"}',
        '              Annotations:{}',
        '            ], ',
        '        got:[',
        '            0:',
        '              Labels:{alertname="High"}',
        '              Annotations:{},',
        '            1:',
        '              Labels:{alertname="High", job="j"}',
        '              Annotations:{empty="", summary="j 5"}',
        '            ]',
        '    expr: "sum(x)", time: 1m,',
        '        exp: {} 2.5E+00, {__name__="a", b="c"} {{count:1}}',
        '        got: {} 2E+00',
        '    expr: "x +", time: 1m, err: 1:4: parse error: unexpected end of input',
        '    expr: "x[1m]", time: 1m, err: rule result is not a vector or scalar',
        '    expr: "x", time: 0s, err: labels "x{": 1:3: parse error: unexpected end of input inside braces',
      ],
    );
  });

  it('ends a test at the first instant with a rule that fails', async () => {
    const rules = RULES.replace('expr: x * 2', 'expr: x, labels: { b: c }');
    const test = testOf(`input_series:
  - { series: 'x{b="1"}', values: _ _ 1 }
  - { series: 'x{b="2"}', values: 1x9 }
promql_expr_test: [{ expr: x, eval_time: 5m }]`);
    const { stderr } = await run({ 'r.yml': rules, 't.yml': test }, 't.yml');
    const why = 'vector contains metrics with the same labelset after applying rule labels';
    assert.equal(stderr, `  FAILED:\n    rule: doubled, time: 2m0s, err: ${why}\n`);
  });

  it('compares numbers up to their last bit where it is told to', async () => {
    const body = `input_series: [{ series: x, values: 2.9999999999999996 }]
promql_expr_test: [{ expr: x, exp_samples: [{ labels: x, value: 3 }] }]`;
    await passes(body, 'fuzzy_compare: true\n');
    await fails(body, [
      '    expr: "x", time: 0s,',
      '        exp: {__name__="x"} 3E+00',
      '        got: {__name__="x"} 2.9999999999999996E+00',
    ]);
    await fails(
      body.replace('2.9999999999999996', '2.999999999999999'),
      [
        '    expr: "x", time: 0s,',
        '        exp: {__name__="x"} 3E+00',
        '        got: {__name__="x"} 2.999999999999999E+00',
      ],
      'fuzzy_compare: true\n',
    );
  });

  it('names the place of what cannot be read', async () => {
    await fails(`input_series: [{ series: 'x{a="b"', values: 1 }]`, [
      't.yml:4:30: input series "x{a=\\"b\\"": 1:8: parse error: unexpected end of input inside braces',
    ]);
    await fails(`input_series: [{ series: x, values: 1 two }]`, [
      't.yml:4:41: input series "x": not a value: two',
    ]);
    await fails(`input: 1`, [
      't.yml:4:5: field "input" is not known in tests[0]; known are interval, name, input_series, start_timestamp, external_labels, external_url, alert_rule_test, promql_expr_test',
    ]);
    await fails(
      `promql_expr_test: [{ expr: x, eval_time: 100y }]`,
      [
        't.yml:4:5: the test would evaluate 5 rules at 3153600001 instants; at most 10000000 evaluations are made: widen evaluation_interval',
      ],
      'evaluation_interval: 1s\n',
    );
  });

  it('runs the tests whose name has a match', async () => {
    const bad = 'promql_expr_test: [{ expr: vector(1) }]';
    const files = {
      't.yml': `tests: [{ name: good one }, { name: bad one, ${bad} }, { ${bad} }]`,
    };
    const codeOf = async (...argv: readonly string[]): Promise<number> =>
      (await run(files, 't.yml', ...argv)).code;
    assert.equal(await codeOf('--run', '^good'), 0);
    assert.equal(await codeOf('--run', '^good', '--run', 'bad'), 1);
    assert.equal(await codeOf('--run', 'one$'), 1);
    assert.equal(await codeOf('--run', '^nothing$'), 0);
    const { stderr, code } = await run(files, 't.yml', '--run', '(');
    assert.match(stderr, /^nines test: --run is no pattern: /);
    assert.equal(code, 1);
  });

  it('reads the rules that patterns mean, and says where there are none', async () => {
    const files = {
      'rules/a.yml': 'groups: [{ name: a, rules: [{ record: a, expr: vector(1) }] }]',
      'rules/b.yml': 'groups: [{ name: a, owner: me, rules: [{ record: b, expr: vector(2) }] }]',
      't.yml': `rule_files: ['rules/*.yml', none.yml]
tests: [{ promql_expr_test: [{ expr: a + b, exp_samples: [{ value: 3 }] }] }]`,
    };
    const refused = await run(files, 't.yml');
    assert.equal(
      refused.stderr,
      '  WARNING: no file match pattern none.yml\n  FAILED:\n' +
        'rules/b.yml:1:21: field "owner" is not known in groups[0]; known are name, interval, query_offset, limit, labels, rules\n',
    );
    const { code, stdout } = await run(files, 't.yml', '--ignore-unknown-fields');
    assert.deepEqual([code, stdout], [0, '  SUCCESS\n\n']);
  });

  it('refuses what an older Prometheus does not know', async () => {
    const files = {
      'r.yml': 'groups: [{ name: a, rules: [{ record: a, expr: a </ 5 }] }]',
      't.yml': `rule_files: [r.yml]
tests: [{ promql_expr_test: [{ expr: 'vector(1) + fill (0) vector(1)', exp_samples: [{ value: 2 }] }] }]`,
      'start.yml': 'tests: [{ start_timestamp: 1 }]',
    };
    const check = async (argv: readonly string[], want: string): Promise<void> => {
      const { code, stderr } = await run(files, ...argv);
      assert.deepEqual([stderr, code], [want, want === '' ? 0 : 1], argv.join(' '));
    };
    await check(['t.yml', 'start.yml'], '');
    await check(
      ['t.yml', 'start.yml', '--prometheus', '3.10'],
      '  FAILED:\nr.yml:1:49: group "a", rule 1, "a": could not parse expression: 1:2: Prometheus 3.10 does not know the operator </, which came with 3.11\n',
    );
    await check(
      ['start.yml', '--prometheus', '3.5'],
      '  FAILED:\nstart.yml:1:28: Prometheus 3.5 does not know start_timestamp, which came with 3.9\n',
    );
    await check(
      ['t.yml', '--prometheus', '3.11'],
      '  FAILED:\n    expr: "vector(1) + fill (0) vector(1)", time: 0s, err: 1:10: Prometheus 3.11 takes fill() with --enable-feature=promql-binop-fill-modifiers only\n',
    );
    await check(['t.yml', '--prometheus', 'x'], 'nines test: not a version of Prometheus: "x"\n');
  });

  it('writes results as JSON and as JUnit', async () => {
    const files = {
      'good.yml': 'tests: [{ name: "a & b" }]',
      'bad.yml': 'tests: [{ promql_expr_test: [{ expr: vector(1) }] }]',
      'broken.yml': 'tests: 1',
    };
    const argv = ['good.yml', 'bad.yml', 'broken.yml', '--json', '--junit', 'out.xml'];
    const { code, stdout, dir } = await run(files, ...argv);
    assert.equal(code, 1);
    const text = '    expr: "vector(1)", time: 0s,\n        exp: nil\n        got: {} 1E+00';
    assert.deepEqual(JSON.parse(stdout.replaceAll(`${dir}/`, '')), {
      files: [
        {
          file: 'good.yml',
          warnings: [],
          faults: [],
          tests: [{ name: 'a & b', failures: [] }],
          passed: true,
        },
        {
          file: 'bad.yml',
          warnings: [],
          faults: [],
          tests: [{ name: 'unnamed#0', failures: [{ place: 'bad.yml:1:30', text }] }],
          passed: false,
        },
        {
          file: 'broken.yml',
          warnings: [],
          faults: ['broken.yml:1:8: tests must be a list, got "1"'],
          tests: [],
          passed: false,
        },
      ],
    });
    const xml = readFileSync(join(dir, 'out.xml'), 'utf8')
      .replaceAll(`${dir}/`, '')
      .replaceAll(/ timestamp="[-\dT:]+"/g, '');
    assert.equal(
      xml,
      '<testsuites>' +
        '<testsuite name="good.yml" tests="1" failures="0" errors="0" skipped="0">' +
        '<testcase name="a &amp; b"></testcase></testsuite>' +
        '<testsuite name="bad.yml" tests="1" failures="1" errors="0" skipped="0">' +
        '<testcase name="unnamed#0"><failure>    expr: &#34;vector(1)&#34;, time: 0s,&#xA;        exp: nil&#xA;        got: {} 1E+00</failure></testcase></testsuite>' +
        '<testsuite name="broken.yml" tests="1" failures="0" errors="1" skipped="0">' +
        '<testcase name="unknown"><error>broken.yml:1:8: tests must be a list, got &#34;1&#34;</error></testcase></testsuite>' +
        '</testsuites>\n',
    );
  });

  it('names what is wrong with rules file by file', async () => {
    const groupOf = (expr: string) =>
      `groups: [{ name: g, rules: [{ record: r, expr: ${expr} }] }]\n`;
    const { stderr } = await run(
      {
        'a.yml': `\n\n${groupOf('"1 +"')}`,
        'b.yml': groupOf('"2 +"'),
        't.yml': 'rule_files: [a.yml, b.yml]\ntests: [{}]\n',
      },
      't.yml',
    );
    const places = stderr.split('\n').flatMap((line) => /^[ab]\.yml:\d+/.exec(line) ?? []);
    assert.deepEqual(places, ['a.yml:3', 'b.yml:1']);
  });

  it('wants to know what to test', async () => {
    const { code, stderr } = await run({});
    assert.deepEqual([code, stderr], [2, 'usage: nines test rules FILE…\n']);
    assert.match((await run({}, '/nowhere.yml')).stderr, /nowhere\.yml:1:1: cannot read the file/);
  });
});

describe("the guide's example", () => {
  const guide = readFileSync(
    new URL('../../../../../docs/guide/rule-tests.md', import.meta.url),
    'utf8',
  );
  const files = Object.fromEntries(
    Array.from(guide.matchAll(/^```yaml\n# (\S+)\n(.*?)^```$/gms), ([, name, text]) => [
      name,
      text,
    ]),
  );
  const [success, failure] = Array.from(
    guide.matchAll(/^```\n\$ nines test rules .*?\n(.*?)^```$/gms),
    ([, text]) => text,
  );

  it('passes, and shows its failure as the guide does', async () => {
    const good = await run(files, 'shop.test.yml');
    assert.deepEqual([good.stdout, good.code], [`${success}\n`, 0]);
    const rules = files['shop.yml'].replace('> 0.01', '> 0.1');
    const bad = await run({ ...files, 'shop.yml': rules }, '--diff', 'shop.test.yml');
    assert.deepEqual([bad.stderr, bad.code], [failure, 1]);
  });
});
