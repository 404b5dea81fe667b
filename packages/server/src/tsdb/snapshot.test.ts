import assert from 'node:assert/strict';
import { linkSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import {
  createManualClock,
  createSeededRandom,
  createSilentLog,
  type Random,
} from '../platform/index.ts';
import { createDisk, type Disk } from './disk.ts';
import type { MemoryDisk } from './memory-disk.ts';
import {
  appendOne,
  createBatch,
  type Fixture,
  named,
  openFixture,
  readAll,
  SMALL,
  START_MS,
} from './store-fixture.ts';
import { openTsdb, type Tsdb } from './tsdb.ts';

const never = new AbortController().signal;
const toCopy = { dir: '/copy', signal: never };

/** Appends a sample of some of many series, with steps of time that cross windows. */
function appendSome({ db, clock }: Fixture, random: Random): void {
  const refs = Array.from({ length: 4 }, () =>
    db.resolve(named('m', `${Math.floor(random.float() * 40)}`)),
  );
  const unique = [...new Set(refs)];
  db.append(createBatch(unique.map((ref) => [ref, clock.now(), random.float()])));
  clock.advance(random.float() < 0.01 ? 3_600_000 : 15_000);
}

function openCopy(disk: MemoryDisk | Disk, clock: Fixture['clock'], dir = '/copy'): Tsdb {
  return openTsdb({ dir, disk, clock, log: createSilentLog(), limits: SMALL });
}

describe('a snapshot', () => {
  for (let seed = 1; seed <= 4; seed++) {
    test(`has what was visible, whatever the store does meanwhile and later (seed ${seed})`, async () => {
      const random = createSeededRandom(seed);
      const fixture = openFixture({ limits: { ...SMALL, maintainSliceMs: 0 } });
      const { db, disk, clock } = fixture;
      for (let i = 0; i < 800; i++) {
        appendSome(fixture, random);
        if (random.float() < 0.1) await db.maintain(clock.now());
      }
      const before = readAll(db);
      const taken = db.snapshot(toCopy);
      for (let i = 0; i < 50; i++) appendSome(fixture, random);
      const { takenAt, seriesCount } = await taken;
      const during = readAll(db);
      assert.equal(seriesCount, before.size);
      assert.ok(takenAt <= clock.now());
      for (let i = 0; i < 800; i++) {
        appendSome(fixture, random);
        if (random.float() < 0.1) await db.maintain(clock.now());
      }
      const later = readAll(db);
      const copy = openCopy(disk, clock);
      assert.equal(copy.stats().replay.damagedSegments, 0);
      const held = readAll(copy);
      for (const [name, rows] of before) {
        const got = held.get(name) ?? [];
        assert.deepEqual(got.slice(0, rows.length), rows, `seed ${seed}: ${name}`);
        assert.deepEqual(during.get(name)?.slice(0, got.length), got, `seed ${seed}: ${name}`);
      }
      // The copy lives a life of its own, and the store does not notice.
      for (let i = 0; i < 300; i++) {
        appendOne(copy, { __name__: 'own', n: `${i % 9}` }, clock.now() + i, i);
      }
      await copy.maintain(clock.now());
      await copy.close();
      assert.deepEqual(readAll(db), later);
      await db.close();
      const again = openFixture({ disk, clock, limits: SMALL });
      assert.deepEqual(readAll(again.db), later);
    });
  }

  test('ends at one moment for all series', async () => {
    const fixture = openFixture({ limits: { ...SMALL, maintainSliceMs: 0 } });
    const { db, disk, clock } = fixture;
    const refs = Array.from({ length: 5000 }, (_, i) => db.resolve(named('m', `${i}`)));
    const appendAll = (): void => {
      db.append(createBatch(refs.map((ref) => [ref, clock.now(), 1])));
      clock.advance(1000);
    };
    appendAll();
    const taken = db.snapshot(toCopy);
    let isTaken = false;
    void taken.finally(() => {
      isTaken = true;
    });
    while (!isTaken) {
      appendAll();
      await new Promise(setImmediate);
    }
    const counts = new Set([...readAll(openCopy(disk, clock)).values()].map((rows) => rows.length));
    assert.equal(counts.size, 1, `series end at different times: ${[...counts].join()}`);
  });

  test('of an empty store is an empty store', async () => {
    const { db, disk, clock } = openFixture();
    await db.snapshot(toCopy);
    assert.equal(readAll(openCopy(disk, clock)).size, 0);
  });

  test('waits for background work and holds it off', async () => {
    const fixture = openFixture({ limits: SMALL });
    const { db, clock } = fixture;
    for (let i = 0; i < 500; i++) appendOne(db, { __name__: 'up' }, START_MS + i, i);
    const order: string[] = [];
    const note = (what: string) => () => void order.push(what);
    const work = [
      db.maintain(clock.now()).then(note('maintained')),
      db.snapshot(toCopy).then(note('taken')),
      db.snapshot({ ...toCopy, dir: '/other' }).then(note('taken too')),
    ];
    await Promise.all(work);
    assert.deepEqual(order, ['maintained', 'taken', 'taken too']);
  });

  test('that is given up, or that the disk refuses, says so and leaves the store as it was', async () => {
    const fixture = openFixture({ limits: SMALL });
    const { db, disk, clock } = fixture;
    for (let i = 0; i < 500; i++) appendOne(db, { __name__: 'up' }, START_MS + i, i);
    const refused = { code: 'TSDB_SNAPSHOT_FAILED' };
    await assert.rejects(db.snapshot({ dir: '/copy', signal: AbortSignal.abort() }), refused);
    disk.beforeWrite = (path) => {
      if (path.startsWith('/copy') || path.includes('checkpoint')) throw new Error('ENOSPC');
    };
    await assert.rejects(db.snapshot({ dir: '/copy2', signal: never }), refused);
    disk.beforeWrite = () => {};
    await db.maintain(clock.now());
    assert.equal(readAll(db).get('up')?.length, 500);
    await db.snapshot({ dir: '/copy3', signal: never });
    assert.equal(readAll(openCopy(disk, clock, '/copy3')).get('up')?.length, 500);
  });
});

describe('a snapshot on a real disk', () => {
  const root = mkdtempSync(join(tmpdir(), 'nines-snapshot-'));
  after(() => rmSync(root, { recursive: true }));
  const real = createDisk();
  const clock = createManualClock(START_MS);

  const check = async (name: string, disk: Disk): Promise<void> => {
    const dir = join(root, name);
    const db = openTsdb({ dir, disk, clock, log: createSilentLog(), limits: SMALL });
    for (let i = 0; i < 2000; i++) appendOne(db, { __name__: 'up' }, START_MS + i, i);
    await db.maintain(clock.now());
    await db.snapshot({ dir: join(root, `${name}-copy`), signal: never });
    const copy = openCopy(disk, clock, join(root, `${name}-copy`));
    assert.deepEqual(readAll(copy), readAll(db));
    await Promise.all([copy.close(), db.close()]);
  };

  test('is made of links', async () => check('linked', real));

  test('is made of copies where links are not possible', async () => {
    const link = (from: string): void => linkSync(from, join(root, 'no such folder', 'x'));
    await check('copied', { ...real, link });
  });
});
