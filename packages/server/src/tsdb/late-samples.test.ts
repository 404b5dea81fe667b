/** Samples that come after newer ones of their series. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMatcher } from '../series/index.ts';
import { createHistogram } from './histogram-fixture.ts';
import type { AppendOutcome } from './append-outcome.ts';
import {
  createBatch,
  type Fixture,
  formatValue,
  named,
  openFixture,
  readAll,
  SMALL,
  START_MS,
  type Value,
} from './store-fixture.ts';

const MINUTE_MS = 60_000;
const lateWindowMs = 30 * MINUTE_MS;

/** A store whose clock stands an hour after START_MS; times below are minutes since then. */
function open(options: Parameters<typeof openFixture>[0] = {}): Fixture {
  const fixture = openFixture({ limits: SMALL, lateWindowMs, ...options });
  if (options.clock === undefined) fixture.clock.advance(60 * MINUTE_MS);
  return fixture;
}

type Entry = readonly [minute: number, value: Value, startTimeMs?: number];

function append({ db }: Fixture, ...entries: readonly Entry[]): AppendOutcome {
  const ref = db.resolve(named('m'));
  return db.append(
    createBatch(entries.map(([minute, value, start]) => [ref, at(minute), value, start] as const)),
  );
}

function at(minute: number): number {
  return START_MS + Math.round(minute * MINUTE_MS);
}

function rows(...entries: readonly Entry[]): string[] {
  return entries.map(([minute, value, start]) => formatValue(at(minute), value, start));
}

function readRows({ db }: Fixture, ...range: readonly number[]): string[] {
  return readAll(db, ...range.map(at)).get('m') ?? [];
}

