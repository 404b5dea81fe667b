import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { type OpenTestDatabase, prepareSqlite } from '../database/testing.ts';
import {
  createManualClock,
  createSeededRandom,
  createSilentLog,
  type ManualClock,
} from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import { createAlertmanagerMetrics } from './metrics.ts';
import type { Notification } from './model.ts';
import { type Alertmanager, NO_PEERS, openAlertmanager } from './service.ts';
import { type AlertmanagerStore, createAlertmanagerStore } from './store.ts';
import type { SendOutcome } from './state.ts';
import { createPlan, equalTo, START_MS } from './testing.ts';

interface Setup {
  readonly engine: Alertmanager;
  readonly store: AlertmanagerStore;
  readonly sent: Notification[];
  readonly registry: Registry;
}

async function setUp(
  open: OpenTestDatabase,
  clock: ManualClock,
  answer: () => SendOutcome = () => ({ state: 'delivered' }),
): Promise<Setup> {
  const store = createAlertmanagerStore(await open());
  const sent: Notification[] = [];
  const registry = new Registry();
  const engine = await openAlertmanager({
    plan: createPlan(),
    store,
    peers: NO_PEERS,
    clock,
    log: createSilentLog(),
    random: createSeededRandom(1),
    metrics: createAlertmanagerMetrics(registry),
    retentionMs: 3_600_000,
    stopMs: 1_000,
    send: async (notification) => {
      sent.push(notification);
      return answer();
    },
  });
  engine.start();
  return { engine, store, sent, registry };
}

const down = {
  labels: createLabels({ alertname: 'Down', id: 'a' }),
  annotations: createLabels({ summary: 'it is down' }),
  startsAtMs: undefined,
  endsAtMs: undefined,
  generatorUrl: 'http://prometheus/graph',
};

describe('the engine in a process', () => {
  const open = prepareSqlite();
  it('tells nothing twice after an end that it did not see coming', async () => {
    const clock = createManualClock(START_MS);
    const first = await setUp(open, clock);
    await first.engine.post([down]);
    clock.advance(30_000);
    assert.equal(first.sent.length, 1);
    // It ends as a process does that is killed: nothing is closed.
    await first.store.saveAlerts([]);
    const second = await setUp(open, clock);
    clock.advance(600_000);
    assert.deepEqual(
      second.sent.map(({ reason }) => reason),
      [],
    );
    const [alert] = (await second.store.load()).alerts;
    assert.deepEqual(alert.annotations, down.annotations);
    assert.equal(alert.generatorUrl, down.generatorUrl);
    await Promise.all([first.engine.stop(), second.engine.stop()]);
  });

  it('has a silence on disk when it names it', async () => {
    const clock = createManualClock(START_MS);
    const { engine, store, sent } = await setUp(open, clock);
    const wish = {
      id: '',
      matchers: [equalTo('id', 'a')],
      startsAtMs: START_MS,
      endsAtMs: START_MS + 3_600_000,
      createdBy: 'ana',
      comment: 'known',
      annotations: { ticket: '7' },
    };
    const id = await engine.setSilence(wish);
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const [stored] = (await store.load()).silences;
    assert.deepEqual([stored.id, stored.annotations], [id, { ticket: '7' }]);
    assert.equal(stored.matchers[0].matches('a'), true);
    await engine.post([down]);
    clock.advance(60_000);
    assert.equal(sent.length, 0);
    await engine.expireSilence(id);
    clock.advance(300_000);
    assert.equal(sent.length, 1);
    await assert.rejects(engine.expireSilence('none'), /silence not found/);
    clock.advance(3_600_000);
    await engine.collect();
    assert.equal((await store.load()).silences.length, 0);
    await engine.stop();
  });

  it('counts what it does under Alertmanager’s names', async () => {
    const clock = createManualClock(START_MS);
    const outcome: SendOutcome = { state: 'failed', reason: 'it answered 400' };
    const { engine, registry } = await setUp(open, clock, () => outcome);
    await engine.post([down]);
    clock.advance(30_000);
    await engine.stop();
    const text = await registry.metrics();
    for (const line of [
      'alertmanager_alerts{state="active"} 1',
      'alertmanager_alerts_received_total{status="firing",version="v2"} 1',
      'alertmanager_notification_requests_failed_total{integration="webhook"} 1',
      'alertmanager_notifications_failed_total{integration="webhook"} 1',
      'alertmanager_dispatcher_aggregation_groups 1',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line} in\n${text}`);
    }
  });
});
