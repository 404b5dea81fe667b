import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { createCatalog, parseSelector } from '../catalog/index.ts';
import { forEachDatabase, type OpenTestDatabase } from '../database/testing.ts';
import type { Outcome } from '../notify/index.ts';
import {
  createEventBus,
  createManualClock,
  createSeededRandom,
  createSilentLog,
  notFound,
} from '../platform/index.ts';
import { openAlerts } from './alerts.ts';
import type { AlertEvents } from './events.ts';
import { createDefaultPolicy } from './policy.ts';
import { createAlertRoutes } from './routes.ts';
import { createTransition, STAGE_START_MS } from './testing.ts';

type Labels = Readonly<Record<string, string>>;
const HIGH: Labels = { alertname: 'HighErrors', severity: 'page', job: 'shop' };
const SLOW: Labels = { alertname: 'DiskSlow', severity: 'ticket', job: 'node' };
const NOTE: Labels = { alertname: 'Note', severity: 'log', job: 'node' };
const RULE = {
  group: 'test',
  file: 'rules.yml',
  expression: 'rate(errors[5m]) > 0.03',
  forMs: 300_000,
  keepFiringForMs: 0,
};

async function createWorld(open: OpenTestDatabase) {
  const clock = createManualClock(STAGE_START_MS);
  const database = await open();
  const catalog = createCatalog();
  catalog.apply([
    {
      name: 'shop',
      owner: 'Team Shop',
      description: undefined,
      selectors: [parseSelector('{job="shop"}')],
      playbook: 'https://wiki.example/shop',
      escalationPolicy: undefined,
      isDeclared: true,
    },
  ]);
  const alerts = await openAlerts({
    database,
    catalog,
    clock,
    notifier: {
      deliver: async (channel): Promise<Outcome> =>
        channel === 'browser'
          ? { state: 'delivered', reason: 'to 1 open page' }
          : { state: 'failed', reason: 'it answered 404' },
    },
    channels: ['browser'],
    policies: [createDefaultPolicy(['browser', 'webhook/ops'])],
    events: createEventBus<AlertEvents>(() => {}),
    random: createSeededRandom(1),
    log: createSilentLog(),
    registry: new Registry(),
    findRule: (ruleKey) => (ruleKey === 'test/HighErrors{}' ? RULE : undefined),
  });
  const tell = async (kind: 'pending' | 'firing' | 'resolved' | 'dropped', labels: Labels) => {
    clock.advance(1000);
    await alerts.service.applyTransitions([createTransition(kind, labels, { atMs: clock.now() })]);
    await alerts.worker.tick(clock.now());
    await alerts.worker.settle();
  };
  const list = async (query: Parameters<typeof alerts.views.listAlerts>[0]) => {
    const { alerts: found, nextCursor } = await alerts.views.listAlerts(query);
    return { names: found.map((alert) => `${alert.name} ${alert.state}`), found, nextCursor };
  };
  return { ...alerts, clock, database, tell, list };
}

