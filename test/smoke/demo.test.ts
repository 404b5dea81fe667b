/**
 * The promise: `npm run demo` shows live signals of a shop; breaking pay pages somebody within a
 * minute, mending it ends the alert; a dead instance is seen as down; objectives count what the
 * shop's own log counts, to the request; and one signal ends everything.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { projectEnv, ROOT } from '../../tools/run-step.ts';
import { items, valueAt } from '../harness/json.ts';
import { createScratchFolder } from '../harness/server.ts';
import { waitUntil } from '../harness/wait.ts';

const START_TIMEOUT_MS = 30_000;
const PAGE_TIMEOUT_MS = 60_000;
/** The short window of the page is 15 s; the rest is scraping, counting and a busy machine. */
const RESOLVE_TIMEOUT_MS = 60_000;
/** The two conventions of the shop. */
const COUNTERS = 'http_(server_)?request_duration_seconds_count';
const INSTANCES = ['cart-1', 'front-1', 'pay-1', 'pay-2'];

interface Demo {
  readonly process: ChildProcess;
  readonly url: string;
  readonly control: string;
  readonly dataDir: string;
  readonly ended: Promise<number | null>;
}

async function startDemo(): Promise<Demo> {
  const dataDir = createScratchFolder();
  const child = spawn(
    join(ROOT, 'node_modules', '.bin', 'node'),
    [join(ROOT, 'demo', 'main.ts'), '--listen=127.0.0.1:0', `--data=${dataDir}`, '--auth=none'],
    { env: projectEnv(), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  process.once('exit', () => child.kill());
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  }
  const { promise: ended, resolve } = Promise.withResolvers<number | null>();
  child.once('exit', resolve);
  const started = await waitUntil(
    'the demo to open',
    async () => {
      if (child.exitCode !== null) throw new Error(`the demo ended:\n${said}`);
      return /ready on (?<url>http\S+)[^]*control is (?<control>http\S+),/.exec(said)?.groups;
    },
    START_TIMEOUT_MS,
  );
  return { process: child, url: started.url, control: started.control, dataDir, ended };
}

async function getJson(url: string): Promise<unknown> {
  return (await fetch(url)).json();
}

async function put(url: string, isOn: boolean): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'PUT', headers, body: JSON.stringify({ isOn }) });
  assert.equal(response.status, 200);
  return response.json();
}

/** An instant query's values by the label that tells them apart. */
async function query(demo: Demo, expression: string): Promise<ReadonlyMap<string, number>> {
  const search = new URLSearchParams({ query: expression });
  const answer = await getJson(`${demo.url}/api/v1/query?${search}`);
  return new Map(
    items(valueAt(answer, 'data', 'result')).map((one) => [
      String(valueAt(one, 'metric', 'instance') ?? valueAt(one, 'metric', 'job')),
      Number(valueAt(one, 'value', 1)),
    ]),
  );
}

/** Names of services that somebody is paged for now. */
async function listPaging(demo: Demo): Promise<readonly string[]> {
  const answer = await getJson(`${demo.url}/api/nines/v1/alerts?state=firing&output=page`);
  return items(valueAt(answer, 'alerts')).map((one) => String(valueAt(one, 'service')));
}

/** What the request log of a service has: all requests, and those that count as bad. */
function countLog(
  demo: Demo,
  service: string,
  isBad: (request: unknown) => boolean,
): readonly [number, number] {
  const folder = join(demo.dataDir, 'requests');
  const requests = readdirSync(folder)
    .filter((name) => name.startsWith(`${service}-`))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
  return [requests.length, requests.filter(isBad).length];
}

async function countObjectives(
  demo: Demo,
): Promise<Readonly<Record<string, readonly [number, number]>>> {
  const answer = await getJson(`${demo.url}/api/nines/v1/slos`);
  return Object.fromEntries(
    items(valueAt(answer, 'slos')).map((slo) => [
      String(valueAt(slo, 'name')),
      [Number(valueAt(slo, 'totalCount')), Number(valueAt(slo, 'badCount'))],
    ]),
  );
}

