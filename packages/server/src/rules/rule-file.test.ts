import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createSeededRandom, formatFault } from '../platform/index.ts';
import type { CheckExpression } from './engine.ts';
import { readRuleFile } from './rule-file.ts';
import { placeInScalar } from './scalar-place.ts';

/** Stands in for the query engine: finds `rate(x)` without a range and a sum without an operand. */
const checkExpression: CheckExpression = (expression) => {
  const wrong = /(?<=rate\()\w+(?=\))|\+\s*$/.exec(expression);
  if (wrong === null) return undefined;
  return { message: `unexpected ${wrong[0].trim()}`, offset: wrong.index };
};

function read(text: string, nameValidation?: 'utf8' | 'legacy') {
  return readRuleFile({
    text,
    file: 'r.yml',
    checkExpression,
    ...(nameValidation === undefined ? {} : { nameValidation }),
  });
}

function faultsOf(text: string, nameValidation?: 'utf8' | 'legacy'): readonly string[] {
  return read(text, nameValidation).faults.map(formatFault);
}

/** A file with one rule, whose fields are given as lines. */
function withRule(...lines: readonly string[]): string {
  return `groups:\n- name: g\n  rules:\n  - ${lines.join('\n    ')}\n`;
}

describe('reading a rule file', () => {
  it('gives groups and rules with their defaults', () => {
    const { groups, faults } = read(`
groups:
- name: a
  interval: 30s
  query_offset: 1m
  limit: 5
  labels: {team: x, tier: 1}
  rules:
  - record: a:b
    expr: sum(x)
    labels: {tier: 2}
  - alert: Down
    expr: up == 0
    for: 5m
    keep_firing_for: 1h
    annotations: {summary: "{{ $labels.job }}"}
- name: b
`);
    assert.deepEqual(faults, []);
    const place = (line: number) => ({ file: 'r.yml', line, column: 5 });
    assert.deepEqual(groups, [
      {
        file: 'r.yml',
        name: 'a',
        intervalMs: 30_000,
        queryOffsetMs: 60_000,
        limit: 5,
        labels: [
          ['team', 'x'],
          ['tier', '1'],
        ],
        rules: [
          {
            kind: 'record',
            name: 'a:b',
            expression: 'sum(x)',
            labels: [
              ['team', 'x'],
              ['tier', '2'],
            ],
            place: place(9),
          },
          {
            kind: 'alert',
            name: 'Down',
            expression: 'up == 0',
            labels: [
              ['team', 'x'],
              ['tier', '1'],
            ],
            place: place(12),
            forMs: 300_000,
            keepFiringForMs: 3_600_000,
            annotations: [['summary', '{{ $labels.job }}']],
          },
        ],
      },
      {
        file: 'r.yml',
        name: 'b',
        intervalMs: undefined,
        queryOffsetMs: undefined,
        limit: 0,
        labels: [],
        rules: [],
      },
    ]);
  });

  it('accepts an empty file', () => {
    for (const text of ['', 'groups:\n']) {
      const { groups, faults } = read(text);
      assert.deepEqual({ groups, faults }, { groups: [], faults: [] });
    }
  });

  it('names each fault with its place', () => {
    const g = 'group "g", rule 1, ';
    const cases: readonly (readonly [text: string, ...faults: string[]])[] = [
      ['groups:\n- rules: []\n', '2:3: Groupname must not be empty'],
      ['groups:\n- name: a\n- name: a\n', '3:3: groupname: "a" is repeated in the same file'],
      ['groups:\n- name: a\n  labels: {__name__: x}\n', '3:12: invalid label name: __name__'],
      ['groups:\n- name: a\n  limit: 1.5\n', '3:10: limit must be a whole number, got 1.5'],
      [
        withRule('record: r', 'alert: A', 'expr: x'),
        `4:5: ${g}"A": only one of 'record' and 'alert' must be set`,
      ],
      [withRule('expr: x'), `4:5: ${g}"": one of 'record' or 'alert' must be set`],
      [withRule('alert: A'), `4:5: ${g}"A": field 'expr' must be set in rule`],
      [withRule('alert: A', 'expr: ""'), `5:11: ${g}"A": field 'expr' must be set in rule`],
      [
        withRule('record: r', 'expr: x', 'for: 1m', 'keep_firing_for: 2m', 'annotations: {a: b}'),
        `8:18: ${g}"r": invalid field 'annotations' in recording rule`,
        `6:10: ${g}"r": invalid field 'for' in recording rule`,
        `7:22: ${g}"r": invalid field 'keep_firing_for' in recording rule`,
      ],
      [
        withRule('record: x{a="b"}', 'expr: x'),
        `4:13: ${g}"x{a=\\"b\\"}": braces present in the recording rule name; should it be in expr?: x{a="b"}`,
      ],
      [
        withRule('alert: A', 'expr: x', 'for: soon'),
        '6:10: groups[0].rules[0].for: not a valid duration string: "soon"; want a duration such as 15s or 1h30m',
      ],
      [
        withRule('alert: A', 'expr: x', 'annotation: {a: b}'),
        '6:5: field "annotation" is not known in groups[0].rules[0]; did you mean "annotations"?',
      ],
      [
        withRule('alert: A', 'expr: x', 'labels: {"": x, a: "1", a: "2", __name__: y}'),
        `6:14: ${g}"A": invalid label name: `,
        '6:29: field "a" stands twice in groups[0].rules[0].labels',
        `6:37: ${g}"A": invalid label name: __name__`,
      ],
    ];
    for (const [text, ...faults] of cases) {
      const got = faultsOf(text).map((fault) => fault.replace('r.yml:', ''));
      assert.deepEqual(got.toSorted(), faults.toSorted(), text);
    }
  });

  it('judges names by letters where it is asked to', () => {
    const rule = withRule('alert: A', 'expr: x', 'labels: {a-b: c}', 'annotations: {d-e: f}');
    assert.deepEqual(faultsOf(rule), []);
    assert.deepEqual(faultsOf(rule, 'legacy'), [
      'r.yml:6:14: group "g", rule 1, "A": invalid label name: a-b',
      'r.yml:7:19: group "g", rule 1, "A": invalid annotation name: d-e',
    ]);
    assert.deepEqual(faultsOf(withRule('record: a-b', 'expr: x'), 'legacy'), [
      'r.yml:4:13: group "g", rule 1, "a-b": invalid recording rule name: a-b',
    ]);
  });

  it('points into the expression, however it is written', () => {
    const message = 'group "g", rule 1, "A": could not parse expression: unexpected hi';
    const cases: readonly (readonly string[])[] = [
      ['alert: A', 'expr: sum(rate(hi))'],
      ['alert: A', 'expr: "sum(rate(hi))"'],
      ['alert: A', `expr: 'x{a="it''s"}+rate(hi)'`],
      ['alert: A', 'expr: |', '  sum(', '    rate(hi))'],
      ['alert: A', 'expr: >-  # why', '  sum by (a) (', '  rate(hi))'],
      ['alert: A', 'expr: sum(x) +', '  rate(hi)'],
      ['alert: A', 'expr: "x{a=\\"\\u00e9\\"} + rate(hi)"'],
    ];
    for (const lines of cases) {
      const text = withRule(...lines);
      const [fault] = read(text).faults;
      const line = text.split('\n')[fault.line - 1];
      assert.equal(line.slice(fault.column - 1, fault.column + 1), 'hi', text);
      assert.equal(fault.message, message);
    }
  });

  it('points at the alias where the expression is one', () => {
    const text = 'groups:\n- name: &e rate(hi)\n  rules:\n  - {record: r, expr: *e}\n';
    assert.deepEqual(faultsOf(text), [
      'r.yml:4:23: group "rate(hi)", rule 1, "r": could not parse expression: unexpected hi',
    ]);
  });

  it('points into templates that do not parse, and leaves those of recording rules alone', () => {
    const text = withRule(
      'alert: A',
      'expr: x',
      'labels: {l: "{{ $x }}"}',
      'annotations:',
      '  s: |',
      '    one',
      '    two {{ nope }}',
    );
    assert.deepEqual(faultsOf(text), [
      'r.yml:6:21: group "g", rule 1, "A": label "l": template: __alert_A:1: undefined variable "$x"',
      'r.yml:10:16: group "g", rule 1, "A": annotation "s": template: __alert_A:2: function "nope" not defined',
    ]);
    assert.deepEqual(faultsOf(withRule('record: r', 'expr: x', 'labels: {l: "{{ $x }}"}')), []);
  });

  it('survives hostile files', () => {
    const seed = 99;
    const random = createSeededRandom(seed);
    const lines = [
      'groups:',
      '- name: a',
      '- &g',
      '- *g',
      '  rules:',
      '  - alert: A',
      '  - record: r',
      '    expr: |',
      '    expr: rate(hi)',
      '      rate(',
      '    labels: {a: "{{"}',
      '    labels: [1]',
      '    annotations:',
      '      b: "{{ .x | }}"',
      '    for: -1',
      '  interval: 0',
      '  limit: x',
      '    <<: *g',
      '\t',
      '"',
      '    for: 1y1y',
    ];
    for (let round = 0; round < 300; round++) {
      const text = Array.from(
        { length: Math.floor(random.float() * 14) },
        () => lines[Math.floor(random.float() * lines.length)],
      ).join('\n');
      const count = text.split('\n').length;
      for (const fault of read(text).faults) {
        assert.ok(fault.line >= 1 && fault.line <= count, `seed ${seed} round ${round}`);
        assert.ok(fault.column >= 1, `seed ${seed} round ${round}`);
      }
    }
  });
});

