/** Counts that the index tells, held against counting all samples. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { createMatcher, STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { INDEX_ENTRY_BYTES, TRAILER_BYTES } from './chunk-format.ts';
import { RandomHistograms } from './histogram-fixture.ts';
import {
  countBoth,
  createBatch,
  type Fixture,
  named,
  openFixture,
  SMALL,
  START_MS,
  type Value,
} from './store-fixture.ts';

const MARKER: Value = [STALE_LOW, STALE_HIGH];
const STEP_MS = 10_000;
const OPTIONS = { limits: SMALL, lateWindowMs: 3_600_000 };

/** What the index tells of the one series there is. */
function indexed({ db }: Fixture, fromMs = 0, toMs = Infinity): number | undefined {
  const matchers = [createMatcher('__name__', '=~', '.+')];
  const [series] = [...db.select({ matchers, fromMs, toMs, countOnly: true })];
  return series?.sampleCount;
}

function append({ db }: Fixture, from: number, to: number, value: Value = 1): void {
  const ref = db.resolve(named('m'));
  for (let step = from; step < to; step++) {
    db.append(createBatch([[ref, START_MS + step * STEP_MS, value]]));
  }
}

/** So that what was complete is in files, and memory has the rest. */
async function spill({ db, clock }: Fixture): Promise<void> {
  clock.advance(60_000);
  await db.maintain(clock.now());
}

