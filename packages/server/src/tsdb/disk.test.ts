import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createManualClock, createSilentLog } from '../platform/index.ts';
import { createDisk, type Disk } from './disk.ts';
import { createMemoryDisk } from './memory-disk.ts';
import { appendOne, createBatch, named, readAll, SMALL, START_MS } from './store-fixture.ts';
import { openTsdb } from './tsdb.ts';

const root = mkdtempSync(join(tmpdir(), 'nines-tsdb-'));
after(() => rmSync(root, { recursive: true }));

describe('disk', () => {
  const check = async (disk: Disk, dir: string): Promise<void> => {
    assert.equal(disk.makeDir(join(dir, 'deep')), true);
    assert.equal(disk.makeDir(join(dir, 'deep')), false);
    const path = join(dir, 'deep', 'file');
    assert.throws(() => disk.open(path, 'read'), { code: 'ENOENT' });
    const file = disk.open(path, 'create');
    file.write(Uint8Array.of(1, 2, 3, 4), 0);
    file.write(Uint8Array.of(9), 2);
    assert.equal(file.sizeBytes(), 4);
    const into = new Uint8Array(8);
    assert.equal(file.read(into, 1), 3);
    assert.deepEqual([...into.subarray(0, 3)], [2, 9, 4]);
    assert.equal(file.read(into, 4), 0);
    file.truncate(2);
    await file.sync();
    file.syncNow();
    file.close();
    await disk.syncDir(join(dir, 'deep'));
    disk.syncDirNow(join(dir, 'deep'));
    disk.rename(path, join(dir, 'deep', 'other'));
    assert.deepEqual(disk.list(join(dir, 'deep')), ['other']);
    const again = disk.open(join(dir, 'deep', 'other'), 'update');
    assert.equal(again.sizeBytes(), 2);
    again.close();
    disk.remove(join(dir, 'deep', 'other'));
    assert.throws(() => disk.remove(join(dir, 'deep', 'other')), { code: 'ENOENT' });
    assert.deepEqual(disk.list(join(dir, 'deep')), []);
  };

  test('a real one does what the interface says', async () => check(createDisk(), join(root, 'a')));

  test('one in memory does the same', async () => check(createMemoryDisk(), '/a'));

  test('one in memory knows what a power cut leaves', async () => {
    const disk = createMemoryDisk();
    const file = disk.open('/d/f', 'create');
    file.write(Uint8Array.of(1), 0);
    assert.deepEqual(disk.copyDurable().list('/d'), []);
    await disk.syncDir('/d');
    assert.deepEqual([...(disk.copyDurable().content('/d/f') ?? [7])], []);
    await file.sync();
    file.write(Uint8Array.of(2), 1);
    assert.deepEqual([...(disk.copyDurable().content('/d/f') ?? [])], [1]);
    assert.deepEqual([...(disk.copy().content('/d/f') ?? [])], [1, 2]);
  });
});

test('a store on a real disk opens again with everything it had', async () => {
  const clock = createManualClock(START_MS);
  const options = { dir: join(root, 'store'), clock, log: createSilentLog(), limits: SMALL };
  let db = openTsdb(options);
  let want = readAll(db);
  for (let round = 0; round < 4; round++) {
    assert.deepEqual(readAll(db), want, `round ${round}`);
    for (let step = 0; step < 100; step++) {
      const refs = Array.from({ length: 20 }, (_, i) => db.resolve(named('m', `${i}`)));
      db.append(createBatch(refs.map((ref) => [ref, clock.now(), step])));
      clock.advance(15_000);
    }
    await Promise.all([db.flush(), db.maintain(clock.now())]);
    want = readAll(db);
    // Left open every other time, as if it had been killed.
    if (round % 2 === 0) await db.close();
    db = openTsdb(options);
  }
  assert.deepEqual(readAll(db), want);
  await db.close();
});

test('a folder that cannot be used is refused with its name', () => {
  const disk = createDisk();
  const options = { clock: createManualClock(START_MS), log: createSilentLog(), disk };
  disk.open(join(root, 'file'), 'create').close();
  const dir = join(root, 'file', 'store');
  assert.throws(() => openTsdb({ ...options, dir }), {
    code: 'TSDB_OPEN_FAILED',
    message: new RegExp(`cannot open the store of series in "${dir}"`),
  });
});

test('an empty store takes no time to open', () => {
  const clock = createManualClock(START_MS);
  const db = openTsdb({ dir: join(root, 'empty'), clock, log: createSilentLog() });
  assert.equal(db.stats().slabBytes, 0);
  appendOne(db, { __name__: 'a' }, START_MS, 1);
  assert.equal(readAll(db).size, 1);
});
