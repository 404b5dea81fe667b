/** A store that keeps aggregates for longer than samples: what it makes, when, and after faults. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MessageChannel } from 'node:worker_threads';
import { createSeededRandom, createSilentLog } from '../../platform/index.ts';
import {
  createLabels,
  createMatcher,
  createSamples,
  formatSeries,
  isStale,
  STALE_HIGH,
  STALE_LOW,
} from '../../series/index.ts';
import { verifyBlock } from '../block/block-tools.ts';
import { Blocks } from '../block/blocks.ts';
import { EMPTY_HEAD, MergedReader } from '../block/merged-reader.ts';
import { loadDownsampling } from '../downsampling.ts';
import { createMemoryDisk, type MemoryDisk } from '../memory-disk.ts';
import { createBatch, type Fixture, openFixture, SMALL } from '../store-fixture.ts';
import type { Tsdb } from '../tsdb.ts';
import { createAggregateCheck } from './aggregate-check.ts';
import { AggregateColumns } from './aggregate-columns.ts';
import { AggregateFollower } from './aggregate-follower.ts';
import { aggregateSamples } from './aggregate-samples.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const STEP_MS = 10 * MINUTE_MS;
const EVERYTHING = [createMatcher('__name__', '=~', '.+')];
const LEVEL = { everyMs: HOUR_MS, afterMs: 20 * HOUR_MS, keepMs: 30 * DAY_MS };
const LIMITS = { ...SMALL, chunkFileBytes: 256 * 1024 };

const downsampling = await loadDownsampling([LEVEL]);

type Truth = Map<string, { readonly timeMs: number; readonly value: number | 'stale' }[]>;

function open(options: Parameters<typeof openFixture>[0] = {}): Fixture {
  return openFixture({ limits: LIMITS, retentionMs: DAY_MS, downsampling, ...options });
}

/** Appends for some days; answers all that was appended. */
async function fill(fixture: Fixture, days: number, truth: Truth = new Map()): Promise<Truth> {
  const { db, clock } = fixture;
  const random = createSeededRandom(5);
  const untilMs = clock.now() + days * DAY_MS;
  for (let step = 0; clock.now() < untilMs; step++) {
    const batch: (readonly [number, number, number | readonly [number, number]])[] = [];
    for (const name of ['a_total', 'b', 'sometimes']) {
      if (name === 'sometimes' && Math.floor(step / 40) % 3 === 1) continue;
      const isEnd = random.float() < 0.02;
      const value = Math.floor(random.float() * 100);
      const labels = createLabels({ __name__: name });
      const rows = truth.get(formatSeries(labels)) ?? [];
      truth.set(formatSeries(labels), rows);
      rows.push({ timeMs: clock.now(), value: isEnd ? 'stale' : value });
      batch.push([db.resolve(labels), clock.now(), isEnd ? [STALE_LOW, STALE_HIGH] : value]);
    }
    db.append(createBatch(batch));
    clock.advance(STEP_MS);
    if (step % 6 === 0) await db.maintain(clock.now());
  }
  await settle(fixture);
  return truth;
}

async function settle({ db, clock }: Fixture): Promise<void> {
  for (let i = 0; i < 5; i++) {
    clock.advance(MINUTE_MS);
    await db.maintain(clock.now());
  }
}

function format(columns: AggregateColumns): readonly string[] {
  return Array.from({ length: columns.count }, (_, i) =>
    [
      columns.endsMs,
      columns.counts,
      columns.firsts,
      columns.lasts,
      columns.mins,
      columns.maxs,
      columns.sums,
      columns.losts,
      columns.stalesMs,
    ]
      .map((column) => column[i])
      .join(' '),
  );
}

/** What a store knows of all series, aggregates and samples alike, as aggregates. */
function known(db: Tsdb): Map<string, readonly string[]> {
  const all = new Map<string, readonly string[]>();
  const range = { matchers: EVERYTHING, fromMs: 0, toMs: 2e12, withAggregates: true };
  for (const { labels, samples, aggregates } of db.select(range)) {
    const columns = new AggregateColumns();
    const recent = new AggregateColumns();
    aggregateSamples(samples, HOUR_MS, recent);
    // No interval may come from both.
    if (aggregates !== undefined) columns.addRange(aggregates, 0, aggregates.count);
    columns.addRange(recent, 0, recent.count);
    all.set(formatSeries(labels), format(columns));
  }
  return all;
}

