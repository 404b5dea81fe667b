/** Histograms, start times and their way through log, memory, files and checkpoints. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createMatcher, type Histogram, STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { createHistogram, formatHistogram } from './histogram-fixture.ts';
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

const STALE: Value = [STALE_LOW, STALE_HIGH];
const STEP_MS = 15_000;

/** Appends values of one series, a batch each, and answers the rows that must be there. */
function fill(
  fixture: Fixture,
  values: readonly Value[],
  startTimesMs?: readonly number[],
): string[] {
  const { db, clock } = fixture;
  const ref = db.resolve(named('h'));
  return values.map((value, i) => {
    clock.advance(STEP_MS);
    const timeMs = clock.now();
    const startTimeMs = startTimesMs?.[i];
    assert.equal(db.append(createBatch([[ref, timeMs, value, startTimeMs]])).appendedCount, 1);
    return formatValue(timeMs, value, startTimeMs);
  });
}

/** The same store after kill -9, and after a clean end. */
async function restarts(fixture: Fixture): Promise<Fixture[]> {
  const { clock } = fixture;
  const killed = openFixture({ disk: fixture.disk.copy(), clock, limits: SMALL });
  await fixture.db.close();
  return [killed, openFixture({ disk: fixture.disk, clock, limits: SMALL })];
}

const many = (count: number): Histogram[] =>
  Array.from({ length: count }, (_, i) => createHistogram(i + 1));

describe('histograms', () => {
  test('are read as they were appended, from memory, files and after restarts', async () => {
    for (const isInteger of [true, false]) {
      const fixture = openFixture({ limits: SMALL });
      const rows = fill(
        fixture,
        many(700).map((histogram) => ({ ...histogram, isInteger })),
      );
      assert.deepEqual(readAll(fixture.db).get('h'), rows);
      await fixture.db.maintain(fixture.clock.now());
      assert.ok(fixture.db.stats().chunksSpilled > 0);
      assert.deepEqual(readAll(fixture.db).get('h'), rows);
      for (const { db } of await restarts(fixture)) assert.deepEqual(readAll(db).get('h'), rows);
    }
  });

  test('share a series with floats and staleness markers', async () => {
    const fixture = openFixture({ limits: SMALL });
    const [a, b, c] = many(3);
    const rows = fill(fixture, [1, a, b, STALE, c, 5, STALE, a, STALE, STALE, 7, c]);
    assert.deepEqual(readAll(fixture.db).get('h'), rows);
    for (const { db } of await restarts(fixture)) assert.deepEqual(readAll(db).get('h'), rows);
  });

  test('are written with labels, floats beside them', () => {
    const fixture = openFixture({ limits: SMALL });
    const [histogram] = many(1);
    const timeMs = fixture.clock.now();
    const common = { timeMs, isStale: false };
    const outcome = fixture.db.writeSamples([
      { ...common, labels: named('h'), value: Number.NaN, histogram },
      { ...common, labels: named('f'), value: 2 },
    ]);
    assert.equal(outcome.appendedCount, 2);
    const rows = readAll(fixture.db);
    assert.deepEqual(rows.get('h'), [formatValue(timeMs, histogram)]);
    assert.deepEqual(rows.get('f'), [formatValue(timeMs, 2)]);
  });

  test('go on in their chunk after a restart', async () => {
    const fixture = openFixture({ limits: SMALL });
    const rows = fill(fixture, many(5));
    for (const again of await restarts(fixture)) {
      const more = fill(again, [createHistogram(6), createHistogram(7)]);
      assert.deepEqual(readAll(again.db).get('h'), [...rows, ...more]);
      assert.deepEqual(resetsOf(again), ['unknown', ...many(6).map(() => 'notReset')]);
    }
  });

  test('tell of a reset where it is not known that there was none', () => {
    const fixture = openFixture();
    fill(fixture, [...many(3), createHistogram(1), createHistogram(2)]);
    const want = ['unknown', 'notReset', 'notReset', 'unknown', 'notReset'];
    assert.deepEqual(resetsOf(fixture), want);
  });

  test('can be asked for the newest only, and for a part of the time', () => {
    const fixture = openFixture();
    const rows = fill(fixture, [1, ...many(4)]);
    const matchers = [createMatcher('__name__', '=', 'h')];
    const range = { matchers, fromMs: START_MS, toMs: START_MS + 4 * STEP_MS };
    for (const { samples } of fixture.db.select({ ...range, newestOnly: true })) {
      assert.equal(samples.count, 1);
      const histogram = samples.histograms?.[0];
      assert.equal(histogram && formatHistogram(histogram), formatHistogram(createHistogram(3)));
    }
    assert.deepEqual(
      readAll(fixture.db, START_MS + 2 * STEP_MS, range.toMs).get('h'),
      rows.slice(1, 4),
    );
  });

  test('do not stay with the float of the series after theirs', () => {
    const { db } = openFixture();
    const first = db.resolve(named('a'));
    const second = db.resolve(named('b'));
    db.append(createBatch([[first, START_MS, createHistogram(1)]]));
    db.append(createBatch([[second, START_MS, 2]]));
    const matchers = [createMatcher('__name__', '=~', 'a|b')];
    const range = { matchers, fromMs: START_MS, toMs: START_MS, newestOnly: true };
    const found: boolean[] = [];
    for (const { samples } of db.select(range)) found.push(samples.histograms !== undefined);
    assert.deepEqual(found, [true, false]);
  });

  test('are known again, or another sample of the same time', () => {
    const { db } = openFixture();
    const ref = db.resolve(named('h'));
    const append = (value: Value): readonly number[] => {
      const outcome = db.append(createBatch([[ref, START_MS, value]]));
      return [outcome.appendedCount, outcome.duplicateCount];
    };
    assert.deepEqual(append(createHistogram(3)), [1, 0]);
    assert.deepEqual(append(createHistogram(3)), [0, 0]);
    assert.deepEqual(append(createHistogram(4)), [0, 1]);
    assert.deepEqual(append(createHistogram(3).sum), [0, 1]);
    assert.deepEqual(append(STALE), [0, 1]);
  });

  test('that make no sense are counted, and the rest of their batch is taken', () => {
    const { db } = openFixture();
    const entry = (name: string, value: Value) =>
      [db.resolve(named(name)), START_MS, value] as const;
    const broken = createHistogram(1, { count: 0 });
    const outcome = db.append(createBatch([entry('a', broken), entry('b', createHistogram(1))]));
    assert.deepEqual([outcome.appendedCount, outcome.invalidCount], [1, 1]);
    assert.equal(db.stats().samplesInvalid, 1);
    assert.deepEqual([...readAll(db).keys()], ['b']);
  });

  test('of the largest size are stored, whole chunks of them', async () => {
    const fixture = openFixture({ limits: SMALL });
    const side = { spanOffsets: [0], spanLengths: [2000] };
    const values = Array.from({ length: 12 }, (_, n) => {
      const counts = Float64Array.from({ length: 2000 }, (_unused, i) => i * 0.1 + n / 7);
      return createHistogram(n, { isInteger: false, positive: { ...side, counts } });
    });
    const rows = fill(fixture, values);
    await fixture.db.maintain(fixture.clock.now());
    for (const { db } of await restarts(fixture)) assert.deepEqual(readAll(db).get('h'), rows);
  });
});