describe('the demo', () => {
  let demo: Demo;

  before(async () => {
    demo = await startDemo();
  });
  after(() => void demo.process.kill('SIGKILL'));

  it('has customers, and Nines sees every instance and its signals', async () => {
    await waitUntil('all instances and traffic everywhere', async () => {
      const up = await query(demo, 'up{job=~"front|cart|pay"} == 1');
      const served = await query(demo, `sum by (job) (rate({__name__=~"${COUNTERS}"}[10s])) > 0`);
      const isThere = up.size === INSTANCES.length && served.size === 3;
      return isThere ? up : undefined;
    });
    for (const [service, convention] of [
      ['pay', 'prom-client'],
      ['cart', 'OpenTelemetry'],
    ]) {
      const signals = await getJson(`${demo.url}/api/nines/v1/services/${service}/signals`);
      const text = JSON.stringify(signals);
      assert.match(text, new RegExp(convention), text);
      assert.match(text, /"kind":"latency"/, text);
    }
    assert.equal(valueAt(await getJson(`${demo.url}/api/nines/v1/demo`), 'isShopUp'), true);
  });

  it('links playbooks that open', async () => {
    const answer = await fetch(`${demo.control}/playbooks/pay`);
    assert.match(await answer.text(), /^# Playbook: pay/);
  });

  it('pages within a minute when pay is broken, and resolves when it is mended', async () => {
    assert.deepEqual(await listPaging(demo), []);
    await put(`${demo.url}/api/nines/v1/demo/faults/pay.errors`, true);
    await waitUntil(
      'a page for pay',
      async () => ((await listPaging(demo)).includes('pay') ? true : undefined),
      PAGE_TIMEOUT_MS,
    );
    await put(`${demo.url}/api/nines/v1/demo/faults/pay.errors`, false);
    await waitUntil(
      'the page to end',
      async () => ((await listPaging(demo)).includes('pay') ? undefined : true),
      RESOLVE_TIMEOUT_MS,
    );
  });

  it('kills an instance for real, and starts it again', async () => {
    await put(`${demo.control}/faults/pay.dead`, true);
    await waitUntil('pay-1 to be down', async () =>
      (await query(demo, 'up{job="pay"}')).get('pay-1') === 0 ? true : undefined,
    );
    assert.equal((await query(demo, 'up{job="pay"}')).get('pay-2'), 1);
    await put(`${demo.control}/faults/pay.dead`, false);
    await waitUntil('pay-1 to be up', async () =>
      (await query(demo, 'up{job="pay"}')).get('pay-1') === 1 ? true : undefined,
    );
  });

  it('counts objectives as the shop’s own log does, to the request', async () => {
    const state = await put(`${demo.control}/load`, false);
    assert.equal(valueAt(state, 'requestsPerSecond'), 0);
    const isFailed = (request: unknown): boolean => Number(valueAt(request, 'status')) >= 500;
    const isSlow = (request: unknown): boolean => Number(valueAt(request, 'durationMs')) > 250;
    const countByHand = (): unknown => ({
      'cart-latency': countLog(demo, 'cart', isSlow),
      'front-availability': countLog(demo, 'front', isFailed),
      'pay-availability': countLog(demo, 'pay', isFailed),
    });
    await waitUntil('counters that stand still', async () => {
      const rates = await query(demo, `sum(rate({__name__=~"${COUNTERS}"}[8s])) == 0`);
      return rates.size === 1 ? true : undefined;
    });
    const isEqual = async (): Promise<boolean> =>
      isDeepStrictEqual(await countObjectives(demo), countByHand());
    await waitUntil('Nines to have counted the last scrape', async () =>
      (await isEqual()) ? true : undefined,
    ).catch(async () => assert.deepEqual(await countObjectives(demo), countByHand()));
    assert.ok(countLog(demo, 'pay', isFailed)[1] > 0);
  });

  it('ends everything on one signal', async () => {
    const config = readFileSync(join(demo.dataDir, 'nines.yaml'), 'utf8');
    const addresses = [...config.matchAll(/127\.0\.0\.1:\d+/g)].map(([address]) => address);
    demo.process.kill('SIGTERM');
    assert.equal(await demo.ended, 0);
    const urls = [demo.url, ...addresses.map((address) => `http://${address}/metrics`)];
    assert.ok(urls.length > INSTANCES.length);
    for (const url of urls) await assert.rejects(fetch(url), url);
  });
});
