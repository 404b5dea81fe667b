/** Budgets of series, and what the series are made of. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createLabels } from '../series/index.ts';
import type { TsdbLimits } from './options.ts';
import type { AppendOutcome } from './append-outcome.ts';
import { appendOne, type Fixture, openFixture, readAll, START_MS } from './store-fixture.ts';

const HOUR_MS = 3_600_000;

function open(limits: Partial<TsdbLimits>): Fixture {
  return openFixture({ limits, retentionMs: 4 * HOUR_MS });
}

/** Appends a sample of a series now. */
function append({ db, clock }: Fixture, metric: string, job: string, path = ''): AppendOutcome {
  return appendOne(db, { __name__: metric, job, path }, clock.now(), 1);
}

describe('a budget', () => {
  test('refuses new series of the job that has used it up, and takes all others', () => {
    const fixture = open({ seriesMaxPerJob: 3 });
    for (let i = 0; i < 5; i++) append(fixture, 'm', 'wild', `/${i}`);
    append(fixture, 'm', 'calm');
    fixture.clock.advance(1000);
    assert.equal(append(fixture, 'm', 'wild', '/1').appendedCount, 1);
    assert.equal(append(fixture, 'm', 'calm').appendedCount, 1);
    const refused = append(fixture, 'other', 'wild');
    assert.deepEqual([refused.appendedCount, refused.overBudgetCount], [0, 1]);
    assert.deepEqual(refused.unknownRefs, []);
    assert.equal(readAll(fixture.db).size, 4);
    const { seriesRefused, samplesOverBudget } = fixture.db.stats();
    assert.deepEqual([seriesRefused, samplesOverBudget], [3, 3]);
  });

  test('of a metric names the metric, and the label that has the most values', () => {
    const fixture = open({ seriesMaxPerMetric: 3 });
    for (let i = 0; i < 6; i++) append(fixture, 'm', `job${i % 2}`, `/${i}`);
    assert.equal(append(fixture, 'n', 'job0').appendedCount, 1);
    assert.deepEqual(fixture.db.offenders(), [
      {
        kind: 'metric',
        name: 'm',
        seriesCount: 3,
        seriesMax: 3,
        refusedCount: 3,
        widestLabel: 'path',
        widestLabelValues: 3,
      },
    ]);
  });

  test('of the store holds for all', () => {
    const fixture = open({ seriesMax: 2 });
    append(fixture, 'a', 'x');
    append(fixture, 'b', 'y');
    assert.equal(append(fixture, 'c', 'z').overBudgetCount, 1);
    const [offender] = fixture.db.offenders();
    assert.deepEqual([offender.kind, offender.seriesCount, offender.seriesMax], ['store', 2, 2]);
  });

  test('lets in what was refused when there is room again, and forgets the offender', async () => {
    const fixture = open({ seriesMaxPerJob: 2 });
    const { db, clock } = fixture;
    append(fixture, 'm', 'wild', '/1');
    append(fixture, 'm', 'wild', '/2');
    const ref = db.resolve(createLabels({ __name__: 'm', job: 'wild', path: '/3' }));
    const batch = () => ({
      count: 1,
      refs: Uint32Array.of(ref),
      timesMs: Float64Array.of(clock.now()),
      values: new Float64Array(1),
      bits: new Uint32Array(2),
    });
    assert.deepEqual(db.append(batch()).unknownRefs, []);
    assert.equal(db.offenders().length, 1);
    for (let i = 0; i < 12; i++) {
      clock.advance(HOUR_MS);
      await db.maintain(clock.now());
    }
    assert.equal(db.stats().seriesCount, 0);
    // Who still holds the number is told to ask once more, and gets one that stands for a series.
    assert.deepEqual(db.append(batch()).unknownRefs, [ref]);
    assert.equal(append(fixture, 'm', 'wild', '/3').appendedCount, 1);
    assert.deepEqual(db.offenders(), []);
  });

  test('that is lower than what is stored already refuses nothing of it', async () => {
    const fixture = open({});
    for (let i = 0; i < 5; i++) append(fixture, 'm', 'wild', `/${i}`);
    await fixture.db.close();
    const { disk, clock } = fixture;
    const again = openFixture({ disk, clock, limits: { seriesMaxPerMetric: 2 } });
    clock.advance(1000);
    for (let i = 0; i < 5; i++) {
      assert.equal(append(again, 'm', 'wild', `/${i}`).appendedCount, 1);
    }
    assert.equal(append(again, 'm', 'wild', '/5').overBudgetCount, 1);
  });
});

describe('cardinality', () => {
  test('gives the largest of each kind', () => {
    const fixture = openFixture();
    for (let i = 0; i < 30; i++) append(fixture, `m${i % 3}`, `job${i % 2}`, `/${i}`);
    append(fixture, 'm0', 'job0');
    fixture.clock.advance(5000);
    append(fixture, 'm0', 'job0');
    const found = fixture.db.cardinality(2);
    assert.deepEqual(found.seriesByMetric, [
      { name: 'm0', count: 11 },
      { name: 'm1', count: 10 },
    ]);
    assert.deepEqual(found.valuesByLabel, [
      { name: 'path', count: 30 },
      { name: '__name__', count: 3 },
    ]);
    assert.deepEqual(found.seriesByPair, [
      { name: 'job=job0', count: 16 },
      { name: 'job=job1', count: 15 },
    ]);
    assert.deepEqual(found.charactersByLabel[0], { name: 'job', count: 31 * 4 });
    const { seriesCount, pairCount, chunkCount, minMs, maxMs } = found;
    assert.deepEqual([seriesCount, pairCount, chunkCount], [31, 35, 31]);
    assert.deepEqual([minMs, maxMs], [START_MS, START_MS + 5000]);
  });

  test('of an empty store is nothing', () => {
    const found = openFixture().db.cardinality(10);
    assert.deepEqual([found.seriesByMetric, found.minMs], [[], undefined]);
  });
});
