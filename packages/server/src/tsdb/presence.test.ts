/** Selections that leave out what nobody looks at, held against whole ones. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import {
  createLabels,
  createMatcher,
  formatSeries,
  isStale,
  STALE_HIGH,
  STALE_LOW,
} from '../series/index.ts';
import { createBatch, openFixture, START_MS, type Value } from './store-fixture.ts';
import type { Tsdb } from './tsdb.ts';

const ALL = [createMatcher('__name__', '=~', '.+')];
const MARKER: Value = [STALE_LOW, STALE_HIGH];
const STEP_MS = 1_000;

/** Series that are there at the end of a range, by whole samples or by presence alone. */
function present(db: Tsdb, fromMs: number, toMs: number, presenceOnly: boolean): string[] {
  const range = { matchers: ALL, fromMs, toMs, newestOnly: true, presenceOnly };
  const found: string[] = [];
  for (const { labels, samples } of db.select(range)) {
    const last = samples.count - 1;
    const timeMs = samples.timesMs[last];
    assert.ok(timeMs >= fromMs && timeMs <= toMs, `a sample at ${timeMs} of ${fromMs}..${toMs}`);
    if (!isStale(samples.bits, last)) found.push(formatSeries(labels));
  }
  return found;
}

/** How many series each group has at the end of a range; the same two ways. */
function countByGroup(db: Tsdb, fromMs: number, toMs: number, presenceOnly: boolean): unknown {
  const labelNames = ['group'];
  const range = { matchers: ALL, fromMs, toMs, newestOnly: true, presenceOnly, labelNames };
  const counts: Record<string, number> = {};
  for (const { labels, samples, seriesCount = 1 } of db.select(range)) {
    assert.ok(presenceOnly || seriesCount === 1);
    if (isStale(samples.bits, samples.count - 1)) continue;
    const group = formatSeries(labels);
    counts[group] = (counts[group] ?? 0) + seriesCount;
  }
  return counts;
}

describe('a selection of presence', () => {
  const seed = Number(process.env['NINES_FUZZ_SEED'] ?? 20261123);
  it(`finds the series that are there, at any time and after a restart (seed ${seed})`, async () => {
    const random = createSeededRandom(seed);
    const below = (count: number): number => Math.floor(random.float() * count);
    const first = openFixture({ lateWindowMs: 3_600_000 });
    let { db } = first;
    const labels = Array.from({ length: 30 }, (_, i) =>
      createLabels({ __name__: `m${i}`, group: String(i >> 3) }),
    );
    let known = 0;
    const check = (step: number): void => {
      for (let i = 0; i < 8; i++) {
        const toMs = START_MS + (step - below(40)) * STEP_MS + below(STEP_MS);
        const fromMs = toMs - below(60_000);
        const expected = present(db, fromMs, toMs, false);
        assert.deepEqual(present(db, fromMs, toMs, true), expected, `${fromMs}..${toMs}`);
        const counts = countByGroup(db, fromMs, toMs, false);
        assert.deepEqual(countByGroup(db, fromMs, toMs, true), counts, `${fromMs}..${toMs}`);
        known += expected.length;
      }
    };
    for (let step = 0; step < 400; step++) {
      const timeMs = START_MS + step * STEP_MS;
      const entries = labels
        // Every series has pauses of its own, markers, and now and then a late sample.
        .filter((_, i) => below(20) > i % 7)
        .map((own) => {
          const lateMs = below(50) === 0 ? below(30_000) : 0;
          const value = below(15) === 0 ? MARKER : below(3);
          return [db.resolve(own), timeMs - lateMs, value] as const;
        });
      db.append(createBatch(entries));
      if (step === 200) {
        await db.close();
        ({ db } = openFixture({ ...first, lateWindowMs: 3_600_000 }));
      }
      if (step % 10 === 0) check(step);
    }
    assert.ok(known > 1_000, `only ${known} series were there`);
    await db.close();
  });
});

describe('a selection of some labels', () => {
  it('gives one object to the series that agree in them', async () => {
    const { db } = openFixture();
    const sets: Record<string, string>[] = [
      { __name__: 'up', job: 'a', instance: '1' },
      { __name__: 'up', job: 'a', instance: '2' },
      { __name__: 'up', instance: '3' },
      { __name__: 'down', job: 'a' },
    ];
    const refs = sets.map((set) => db.resolve(createLabels(set)));
    db.append(createBatch(refs.map((ref) => [ref, START_MS, 1])));
    const range = { matchers: ALL, fromMs: START_MS, toMs: START_MS };
    const some = [...db.select({ ...range, labelNames: ['job', '__name__'] })].map(
      ({ labels }) => labels,
    );
    assert.deepEqual(some.map(formatSeries), ['down{job="a"}', 'up{job="a"}', 'up{job="a"}', 'up']);
    assert.equal(some[1], some[2]);
    const whole = [...db.select(range)].map(({ labels }) => labels);
    const again = [...db.select(range)].map(({ labels }) => labels);
    assert.ok(whole.every((labels, i) => labels === again[i]));
    await db.close();
  });

  it('gives labels of its own to a series that takes the place of another', async () => {
    const { db, clock } = openFixture({ retentionMs: 3 * 3_600_000 });
    const write = (name: string): string[] => {
      const ref = db.resolve(createLabels({ __name__: name }));
      db.append(createBatch([[ref, clock.now(), 1]]));
      const range = { matchers: ALL, fromMs: clock.now(), toMs: clock.now() };
      return [...db.select(range)].map(({ labels }) => formatSeries(labels));
    };
    assert.deepEqual(write('old'), ['old']);
    clock.advance(24 * 3_600_000);
    await db.maintain(clock.now());
    assert.deepEqual(write('new'), ['new']);
    await db.close();
  });
});
