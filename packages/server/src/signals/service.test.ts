/** The signals of a service as a whole: whose they are, for how long, and what they cost. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { GoldenSignals, Sparkline } from '@nines/contract';
import type { Service } from '../catalog/index.ts';
import { AppError, createSilentLog } from '../platform/index.ts';
import { createLabels, createMatcher } from '../series/index.ts';
import type { Grid } from './evaluate.ts';
import { chooseWindowMs } from './plan.ts';
import { createSignals } from './service.ts';
import { INTERVAL_MS, openWorld, type World } from './testing.ts';

function declare(name: string, selectors: Service['selectors']): Service {
  return {
    name,
    owner: 'team',
    description: 'takes the money',
    selectors,
    playbook: undefined,
    escalationPolicy: undefined,
    isDeclared: true,
  };
}

const page = (seconds: number, slow = 0): string => `
http_request_duration_seconds_bucket{status="200",le="0.1"} ${seconds * (10 - slow)}
http_request_duration_seconds_bucket{status="200",le="1"} ${seconds * 10}
http_request_duration_seconds_bucket{status="200",le="+Inf"} ${seconds * 10}
http_request_duration_seconds_count{status="200"} ${seconds * 10}
http_request_duration_seconds_count{status="500"} ${seconds * 10}
shop_build_info{version="1.${slow}"} 1
process_open_fds 70
process_max_fds 100`;

/** Scrapes for so long. */
function run(world: World, seconds: number, targets: readonly Record<string, string>[]): void {
  for (let at = 0; at <= seconds; at += INTERVAL_MS / 1000) {
    for (const target of targets) world.scrape(target, page(at));
    world.clock.advance(INTERVAL_MS);
  }
}

const within = async (test: (world: World) => Promise<void>): Promise<void> => {
  const world = openWorld();
  try {
    await test(world);
  } finally {
    await world.close();
  }
};

function assertClose(value: number | null | undefined, want: number): void {
  const isClose = typeof value === 'number' && Math.abs(value - want) < 1e-9;
  assert.ok(isClose, `got ${value}, want ${want}`);
}

const isNumber = (value: number | null): boolean => value !== null;

const SHOP = { job: 'shop', instance: 'a:1' };

describe('getSignals', () => {
  it('refuses a service that nobody declared or saw', async () =>
    within(async ({ signals }) => {
      await assert.rejects(signals.getSignals('shop'), (error) => {
        assert.ok(error instanceof AppError);
        assert.deepEqual([error.kind, error.code], ['notFound', 'SERVICE_NOT_FOUND']);
        return true;
      });
    }));

  it('refuses a job that belongs to a service of another name', async () =>
    within(async (world) => {
      run(world, 60, [SHOP]);
      world.catalog.apply([declare('checkout', [[createMatcher('job', '=', 'shop')]])]);
      await assert.rejects(world.signals.getSignals('shop'), /there is no service "shop"/);
    }));

  it('knows a target that was never scraped, and says what to expose', async () =>
    within(async ({ signals, targets }) => {
      targets.push({ labels: createLabels(SHOP), intervalMs: INTERVAL_MS });
      const answer = await signals.getSignals('shop');
      assert.deepEqual(answer.signals, []);
      assert.deepEqual(
        answer.missing.map(({ kind }) => kind),
        ['latency', 'traffic', 'errors', 'saturation'],
      );
    }));

  it('counts all instances of all selectors of a declared service', async () =>
    within(async (world) => {
      run(world, 600, [
        SHOP,
        { job: 'till', instance: 'b:1', team: 'pay' },
        { job: 'x', instance: 'c' },
      ]);
      world.catalog.apply([
        declare('checkout', [
          [createMatcher('job', '=', 'shop')],
          [createMatcher('team', '=~', 'pa.')],
        ]),
      ]);
      const answer = await world.signals.getSignals('checkout');
      assert.equal(answer.description, 'takes the money');
      const traffic = answer.signals.find(({ kind }) => kind === 'traffic');
      assertClose(traffic?.lines[0].value, 40);
      assert.deepEqual(answer.versions, [
        { version: '1.0', instances: ['a:1', 'b:1'], source: 'shop_build_info' },
      ]);
    }));

  it('keeps the graphs of a service that is down, without values', async () =>
    within(async (world) => {
      run(world, 60, [SHOP]);
      world.clock.advance(3_600_000);
      const answer = await world.signals.getSignals('shop');
      assert.deepEqual(
        answer.signals.map(({ kind, lines }) => [kind, lines[0].value]),
        [
          ['latency', null],
          ['traffic', null],
          ['errors', null],
          ['saturation', null],
          ['saturation', null],
        ].slice(0, answer.signals.length),
      );
      assert.ok(answer.signals.length >= 4);
      assert.deepEqual(answer.versions, []);
    }));

  it('answers the same for some seconds, and afresh after a reload', async () =>
    within(async (world) => {
      run(world, 120, [SHOP]);
      const first = await world.signals.getSignals('shop');
      assert.equal(await world.signals.getSignals('shop'), first);
      world.catalog.apply([declare('shop', [[createMatcher('job', '=', 'shop')]])]);
      assert.equal((await world.signals.getSignals('shop')).description, 'takes the money');
      world.clock.advance(10_000);
      assert.notEqual(await world.signals.getSignals('shop'), first);
    }));
});