describe('the views', () => {
  forEachDatabase((open) => {
    it('list alerts newest first, by state, output and service', async () => {
      const { tell, list, views } = await createWorld(open);
      await tell('firing', HIGH);
      await tell('resolved', HIGH);
      await tell('firing', SLOW);
      await tell('pending', { ...HIGH, zone: 'b' });
      await tell('firing', NOTE);
      await tell('pending', { ...HIGH, zone: 'c' });
      await tell('dropped', { ...HIGH, zone: 'c' });
      const names = async (query: Parameters<typeof list>[0]) => (await list(query)).names;
      const all = ['Note firing', 'HighErrors pending', 'DiskSlow firing', 'HighErrors resolved'];
      assert.deepEqual(await names({}), all);
      assert.deepEqual(await names({ state: 'active' }), all.slice(0, 3));
      assert.deepEqual(await names({ state: 'firing' }), ['Note firing', 'DiskSlow firing']);
      assert.deepEqual(await names({ state: 'pending' }), ['HighErrors pending']);
      assert.deepEqual(await names({ state: 'resolved' }), ['HighErrors resolved']);
      assert.deepEqual(await names({ output: 'ticket' }), ['DiskSlow firing']);
      assert.deepEqual(await names({ service: 'shop', state: 'active' }), ['HighErrors pending']);
      assert.deepEqual(views.countActive(), { page: 0, ticket: 1, log: 1, pending: 1 });
      assert.deepEqual([...views.countByService()], [['node', { page: 0, ticket: 1, log: 1 }]]);
    });

    it('find alerts by tag and by the levels above it, open or over', async () => {
      const { tell, list, service, views } = await createWorld(open);
      await tell('firing', HIGH);
      await tell('resolved', HIGH);
      await tell('firing', SLOW);
      await tell('firing', NOTE);
      const [note, slow, high] = (await list({})).found;
      await service.setTags(high.id, 'Mina', ['cause:network:switch', 'bogus']);
      await service.setTags(slow.id, 'Mina', ['cause:net_work', '원인:배포']);
      await service.setTags(note.id, 'Mina', ['causes']);
      const names = async (tag: string) => (await list({ tag })).names;
      assert.deepEqual(await names('cause'), ['DiskSlow firing', 'HighErrors resolved']);
      assert.deepEqual(await names('cause:network'), ['HighErrors resolved']);
      assert.deepEqual(await names('cause:network:switch'), ['HighErrors resolved']);
      assert.deepEqual(await names('원인'), ['DiskSlow firing']);
      assert.deepEqual(await names('Cause'), []);
      assert.deepEqual(await names('cause:netXwork'), []);
      await service.setTags(high.id, 'Mina', ['bogus', 'cause:network:switch']);
      await service.setTags(high.id, 'Noah', ['bogus', 'cause:deploy']);
      const { history, alert } = await views.getAlert(high.id);
      assert.deepEqual(alert.tags, ['bogus', 'cause:deploy']);
      assert.deepEqual(
        history.filter(({ kind }) => kind === 'alert.tagged').map(({ reason }) => reason),
        [
          'Mina tagged it cause:network:switch, bogus',
          'Noah tagged it cause:deploy and took off cause:network:switch',
        ],
      );
    });

    it('know who was the first to send an alert from outside, and when', async () => {
      const { views, receiver, sampleWeek, clock, tell } = await createWorld(open);
      await sampleWeek.create();
      await tell('firing', HIGH);
      assert.equal(await views.findFirstExternal(), undefined);
      const firstAtMs = clock.now();
      const startsAt = new Date(firstAtMs - 86_400_000).toISOString();
      const from = { address: '10.0.0.7', userAgent: 'Prometheus/3.5.0' };
      await receiver.takePosted([{ labels: HIGH, startsAt }], from);
      clock.advance(1000);
      await receiver.takePosted([{ labels: SLOW }], { ...from, address: '10.0.0.8' });
      const first = { atMs: firstAtMs, sender: 'Prometheus at 10.0.0.7' };
      assert.deepEqual(await views.findFirstExternal(), first);
    });

    it('show a sample week apart from what happened, and lose all of it again', async () => {
      const { tell, list, views, sampleWeek, service, clock, worker } = await createWorld(open);
      await tell('firing', HIGH);
      await tell('resolved', HIGH);
      const before = {
        recent: await views.listRecent(100),
        pages: await views.countPages24h(),
        active: views.countActive(),
      };
      const count = await sampleWeek.create();
      assert.ok(count > 50);
      assert.equal(await sampleWeek.create(), count);
      assert.equal(await sampleWeek.count(), count);
      const shown = (await list({ limit: 500 })).found;
      const sample = shown.filter(({ origin }) => origin === 'sample');
      assert.deepEqual([sample.length, shown.length], [count, count + 1]);
      await service.setTags(sample[0].id, 'Mina', ['mine']);
      await worker.tick(clock.now());
      assert.deepEqual(
        {
          recent: await views.listRecent(100),
          pages: await views.countPages24h(),
          active: views.countActive(),
        },
        before,
      );
      await sampleWeek.remove();
      await sampleWeek.remove();
      assert.equal(await sampleWeek.count(), 0);
      assert.deepEqual(
        (await list({ limit: 500 })).found.map(({ origin }) => origin),
        ['rule'],
      );
      await assert.rejects(views.getAlert(sample[0].id), { code: 'ALERT_NOT_FOUND' });
    });

    it('list page by page, without gap or repeat', async () => {
      const { tell, list } = await createWorld(open);
      for (let round = 0; round < 5; round++) {
        await tell('firing', HIGH);
        await tell('resolved', HIGH);
      }
      await tell('firing', HIGH);
      for (const state of [undefined, 'resolved', 'active'] as const) {
        const whole = await list({ state });
        assert.equal(whole.nextCursor, null);
        const ids: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await list({ state, limit: 2, cursor });
          ids.push(...page.found.map((alert) => alert.id));
          cursor = page.nextCursor ?? undefined;
        } while (cursor !== undefined);
        assert.deepEqual(
          ids,
          whole.found.map((alert) => alert.id),
        );
      }
    });

    it('count how often an alert fired within a day', async () => {
      const { tell, list, clock } = await createWorld(open);
      await tell('firing', HIGH);
      await tell('resolved', HIGH);
      clock.advance(86_000_000);
      await tell('firing', { ...HIGH, zone: 'b' });
      await tell('firing', HIGH);
      await tell('resolved', HIGH);
      clock.advance(3_600_000);
      await tell('firing', HIGH);
      const { found } = await list({ service: 'shop' });
      assert.deepEqual(
        found.map((alert) => [alert.labels.zone, alert.firedCount24h]),
        [
          [undefined, 2],
          [undefined, 2],
          ['b', 1],
          [undefined, 1],
        ],
      );
    });

    it('show one alert with its rule, its pages and its whole history', async () => {
      const { tell, views, service, list, clock } = await createWorld(open);
      await tell('firing', HIGH);
      const [{ id }] = (await list({})).found;
      clock.advance(30_000);
      await service.acknowledge(id, 'Mina');
      const { alert, history, pages, rule, annotations } = await views.getAlert(id);
      assert.deepEqual(rule, RULE);
      assert.deepEqual(annotations, { summary: 'HighErrors is bad' });
      assert.equal(alert.owner, 'Team Shop');
      assert.equal(alert.playbook, 'https://wiki.example/shop');
      assert.equal(alert.summary, 'HighErrors is bad');
      assert.equal(alert.acknowledgedBy, 'Mina');
      assert.equal(
        alert.pageStatus,
        'Paged the browser, delivered 03:00:01 UTC; could not page webhook/ops: it answered 404; ' +
          'Mina has had it since 03:00:31 UTC.',
      );
      assert.deepEqual(
        history.map(({ kind, actor }) => [kind, actor]),
        [
          ['alert.fired', null],
          ['page.sent', null],
          ['page.sent', null],
          ['page.delivered', null],
          ['page.failed', null],
          ['alert.acknowledged', 'Mina'],
          ['page.not_sent', null],
        ],
      );
      assert.deepEqual(
        pages.map(({ channel, state, lastError }) => [channel, state, lastError]),
        [
          ['browser', 'delivered', null],
          ['webhook/ops', 'failed', 'it answered 404'],
        ],
      );
      await tell('resolved', HIGH);
      const over = await views.getAlert(id);
      assert.equal(over.alert.state, 'resolved');
      assert.equal(over.history.at(-1)?.kind, 'alert.resolved');
    });

    it('say that there is no such alert', async () => {
      const { views } = await createWorld(open);
      const want = notFound('ALERT_NOT_FOUND', 'there is no alert al_1');
      await assert.rejects(views.getAlert('al_1'), want);
      await assert.rejects(views.getSummary('al_1'), want);
    });

    it('put first what nobody has, pages before tickets', async () => {
      const { tell, views, service, list } = await createWorld(open);
      await tell('firing', HIGH);
      const [{ id }] = (await list({})).found;
      await tell('firing', { ...HIGH, zone: 'b' });
      await tell('firing', SLOW);
      await tell('firing', NOTE);
      await service.acknowledge(id, 'Mina');
      const alerts = await views.listNeedsSomeone();
      assert.deepEqual(
        alerts.map(({ name, labels, acknowledgedBy }) => [name, labels.zone, acknowledgedBy]),
        [
          ['HighErrors', 'b', null],
          ['HighErrors', undefined, 'Mina'],
          ['DiskSlow', undefined, null],
        ],
      );
    });

    it('tell what happened last', async () => {
      const { tell, views } = await createWorld(open);
      await tell('firing', HIGH);
      await tell('resolved', HIGH);
      const recent = await views.listRecent(3);
      assert.deepEqual(
        recent.map(({ kind, alertName }) => [kind, alertName]),
        [
          ['alert.resolved', 'HighErrors'],
          ['page.failed', 'HighErrors'],
          ['page.delivered', 'HighErrors'],
        ],
      );
      assert.deepEqual(await views.countPages24h(), { delivered: 1, failed: 1 });
    });

    it('go on where they were after a restart', async () => {
      const first = await createWorld(open);
      await first.tell('firing', HIGH);
      await first.tell('pending', SLOW);
      const { found } = await first.list({ state: 'active' });
      await first.database.close();
      const second = await createWorld(open);
      assert.deepEqual((await second.list({ state: 'active' })).found, found);
      assert.deepEqual(
        second.service.listActive().map((alert) => [alert.ruleKey, alert.state]),
        [
          ['test/HighErrors{}', 'firing'],
          ['test/DiskSlow{}', 'pending'],
        ],
      );
    });

    it('serve the routes', async () => {
      const { list, tell, ...alerts } = await createWorld(open);
      const routes = createAlertRoutes(alerts);
      const context = {
        actor: { id: 'us_1', name: 'mina', displayName: 'Mina', role: 'responder' } as const,
        clientAddress: '127.0.0.1',
        sessionToken: undefined,
        watchClient: () => new AbortController().signal,
        setSessionToken: () => {},
      };
      await tell('firing', HIGH);
      const [{ id }] = (await list({})).found;
      const input = { params: { id }, query: {}, body: {} };
      const taken = await routes.acknowledgeAlert(input, context);
      assert.equal(taken.acknowledgedBy, 'Mina');
      const closed = await routes.resolveAlert({ ...input, body: { note: 'fixed' } }, context);
      assert.equal(closed.resolvedBy, 'Mina');
      const { history } = await routes.getAlert(input, context);
      assert.ok(history.some((entry) => entry.reason === 'Mina resolved it: fixed'));
      const tagged = await routes.setAlertTags({ ...input, body: { tags: ['bogus'] } }, context);
      assert.deepEqual(tagged.tags, ['bogus']);
      const all = await routes.listAlerts({ params: {}, query: {}, body: {} }, context);
      assert.equal(all.alerts.length, 1);
    });
  });
});
