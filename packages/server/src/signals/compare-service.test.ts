/** Before against after, group against group, and whom a service asks: by counters that are known. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ComparisonQuery, ServiceComparison } from '@nines/contract';
import { AppError } from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import { findDeploys } from './deploys.ts';
import { INTERVAL_MS, openWorld, type World } from './testing.ts';

const MINUTE_MS = 60_000;

/** Requests so far: of those of the new version a tenth fails, and all are slow. */
const page = (
  zone: string,
  version: string,
  { good, bad }: { readonly good: number; readonly bad: number },
): string => `
http_request_duration_seconds_bucket{status="200",zone="${zone}",le="0.1"} ${good}
http_request_duration_seconds_bucket{status="200",zone="${zone}",le="1"} ${good + bad}
http_request_duration_seconds_bucket{status="200",zone="${zone}",le="+Inf"} ${good + bad}
http_request_duration_seconds_count{status="200",zone="${zone}"} ${good}
http_request_duration_seconds_count{status="500",zone="${zone}"} ${bad}
http_client_request_duration_seconds_count{server_address="pay.example.com"} ${good}
http_client_request_duration_seconds_count{server_address="db"} ${2 * good}
shop_build_info{version="${version}"} 1`;

interface Shop {
  readonly world: World;
  /** Right before the new version. */
  readonly deployedAt: number;
}

/** Half an hour of 1.0 in two zones; then half an hour in which zone b has 1.1. */
function playDeploy(world: World): number {
  const totals = { a: { good: 0, bad: 0 }, b: { good: 0, bad: 0 } };
  let deployedAt = 0;
  for (let minute = 0; minute < 60; minute += INTERVAL_MS / MINUTE_MS) {
    const isNew = minute >= 30;
    if (isNew && deployedAt === 0) deployedAt = world.clock.now();
    totals.a.good += 10;
    totals.b.good += isNew ? 9 : 10;
    totals.b.bad += isNew ? 1 : 0;
    for (const zone of ['a', 'b'] as const) {
      const version = isNew && zone === 'b' ? '1.1' : '1.0';
      world.scrape({ job: 'shop', instance: `${zone}:1` }, page(zone, version, totals[zone]));
    }
    world.clock.advance(INTERVAL_MS);
  }
  return deployedAt;
}

const within = async (test: (shop: Shop) => Promise<void>): Promise<void> => {
  const world = openWorld();
  world.targets.push({ labels: createLabels({ job: 'shop' }), intervalMs: INTERVAL_MS });
  try {
    await test({ world, deployedAt: playDeploy(world) });
  } finally {
    await world.close();
  }
};

function find({ comparison }: ServiceComparison, kind: string, name: string) {
  const line = comparison?.lines.find((one) => one.kind === kind && one.name === name);
  assert.ok(line, `there is no ${kind} ${name}`);
  return [line.first, line.second].map((value) => value && Number(value.toPrecision(3)));
}