describe('the place of a character in a scalar', () => {
  it('never leaves the file', () => {
    const place = { file: 'f', line: 1, column: 1 };
    for (const offset of [0, 5, 500]) {
      const found = placeInScalar({ source: 'short', place, value: 'something else', offset });
      assert.ok(found.column <= 20, String(found.column));
    }
  });
});

interface Verdict {
  readonly file: string;
  readonly verdict: string;
  readonly kind?: string;
}

function isVerdicts(value: unknown): value is readonly Verdict[] {
  return Array.isArray(value);
}

describe('the rule files of Prometheus', () => {
  const root =
    process.env.NINES_CONFORMANCE ?? join(import.meta.dirname, '../../../../../shared/conformance');
  const skip = existsSync(join(root, 'rulefmt')) ? false : 'no conformance data';

  function check(folder: string, verdictOf: (one: Verdict) => boolean | undefined): void {
    const cases: unknown = JSON.parse(readFileSync(join(root, folder, 'cases.json'), 'utf8'));
    assert.ok(isVerdicts(cases) && cases.length > 0);
    for (const one of cases) {
      const isGood = verdictOf(one);
      if (isGood === undefined) continue;
      const text = readFileSync(join(root, folder, one.file), 'utf8');
      // The files say in their names which names they take for good.
      const faults = faultsOf(text, one.file.startsWith('legacy') ? 'legacy' : 'utf8');
      assert.equal(faults.length === 0, isGood, `${folder}/${one.file}: ${faults.join('; ')}`);
    }
  }

  it('are accepted and refused as there: rulefmt', { skip }, () => {
    check('rulefmt', ({ verdict }) => verdict === 'accept');
  });

  it('are accepted and refused as there: promtool', { skip }, () => {
    // features.yml holds experimental syntax, which is the query engine's to judge.
    check('promtool', ({ file, kind, verdict }) =>
      kind === 'rule file' && file !== 'features.yml' ? verdict === 'pass' : undefined,
    );
  });

  it('are read: Kuadrant', { skip }, () => {
    for (const file of ['availability-rules.yaml', 'latency-rules.yaml']) {
      const text = readFileSync(join(root, 'rules/kuadrant', file), 'utf8');
      assert.deepEqual(faultsOf(text), [], file);
    }
  });
});