function wanted(truth: Truth): Map<string, readonly string[]> {
  return new Map(
    [...truth]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, rows]) => {
        const samples = createSamples(rows.length);
        for (const { timeMs, value } of rows) {
          samples.timesMs[samples.count] = timeMs;
          if (value === 'stale') samples.bits.set([STALE_LOW, STALE_HIGH], 2 * samples.count);
          else samples.values[samples.count] = value;
          samples.count++;
        }
        const columns = new AggregateColumns();
        aggregateSamples(samples, HOUR_MS, columns);
        return [name, format(columns)];
      }),
  );
}

function countSamples(db: Tsdb): number {
  let count = 0;
  for (const { samples } of db.select({ matchers: EVERYTHING, fromMs: 0, toMs: 2e12 })) {
    for (let i = 0; i < samples.count; i++) if (!isStale(samples.bits, i)) count++;
  }
  return count;
}

describe('a store with aggregates', () => {
  test('has each interval once, from aggregates or from samples', async () => {
    const fixture = open();
    const truth = await fill(fixture, 4);
    const { db, clock, disk } = fixture;
    assert.deepEqual(known(db), wanted(truth));
    const [tier] = db.tiers();
    assert.equal(tier.everyMs, HOUR_MS);
    assert.ok(tier.untilMs > clock.now() - 2 * DAY_MS && tier.untilMs < clock.now() - DAY_MS + 1);
    assert.ok(countSamples(db) < 3 * 250, 'samples are gone after a day');
    assert.equal(db.labelValues('__name__', { matchers: [], fromMs: 0, toMs: 2e12 }).length, 3);
    assert.equal(db.series({ matchers: EVERYTHING, fromMs: 0, toMs: 2e12 }).length, 3);
    for (const name of disk.listDirs('/data/aggregates/1h')) {
      const dir = `/data/aggregates/1h/${name}`;
      assert.deepEqual(verifyBlock(dir, disk, createAggregateCheck).faults, [], name);
      assert.match(verifyBlock(dir, disk).faults.join(), /has aggregates, which are not read here/);
    }
    const [stats] = db.stats().aggregates;
    assert.ok(stats.blocks >= 2 && stats.blocks < 4, 'days are put together');
    await db.flush();
    const again = open({ disk: disk.copyDurable(), clock });
    assert.deepEqual(known(again.db), wanted(truth));
  });

  const seed = Math.floor(performance.now() * 1000) % 1_000_000;

  test(`loses nothing and doubles nothing, whenever it is killed (seed ${seed})`, async () => {
    const fixture = open();
    const { db, clock, disk } = fixture;
    const truth = await fill(fixture, 2.8);
    await db.flush();
    const random = createSeededRandom(seed);
    const copies: { readonly what: string; readonly disk: MemoryDisk }[] = [];
    disk.beforeWrite = (path) => {
      const isOurs = path.includes('/aggregates') || path.includes('/blocks');
      if (!isOurs || random.float() < 0.9) return;
      const isKill = random.float() < 0.5;
      const what = `${isKill ? 'killed' : 'cut'} before ${path}`;
      copies.push({ what, disk: isKill ? disk.copy() : disk.copyDurable() });
    };
    clock.advance(DAY_MS);
    await settle(fixture);
    disk.beforeWrite = () => {};
    assert.ok(copies.length >= 3, `${copies.length} copies`);
    const want = wanted(truth);
    for (const { what, disk: left } of copies.slice(0, 8)) {
      const again = open({ disk: left, clock });
      assert.deepEqual(known(again.db), want, what);
      await settle(again);
      assert.deepEqual(known(again.db), want, `${what}, after maintenance`);
    }
  });

  test('keeps samples for as long as their aggregates cannot be written', async () => {
    const fixture = open();
    const { db, clock, disk } = fixture;
    const truth = await fill(fixture, 1.5);
    disk.beforeWrite = (path) => {
      if (path.includes('/aggregates')) throw new Error('ENOSPC: no space left on device');
    };
    clock.advance(DAY_MS);
    await settle(fixture);
    assert.deepEqual(db.tiers(), []);
    assert.deepEqual(known(db), wanted(truth));
    disk.beforeWrite = () => {};
    await settle(fixture);
    assert.equal(db.tiers().length, 1);
    assert.deepEqual(known(db), wanted(truth));
  });

  test('lets go of aggregates when they are too old', async () => {
    const fixture = open();
    await fill(fixture, 2);
    fixture.clock.advance(31 * DAY_MS);
    await settle(fixture);
    assert.equal(known(fixture.db).size, 0);
    assert.deepEqual(fixture.db.tiers(), []);
  });

  test('deletes intervals whole, and for good', async () => {
    const fixture = open();
    const truth = await fill(fixture, 4);
    const { db, clock, disk } = fixture;
    const [first] = truth.get('b') ?? [];
    const fromMs = first.timeMs + 3 * HOUR_MS + 1;
    const toMs = fromMs + 2 * HOUR_MS;
    const selectors = [[createMatcher('__name__', '=', 'b')]];
    assert.equal(await db.deleteSeries({ selectors, fromMs, toMs }), 1);
    const isGone = (row: string): boolean => {
      const endMs = Number(row.split(' ')[0]);
      return endMs >= fromMs && endMs - HOUR_MS < toMs;
    };
    const want = wanted(truth);
    want.set('b', want.get('b')?.filter((row) => !isGone(row)) ?? []);
    assert.deepEqual(known(db), want);
    assert.ok((await db.cleanTombstones()) >= 1);
    assert.deepEqual(known(db), want);
    await db.flush();
    assert.deepEqual(known(open({ disk: disk.copyDurable(), clock }).db), want);
  });

  test('are read by another thread as they are at the beginning of its query', async () => {
    const fixture = open();
    await fill(fixture, 3);
    const { db, disk } = fixture;
    const { port1, port2 } = new MessageChannel();
    const attached = db.attach(port1);
    await attached.ready;
    const { aggregates: view } = attached.beginQuery();
    assert.ok(view !== undefined);
    const log = createSilentLog();
    const base = new MergedReader(EMPTY_HEAD, new Blocks({ disk, dir: '/data/none', log }));
    const follower = new AggregateFollower({ base, disk, log, view });
    follower.follow(view);
    assert.deepEqual(follower.reader.tiers(), db.tiers());
    const [{ untilMs: toMs }] = db.tiers();
    const range = { matchers: EVERYTHING, fromMs: 0, toMs, withAggregates: true };
    const read = (source: Pick<Tsdb, 'select'>): readonly string[] =>
      Array.from(source.select(range), ({ labels, aggregates }) => {
        const columns = new AggregateColumns();
        if (aggregates !== undefined) columns.addRange(aggregates, 0, aggregates.count);
        return [formatSeries(labels), ...format(columns)].join('\n');
      });
    assert.equal(read(db).length, 3);
    assert.deepEqual(read(follower.reader), read(db));
    assert.equal(follower.faultCount, 0);
    follower.close();
    attached.endQuery();
    attached.detach();
    port1.close();
    port2.close();
  });

  test('takes its aggregates along in a snapshot', async () => {
    const fixture = open();
    const truth = await fill(fixture, 3);
    const { signal } = new AbortController();
    await fixture.db.snapshot({ dir: '/copy', signal });
    const { disk, clock } = fixture;
    const again = open({ dir: '/copy', disk, clock });
    assert.deepEqual(known(again.db), wanted(truth));
  });

  test('without the setting leaves them where they are', async () => {
    const fixture = open();
    await fill(fixture, 3);
    const tiers = fixture.db.tiers();
    await fixture.db.close();
    const { disk, clock } = fixture;
    const without = open({ disk, clock, downsampling: undefined });
    assert.ok(countSamples(without.db) > 0);
    assert.deepEqual(without.db.tiers(), []);
    await settle(without);
    await without.db.close();
    assert.deepEqual(open({ disk, clock }).db.tiers(), tiers);
  });

  test('makes nothing, and no folder, where nothing is wanted', async () => {
    const disk = createMemoryDisk();
    const fixture = openFixture({ disk, limits: LIMITS, retentionMs: DAY_MS });
    await fill(fixture, 1.2);
    assert.ok(!disk.listDirs('/data').includes('aggregates'));
    assert.deepEqual(fixture.db.stats().aggregates, []);
  });
});
