import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CheckName } from './model.ts';
import { alertFile, lintTexts, NOW, ruleFile, type TestServer } from './testing.ts';

const HOUR = 3_600_000;
const PAGE = 'labels: {severity: page}';
const PAGE_OF_OBJECTIVE = 'labels: {severity: page, slo: shop}';

/** What is found: `check severity line:column`. */
function find(text: string, server?: TestServer): readonly string[] {
  return lintTexts([text], server).findings.map(
    ({ check, severity, line, column }) => `${check} ${severity} ${line}:${column}`,
  );
}

/** Expressions of an alert with what is found in them. */
type Case = readonly [expr: string, ...found: string[]];

function check(title: string, cases: readonly Case[], server?: TestServer): void {
  describe(title, () => {
    for (const [expr, ...found] of cases) {
      it(`${expr}: ${found.join(', ') || 'nothing'}`, () => {
        assert.deepEqual(find(alertFile(expr), server), found);
      });
    }
  });
}

check('an alert without a condition fires for ever', [
  ['up', 'alerts/comparison error 5:11'],
  ['up == 0'],
  ['up == bool 0', 'alerts/comparison error 5:11'],
  ['sum(up) / count(up)', 'alerts/comparison error 5:11'],
  ['count by (job) (up == 0)'],
  ['up > 1 or down', 'alerts/comparison error 5:11'],
  ['up > 1 or down > 1'],
  ['up and on (job) down > 0'],
  ['up unless down'],
  ['absent_over_time(up[5m])'],
  ['vector(1)'],
  ['ALERTS{alertstate="firing"}'],
]);

check('counters are not looked at as they stand', [
  ['errors_total > 10', 'promql/counter warning 5:12'],
  ['sum(errors_total) > 10', 'promql/counter warning 5:16'],
  ['count(errors_total) > 10'],
  ['rate(errors_total[5m]) > 10'],
  ['errors_total - errors_total offset 1h > 10'],
  ['up == 0 unless on (job) errors_total'],
]);

check(
  'functions suit the kind of the metric',
  [
    ['rate(temperature[5m]) > 1', 'promql/rate error 5:12'],
    ['delta(temperature[5m]) > 1'],
    ['deriv(errors_total[5m]) > 1', 'promql/rate warning 5:12'],
    ['rate(sum(errors_total)[5m:1m]) > 1', 'promql/rate error 5:12', 'promql/counter warning 5:21'],
    ['sum(rate(errors_total[5m])) > 1'],
    ['requests > 1', 'promql/counter warning 5:12'],
  ],
  { types: { temperature: 'gauge', requests: 'counter' } },
);

check(
  'windows hold enough samples',
  [
    ['rate(x[30s]) > 1', 'promql/range error 5:19'],
    ['rate(x[1m]) > 1', 'promql/range warning 5:19'],
    ['rate(x[2m]) > 1'],
    ['max_over_time(x[20s]) > 1', 'promql/range error 5:28'],
    ['max_over_time(x[30s]) > 1'],
    ['rate(unknown[1s]) > 1'],
  ],
  { selectors: { x: { intervalMs: 30_000 } } },
);

check(
  'labels that are asked for can be there',
  [
    ['sum by (job) (x) > 1'],
    ['sum by (zone) (x) > 1', 'promql/impossible warning 5:12'],
    ['sum without (zone) (x) > 1', 'promql/impossible note 5:12'],
    ['sum by (zone) (label_replace(x, "zone", "$1", "job", "(.*)")) > 1'],
    ['sum by (job) (sum(unknown)) > 1', 'promql/impossible warning 5:12'],
    ['x / on (zone) y > 1', 'promql/impossible error 5:12'],
    ['x / on (job) y > 1'],
    ['x unless sum(unknown)', 'promql/impossible warning 5:12'],
    ['x > on () group_left () sum(y)'],
  ],
  {
    selectors: {
      x: { labelNames: new Set(['__name__', 'job', 'instance']) },
      y: { labelNames: new Set(['__name__', 'job', 'zone']) },
    },
  },
);

check('patterns are patterns', [
  ['up{job=~"shop"} == 0', 'promql/regexp note 5:12'],
  ['up{job=~"^shop.*$"} == 0', 'promql/regexp note 5:12'],
  ['up{job=~"shop.*"} == 0'],
  ['up{job=~"a\\\\$"} == 0'],
  ['topk(3, x) > 1', 'promql/fragile warning 5:11'],
]);

const EMPTY = {
  seriesCount: 0,
  cause: {
    kind: 'noSamples',
    part: 'x',
    lastAt: NOW - 3 * HOUR,
    labels: {},
    target: { job: 'shop', instance: 'shop:80', health: 'down', lastError: null },
    searchedMs: 24 * HOUR,
  },
} as const;
const NEVER = { seriesCount: 0, cause: { ...EMPTY.cause, lastAt: null, target: null } } as const;