function resetsOf({ db }: Fixture): unknown[] {
  const matchers = [createMatcher('__name__', '=', 'h')];
  const found: unknown[] = [];
  for (const { samples } of db.select({ matchers, fromMs: -Infinity, toMs: Infinity })) {
    for (let i = 0; i < samples.count; i++) found.push(samples.histograms?.[i]?.counterReset);
  }
  return found;
}

describe('start times', () => {
  test('belong to their samples, in memory, files and after restarts', async () => {
    const fixture = openFixture({ limits: SMALL });
    const starts = Array.from(
      { length: 500 },
      (_, i) => [0, START_MS, START_MS + 5][Math.floor(i / 90) % 3],
    );
    const rows = fill(
      fixture,
      starts.map((_, i) => i),
      starts,
    );
    assert.deepEqual(readAll(fixture.db).get('h'), rows);
    await fixture.db.maintain(fixture.clock.now());
    assert.ok(fixture.db.stats().chunksSpilled > 0);
    for (const { db } of await restarts(fixture)) assert.deepEqual(readAll(db).get('h'), rows);
  });

  test('are unknown again when a batch does not tell them', () => {
    const fixture = openFixture();
    const rows = [...fill(fixture, [1], [START_MS]), ...fill(fixture, [2])];
    assert.match(rows[0], /since/);
    assert.deepEqual(readAll(fixture.db).get('h'), rows);
    assert.deepEqual(readAll(openFixture({ disk: fixture.disk }).db).get('h'), rows);
  });

  test('of one series may differ within a batch', () => {
    const { db, disk } = openFixture();
    const ref = db.resolve(named('h'));
    const rows = [0, 5, 5, 9, 0, 5].map((start, i) => [ref, START_MS + i, i, start] as const);
    db.append(createBatch(rows));
    const want = rows.map(([, timeMs, value, start]) => formatValue(timeMs, value, start));
    assert.deepEqual(readAll(db).get('h'), want);
    assert.deepEqual(readAll(openFixture({ disk }).db).get('h'), want);
  });

  test('take no memory where they are not known', () => {
    const { db } = openFixture();
    const ref = db.resolve(named('h'));
    db.append(createBatch([[ref, START_MS, 1]]));
    const before = db.stats().indexBytes;
    db.append(createBatch([[ref, START_MS + 1, 1, START_MS]]));
    assert.ok(db.stats().indexBytes > before);
  });
});
