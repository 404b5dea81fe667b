import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Registry } from 'prom-client';
import { openAlerts, type AlertEvents } from '../alerts/index.ts';
import { createTransition, STAGE_START_MS } from '../alerts/testing.ts';
import { createCatalog } from '../catalog/index.ts';
import { forEachDatabase, type OpenTestDatabase, prepareSqlite } from '../database/testing.ts';
import {
  createEventBus,
  createManualClock,
  createSeededRandom,
  createSilentLog,
  type RequestContext,
} from '../platform/index.ts';
import { createSilenceRoutes } from './routes.ts';
import { openSilences } from './service.ts';
import { createSilenceViews } from './views.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HIGH = { alertname: 'HighErrors', severity: 'page', service: 'shop' };
const SLOW = { alertname: 'DiskSlow', severity: 'ticket', service: 'shop' };

async function createWorld(open: OpenTestDatabase) {
  const clock = createManualClock(STAGE_START_MS);
  const paged: string[] = [];
  let changedCount = 0;
  const start = async () => {
    const database = await open();
    const parts = { database, clock, random: createSeededRandom(clock.now()) };
    const alerts = await openAlerts({
      ...parts,
      catalog: createCatalog(),
      notifier: {
        async deliver(_channel, message) {
          paged.push(message.alert.name);
          return { state: 'delivered', reason: 'with answer 200' };
        },
      },
      channels: ['browser', 'webhook/ops'],
      policies: [
        { name: 'default', steps: [{ notify: ['webhook/ops'], waitMs: HOUR }], repeatCount: 0 },
      ],
      events: createEventBus<AlertEvents>(() => {}),
      log: createSilentLog(),
      registry: new Registry(),
      findRule: () => undefined,
    });
    const onChange = (): void => void changedCount++;
    const silences = await openSilences({ ...parts, alerts, onChange });
    const views = createSilenceViews({ silences, alerts: alerts.views, clock });
    return { alerts, silences, views, routes: createSilenceRoutes({ silences, views, clock }) };
  };
  let process = await start();
  const settle = async () => {
    await process.alerts.worker.tick(clock.now());
    await process.alerts.worker.settle();
  };
  return {
    clock,
    paged,
    changedCount: () => changedCount,
    get now() {
      return process;
    },
    restart: async (): Promise<void> => {
      process = await start();
    },
    pass: async (ms: number): Promise<void> => {
      clock.advance(ms);
      await settle();
    },
    say: async (
      kind: 'firing' | 'resolved',
      labels: Readonly<Record<string, string>>,
    ): Promise<void> => {
      const transition = createTransition(kind, labels, { atMs: clock.now() });
      await process.alerts.service.applyTransitions([transition]);
      await settle();
    },
  };
}

function asPerson(displayName: string): RequestContext {
  return {
    actor: { id: 'us_1', name: 'mina', displayName, role: 'responder' },
    sessionToken: undefined,
    clientAddress: '127.0.0.1',
    setSessionToken: () => {},
    watchClient: () => new AbortController().signal,
  };
}

function wish(
  endsAt: number,
  fields: { readonly comment?: string; readonly service?: string } = {},
) {
  const { comment = 'moving the database', service = 'shop' } = fields;
  const matchers = [{ name: 'service', operator: '=' as const, value: service }];
  return { params: {}, query: {}, body: { matchers, endsAt, comment } };
}

