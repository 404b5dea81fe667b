/** Selections over head and blocks that leave out what nobody looks at, held against whole ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMatcher, formatSeries } from '../../series/index.ts';
import type { SelectRange } from '../reader.ts';
import { createBatch, named, openFixture, SMALL } from '../store-fixture.ts';
import type { Tsdb } from '../tsdb.ts';

const STEP_MS = 60_000;
const HOUR_MS = 3_600_000;
const HOSTS = 5;

/** A store with the first of some hours in a block, the last ones in the head. */
async function createStore() {
  const fixture = openFixture({ limits: SMALL });
  const { db, clock } = fixture;
  const fromMs = clock.now();
  for (let i = 0; i < (9 * HOUR_MS) / STEP_MS; i++) {
    const refs = Array.from({ length: HOSTS }, (_, host) => db.resolve(named('m', `${host}`)));
    db.append(createBatch(refs.map((ref, host) => [ref, clock.now(), host])));
    clock.advance(STEP_MS);
    if (i % 10 === 0) await db.maintain(clock.now());
  }
  assert.ok(db.stats().blocks > 0);
  return { ...fixture, range: { fromMs, toMs: clock.now(), matchers: [] } };
}

function countSamples(db: Tsdb, range: SelectRange): readonly number[] {
  return Array.from(db.select(range), ({ samples }) => samples.count);
}

describe('head and blocks together', () => {
  it('give each sample once to whoever looks at some labels only', async () => {
    const { db, range } = await createStore();
    const whole = countSamples(db, range);
    assert.deepEqual(
      whole,
      Array.from({ length: HOSTS }, () => (9 * HOUR_MS) / STEP_MS),
    );
    assert.deepEqual(countSamples(db, { ...range, labelNames: [] }), whole);
    assert.deepEqual(countSamples(db, { ...range, labelNames: ['__name__'] }), whole);
    await db.close();
  });

  it('give each series once to whoever looks at presence only', async () => {
    const { db, range } = await createStore();
    const only = { ...range, newestOnly: true, presenceOnly: true, labelNames: ['__name__'] };
    assert.equal(countSamples(db, only).length, HOSTS);
    await db.close();
  });

  it('count what is left of a series where samples of the head were deleted', async () => {
    const { db, clock, range } = await createStore();
    const toMs = clock.now();
    const selectors = [[createMatcher('__name__', '=', 'm')]];
    await db.deleteSeries({ selectors, fromMs: toMs - STEP_MS, toMs });
    const recent = { ...range, fromMs: toMs - 10 * STEP_MS, toMs };
    const names = (presenceOnly: boolean): readonly string[] =>
      Array.from(db.select({ ...recent, newestOnly: true, presenceOnly }), ({ labels }) =>
        formatSeries(labels),
      );
    assert.equal(names(false).length, HOSTS);
    assert.deepEqual(names(true), names(false));
    await db.close();
  });
});