check(
  'selectors have series',
  [
    ['gone > 1', 'promql/series warning 5:12'],
    ['never > 1', 'promql/series error 5:12'],
    ['rate(never[5m]) > 1', 'promql/series error 5:17'],
    ['here > 1'],
    ['absent(never)'],
    ['here > 1 unless never'],
    ['(never or vector(0)) > 1'],
    ['never or here > 1', 'alerts/comparison error 5:11', 'promql/series error 5:12'],
  ],
  { selectors: { gone: EMPTY, never: NEVER, here: {} } },
);

it('a selector without series says since when, and how its target stands', () => {
  const [{ message }] = lintTexts([alertFile('x > 1')], { selectors: { x: EMPTY } }).findings;
  const last = 'the last sample came 3h ago, from shop shop:80, which is down';
  assert.equal(message, `x has no series now; ${last}`);
});

it('a metric that is spelled otherwise is named', () => {
  const known = { nearestMetric: () => 'errors_total' };
  const server = { selectors: { erors: NEVER }, known };
  const [{ advice }] = lintTexts([alertFile('erors > 1')], server).findings;
  assert.equal(advice, 'did you mean errors_total?');
});

describe('what an alert says and whom it reaches', () => {
  const found = (lines: readonly string[], server?: TestServer): readonly string[] =>
    find(alertFile('up == 0', ...lines), server).map((line) =>
      line.split(' ').slice(0, 2).join(' '),
    );

  const cases: readonly [string, readonly string[], readonly string[]][] = [
    ['a ticket with all', [], []],
    ['no summary', ['annotations: {playbook: "https://x.test"}'], ['alerts/summary warning']],
    ['no playbook', ['annotations: {summary: x}'], ['alerts/playbook note']],
    ['a page that protects nothing', [PAGE], ['alerts/objective warning']],
    ['a page that protects an objective', [PAGE_OF_OBJECTIVE], []],
    ['a page without for', [PAGE_OF_OBJECTIVE, 'for: 0s'], ['alerts/for warning']],
    ['for that is shorter than the interval', ['for: 10s'], ['alerts/for warning']],
    ['the value in a label', ["labels: {v: '{{ $value }}'}"], ['alerts/template error']],
  ];
  for (const [title, lines, want] of cases) it(title, () => assert.deepEqual(found(lines), want));

  const route = {
    output: 'page',
    policy: 'default',
    service: 'shop',
    channels: ['browser', 'mail'],
    owner: 'Mina',
    playbook: undefined,
  } as const;
  const objectives = new Set(['shop']);
  const routes: readonly [string, object, readonly string[]][] = [
    ['somebody', {}, []],
    ['browsers alone', { channels: ['browser'] }, ['alerts/receiver error']],
    ['a service without an owner', { owner: '' }, ['alerts/receiver warning']],
  ];
  for (const [title, fields, want] of routes) {
    it(`reaches ${title}`, () => {
      const server = { rule: { route: { ...route, ...fields } }, known: { objectives } };
      assert.deepEqual(found([PAGE_OF_OBJECTIVE], server), want);
    });
  }

  it('names an objective that there is', () => {
    assert.deepEqual(found([PAGE_OF_OBJECTIVE], {}), ['alerts/objective error']);
  });

  it('says how many alerts it would make, now and at most', () => {
    const server = { rule: { resultCount: 3, alertsMax: 40 }, known: { objectives } };
    const { findings } = lintTexts([alertFile('up == 0', PAGE_OF_OBJECTIVE)], server);
    assert.deepEqual(
      findings.map(({ message }) => message),
      [
        'its condition holds now: it would make 3 alerts',
        'it watches 40 series one by one, and could page 40 times at once',
      ],
    );
  });

  it('says what an evaluation reads where that is much', () => {
    const cost = { seriesCount: 30_000, readSamples: 90_000, heldSamples: 1 };
    assert.deepEqual(found([], { rule: { cost } }), ['query/cost warning']);
  });
});

describe('a page without for', () => {
  const waits = (expr: string, window: string): readonly string[] =>
    find(
      ruleFile(
        '- record: a:ratio',
        `  expr: sum(rate(x_total[${window}]))`,
        '- alert: A',
        `  expr: ${expr}`,
        `  ${PAGE_OF_OBJECTIVE}`,
        '  annotations: {summary: x, playbook: x}',
      ),
    );
  const found = ['alerts/for warning 6:12'];

  it('looks at minutes at least, itself or by a recording rule', () => {
    assert.deepEqual(waits('up == 0', '5m'), found);
    assert.deepEqual(waits('rate(x_total[1m]) > 1', '5m'), found);
    assert.deepEqual(waits('rate(x_total[5m]) > 1', '5m'), []);
    assert.deepEqual(waits('a:ratio > 1', '5m'), []);
    assert.deepEqual(waits('a:ratio > 1', '1m'), found);
    assert.deepEqual(waits('recorded:elsewhere > 1', '5m'), []);
  });
});

