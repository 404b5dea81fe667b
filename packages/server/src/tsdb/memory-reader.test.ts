import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, type Random } from '../platform/index.ts';
import { createMatcher, STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { PLACES_MAX } from './limits.ts';
import { BlockPool } from './block-pool.ts';
import { ChunkPlaces } from './chunk-places.ts';
import {
  createBatch,
  type Fixture,
  formatRow,
  formatValue,
  named,
  openFixture,
  SMALL,
  type Value,
} from './store-fixture.ts';
import { XorCursor } from './xor-decode.ts';

const NAMES = ['a', 'b', 'c'];
const MATCHERS = [createMatcher('__name__', '=~', '.+')];

interface Row {
  readonly timeMs: number;
  readonly text: string;
}

function valueOf(random: Random): Value {
  const kind = Math.floor(random.float() * 12);
  if (kind === 0) return [STALE_LOW, STALE_HIGH];
  if (kind === 1) return [Math.floor(random.float() * 2 ** 32), 0x7ff80001];
  return kind < 6 ? Math.floor(random.float() * 1000) : random.float() * 1e6;
}

/** What a selection gives, as text by series. */
function select(
  { db }: Fixture,
  range: { readonly fromMs: number; readonly toMs: number; readonly newestOnly: boolean },
): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { labels, samples } of db.select({ ...range, matchers: MATCHERS })) {
    const rows = Array.from({ length: samples.count }, (_, i) =>
      formatRow(samples.timesMs[i], samples.bits[2 * i], samples.bits[2 * i + 1]),
    );
    if (rows.length > 0) found.set(labels.values[0], rows);
  }
  return found;
}

/** Windows of several lengths over a store that grows, each asked as time goes on. */
async function run(seed: number, lateWindowMs: number): Promise<void> {
  const random = createSeededRandom(seed);
  const below = (count: number): number => Math.floor(random.float() * count);
  const fixture = openFixture({ limits: { ...SMALL, spillChunksMin: 1 }, lateWindowMs });
  const { db, clock } = fixture;
  const model = new Map<string, Row[]>(NAMES.map((name) => [name, []]));
  for (let step = 0; step < 400; step++) {
    clock.advance(below(200) === 0 ? 600_000 : 1000 + below(3));
    for (const [name, rows] of model) {
      if (below(10) === 0) continue;
      const isLate = lateWindowMs > 0 && below(8) === 0;
      const timeMs = clock.now() - (isLate ? below(lateWindowMs) : 0);
      const value = valueOf(random);
      if (isLate && rows.some((row) => row.timeMs === timeMs)) continue;
      db.append(createBatch([[db.resolve(named(name)), timeMs, value]]));
      rows.push({ timeMs, text: formatValue(timeMs, value) });
      if (isLate) rows.sort((a, b) => a.timeMs - b.timeMs);
    }
    if (below(10) === 0) await db.maintain(clock.now());
    const toMs = clock.now() - below(below(8) === 0 ? 200 : 5) * 1000;
    const fromMs = toMs - [10_000, 60_000, 100_000, 300_000, 20_000_000][below(5)];
    const newestOnly = below(3) === 0;
    const got = select(fixture, { fromMs, toMs, newestOnly });
    for (const [name, rows] of model) {
      const inRange = rows.filter(({ timeMs }) => timeMs >= fromMs && timeMs <= toMs);
      const want = (newestOnly ? inRange.slice(-1) : inRange).map(({ text }) => text);
      assert.deepEqual(got.get(name) ?? [], want, `seed ${seed}, step ${step}, ${name}`);
    }
  }
}

test('windows that move on over a growing store have the samples that they should', async () => {
  for (let seed = 1; seed <= 4; seed++) await run(seed, 0);
  for (let seed = 5; seed <= 6; seed++) await run(seed, 120_000);
});

test('places count once they are confirmed, and are forgotten when there are too many', () => {
  const pool = new BlockPool(1);
  const places = new ChunkPlaces(pool);
  const chunk = (slot: number): Parameters<ChunkPlaces['resume']>[0] => ({
    slot,
    id: slot + 1,
    firstBlock: 7,
    startMs: 1000,
  });
  const cursor = Object.assign(new XorCursor(), { count: 50, at: 100, timeMs: 2000, high: -5 });
  const whole = { block: 7, skippedWords: 0 };
  const isKnown = (slot: number, beforeMs = 3000): boolean =>
    places.resume(chunk(slot), beforeMs, new XorCursor());
  places.propose(chunk(0), cursor, whole);
  assert.equal(isKnown(0), false);
  places.withdraw();
  places.confirm();
  assert.equal(isKnown(0), false);
  places.propose(chunk(0), cursor, whole);
  places.confirm();
  assert.equal(isKnown(0), true);
  assert.equal(isKnown(0, 2000), false, 'a window that begins before the place');
  const found = new XorCursor();
  places.resume(chunk(0), 3000, found);
  assert.deepEqual(found, cursor);
  const others = [{ id: 9 }, { firstBlock: 8 }, { startMs: 1001 }];
  for (const other of others) {
    assert.equal(places.resume({ ...chunk(0), ...other }, 3000, new XorCursor()), false);
  }
  for (let slot = 1; slot <= PLACES_MAX; slot++) {
    places.propose(chunk(slot), cursor, whole);
    places.confirm();
  }
  assert.equal(isKnown(0), false);
  assert.equal(isKnown(PLACES_MAX), true);
});