describe('the window of rates', () => {
  const check = (intervalMs: number | undefined, want: number): void =>
    assert.equal(chooseWindowMs(intervalMs), want);
  it('holds four scrapes', () => check(30_000, 120_000));
  it('is a minute at least', () => check(1_000, 60_000));
  it('fits a scrape a minute where nothing is known', () => check(undefined, 240_000));
  it('is whole seconds', () => check(15_100, 61_000));
});

describe('readBoard', () => {
  const SERVICE = declare('shop', [[createMatcher('job', '=', 'shop')]]);
  const gridAt = (world: World): Grid => {
    const stepMs = 60_000;
    const toMs = Math.floor(world.clock.now() / stepMs) * stepMs;
    return { fromMs: toMs - 9 * stepMs, stepMs, points: 10 };
  };
  const read = async (world: World): Promise<GoldenSignals> => {
    const answer = await world.signals.readBoard([SERVICE], gridAt(world));
    const golden = answer.get('shop');
    assert.ok(golden !== undefined);
    return golden;
  };

  it('has p99, requests, the share of errors and the fullest, each with its line', async () =>
    within(async (world) => {
      run(world, 600, [SHOP]);
      const golden = await read(world);
      assert.equal(golden.latency?.unit, 'seconds');
      assert.ok((golden.latency?.value ?? 0) > 0.09 && (golden.latency?.value ?? 1) <= 0.1);
      assertClose(golden.traffic?.value, 20);
      assertClose(golden.errors?.value, 0.5);
      assertClose(golden.saturation?.value, 0.7);
      assert.equal(golden.errors?.line.values.length, 10);
      assert.equal(golden.errors?.line.values.at(-1), 0.5);
    }));

  it('has the same lines whether it was read all along or only now', async () =>
    within(async (world) => {
      const watched: Sparkline[] = [];
      for (let minute = 0; minute < 15; minute++) {
        run(world, 45, [SHOP]);
        await read(world);
        // The answer was what is known; what is newer comes with the next.
        await setImmediate();
        const { traffic } = await read(world);
        if (traffic !== null) watched.push(traffic.line);
      }
      const other = openWorld();
      try {
        for (let minute = 0; minute < 15; minute++) run(other, 45, [SHOP]);
        const { traffic } = await read(other);
        assert.deepEqual(watched.at(-1), traffic?.line);
        assert.ok((traffic?.line.values.filter((value) => value !== null).length ?? 0) > 5);
      } finally {
        await other.close();
      }
    }));

  it('shows the values of many services before their lines, and then both', async () =>
    within(async (world) => {
      const names = Array.from({ length: 10 }, (_, i) => `shop-${i}`);
      run(
        world,
        300,
        names.map((job) => ({ job, instance: 'a:1' })),
      );
      const services = names.map((job) => declare(job, [[createMatcher('job', '=', job)]]));
      const asked: string[] = [];
      const signals = createSignals({
        ...world,
        engine: {
          ...world.engine,
          evaluateInstant(query) {
            asked.push('value');
            return world.engine.evaluateInstant(query);
          },
          evaluateRange(query) {
            asked.push('line');
            return world.engine.evaluateRange(query);
          },
        },
        index: world.tsdb,
        targets: () => world.targets,
        log: createSilentLog(),
        pause: async () => undefined,
      });
      const board = await signals.readBoard(services, gridAt(world));
      // Of each of ten services its latency, traffic, errors and what is fullest.
      assert.ok(asked.indexOf('line') >= 40);
      assert.ok(names.every((name) => board.get(name)?.traffic?.line.values.some(isNumber)));
    }));

  it('has nothing of a service without metrics', async () =>
    within(async (world) => {
      assert.deepEqual(await read(world), {
        latency: null,
        traffic: null,
        errors: null,
        saturation: null,
      });
    }));

  it('reads nothing once it is stopped', async () =>
    within(async (world) => {
      run(world, 60, [SHOP]);
      await world.signals.stop();
      assert.equal((await read(world)).traffic, null);
    }));
});
