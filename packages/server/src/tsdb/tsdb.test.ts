import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLabels, createMatcher, isStale, STALE_HIGH, STALE_LOW } from '../series/index.ts';
import {
  appendOne,
  bitsOf,
  createBatch,
  formatRow,
  named,
  openFixture,
  readAll,
  START_MS,
} from './store-fixture.ts';

const NAME = createMatcher('__name__', '=~', '.+');
const EVER = { matchers: [NAME], fromMs: 0, toMs: START_MS * 2 };

function times(rows: readonly string[] | undefined): number[] {
  return (rows ?? []).map((row) => Number(row.split(' ')[0]) - START_MS);
}

describe('append', () => {
  test('a sample can be read as soon as append returns', () => {
    const { db } = openFixture();
    const outcome = appendOne(db, { __name__: 'up', job: 'a' }, START_MS, 1);
    assert.deepEqual(outcome, {
      appendedCount: 1,
      outOfOrderCount: 0,
      tooOldCount: 0,
      duplicateCount: 0,
      invalidCount: 0,
      overBudgetCount: 0,
      exemplarsAppendedCount: 0,
      exemplarsRefusedCount: 0,
      unknownRefs: [],
    });
    assert.deepEqual([...readAll(db)], [['up{job="a"}', [formatRow(START_MS, ...bitsOf(1))]]]);
  });

  test('labels get one number, however often they are resolved', () => {
    const { db } = openFixture();
    const ref = db.resolve(named('up', 'a'));
    assert.equal(db.resolve(named('up', 'a')), ref);
    assert.notEqual(db.resolve(named('up', 'b')), ref);
    assert.notEqual(db.resolve(named('up')), ref);
    assert.equal(db.stats().seriesCreated, 3);
  });

  test('each refused sample is counted for what it is', () => {
    const { db } = openFixture({ retentionMs: 3_600_000 });
    const ref = db.resolve(named('up'));
    const check = (
      what: string,
      sample: readonly [number, number],
      want: { appended?: number; outOfOrder?: number; duplicate?: number },
    ): void => {
      const outcome = db.append(createBatch([[ref, ...sample]]));
      assert.equal(outcome.appendedCount, want.appended ?? 0, `${what}: appended`);
      assert.equal(outcome.outOfOrderCount, want.outOfOrder ?? 0, `${what}: out of order`);
      assert.equal(outcome.duplicateCount, want.duplicate ?? 0, `${what}: duplicate`);
    };
    check('first', [START_MS, 1], { appended: 1 });
    check('same again', [START_MS, 1], {});
    check('same time, other value', [START_MS, 2], { duplicate: 1 });
    check('older', [START_MS - 1, 1], { outOfOrder: 1 });
    check('newer', [START_MS + 1, 1], { appended: 1 });
    check('before retention', [START_MS - 3_600_001, 1], { outOfOrder: 1 });
    check('far ahead of the clock', [START_MS + 3_600_001, 1], { outOfOrder: 1 });
    check('no whole millisecond', [START_MS + 1.5, 1], { outOfOrder: 1 });
    check('no time', [Number.NaN, 1], { outOfOrder: 1 });
    check('infinite', [Infinity, 1], { outOfOrder: 1 });
    const { samplesAppended, samplesOutOfOrder, samplesDuplicate } = db.stats();
    assert.deepEqual([samplesAppended, samplesOutOfOrder, samplesDuplicate], [2, 6, 1]);
  });

  test('a series may stand in a batch more than once', () => {
    const { db } = openFixture();
    const ref = db.resolve(named('up'));
    const outcome = db.append(
      createBatch([
        [ref, START_MS, 1],
        [ref, START_MS + 1, 2],
        [ref, START_MS, 3],
        [ref, START_MS + 1, 4],
        [ref, START_MS + 1, 2],
      ]),
    );
    assert.equal(outcome.appendedCount, 2);
    assert.equal(outcome.outOfOrderCount, 1);
    assert.equal(outcome.duplicateCount, 1);
    assert.deepEqual(times(readAll(db).get('up')), [0, 1]);
  });

  test('numbers that were never given out are reported, the others written', () => {
    const { db } = openFixture();
    const ref = db.resolve(named('up'));
    const outcome = db.append(
      createBatch([
        [0, START_MS, 1],
        [ref, START_MS, 1],
        [99, START_MS, 1],
        [0xffffffff, START_MS, 1],
      ]),
    );
    assert.equal(outcome.appendedCount, 1);
    assert.deepEqual(outcome.unknownRefs, [0, 99, 0xffffffff]);
  });

  test('staleness markers and other NaNs keep their bits', () => {
    const { db } = openFixture();
    const ref = db.resolve(named('up'));
    const odd = [0x12345678, 0x7ff80001] as const;
    db.append(createBatch([[ref, START_MS, [STALE_LOW, STALE_HIGH]]]));
    db.append(createBatch([[ref, START_MS + 1, odd]]));
    for (const { samples } of db.select(EVER)) {
      assert.ok(isStale(samples.bits, 0));
      assert.deepEqual([samples.bits[2], samples.bits[3]], [...odd]);
    }
  });

  test('writeSamples resolves, marks and appends', () => {
    const { db } = openFixture();
    db.writeSamples([
      { labels: named('a'), timeMs: START_MS, value: 1, isStale: false },
      { labels: named('b'), timeMs: START_MS, value: 0, isStale: true },
    ]);
    assert.deepEqual(
      [...readAll(db)],
      [
        ['a', [formatRow(START_MS, ...bitsOf(1))]],
        ['b', [formatRow(START_MS, STALE_LOW, STALE_HIGH)]],
      ],
    );
  });

  test('a store that is full of series refuses new ones and goes on with the others', () => {
    const { db } = openFixture({ limits: { seriesMax: 2 } });
    appendOne(db, { __name__: 'a' }, START_MS, 1);
    appendOne(db, { __name__: 'b' }, START_MS, 1);
    const outcome = appendOne(db, { __name__: 'c' }, START_MS, 1);
    assert.deepEqual([outcome.appendedCount, outcome.overBudgetCount], [0, 1]);
    assert.deepEqual(outcome.unknownRefs, []);
    assert.equal(appendOne(db, { __name__: 'a' }, START_MS + 1, 1).appendedCount, 1);
  });

  test('a store that is out of memory for chunks writes nothing to its log', () => {
    const { db, disk } = openFixture({ limits: { slabsMax: 1 } });
    const count = 70_000;
    const refs = Uint32Array.from({ length: count }, (_, i) => db.resolve(named('m', `${i}`)));
    const entries = Array.from(refs, (ref) => [ref, START_MS, 1] as const);
    assert.throws(() => db.append(createBatch(entries)), { code: 'TSDB_MEMORY_FULL' });
    assert.deepEqual(disk.list('/data/wal'), []);
    assert.equal(db.append(createBatch(entries.slice(0, 1000))).appendedCount, 1000);
  });

  test('labels that no file could hold are refused', () => {
    const { db } = openFixture();
    const check = (labels: Readonly<Record<string, string>>): void =>
      assert.throws(() => db.resolve(createLabels(labels)), { code: 'TSDB_LABELS_INVALID' });
    check(Object.fromEntries(Array.from({ length: 256 }, (_, i) => [`l${i}`, 'x'])));
    check({ __name__: 'x'.repeat(70_000) });
    check({ __name__: 'half a pair \ud800' });
  });
});