describe('a selection of counts', () => {
  it('counts what is in files and in memory without reading it', async () => {
    const fixture = openFixture({ limits: { ...SMALL, spillChunksMin: 1 } });
    append(fixture, 0, 300);
    await spill(fixture);
    assert.ok(fixture.db.stats().chunksSpilled > 0);
    assert.equal(indexed(fixture), 300);
    assert.equal(indexed(fixture, START_MS, START_MS + 299 * STEP_MS), 300);
    assert.equal(indexed(fixture, START_MS + 1), undefined);
    assert.equal(indexed(fixture, 0, START_MS + 298 * STEP_MS), 299);
    await fixture.db.close();
    assert.equal(indexed(openFixture({ ...fixture })), 300);
  });

  it('reads files that may have staleness markers, also after a restart', async () => {
    const fixture = openFixture({ limits: { ...SMALL, spillChunksMin: 1 } });
    append(fixture, 0, 10);
    append(fixture, 10, 11, MARKER);
    assert.equal(indexed(fixture), 10);
    append(fixture, 11, 300);
    await spill(fixture);
    assert.equal(indexed(fixture), undefined);
    assert.equal(indexed(openFixture({ disk: fixture.disk.copy() })), undefined);
    await fixture.db.close();
    const again = openFixture({ ...fixture });
    assert.equal(indexed(again), undefined);
    assert.equal(countBoth(again.db, 0, Infinity).told.values().next().value, 299);
  });

  const seed = Number(process.env['NINES_FUZZ_SEED'] ?? 20261123);
  it(`tells what all samples do, at any time and after restarts (seed ${seed})`, async () => {
    const random = createSeededRandom(seed);
    const below = (count: number): number => Math.floor(random.float() * count);
    let fixture = openFixture(OPTIONS);
    const histograms = new RandomHistograms(random);
    const valueOf = (series: number): Value => {
      if (below(90) === 0 && series % 3 === 0) return MARKER;
      return series % 5 === 4 ? histograms.next() : below(4);
    };
    let indexedCount = 0;
    for (let step = 0; step < 500; step++) {
      const { db, clock } = fixture;
      const entries = Array.from({ length: 12 }, (_, i) => i)
        // Series begin and pause at times of their own.
        .filter((i) => step > 40 * i && below(15) > i % 5)
        .map((i) => {
          const lateMs = i % 6 === 0 && below(40) === 0 ? below(600_000) : 0;
          return [db.resolve(named(`m${i}`)), clock.now() - lateMs, valueOf(i)] as const;
        });
      db.append(createBatch(entries));
      clock.advance(STEP_MS);
      if (below(10) === 0) await db.maintain(clock.now());
      if (below(100) === 0) fixture = openFixture({ ...OPTIONS, disk: fixture.disk.copy(), clock });
      if (step % 10 > 0) continue;
      const toMs = clock.now() - below(2) * below(step * STEP_MS);
      const fromMs = below(2) === 0 ? 0 : START_MS + below(toMs - START_MS);
      const { told, read, indexed: known } = countBoth(fixture.db, fromMs, toMs);
      assert.deepEqual(told, read, `step ${step}: ${fromMs}..${toMs}`);
      indexedCount += known;
    }
    assert.ok(indexedCount > 40, `the index told only ${indexedCount} counts`);
  });

  it(`tells it over the ends of windows, which are sealed and become blocks (seed ${seed})`, async () => {
    const random = createSeededRandom(seed);
    const below = (count: number): number => Math.floor(random.float() * count);
    const histograms = new RandomHistograms(random);
    const options = { ...OPTIONS, denseAfterMs: 5 * 3_600_000 };
    let fixture = openFixture(options);
    let indexedCount = 0;
    for (let step = 0; step < 700; step++) {
      const { db, clock } = fixture;
      const entries = Array.from({ length: 12 }, (_, i) => i)
        .filter((i) => step > 30 * i && below(15) > i % 5)
        .map((i) => {
          const lateMs = i % 6 === 0 && below(40) === 0 ? below(1_800_000) : 0;
          const isMarker = i % 3 === 0 && below(60) === 0;
          const value = isMarker ? MARKER : i % 5 === 4 ? histograms.next() : below(4);
          return [db.resolve(named(`m${i}`)), clock.now() - lateMs, value] as const;
        });
      db.append(createBatch(entries));
      clock.advance(60_000);
      if (below(3) === 0) await db.maintain(clock.now());
      if (below(120) === 0) {
        const fromMs = clock.now() - below(8 * 3_600_000);
        const matchers = [createMatcher('__name__', '=', `m${below(12)}`)];
        await db.deleteSeries({ selectors: [matchers], fromMs, toMs: fromMs + below(3_600_000) });
      }
      if (below(80) === 0) fixture = openFixture({ ...options, disk: fixture.disk.copy(), clock });
      if (step % 10 > 0) continue;
      const toMs = clock.now() - below(2) * below(step * 60_000);
      const fromMs = below(2) === 0 ? 0 : START_MS + below(toMs - START_MS);
      const { told, read, indexed: known } = countBoth(fixture.db, fromMs, toMs);
      assert.deepEqual(told, read, `step ${step}: ${fromMs}..${toMs}`);
      indexedCount += known;
    }
    const { blocks, denseBlocks } = fixture.db.stats();
    assert.ok(blocks > 2 && denseBlocks > 0);
    assert.ok(indexedCount > 100, `the index told only ${indexedCount} counts`);
  });

  it('relies on no index of a sealed file in which a bit has changed', async () => {
    const fixture = openFixture();
    const { clock, disk } = fixture;
    append(fixture, 0, 360);
    clock.advance(Date.UTC(2026, 0, 1, 4, 31) - clock.now());
    await spill(fixture);
    const path = '/data/chunks/000001';
    const whole = disk.content(path) ?? assert.fail('nothing was sealed');
    const indexAt = whole.length - TRAILER_BYTES - INDEX_ENTRY_BYTES;
    for (let bit = 0; bit < 8 * INDEX_ENTRY_BYTES; bit++) {
      const copy = disk.copy();
      copy.removeDir('/data/blocks');
      copy.makeDir('/data/blocks');
      const bytes = whole.slice();
      bytes[indexAt + (bit >> 3)] ^= 1 << (bit & 7);
      copy.setContent(path, bytes);
      const {
        told,
        read,
        indexed: known,
      } = countBoth(openFixture({ disk: copy, clock }).db, 0, 9e15);
      assert.deepEqual(told, read, `bit ${bit}`);
      assert.equal(known, 0, `bit ${bit}`);
    }
  });

  it('counts sealed files and blocks without reading their samples, and damaged counts by reading', async () => {
    const fixture = openFixture();
    const { db, clock, disk } = fixture;
    append(fixture, 0, 360);
    clock.advance(Date.UTC(2026, 0, 1, 4, 31) - clock.now());
    append(fixture, 840, 845);
    await spill(fixture);
    assert.equal(db.stats().chunkFiles, 1);
    assert.equal(db.stats().growingFileBytes, 0);
    assert.equal(indexed(fixture), 365);
    assert.equal(indexed(openFixture({ disk: disk.copy(), clock })), 365);
    await spill(fixture);
    assert.equal(db.stats().blocks, 1);
    assert.equal(indexed(fixture), 365);
    assert.equal(indexed(fixture, START_MS + 150 * STEP_MS), 215);
    const copy = disk.copy();
    const [ulid] = copy.listDirs('/data/blocks');
    const path = `/data/blocks/${ulid}/counts`;
    const bytes = copy.content(path) ?? assert.fail('no counts');
    bytes[12] ^= 1;
    copy.setContent(path, bytes);
    const damaged = openFixture({ disk: copy, clock });
    assert.equal(indexed(damaged), 365);
    assert.equal(damaged.db.stats().unreadableBlocks.length, 1);
  });
});
