/** Queries over aggregates against the same queries over the samples that they were made of. */
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import {
  createQueryEngine,
  loadAggregateEvaluation,
  type QueryEngine,
  type QueryResult,
} from '../promql/index.ts';
import { createLabels, formatSeries, STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { loadDownsampling } from '../tsdb/index.ts';
import { createBatch, type Fixture, openFixture, SMALL } from '../tsdb/testing.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SEED = Number(process.env['SEED'] ?? 7);
const STEP_MS = 3 * MINUTE_MS;
const STEPS = (4 * DAY_MS) / STEP_MS;
const START_MS = Date.UTC(2026, 0, 1, 2, 10);
const HOSTS = ['a', 'b', 'c', 'd'];

/** Both stores have the same samples; one lets go of them after a day. */
interface World {
  readonly kept: Fixture;
  readonly thinned: Fixture;
  readonly overSamples: QueryEngine;
  readonly overAggregates: QueryEngine;
}

async function openWorld(): Promise<World> {
  const downsampling = await loadDownsampling([
    { everyMs: HOUR_MS, afterMs: DAY_MS, keepMs: 400 * DAY_MS },
    { everyMs: 5 * MINUTE_MS, afterMs: DAY_MS, keepMs: 2 * DAY_MS },
  ]);
  const limits = { ...SMALL, chunkFileBytes: 256 * 1024, maintainSliceMs: 100 };
  const kept = openFixture({ limits, retentionMs: 400 * DAY_MS });
  const thinned = openFixture({ limits, retentionMs: DAY_MS, downsampling });
  await fill([kept, thinned]);
  const { clock } = thinned;
  return {
    kept,
    thinned,
    overSamples: createQueryEngine({ queryable: kept.db, clock }),
    overAggregates: createQueryEngine({
      queryable: thinned.db,
      clock,
      openAggregates: await loadAggregateEvaluation(),
    }),
  };
}

/** Counters with resets, gauges with gaps, markers and values that are no numbers. */
async function fill(stores: readonly Fixture[]): Promise<void> {
  const random = createSeededRandom(SEED);
  const counters = HOSTS.map(() => 0);
  const gone = HOSTS.map(() => 0);
  for (let step = 0; step < STEPS; step++) {
    const nowMs = START_MS + step * STEP_MS;
    const entries = HOSTS.flatMap((host, i) => {
      counters[i] = random.float() < 0.01 ? 0 : counters[i] + Math.floor(random.float() * 50);
      const isGone = gone[i]-- > 0;
      if (!isGone && random.float() < 0.004) gone[i] = Math.floor(random.float() * 200);
      if (isGone && gone[i] > 0) return [];
      const gauge =
        random.float() < 0.01 ? Number.NaN : Math.round(random.float() * 1000) / 10 - 20;
      const isEnd = gone[i] > 0 && random.float() < 0.5;
      const marker = [STALE_LOW, STALE_HIGH] as const;
      const timeMs = nowMs + Math.floor(random.float() * 3) + i;
      return [
        { name: 'c_total', host, timeMs, value: isEnd ? marker : counters[i] },
        { name: 'g', host, timeMs, value: isEnd ? marker : gauge },
      ];
    });
    for (const { db, clock } of stores) {
      db.append(
        createBatch(
          entries.map(({ name, host, timeMs, value }) => {
            return [db.resolve(createLabels({ __name__: name, host })), timeMs, value];
          }),
        ),
      );
      clock.advance(nowMs + STEP_MS - clock.now());
      if (step % 30 === 0) await db.maintain(clock.now());
    }
  }
  for (const { db, clock } of stores) {
    for (let i = 0; i < 12; i++) {
      clock.advance(MINUTE_MS);
      await db.maintain(clock.now());
    }
  }
}

/** Values by series; numbers that differ by rounding alone are the same. */
function valuesOf({ value }: QueryResult): ReadonlyMap<string, readonly string[]> {
  if (value.kind === 'vector') {
    return new Map(value.samples.map((one) => [formatSeries(one.labels), [text(one.value)]]));
  }
  if (value.kind !== 'matrix') throw new Error(value.kind);
  return new Map(
    value.series.map(({ labels, timesMs, values }) => [
      formatSeries(labels),
      Array.from(values, (number, i) => `${timesMs[i]} ${text(number)}`),
    ]),
  );
}

function text(number: number): string {
  return Object.is(number, -0) ? '0' : number.toPrecision(10);
}

describe(`aggregates (seed ${SEED})`, () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });

  test('take the place of samples that are too old', () => {
    const { thinned, kept } = world;
    const nowMs = thinned.clock.now();
    const tiers = thinned.db.tiers();
    assert.deepEqual(
      tiers.map(({ everyMs }) => everyMs),
      [HOUR_MS, 5 * MINUTE_MS],
    );
    const [hours, minutes] = tiers;
    assert.ok(hours.untilMs >= nowMs - 4 * DAY_MS && hours.untilMs <= nowMs - 2 * DAY_MS);
    assert.ok(minutes.untilMs <= nowMs - DAY_MS && minutes.untilMs > nowMs - 3 * DAY_MS);
    assert.deepEqual(kept.db.tiers(), []);
  });

  const functions = [
    'avg_over_time',
    'sum_over_time',
    'count_over_time',
    'min_over_time',
    'max_over_time',
    'last_over_time',
    'present_over_time',
    'delta',
  ];
  const cases = [
    'g',
    'c_total',
    'sum by (host) (c_total)',
    'timestamp(g)',
    'absent_over_time(g{host="a"}[1h])',
    ...functions.flatMap((name) => [`${name}(g[1h])`, `${name}(g[6h])`]),
    ...['rate', 'increase'].flatMap((name) => [`${name}(c_total[1h])`, `${name}(c_total[26h])`]),
  ];

  for (const query of cases) {
    test(`${query} gives at the ends of intervals what samples give`, () => {
      const { overSamples, overAggregates, thinned } = world;
      const fromMs = Math.ceil((START_MS + 3 * HOUR_MS) / HOUR_MS) * HOUR_MS;
      const toMs = thinned.clock.now();
      const range = { text: query, fromMs, toMs, stepMs: HOUR_MS };
      const got = overAggregates.evaluateRange(range);
      assert.deepEqual(valuesOf(got), valuesOf(overSamples.evaluateRange(range)));
      assert.match(got.infos.join('\n'), /answered from aggregates of 1h/);
      assert.deepEqual(got.warnings, []);
    });
  }

  /** What aggregates give at one time, against samples at another, with another range. */
  const checkMoved = (query: string, overSamples: string, moveMs: (timeMs: number) => number) => {
    test(`${query} between the ends of intervals is ${overSamples} at the last one`, () => {
      const { thinned } = world;
      const [hours, minutes] = thinned.db.tiers();
      for (const atMs of [hours.untilMs - 5 * HOUR_MS + 1234, minutes.untilMs - HOUR_MS - 4321]) {
        const got = world.overAggregates.evaluateInstant({ text: query, atMs });
        const want = world.overSamples.evaluateInstant({ text: overSamples, atMs: moveMs(atMs) });
        assert.deepEqual(valuesOf(got), valuesOf(want), `${atMs}`);
      }
    });
  };
  const everyAt = (timeMs: number): number =>
    timeMs <= world.thinned.db.tiers()[0].untilMs ? HOUR_MS : 5 * MINUTE_MS;
  const toLast = (timeMs: number): number => Math.floor(timeMs / everyAt(timeMs)) * everyAt(timeMs);
  checkMoved('g', 'g', toLast);
  checkMoved('rate(c_total[2h])', 'rate(c_total[2h])', toLast);
  checkMoved('max_over_time(g[3h] offset 2h)', 'max_over_time(g[3h] offset 2h)', toLast);

  test('a range shorter than the interval looks at a whole one, and gives its share', () => {
    const [{ untilMs }] = world.thinned.db.tiers();
    const atMs = untilMs - 2 * HOUR_MS + 1000;
    const toMs = untilMs - 2 * HOUR_MS;
    const ask = (text: string) => world.overAggregates.evaluateInstant({ text, atMs });
    const over = (text: string) => world.overSamples.evaluateInstant({ text, atMs: toMs });
    assert.deepEqual(valuesOf(ask('rate(c_total[1m])')), valuesOf(over('rate(c_total[1h])')));
    assert.deepEqual(ask('rate(c_total[1m])').warnings, []);
    const share = ask('increase(c_total[6m])');
    assert.deepEqual(valuesOf(share), valuesOf(over('increase(c_total[1h]) / 10')));
    assert.match(share.warnings.join(), /range of increase is no multiple .* \(1:10\)/);
  });

  test('functions that need every sample say that they have not got them', () => {
    const [{ untilMs }] = world.thinned.db.tiers();
    const ask = (text: string) => world.overAggregates.evaluateInstant({ text, atMs: untilMs });
    assert.match(
      ask('stddev_over_time(g[2h])').warnings.join(),
      /first and the last sample of each/,
    );
    assert.ok(valuesOf(ask('deriv(g[1h])')).size > 0);
    assert.ok(valuesOf(ask('irate(c_total[1h])')).size > 0);
    assert.ok(valuesOf(ask('g[3h]')).size > 0);
    assert.throws(() => ask('increase(c_total[1h] anchored)'), /anchored modifier needs samples/);
    assert.throws(() => ask('g smoothed'), /smoothed modifier needs samples/);
  });

  test('subqueries look at aggregates as selectors do', () => {
    const [{ untilMs }] = world.thinned.db.tiers();
    const query = { text: 'max_over_time(rate(c_total[1h])[6h:1h])', atMs: untilMs };
    const { overAggregates, overSamples } = world;
    assert.deepEqual(
      valuesOf(overAggregates.evaluateInstant(query)),
      valuesOf(overSamples.evaluateInstant(query)),
    );
  });
});
