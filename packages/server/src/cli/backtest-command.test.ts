import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import type { Backtest, BacktestSide } from '@nines/contract';
import type { RuleGroup } from '../rules/index.ts';
import { runCli } from './index.ts';

const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 10, 16);
const TO = Date.UTC(2026, 10, 23);
const LABELS = { alertname: 'High', zone: 'a' };

const SIDE: BacktestSide = {
  name: 'High',
  group: null,
  file: null,
  expression: 'load\n  > 5',
  forMs: 300_000,
  keepFiringForMs: 0,
  labels: {},
  evaluationCount: 10_080,
  evaluatedCount: 10_080,
  evaluatedToMs: TO,
  cutBy: null,
  failedCount: 0,
  failure: null,
  templateError: null,
  readsAlerts: false,
  pendingCount: 5,
  droppedCount: 2,
  firingCount: 3,
  resolvedCount: 3,
  pageCount: 3,
  pagesPerWeek: 3,
  nightPageCount: 1,
  firingAtStart: 0,
  firingAtEnd: 0,
  longestMs: 720_000,
  firingMs: 1_500_000,
  labelSets: [{ labels: LABELS, firingCount: 3, firingMs: 1_500_000 }],
  labelSetCount: 1,
  periods: [],
  periodCount: 3,
};
const ANSWER: Backtest = {
  now: TO,
  fromMs: FROM,
  toMs: TO,
  intervalMs: 60_000,
  timeZone: 'UTC',
  noData: [{ fromMs: FROM, toMs: FROM + HOUR }],
  tested: SIDE,
  inForce: null,
  comparison: null,
};

const GROUPS: readonly RuleGroup[] = [
  {
    file: 'r.yml',
    name: 'shop',
    intervalMs: 60_000,
    queryOffsetMs: undefined,
    limit: 0,
    labels: [],
    rules: ['High', 'Low'].map((name) => ({
      kind: 'alert',
      name,
      expression: 'load > 5',
      labels: [['severity', 'page']],
      annotations: [],
      forMs: 300_000,
      keepFiringForMs: 0,
      place: { file: 'r.yml', line: 1, column: 1 },
    })),
  },
];

async function setUp(context: TestContext, answer: Backtest) {
  const folder = mkdtempSync(join(tmpdir(), 'nines-backtest-'));
  const file = join(folder, 'r.yml');
  writeFileSync(file, 'groups: []\n');
  context.after(() => rmSync(folder, { recursive: true }));
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      asked.push(body);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answer));
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  context.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const unused = async (): Promise<never> => Promise.reject(new Error('not used here'));
  const app = {
    loadLater: unused,
    checkFiles: unused,
    testRules: unused,
    readRules: () => ({ groups: GROUPS, faults: [] }),
    lintFiles: unused,
    formatJunit: unused,
    report: unused,
    askAlertRoutes: unused,
    openIdentity: unused,
    openSeries: unused,
    holdData: unused,
    inspect: unused,
  };
  const run = async (...argv: readonly string[]) => {
    const output = { stdout: '', stderr: '' };
    const url = `http://127.0.0.1:${address.port}`;
    const code = await runCli(['backtest', ...argv, '--url', url, '--token', 't'], {
      env: {},
      stdout: (text) => void (output.stdout += text),
      stderr: (text) => void (output.stderr += text),
      stdin: () => Readable.from([]),
      loadAlertmanager: async () => Promise.reject(new Error('not used here')),
      loadServer: async () => Promise.reject(new Error('not used here')),
      loadApp: async () => app,
    });
    return { code, ...output };
  };
  return { run, asked, file };
}

describe('nines backtest', () => {
  it('asks for each alert of a file, and tells what it would have done', async (context) => {
    const { run, asked, file } = await setUp(context, ANSWER);
    const times = ['--from', '2026-11-16T00:00:00Z', '--to', String(TO / 1000)];
    assert.deepEqual(await run(file, '--rule', 'High', '--time-zone', 'UTC', ...times), {
      code: 0,
      stdout: `High: load > 5
2026-11-16T00:00:00.000Z to 2026-11-23T00:00:00.000Z, 10080 evaluations, every 1m; nights of UTC

for                  5m
active               5
ended before firing  2
fired                3
resolved             3
pages                3
pages per week       3
pages at night       1
longest              12m
firing at the start  0
firing at the end    0

FIRED  FOR  LABELS
3      25m  {zone="a"}

no data for 1h of it: 2026-11-16T00:00:00.000Z to 2026-11-16T01:00:00.000Z
`,
      stderr: '',
    });
    assert.deepEqual(asked, [
      {
        name: 'High',
        group: 'shop',
        expression: 'load > 5',
        forMs: 300_000,
        keepFiringForMs: 0,
        labels: { severity: 'page' },
        intervalMs: 60_000,
        timeZone: 'UTC',
        comparesInForce: false,
        fromMs: FROM,
        toMs: TO,
      },
    ]);
    const all = await run(file, '--json', ...times);
    assert.deepEqual(JSON.parse(all.stdout), { backtests: [ANSWER, ANSWER] });
  });

  it('puts the rule in force beside it', async (context) => {
    const inForce = { ...SIDE, group: 'shop', file: 'r.yml', pageCount: 7, pagesPerWeek: 7 };
    const comparison = {
      bothCount: 3,
      earlierCount: 0,
      laterCount: 3,
      medianShiftMs: 300_000,
      onlyTestedCount: 0,
      onlyInForceCount: 4,
    };
    const { run, file } = await setUp(context, { ...ANSWER, inForce, comparison });
    const { code, stdout } = await run(file, '--against', '--rule', 'High');
    assert.equal(code, 0);
    assert.match(stdout, /EDITED {2}IN FORCE\n/);
    assert.match(stdout, /\npages +3 +7\n/);
    assert.match(stdout, /both 3 \(earlier 0, later 3, half of them by 5m later or more\), only/);
  });

  it('ends with 1 where not all was evaluated, and says why', async (context) => {
    const cut = {
      ...SIDE,
      cutBy: 'time',
      evaluatedCount: 10,
      failedCount: 2,
      failure: 'x',
    } as const;
    const { run, file } = await setUp(context, { ...ANSWER, tested: cut });
    const { code, stdout } = await run(file, '--rule', 'High');
    assert.equal(code, 1);
    assert.match(stdout, /cut: 10 of 10080 evaluations were done, up to 2026-.*; no time was left/);
    assert.match(stdout, /2 evaluations failed, the first with: x/);
  });

  it('says what it cannot use', async (context) => {
    const { run, file } = await setUp(context, ANSWER);
    const check = async (argv: readonly string[], code: number, message: RegExp) => {
      const answer = await run(...argv);
      assert.equal(answer.code, code);
      assert.match(answer.stderr, message);
    };
    await check([], 2, /give one rule file/);
    await check([`${file}.gone`], 1, /cannot read the rules: ENOENT/);
    await check([file, '--rule', 'Nope'], 1, /r\.yml has no alert Nope/);
    await check(
      [file, '--from', 'yesterday'],
      2,
      /--from: "yesterday" is no time; want a duration/,
    );
    await check([file, '--rule', 'High', '--against'], 0, /no alerting rule High is in force/);
  });
});