describe('silences', () => {
  forEachDatabase((open) => {
    it('page nobody while they last, over a restart, and page when they end', async () => {
      const world = await createWorld(open);
      const { clock, paged, pass, say, restart } = world;
      const made = await world.now.routes.createSilence(wish(clock.now() + HOUR), asPerson('Mina'));
      await say('firing', HIGH);
      await restart();
      await pass(HOUR - 1000);
      assert.deepEqual(paged, []);
      const [alert] = (await world.now.alerts.views.listAlerts({})).alerts;
      assert.deepEqual(alert.silence, {
        id: made.silence.id,
        until: STAGE_START_MS + HOUR,
        by: 'Mina',
        comment: 'moving the database',
      });
      assert.match(
        alert.pageStatus,
        /^No page was sent; silenced by Mina until 04:00:00 UTC: moving/,
      );
      await pass(1000);
      assert.deepEqual(paged, ['HighErrors']);
      assert.equal(world.changedCount(), 1);
    });

    it('are changed and ended with who did what on record', async () => {
      const { clock, paged, pass, say, now } = await createWorld(open);
      const { silence } = await now.routes.createSilence(
        wish(clock.now() + HOUR),
        asPerson('Mina'),
      );
      await say('firing', HIGH);
      await pass(30 * MINUTE);
      const params = { id: silence.id };
      const longer = { ...wish(clock.now() + 2 * HOUR, { comment: 'still moving' }), params };
      const changed = await now.routes.updateSilence(longer, asPerson('Noah'));
      assert.equal(changed.silence.id, silence.id);
      assert.equal(changed.silence.createdBy, 'Mina');
      assert.equal(changed.silence.firingCount, 1);
      await pass(HOUR);
      assert.deepEqual(paged, []);
      const ended = await now.routes.expireSilence(
        { params, query: {}, body: {} },
        asPerson('Ana'),
      );
      await now.alerts.worker.settle();
      assert.deepEqual(paged, ['HighErrors']);
      assert.deepEqual(
        ended.history.map(({ kind, reason }) => `${kind} ${reason}`),
        [
          'silence.created Mina made it, for 1h: moving the database',
          'silence.changed Noah changed it: it ends in 2h instead of 30m; its comment is now: still moving',
          'silence.ended Ana ended it, 1h early',
        ],
      );
      assert.deepEqual(now.views.list({}).silences, []);
      assert.equal(now.views.list({ state: 'expired' }).silences[0].state, 'expired');
    });
  });

  describe('planned and looked at', () => {
    const open = prepareSqlite();

    it('with other matchers end, and another takes their place', async () => {
      const { clock, now } = await createWorld(open);
      const { silence } = await now.routes.createSilence(
        wish(clock.now() + HOUR),
        asPerson('Mina'),
      );
      clock.advance(MINUTE);
      const other = { ...wish(silence.endsAt, { service: 'cart' }), params: { id: silence.id } };
      const next = await now.routes.updateSilence(other, asPerson('Noah'));
      assert.notEqual(next.silence.id, silence.id);
      assert.deepEqual(
        now.views.list({ state: 'all' }).silences.map(({ id, state }) => [id, state]),
        [
          [next.silence.id, 'active'],
          [silence.id, 'expired'],
        ],
      );
      const { history } = await now.views.detail(silence.id);
      assert.match(history[1].reason, /^Noah changed what it matches: it ends, and silence/);
    });

    it('show before they are made what they would do, and would have done', async () => {
      const { clock, pass, say, now } = await createWorld(open);
      await say('firing', { ...HIGH, service: 'cart' });
      await say('resolved', { ...HIGH, service: 'cart' });
      await pass(8 * 24 * HOUR);
      await say('firing', HIGH);
      await say('resolved', HIGH);
      await pass(HOUR);
      await say('firing', SLOW);
      await say('firing', { ...HIGH, service: 'search' });
      const ask = async (service: string, endsAt = clock.now() + HOUR) =>
        now.routes.previewSilence(wish(endsAt, { service }), asPerson('Mina'));
      const shop = await ask('shop');
      assert.deepEqual(
        shop.firing.map(({ name }) => name),
        ['DiskSlow'],
      );
      assert.deepEqual([shop.firingCount, shop.firingPageCount], [1, 0]);
      assert.deepEqual(
        shop.past.map(({ name }) => name),
        ['HighErrors'],
      );
      assert.deepEqual([shop.pastCount, shop.pastPageCount, shop.knownCount], [1, 1, 3]);
      assert.deepEqual(shop.warnings, []);
      const typo = await ask('shpo', clock.now() + 10 * 24 * HOUR);
      assert.deepEqual(
        typo.warnings.map(({ code, matcher }) => [code, matcher]),
        [
          ['blind-matcher', 'service="shpo"'],
          ['long', null],
        ],
      );
    });

    it('remind before they end of what fires under them', async () => {
      const { clock, pass, say, now } = await createWorld(open);
      await now.routes.createSilence(wish(clock.now() + HOUR), asPerson('Mina'));
      assert.equal(now.views.remind(), undefined);
      await pass(31 * MINUTE);
      assert.equal(now.views.remind(), undefined);
      await say('firing', HIGH);
      assert.deepEqual(now.views.remind()?.details, [
        '"moving the database" by Mina ends at 04:00 UTC: 1 alert still fires under it',
      ]);
      await pass(29 * MINUTE);
      assert.equal(now.views.remind(), undefined);
    });

    it('refuse what makes no sense, and change nothing', async () => {
      const { clock, now } = await createWorld(open);
      const mina = asPerson('Mina');
      const past = now.routes.createSilence(wish(clock.now() - 1), mina);
      await assert.rejects(async () => past, { code: 'SILENCE_INVALID' });
      const broken = wish(clock.now() + HOUR);
      broken.body.matchers = [{ name: 'service', operator: '=', value: '' }];
      await assert.rejects(async () => now.routes.createSilence(broken, mina), {
        code: 'SILENCE_INVALID',
      });
      const params = { id: 'none' };
      await assert.rejects(
        async () => now.routes.expireSilence({ params, query: {}, body: {} }, mina),
        { code: 'SILENCE_NOT_FOUND' },
      );
      assert.deepEqual(now.views.list({ state: 'all' }).silences, []);
    });
  });
});
