/**
 * The promise: `npm run demo` shows live signals of a shop; breaking pay pages somebody within a
 * minute, mending it ends the alert; a dead instance is seen as down; objectives count what the
 * shop's own log counts, to the request; and one signal ends everything.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import {
  countObjectives,
  countRequests,
  type Demo,
  getJson,
  startDemo,
  waitUntilCounted,
} from '../harness/demo.ts';
import { items, valueAt } from '../harness/json.ts';
import { waitUntil } from '../harness/wait.ts';

const PAGE_TIMEOUT_MS = 60_000;
/** The short window of the page is 15 s; the rest is scraping, counting and a busy machine. */
const RESOLVE_TIMEOUT_MS = 60_000;
/** prom-client's users and OpenTelemetry call it differently. */
const COUNTERS = 'http_(server_)?request_duration_seconds_count';
const INSTANCES = ['cart-1', 'front-1', 'pay-1', 'pay-2'];

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

describe('the demo', () => {
  let demo: Demo;

  before(async () => {
    demo = await startDemo();
  });
  after(async () => demo.stop());

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
    await demo.setFault('pay.errors', true);
    await waitUntil(
      'a page for pay',
      async () => ((await listPaging(demo)).includes('pay') ? true : undefined),
      PAGE_TIMEOUT_MS,
    );
    await demo.setFault('pay.errors', false);
    await waitUntil(
      'the page to end',
      async () => ((await listPaging(demo)).includes('pay') ? undefined : true),
      RESOLVE_TIMEOUT_MS,
    );
  });

  it('kills an instance for real, and starts it again', async () => {
    await demo.setFault('pay.dead', true);
    await waitUntil('pay-1 to be down', async () =>
      (await query(demo, 'up{job="pay"}')).get('pay-1') === 0 ? true : undefined,
    );
    assert.equal((await query(demo, 'up{job="pay"}')).get('pay-2'), 1);
    await demo.setFault('pay.dead', false);
    await waitUntil('pay-1 to be up', async () =>
      (await query(demo, 'up{job="pay"}')).get('pay-1') === 1 ? true : undefined,
    );
  });

  it('counts objectives as the shop’s own log does, to the request', async () => {
    await waitUntilCounted(demo);
    assert.deepEqual(await countObjectives(demo), countRequests(demo));
    assert.ok(countRequests(demo)['pay-availability'][1] > 0);
  });

  it('ends everything on one signal', async () => {
    const config = readFileSync(join(demo.dataDir, 'nines.yaml'), 'utf8');
    const addresses = [...config.matchAll(/127\.0\.0\.1:\d+/g)].map(([address]) => address);
    assert.equal(await demo.stop(), 0);
    const urls = [demo.url, ...addresses.map((address) => `http://${address}/metrics`)];
    assert.ok(urls.length > INSTANCES.length);
    for (const url of urls) await assert.rejects(fetch(url), url);
  });
});