describe('templates', () => {
  const found = (expr: string, text: string): readonly string[] =>
    find(alertFile(expr, `annotations: {summary: '${text}', playbook: x}`));

  it('show labels that the result has', () => {
    assert.deepEqual(found('sum by (job) (up) < 1', '{{ $labels.job }}'), []);
    const wrong = ['alerts/template warning 7:28'];
    assert.deepEqual(found('sum by (job) (up) < 1', '{{ $labels.zone }}'), wrong);
    assert.deepEqual(found('sum by (job) (up) < 1', '{{ .Labels.zone }}'), wrong);
    assert.deepEqual(found('absent(up)', '{{ $labels.job }}').length, 1);
  });

  it('may show labels of what they ask themselves', () => {
    const text = '{{ range query "up" }}{{ .Labels.zone }}{{ end }}';
    assert.deepEqual(found('sum by (job) (up) < 1', text), []);
  });

  it('know what a recording rule of the files keeps', () => {
    const file = ruleFile(
      '- record: a:sum',
      '  expr: sum by (job) (up)',
      '- alert: A',
      '  expr: a:sum < 1',
      '  for: 5m',
      '  annotations: {summary: "{{ $labels.zone }}", playbook: x}',
    );
    assert.deepEqual(find(file), ['alerts/template warning 9:28']);
  });
});

describe('rules beside others', () => {
  const record = (expr: string): readonly string[] => ['- record: a:b', `  expr: ${expr}`];

  it('stand once', () => {
    assert.deepEqual(find(ruleFile(...record('up'), ...record('up'))), [
      'rule/duplicate error 6:13',
    ]);
    assert.deepEqual(find(ruleFile(...record('up'), ...record('down'))).length, 1);
    const { findings } = lintTexts([alertFile('up == 0'), alertFile('up == 0')]);
    const [{ file, message }] = findings;
    assert.deepEqual([file, message], ['r2.yml', 'the same rule stands at r.yml:4']);
  });

  it('share a name where they are two limits of one condition', () => {
    const two = (a: string, b: string) => lintTexts([alertFile(a), alertFile(b)]).findings;
    assert.deepEqual(two('up == 0', 'up == 1'), []);
    const outputs = ['- alert: A', '  expr: x:5m > 1', '- alert: A', '  expr: x:1h > 1'];
    const { findings } = lintTexts([ruleFile(...outputs)]);
    assert.ok(!findings.some((one) => one.check === 'rule/name'));
    const names: readonly CheckName[] = two('up == 0', 'down == 1').map((one) => one.check);
    assert.deepEqual(names, ['rule/name']);
  });

  it('are read by somebody', () => {
    const known = { isRead: () => false, readSinceMs: NOW - 10 * 24 * HOUR };
    const file = ruleFile(...record('up'));
    assert.deepEqual(find(file, { known }), ['rule/unused warning 4:13']);
    assert.deepEqual(find(file, { known: { ...known, readSinceMs: NOW - HOUR } }), []);
    const reader = ['- record: c', '  expr: a:b * 2'];
    assert.deepEqual(find(ruleFile(...record('up'), ...reader), { known }).length, 1);
  });

  it('take no rate of what another has summed', () => {
    const sum = ['- record: a:sum', '  expr: sum(rate(errors_total[5m])) + sum(x_total)'];
    const file = ruleFile(...sum, '- record: b', '  expr: rate(a:sum[5m])');
    assert.deepEqual(find(file), ['promql/counter warning 5:45', 'promql/rate error 7:11']);
  });
});

describe('comments', () => {
  const file = (comment: string): string =>
    ruleFile(comment, '- alert: A', '  expr: errors_total', '- alert: B', '  expr: errors_total');
  const noisy = lintTexts([file('')]).findings.length;
  const silenced = (comment: string): number => lintTexts([file(comment)]).silencedCount;

  const cases: readonly [string, number][] = [
    ['# pint disable promql/counter', 1],
    ['# nines disable promql/counter', 1],
    ['# pint disable promql/counter(errors_total)', 1],
    ['# pint disable promql/counter(other_total)', 0],
    ['# pint disable promql/counter(staging)', 0],
    ['# pint file/disable promql/counter', 2],
    ['# pint snooze 2027-01-01 promql/counter', 1],
    ['# pint snooze 2026-01-01 promql/counter', 0],
    ['# pint file/snooze 2027-01-01T00:00:00Z promql/counter', 2],
    ['# pint ignore/file', noisy],
    ['# pint disable promql/vector_matching', 0],
    ['# a comment', 0],
  ];
  for (const [comment, count] of cases) {
    it(comment, () => {
      assert.equal(silenced(comment), count);
      assert.equal(lintTexts([file(comment)]).findings.length, noisy - count);
    });
  }

  it('that mean nothing are told, where they are ours', () => {
    for (const comment of ['# nines disable promql/nothing', '# nines snooze soon promql/rate']) {
      const [{ check: name }] = lintTexts([file(comment)]).findings;
      assert.equal(name, 'lint/comment');
    }
  });

  it('cannot silence that a file is refused', () => {
    const text = `# pint ignore/file\n${ruleFile('- alert: A', '  expr: sum(')}`;
    assert.deepEqual(find(text).length, 1);
  });
});

it('places a finding within an expression of several lines', () => {
  const file = ruleFile(
    '- alert: A',
    '  expr: |',
    '    sum(',
    '      errors_total) > 1',
    '  for: 5m',
    '  annotations: {summary: x, playbook: x}',
  );
  assert.deepEqual(find(file), ['promql/counter warning 7:9']);
});