describe('a comparison', () => {
  it('finds deploys and groups, and compares nothing unasked', async () =>
    within(async ({ world, deployedAt }) => {
      const { deploys, groups, comparison } = await world.signals.compare('shop', {});
      assert.equal(comparison, null);
      assert.equal(deploys.length, 1);
      assert.deepEqual([deploys[0].version, deploys[0].before], ['1.1', ['1.0']]);
      assert.ok(Math.abs(deploys[0].at - deployedAt) <= 5000, `${deploys[0].at - deployedAt} ms`);
      world.clock.advance(7_000);
      const again = await world.signals.compare('shop', {});
      assert.equal(again.deploys[0].at, deploys[0].at, 'the time of a deploy moves with the clock');
      assert.deepEqual(groups, [
        { label: 'version', values: ['1.0', '1.1'] },
        { label: 'instance', values: ['a:1', 'b:1'] },
        { label: 'zone', values: ['a', 'b'] },
      ]);
    }));
  it('reads before and after over the whole of each', async () =>
    within(async ({ world, deployedAt }) => {
      const at = deployedAt - 1;
      const answer = await world.signals.compare('shop', { at, length: 20 * MINUTE_MS });
      assert.deepEqual(find(answer, 'errors', '5xx'), [0, 0.05]);
      assert.deepEqual(find(answer, 'traffic', 'all'), [1.33, 1.33]);
      const [before, after] = find(answer, 'latency', 'p99');
      assert.ok(before !== null && before <= 0.1 && after !== null && after > 0.8, `${after}`);
      assert.deepEqual(answer.comparison?.first.toMs, at);
      assert.deepEqual(answer.comparison?.second.toMs, at + 20 * MINUTE_MS);
    }));
  it('reads a group against another, and against all others', async () =>
    within(async ({ world }) => {
      const length = 20 * MINUTE_MS;
      const check = async (query: ComparisonQuery, want: readonly (number | null)[]) => {
        const answer = await world.signals.compare('shop', { length, ...query });
        assert.deepEqual(find(answer, 'errors', '5xx'), want, JSON.stringify(query));
      };
      await check({ label: 'zone', a: 'a', b: 'b' }, [0, 0.1]);
      await check({ label: 'zone', a: 'b' }, [0.1, 0]);
      await check({ label: 'version', a: '1.0', b: '1.1' }, [0, 0.1]);
      await check({ label: 'version', a: '1.1' }, [0.1, 0]);
      await check({ label: 'zone', a: 'a', b: 'c' }, [0, null]);
    }));
  it('refuses what is no time', async () =>
    within(async ({ world }) => {
      const refuses = async (query: ComparisonQuery) =>
        assert.rejects(world.signals.compare('shop', query), (error) => {
          assert.ok(error instanceof AppError);
          assert.equal(error.code, 'COMPARISON_INVALID');
          return true;
        });
      await refuses({ at: world.clock.now() + 1 });
      await refuses({ at: 1, length: 5 });
    }));
  it('tells whom a service asks, the busiest first', async () =>
    within(async ({ world }) => {
      world.catalog.apply([
        {
          name: 'pay',
          owner: 'team',
          description: undefined,
          selectors: [],
          playbook: undefined,
          escalationPolicy: undefined,
          isDeclared: true,
        },
      ]);
      const { dependencies, hiddenCount } = await world.signals.listDependencies('shop');
      assert.deepEqual(
        dependencies.map(({ peer, service, label }) => [peer, service, label]),
        [
          ['db', null, 'server_address'],
          ['pay.example.com', 'pay', 'server_address'],
        ],
      );
      assert.equal(hiddenCount, 0);
      assert.ok(
        Math.abs((dependencies[0].perSecond ?? 0) - 2 * (dependencies[1].perSecond ?? 0)) < 1e-9,
      );
    }));
});

describe('findDeploys', () => {
  const series = (version: string, fromMinute: number, toMinute: number) => ({
    labels: createLabels({ __name__: 'shop_build_info', instance: `${fromMinute}`, version }),
    firstMs: fromMinute * MINUTE_MS,
    lastMs: toMinute * MINUTE_MS,
  });
  const check = (all: Parameters<typeof findDeploys>[0], want: readonly string[]) =>
    assert.deepEqual(
      findDeploys(all, 0).map(
        ({ version, before, at }) => `${version} ${before.join()} ${at / MINUTE_MS}`,
      ),
      want,
    );
  it('counts the first instance of a version', () =>
    check([series('1', 0, 60), series('2', 30, 90), series('2', 40, 90)], ['2 1 30']));
  it('counts no first start, and none after a long silence', () => {
    check([series('1', 30, 60)], []);
    check([series('1', 0, 20), series('2', 60, 90)], []);
  });
  it('has the newest first', () =>
    check([series('1', 0, 30), series('2', 30, 60), series('3', 60, 90)], ['3 2 60', '2 1 30']));
});
