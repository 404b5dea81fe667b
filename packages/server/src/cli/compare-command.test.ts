import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import type { ServiceComparison } from '@nines/contract';
import { runCli } from './index.ts';

const AT = Date.UTC(2026, 10, 23, 12);
const HALF_HOUR = 1_800_000;
const DEPLOY = { at: AT, version: '1.1', before: ['1.0'] };
const LINES = [
  { kind: 'latency', title: 'HTTP', unit: 'seconds', name: 'p99', first: 0.1, second: 0.25 },
  { kind: 'errors', title: 'HTTP', unit: 'ratio', name: '5xx', first: null, second: 0.02 },
] as const;
const CHOICES = {
  now: AT + HALF_HOUR,
  service: 'shop',
  deploys: [DEPLOY],
  groups: [{ label: 'version', values: ['1.0', '1.1'] }],
};

/** What a server answers that has one deploy and takes every question for sensible. */
function answerTo(query: URLSearchParams, deploys: ServiceComparison['deploys']): object {
  const [label, a, b] = ['label', 'a', 'b'].map((name) => query.get(name));
  const at = query.get('at');
  if (at === null && label === null) return { ...CHOICES, deploys, comparison: null };
  const length = Number(query.get('length') ?? HALF_HOUR);
  const lines = LINES.map((line) => ({
    ...line,
    ratio: line.first === null ? null : line.second / line.first,
  }));
  const from = Number(at ?? CHOICES.now - length);
  const first = { value: a, fromMs: at === null ? from : from - length, toMs: from };
  const second = { value: b, fromMs: from, toMs: from + length };
  const sides = label === null ? { first, second } : { first: { ...second, value: a }, second };
  return { ...CHOICES, deploys, comparison: { label, ...sides, lines } };
}

async function setUp(context: TestContext, deploys: ServiceComparison['deploys'] = [DEPLOY]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://x');
    asked.push(`${url.pathname}${url.search}`);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answerTo(url.searchParams, deploys)));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  context.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const unused = async (): Promise<never> => Promise.reject(new Error('not used here'));
  const run = async (...argv: readonly string[]) => {
    const output = { stdout: '', stderr: '' };
    const code = await runCli(
      ['compare', ...argv, '--url', `http://127.0.0.1:${address.port}`, '--token', 't'],
      {
        env: {},
        stdout: (text) => void (output.stdout += text),
        stderr: (text) => void (output.stderr += text),
        stdin: () => Readable.from([]),
        loadAlertmanager: unused,
        loadApp: unused,
        loadServer: unused,
      },
    );
    return { code, ...output };
  };
  return { run, asked };
}

describe('nines compare', () => {
  it('compares before and after the newest deploy by itself', async (context) => {
    const { run, asked } = await setUp(context);
    assert.deepEqual(await run('shop', '--length', '10m'), {
      code: 0,
      stdout: `shop: 10m before and 10m after 2026-11-23T12:00:00.000Z (1.1 after 1.0)

SIGNAL   WHAT  LINE  BEFORE  AFTER   CHANGE
latency  HTTP  p99   100 ms  250 ms  x2.5
errors   HTTP  5xx   -       2 %     -
`,
      stderr: '',
    });
    const path = '/api/nines/v1/services/shop/comparison?length=600000';
    assert.deepEqual(asked, [path, `${path}&at=${AT}`]);
  });

  it('compares before and after a moment, and group against group or all others', async (context) => {
    const { run, asked } = await setUp(context);
    const check = async (argv: readonly string[], query: string, title: RegExp): Promise<void> => {
      const { code, stdout, stderr } = await run('shop', ...argv);
      assert.equal(code, 0, stderr);
      assert.match(stdout, title);
      assert.equal(asked.at(-1)?.split('?')[1], query);
    };
    const moment = /^shop: 30m before and 30m after 2026-11-23T12:00:00.000Z \(1.1/;
    await check(['--at', '2026-11-23T12:00:00Z'], `at=${AT}`, moment);
    await check(['--at', String(AT / 1000)], `at=${AT}`, moment);
    const others = /^shop: zone b against all others, 2026-.*\n\nSIGNAL .* b +OTHERS +CHANGE/;
    await check(['zone=b'], 'label=zone&a=b', others);
    const groups = /^shop: version 1.1 against 1.0, 2026-.*\n\nSIGNAL .* 1.1 +1.0 +CHANGE/;
    await check(['version=1.1', 'version=1.0'], 'label=version&a=1.1&b=1.0', groups);
  });

  it('says what there is to choose where no deploy was seen', async (context) => {
    const { run } = await setUp(context, []);
    const { code, stderr } = await run('shop');
    assert.equal(code, 1);
    assert.match(stderr, /no deploy of shop .* LABEL=VALUE of version \(1.0, 1.1\)/);
    const json = await run('shop', '--json');
    assert.equal(json.code, 1);
    assert.match(json.stdout, /"comparison":null/);
  });

  it('ends with 2 where what is to be compared makes no sense', async (context) => {
    const { run } = await setUp(context);
    const check = async (why: RegExp, ...argv: readonly string[]): Promise<void> => {
      const { code, stderr } = await run(...argv);
      assert.equal(code, 2, argv.join(' '));
      assert.match(stderr, why);
    };
    await check(/give a service/);
    await check(/at most two groups/, 'shop', 'a=1', 'a=2', 'a=3');
    await check(/"zone" is no group; want LABEL=VALUE/, 'shop', 'zone');
    await check(/both groups must be of one label, not of a and b/, 'shop', 'a=1', 'b=1');
    await check(/a moment \(--at\) or groups, not both/, 'shop', 'a=1', '--at', '5');
    await check(/--at: "noon" is neither/, 'shop', '--at', 'noon');
    await check(/--length: .*"soon"/, 'shop', '--length', 'soon');
  });
});