describe('select', () => {
  test('both ends of the range are inclusive', () => {
    const { db } = openFixture();
    for (let i = 0; i < 10; i++) appendOne(db, { __name__: 'up' }, START_MS + i * 10, i);
    const check = (from: number, to: number, want: readonly number[]): void => {
      const rows = readAll(db, START_MS + from, START_MS + to).get('up');
      assert.deepEqual(times(rows), want, `${from} to ${to}`);
    };
    check(0, 90, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
    check(20, 30, [20, 30]);
    check(21, 29, []);
    check(90, 90, [90]);
    check(-100, 0, [0]);
    check(91, 1000, []);
    check(50, 40, []);
  });

  test('series come in the order of their labels, also those made later', () => {
    const { db } = openFixture();
    const names = ['b', 'a{x="2"}', 'a', 'c', 'a{x="10"}', 'a{y="1"}'];
    const labelsOf = (text: string): Readonly<Record<string, string>> => {
      const match = /^(\w+)(?:\{(\w)="(\d+)"\})?$/.exec(text);
      return { __name__: match?.[1] ?? '', [match?.[2] ?? 'none']: match?.[3] ?? '' };
    };
    for (const name of names.slice(0, 3)) appendOne(db, labelsOf(name), START_MS, 1);
    assert.deepEqual([...readAll(db).keys()], ['a', 'a{x="2"}', 'b']);
    for (const name of names.slice(3)) appendOne(db, labelsOf(name), START_MS, 1);
    assert.deepEqual([...readAll(db).keys()], ['a', 'a{x="10"}', 'a{x="2"}', 'a{y="1"}', 'b', 'c']);
  });

  test('the newest sample alone is that of the whole selection', async () => {
    const fixture = openFixture();
    const { db, clock } = fixture;
    const refs = Array.from({ length: 6 }, (_, i) => db.resolve(named('m', `${i}`)));
    for (let round = 0; round < 200; round++) {
      // Series end at different times, so that some have an open chunk and some have not.
      const alive = refs.filter((_, i) => round < 80 + i * 24);
      const value = round % 7 === 0 ? ([STALE_LOW, STALE_HIGH] as const) : round;
      db.append(createBatch(alive.map((ref) => [ref, clock.now(), value])));
      clock.advance(60_000);
      if (round % 30 === 0) await db.maintain(clock.now());
    }
    const again = openFixture({ disk: fixture.disk.copy(), clock });
    for (const store of [db, again.db]) {
      for (let backMs = 0; backMs < 200 * 60_000; backMs += 170_000) {
        const range = {
          ...EVER,
          fromMs: clock.now() - backMs - 300_000,
          toMs: clock.now() - backMs,
        };
        const all = [...readAll(store, range.fromMs, range.toMs).values()];
        const newest = [...store.select({ ...range, newestOnly: true })].length;
        const rows: string[] = [];
        for (const { samples } of store.select({ ...range, newestOnly: true })) {
          assert.equal(samples.count, 1);
          rows.push(formatRow(samples.timesMs[0], samples.bits[0], samples.bits[1]));
        }
        assert.equal(newest, rows.length);
        assert.ok(store.estimate({ ...range, newestOnly: true }).sampleCount >= newest);
        assert.deepEqual(
          rows,
          all.map((series) => series.at(-1)),
          `${backMs} ms ago`,
        );
      }
    }
  });

  test('a series that has ended by a time is left out from then on, and no other', () => {
    const fixture = openFixture();
    const { db, clock } = fixture;
    const stale = [STALE_LOW, STALE_HIGH] as const;
    appendOne(db, { __name__: 'ended' }, START_MS, 1);
    appendOne(db, { __name__: 'ended' }, START_MS + 10, stale);
    appendOne(db, { __name__: 'back' }, START_MS, stale);
    appendOne(db, { __name__: 'back' }, START_MS + 10, 1);
    appendOne(db, { __name__: 'other NaN' }, START_MS, Number.NaN);
    appendOne(db, { __name__: 'silent' }, START_MS, 1);
    const others = ['back', 'other NaN', 'silent'];
    const again = openFixture({ disk: fixture.disk.copy(), clock });
    for (const store of [db, again.db]) {
      const check = (liveFromMs: number, want: readonly string[]): void => {
        const names = [...readAll(store, -Infinity, Infinity, liveFromMs).keys()];
        const found = names.map((name) => name.replace(/^\{"(.*)"\}$/, '$1')).sort();
        assert.deepEqual(found, want, `from ${liveFromMs - START_MS}`);
        const { seriesCount } = store.estimate({ ...EVER, liveFromMs });
        assert.equal(seriesCount, want.length);
      };
      check(START_MS + 9, ['back', 'ended', 'other NaN', 'silent']);
      check(START_MS + 10, others);
      check(START_MS + 60_000, others);
    }
  });

  test('a series goes on whose newest sample only a file has, after a marker', async () => {
    const limits = { checkpointIntervalMs: Infinity, spillChunksMin: 1 };
    const before = openFixture({ limits });
    appendOne(before.db, { __name__: 'a' }, START_MS, [STALE_LOW, STALE_HIGH]);
    // Into the checkpoint; what follows is not.
    await before.db.close();
    const { db, disk, clock } = openFixture({ ...before, limits });
    appendOne(db, { __name__: 'a' }, START_MS + 10, 1);
    clock.advance(3 * 3_600_000);
    await db.maintain(clock.now());
    assert.equal(db.stats().chunksSpilled, 1);
    const again = openFixture({ disk: disk.copy(), clock, limits });
    const rows = readAll(again.db, START_MS, Infinity, clock.now()).get('a');
    assert.deepEqual(times(rows), [0, 10]);
  });

  test('a selection that comes again sees the series that came and went since', async () => {
    const { db, clock } = openFixture({ retentionMs: 3_600_000 });
    const matchers = [createMatcher('__name__', '=~', 'a|b')];
    const names = (): string[] =>
      db.series({ matchers, fromMs: 0, toMs: 9e15 }).map(({ values }) => values[0]);
    assert.deepEqual(names(), []);
    appendOne(db, { __name__: 'b' }, clock.now(), 1);
    assert.deepEqual(names(), ['b']);
    appendOne(db, { __name__: 'a' }, clock.now(), 1);
    appendOne(db, { __name__: 'c' }, clock.now(), 1);
    assert.deepEqual(names(), ['a', 'b']);
    clock.advance(4 * 3_600_000);
    appendOne(db, { __name__: 'a' }, clock.now(), 1);
    await db.maintain(clock.now());
    assert.deepEqual(names(), ['a']);
  });

  test('two selections can be read in turns', () => {
    const { db } = openFixture();
    appendOne(db, { __name__: 'a' }, START_MS, 1);
    appendOne(db, { __name__: 'b' }, START_MS, 2);
    const first = [...db.select({ ...EVER, matchers: [createMatcher('__name__', '=', 'a')] })];
    const second = [...db.select({ ...EVER, matchers: [createMatcher('__name__', '=', 'b')] })];
    assert.equal(first[0].samples.values[0], 1);
    assert.equal(second[0].samples.values[0], 2);
  });

  test('series without samples in the range are left out everywhere', () => {
    const { db } = openFixture();
    db.resolve(named('empty'));
    appendOne(db, { __name__: 'old', a: '1' }, START_MS, 1);
    appendOne(db, { __name__: 'new', b: '1' }, START_MS + 60_000, 1);
    const range = { matchers: [], fromMs: START_MS + 1, toMs: START_MS + 60_000 };
    assert.deepEqual([...readAll(db, range.fromMs, range.toMs).keys()], ['new{b="1"}']);
    assert.deepEqual(db.labelNames(range), ['__name__', 'b']);
    assert.deepEqual(db.labelValues('__name__', range), ['new']);
    assert.deepEqual(db.labelValues('a', range), []);
    assert.deepEqual(db.series(range), [createLabels({ __name__: 'new', b: '1' })]);
    assert.deepEqual(db.estimate(range), { seriesCount: 1, sampleCount: 1 });
  });

  test('an estimate is never below what is read', async () => {
    const { db, clock } = openFixture();
    const refs = Array.from({ length: 600 }, (_, i) => db.resolve(named('m', `${i}`)));
    for (let round = 0; round < 300; round++) {
      db.append(createBatch(refs.map((ref) => [ref, clock.now(), round])));
      clock.advance(15_000);
      if (round % 50 === 0) await db.maintain(clock.now());
    }
    for (const lengthMs of [0, 60_000, 1_800_000, 4_500_000]) {
      const range = { matchers: [NAME], fromMs: clock.now() - lengthMs, toMs: clock.now() };
      let sampleCount = 0;
      for (const { samples } of db.select(range)) sampleCount += samples.count;
      const estimate = db.estimate(range);
      assert.ok(estimate.sampleCount >= sampleCount, `over ${lengthMs} ms`);
      assert.ok(estimate.sampleCount <= sampleCount + 600 * 720, `over ${lengthMs} ms`);
    }
  });
});

describe('cost', () => {
  test('a series takes less than 750 bytes of memory at 120 samples a chunk', async () => {
    const { db, clock } = openFixture();
    const count = 5_000;
    const refs = Array.from({ length: count }, (_, i) =>
      db.resolve(
        createLabels({
          __name__: `metric_${i % 250}_total`,
          instance: `host-${Math.floor(i / 250)}:9100`,
          job: 'node',
          mode: `mode-${i % 250}`,
        }),
      ),
    );
    for (let round = 0; round < 200; round++) {
      db.append(createBatch(refs.map((ref, i) => [ref, clock.now(), round * (i % 7)])));
      clock.advance(15_000);
      if (round % 10 === 0) await db.maintain(clock.now());
    }
    const { slabUsedBytes, indexBytes } = db.stats();
    assert.ok((slabUsedBytes + indexBytes) / count < 750, `${slabUsedBytes} + ${indexBytes}`);
  });
});