describe('late samples', () => {
  test('are refused where no window is set', () => {
    const fixture = open({ lateWindowMs: 0 });
    append(fixture, [50, 1]);
    const outcome = append(fixture, [49, 1]);
    assert.deepEqual([outcome.appendedCount, outcome.outOfOrderCount], [0, 1]);
    assert.equal(outcome.tooOldCount, 0);
  });

  test('within the window are read in their place by time', () => {
    const fixture = open();
    append(fixture, [50, 1], [55, 2]);
    assert.equal(append(fixture, [52, 3], [40, 4], [53, 5], [51, 6]).appendedCount, 4);
    const want = rows([40, 4], [50, 1], [51, 6], [52, 3], [53, 5], [55, 2]);
    assert.deepEqual(readRows(fixture), want);
    assert.deepEqual(readRows(fixture, 51, 53), want.slice(2, 5));
    assert.deepEqual(readRows(fixture, 30, 45), want.slice(0, 1));
    assert.equal(fixture.db.stats().samplesLate, 4);
  });

  test('beyond the window are refused and counted as too old', () => {
    const fixture = open();
    append(fixture, [50, 1]);
    const outcome = append(fixture, [30, 2], [29, 3]);
    assert.deepEqual([outcome.appendedCount, outcome.outOfOrderCount], [1, 1]);
    assert.equal(outcome.tooOldCount, 1);
    assert.equal(fixture.db.stats().samplesTooOld, 1);
  });

  test('may stand in a batch before older ones of their series', () => {
    const fixture = open();
    assert.equal(append(fixture, [50, 1], [48, 2], [49, 3], [51, 4]).appendedCount, 4);
    const want = rows([48, 2], [49, 3], [50, 1], [51, 4]);
    assert.deepEqual(readRows(fixture), want);
    assert.deepEqual(readRows(open({ disk: fixture.disk.copy(), clock: fixture.clock })), want);
  });

  test('of a time that is known are the same sample or duplicates; the first counts', () => {
    const fixture = open();
    append(fixture, [50, 1], [52, 2], [51, 3]);
    const check = (entry: Entry, duplicates: number): void => {
      const outcome = append(fixture, entry);
      assert.deepEqual([outcome.appendedCount, outcome.duplicateCount], [0, duplicates]);
    };
    check([50, 1], 0);
    check([50, 9], 1);
    check([51, 3], 0);
    check([51, 9], 1);
    check([51, createHistogram(1)], 1);
    const twice = append(fixture, [45, 7], [45, 8], [45, 7]);
    assert.deepEqual([twice.appendedCount, twice.duplicateCount], [1, 1]);
    assert.deepEqual(readRows(fixture), rows([45, 7], [50, 1], [51, 3], [52, 2]));
  });

  test('of a time that a file has already do not replace its sample', async () => {
    const fixture = open();
    const first = Array.from({ length: 300 }, (_, i): Entry => [31 + i / 20, i]);
    append(fixture, ...first);
    await fixture.db.maintain(fixture.clock.now());
    assert.ok(fixture.db.stats().chunksSpilled > 0);
    append(fixture, [31, 999], [31.01, 5]);
    assert.deepEqual(readRows(fixture).slice(0, 2), rows([31, 0], [31.01, 5]));
  });

  test('survive a kill, a clean end, and the way to files', async () => {
    const fixture = open();
    const inTurn = Array.from({ length: 150 }, (_, i): Entry => [45 + i / 10, i]);
    const late = Array.from({ length: 150 }, (_, i): Entry => [31.05 + i / 10, -i, START_MS]);
    append(fixture, ...inTurn);
    for (const entry of late) append(fixture, entry);
    const want = rows(...[...late, ...inTurn].sort(([a], [b]) => a - b));
    assert.deepEqual(readRows(fixture), want);
    const { clock } = fixture;
    assert.deepEqual(readRows(open({ disk: fixture.disk.copy(), clock })), want);
    await fixture.db.maintain(clock.now());
    assert.deepEqual(readRows(fixture), want);
    await fixture.db.close();
    const again = open({ disk: fixture.disk, clock });
    assert.deepEqual(readRows(again), want);
    // All windows are over: what is late is in a file as well, beside what is not.
    clock.advance(5 * 3_600_000);
    for (let i = 0; i < 3; i++) await again.db.maintain(clock.now());
    assert.equal(again.db.stats().closedChunks, 0);
    assert.deepEqual(readRows(again), want);
    assert.deepEqual(
      readRows(again, 31, 46),
      want.filter((row) => Number(row.split(' ')[0]) <= at(46)),
    );
    assert.deepEqual(readRows(open({ disk: again.disk.copy(), clock })), want);
  });

  test('that went to a file last hide none that came in turn, were it newer or older', async () => {
    const fixture = open();
    const inTurn = Array.from({ length: 900 }, (_, i): Entry => [45 + i / 60, i]);
    append(fixture, ...inTurn);
    await fixture.db.maintain(fixture.clock.now());
    const late = Array.from({ length: 900 }, (_, i): Entry => [31.05 + i / 90, -i]);
    for (const entry of late) append(fixture, entry);
    // Until all of it is in a file.
    for (let i = 0; i < 4; i++) await fixture.db.maintain(fixture.clock.now());
    for (const from of [30, 41, 42, 44, 46, 52, 58]) {
      const want = rows(...[...late, ...inTurn].filter(([minute]) => minute >= from));
      assert.deepEqual(readRows(fixture, from, 60), want, `from ${from}`);
    }
  });

  test('may be histograms, of which nothing is known of resets then', () => {
    const fixture = open();
    append(fixture, [50, createHistogram(1)], [52, createHistogram(5)], [53, createHistogram(6)]);
    append(fixture, [51, createHistogram(3)], [40, 2], [51.5, createHistogram(4)]);
    const resets: unknown[] = [];
    const matchers = [createMatcher('__name__', '=', 'm')];
    for (const { samples } of fixture.db.select({ matchers, fromMs: 0, toMs: Infinity })) {
      for (let i = 0; i < samples.count; i++) {
        resets.push([samples.histograms?.[i]?.count, samples.histograms?.[i]?.counterReset]);
      }
    }
    assert.deepEqual(resets, [
      [undefined, undefined],
      [7, 'unknown'],
      [21, 'unknown'],
      [28, 'unknown'],
      [35, 'unknown'],
      [42, 'notReset'],
    ]);
  });

  test('are the newest of a range where nothing else is', () => {
    const fixture = open();
    append(fixture, [50, 1], [55, 2], [52, 3]);
    const matchers = [createMatcher('__name__', '=', 'm')];
    const newest = (toMinute: number): string[] => {
      const range = { matchers, fromMs: 0, toMs: at(toMinute), newestOnly: true };
      return [...fixture.db.select(range)].map(({ samples }) => {
        assert.equal(samples.count, 1);
        return formatValue(samples.timesMs[0], samples.values[0]);
      });
    };
    assert.deepEqual(newest(60), rows([55, 2]));
    assert.deepEqual(newest(54), rows([52, 3]));
    assert.deepEqual(newest(51), rows([50, 1]));
  });

  test('cost nothing until the first of them', () => {
    const fixture = open();
    append(fixture, [50, 1]);
    const before = fixture.db.stats().indexBytes;
    append(fixture, [51, 1]);
    assert.equal(fixture.db.stats().indexBytes, before);
    append(fixture, [49, 1]);
    assert.ok(fixture.db.stats().indexBytes > before);
  });

  test('of a batch that the log refuses leave no trace', () => {
    const fixture = open();
    append(fixture, [50, 1]);
    fixture.disk.beforeWrite = () => {
      throw new Error('EIO: i/o error');
    };
    assert.throws(() => append(fixture, [49, 1]), { code: 'TSDB_LOG_WRITE_FAILED' });
    fixture.disk.beforeWrite = () => {};
    append(fixture, [51, 2]);
    assert.deepEqual(readRows(fixture), rows([50, 1], [51, 2]));
  });
});
