import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatFault } from '../platform/index.ts';
import { listFunctions } from '../promql/index.ts';
import { readRuleFile } from '../rules/index.ts';
import { createOlderFormat, parseRelease } from './older-prometheus.ts';

/** Why a release refuses an expression; undefined: it takes it. */
function refusalOf(version: string, expression: string): string | undefined {
  return createOlderFormat(parseRelease(version)).rules.checkExpression(expression)?.message;
}

describe('what an older Prometheus knows', () => {
  it('is told by the first two numbers of its version', () => {
    assert.deepEqual(parseRelease('v3.5.3'), { major: 3, minor: 5 });
    assert.deepEqual(parseRelease('2.54'), { major: 2, minor: 54 });
    assert.throws(() => parseRelease('3'), /not a version of Prometheus: "3"/);
    assert.throws(() => parseRelease('latest'), /not a version of Prometheus: "latest"/);
    assert.throws(() => parseRelease('2.53.0'), /2\.53\.0 is too old; 2\.54 and later are known/);
  });

  it('has parts of expressions from a release on, and some behind a flag', () => {
    const check = (version: string, expression: string, want: string | undefined): void => {
      assert.equal(refusalOf(version, expression), want, `${version}: ${expression}`);
    };
    const newer = (version: string, what: string, since: string): string =>
      `Prometheus ${version} does not know ${what}, which came with ${since}`;
    const behind = (version: string, what: string, flag: string): string =>
      `Prometheus ${version} takes ${what} with --enable-feature=${flag} only`;
    const functions = 'promql-experimental-functions';
    check('3.5', 'sum by (job) (rate(up[5m])) > 1 and on (job) up offset 5m', undefined);
    check(
      '3.5',
      '1 + sort_by_label(up, "a")',
      `1:5: ${behind('3.5', 'sort_by_label()', functions)}`,
    );
    check('3.6', 'first_over_time(up[5m])', `1:1: ${newer('3.6', 'first_over_time()', '3.7')}`);
    check(
      '3.13',
      'first_over_time(up[5m])',
      `1:1: ${behind('3.13', 'first_over_time()', functions)}`,
    );
    check('3.14', 'first_over_time(up[5m])', undefined);
    check(
      '3.14',
      'ts_of_max_over_time(up[5m])',
      `1:1: ${behind('3.14', 'ts_of_max_over_time()', functions)}`,
    );
    check('3.3', 'rate(up[1m * 2])', `1:9: ${newer('3.3', 'expressions of durations', '3.4')}`);
    check(
      '3.5',
      'up\n  offset (5m * 2)',
      `2:10: ${behind('3.5', 'expressions of durations', 'promql-duration-expr')}`,
    );
    check('3.14', 'rate(up[step() * 2])', undefined);
    check('3.5', 'rate(up[1m] anchored)', `1:6: ${newer('3.5', 'anchored', '3.7')}`);
    check(
      '3.14',
      'rate(up[1m] smoothed)',
      `1:6: ${behind('3.14', 'smoothed', 'promql-extended-range-selectors')}`,
    );
    check('3.5', 'a + fill (0) b', `1:2: ${newer('3.5', 'fill()', '3.10')}`);
    check(
      '3.12',
      'a + fill_left (0) b',
      `1:2: ${behind('3.12', 'fill()', 'promql-binop-fill-modifiers')}`,
    );
    check('3.10', 'h </ 5', `1:2: ${newer('3.10', 'the operator </', '3.11')}`);
    check('3.11', 'h >/ 5', undefined);
    check('3.14', 'limitk(2, up)', `1:1: ${behind('3.14', 'limitk()', functions)}`);
    check('2.55', '{"up"}', `1:1: ${newer('2.55', 'names in quotes', '3.0')}`);
    check('2.55', 'up{"l.x"="a"}', `1:1: ${newer('2.55', 'names such as "l.x"', '3.0')}`);
    check('2.55', 'sum by ("l.x") (up)', `1:1: ${newer('2.55', 'names such as "l.x"', '3.0')}`);
    check('2.55', 'up{a="{\\"b", c=~\'"\', d!~`"`}', undefined);
    check('3.0', '{"a.b", "l.x"="a"}', undefined);
    check('3.5', 'up[5m]', 'a rule needs a vector or a scalar, got a matrix');
    check('3.5', 'up +', '1:5: parse error: unexpected end of input');
  });

  it('has all functions of the newest release but those behind a flag', () => {
    const { rules } = createOlderFormat(parseRelease('3.14'));
    for (const { name, isExperimental, args } of listFunctions()) {
      const words = args.map((kind) => {
        if (kind === 'matrix') return 'up[5m]';
        // The labels that `info` asks for look like this, too.
        if (kind === 'vector') return '{a="b"}';
        return kind === 'string' ? '"a"' : '1';
      });
      const call = rules.checkExpression(`${name}(${words.join(', ')})`);
      if (isExperimental) assert.match(call?.message ?? '', /--enable-feature=/, name);
      else assert.doesNotMatch(call?.message ?? '', /Prometheus/, name);
    }
  });

  it('has fields of groups, functions of templates and names from a release on', () => {
    const text = `groups:
  - name: a
    labels: { "l.x": b }
    rules:
      - alert: A
        expr: up
        annotations: { "a-b": "{{ now }}", c: "{{ urlQueryEscape \`x\` }}" }
`;
    const check = (version: string, want: readonly string[]): void => {
      const { rules } = createOlderFormat(parseRelease(version));
      const { faults } = readRuleFile({ ...rules, text, file: 'r.yml' });
      assert.deepEqual(faults.map(formatFault).sort(), want, version);
    };
    const at = 'group "a", rule 1, "A": ';
    const absent = (annotation: string, name: string): string =>
      `${at}annotation "${annotation}": template: __alert_A:1: function "${name}" not defined`;
    check('3.8', []);
    check('3.5', [
      `r.yml:7:35: ${absent('a-b', 'now')}`,
      `r.yml:7:51: ${absent('c', 'urlQueryEscape')}`,
    ]);
    check('2.55', [
      'r.yml:3:13: Prometheus 2.55 does not know labels of groups, which came with 3.0',
      'r.yml:3:15: invalid label name: l.x',
      `r.yml:7:24: ${at}invalid annotation name: a-b`,
      `r.yml:7:35: ${absent('a-b', 'now')}`,
      `r.yml:7:51: ${absent('c', 'urlQueryEscape')}`,
    ]);
  });

  it('places what it refuses in the file, characters of several bytes or not', () => {
    const check = (expression: string, want: string): void => {
      const { rules } = createOlderFormat(parseRelease('3.5'));
      const text = `groups: [{ name: g, rules: [{ record: r, expr: "${expression}" }] }]`;
      const { faults } = readRuleFile({ ...rules, text, file: 'r.yml' });
      assert.deepEqual(faults.map(formatFault), [want]);
    };
    const where = 'group "g", rule 1, "r": could not parse expression';
    const newer = 'Prometheus 3.5 does not know the operator </, which came with 3.11';
    check("h{a='é'} </ 5", `r.yml:1:57: ${where}: 1:10: ${newer}`);
    check("h{a='é'} foo", `r.yml:1:58: ${where}: 1:11: parse error: unexpected identifier "foo"`);
  });
});
