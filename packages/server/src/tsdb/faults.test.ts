/** What the store does when the disk refuses. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../platform/index.ts';
import { CHECKPOINT_FORMAT } from './checkpoint.ts';
import type { OpenMode } from './disk.ts';
import { createHistogram } from './histogram-fixture.ts';
import { createMemoryDisk, type MemoryDisk } from './memory-disk.ts';
import {
  appendOne,
  bitsOf,
  countBoth,
  createBatch,
  type Fixture,
  formatRow,
  formatValue,
  named,
  openFixture,
  readAll,
  SMALL,
  START_MS,
} from './store-fixture.ts';
import old from './version-1.json' with { type: 'json' };
import unmarked from './version-2.json' with { type: 'json' };
import sealed from './version-3.json' with { type: 'json' };

const FULL = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
const BROKEN = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });

function refuse(fixture: Fixture, error: Error, where = ''): void {
  fixture.disk.beforeWrite = (path) => {
    if (path.includes(where)) throw error;
  };
}

function allow(fixture: Fixture): void {
  fixture.disk.beforeWrite = () => {};
}

/** A disk whose writes can be made to fail after some bytes. */
function createLeak() {
  const disk = createMemoryDisk();
  const leak = { disk, leaky: disk, partBytes: 0, canTruncate: true };
  leak.leaky = {
    ...disk,
    open(path: string, mode: OpenMode) {
      const file = disk.open(path, mode);
      return {
        ...file,
        write(bytes: Uint8Array, at: number) {
          if (leak.partBytes === 0) return file.write(bytes, at);
          file.write(bytes.subarray(0, leak.partBytes), at);
          throw FULL;
        },
        truncate(toBytes: number) {
          if (!leak.canTruncate) throw BROKEN;
          file.truncate(toBytes);
        },
      };
    },
  };
  return leak;
}

describe('a store that a newer version wrote', () => {
  test('is refused and left as it is', async () => {
    const { db, disk, clock } = openFixture();
    appendOne(db, { __name__: 'up' }, START_MS, 1);
    await db.close();
    const checkpoint = disk.content('/data/checkpoint')?.slice() ?? new Uint8Array();
    new DataView(checkpoint.buffer).setUint32(4, CHECKPOINT_FORMAT.version + 1, true);
    disk.setContent('/data/checkpoint', checkpoint);
    const before = disk.copy();
    assert.throws(() => openFixture({ disk, clock }), {
      code: 'TSDB_NEWER',
      message: /has format version \d+, so a newer version of Nines wrote it; install that version/,
    });
    for (const name of ['/data/checkpoint', '/data/wal/00000001']) {
      assert.deepEqual(disk.content(name), before.content(name), name);
    }
  });
});

function createDiskOf(files: Readonly<Record<string, string>>): MemoryDisk {
  const disk = createMemoryDisk();
  for (const dir of ['/data', '/data/wal', '/data/chunks']) disk.makeDir(dir);
  for (const [path, base64] of Object.entries(files)) {
    disk.setContent(path, Buffer.from(base64, 'base64'));
  }
  return disk;
}

describe('a store that an earlier version wrote', () => {
  test('is counted without its staleness markers, of which that said nothing', () => {
    for (const { files } of [unmarked, sealed]) {
      const clock = createManualClock(START_MS + 3_600_000);
      const { db } = openFixture({ disk: createDiskOf(files), clock });
      const { told, read, indexed } = countBoth(db, 0, Infinity);
      assert.deepEqual(told, new Map(Object.entries({ a: 260, b: 257, c: 257 })));
      assert.deepEqual(told, read);
      assert.equal(indexed, 0);
    }
  });

  test('is read, and goes on with what it can hold now', async () => {
    // Three series of 260 floats each: some in a file, some in the checkpoint, some in the log.
    const disk = createDiskOf(old.files);
    const clock = createManualClock(START_MS + 259 * 15_000);
    const { db } = openFixture({ disk, clock });
    assert.equal(db.stats().replay.isCheckpointDamaged, false);
    const want = Array.from({ length: 260 }, (_, i) =>
      formatRow(START_MS + i * 15_000, ...bitsOf(i * 0.1)),
    );
    assert.deepEqual(readAll(db).get('c'), want);
    clock.advance(15_000);
    const ref = db.resolve(named('c'));
    db.append(createBatch([[ref, clock.now(), createHistogram(1)]]));
    await db.maintain(clock.now());
    const more = formatValue(clock.now(), createHistogram(1));
    assert.deepEqual(readAll(openFixture({ disk }).db).get('c'), [...want, more]);
    // From now on the earlier version must not touch it.
    const checkpoint = disk.content('/data/checkpoint') ?? new Uint8Array(8);
    assert.equal(checkpoint[4], CHECKPOINT_FORMAT.version);
  });
});

/** Fills a store so that chunks are closed: 200 samples of each of eight series. */
function fillChunks(fixture: Fixture): void {
  const { db, clock } = fixture;
  for (let round = 0; round < 200; round++) {
    const refs = Array.from({ length: 8 }, (_, i) => db.resolve(named('m', `${i}`)));
    db.append(createBatch(refs.map((ref) => [ref, clock.now(), round])));
    clock.advance(15_000);
  }
}

describe('a full disk', () => {
  test('stops appends, shows nothing of them, and lets them in when there is space', () => {
    const fixture = openFixture();
    const { db, disk } = fixture;
    appendOne(db, { __name__: 'a' }, START_MS, 1);
    const before = readAll(db);
    refuse(fixture, FULL);
    assert.throws(
      () => appendOne(db, { __name__: 'b' }, START_MS, 1),
      (error: unknown) =>
        error instanceof Error &&
        error.message.includes('wal/00000001') &&
        'kind' in error &&
        error.kind === 'unavailable' &&
        error.cause === FULL,
    );
    assert.throws(() => appendOne(db, { __name__: 'a' }, START_MS + 1, 1));
    assert.deepEqual(readAll(db), before);
    assert.deepEqual(readAll(openFixture({ disk: disk.copy() }).db), before);
    allow(fixture);
    appendOne(db, { __name__: 'b' }, START_MS + 2, 1);
    appendOne(db, { __name__: 'a' }, START_MS + 2, 1);
    assert.equal(db.stats().appendsRefused, 2);
    assert.deepEqual(readAll(openFixture({ disk: disk.copy() }).db), readAll(db));
  });

  test('a write that got through in part is cut off before the next one', () => {
    const leak = createLeak();
    const { disk } = leak;
    const { db } = openFixture({ disk: leak.leaky });
    appendOne(db, { __name__: 'a' }, START_MS, 1);
    for (let i = 1; i < 30; i++) {
      leak.partBytes = i;
      leak.canTruncate = i % 2 === 0;
      assert.throws(() => appendOne(db, { __name__: `b${i}` }, START_MS + i, 1));
      // Also when the process dies right then.
      assert.deepEqual(readAll(openFixture({ disk: disk.copy() }).db), readAll(db), `${i} bytes`);
      leak.partBytes = 0;
      if (!leak.canTruncate) assert.throws(() => appendOne(db, { __name__: 'a' }, START_MS + i, 1));
      leak.canTruncate = true;
      appendOne(db, { __name__: 'a' }, START_MS + i, 1);
      assert.deepEqual(readAll(openFixture({ disk: disk.copy() }).db), readAll(db), `${i} bytes`);
    }
    assert.equal(readAll(db).get('a')?.length, 30);
  });

  test('a chunk that was written in part is written again, and the part is never read', async () => {
    const leak = createLeak();
    const fixture = { ...openFixture({ disk: leak.leaky, limits: SMALL }), disk: leak.disk };
    const { db, clock } = fixture;
    for (const partBytes of [700, 1, 300, 50]) {
      fillChunks(fixture);
      leak.partBytes = partBytes;
      await db.maintain(clock.now());
      const before = readAll(db);
      assert.deepEqual(readAll(openFixture({ disk: leak.disk.copy(), clock }).db), before);
      leak.partBytes = 0;
      clock.advance(60_000);
      await db.maintain(clock.now());
      assert.deepEqual(readAll(db), before);
      assert.deepEqual(readAll(openFixture({ disk: leak.disk.copy(), clock }).db), before);
      assert.equal(db.stats().corruptChunks, 0);
    }
  });

  test('is noticed before the last byte is gone', () => {
    let freeBytes = 200;
    const { db, clock } = openFixture({
      freeBytes: () => freeBytes,
      limits: { reserveBytes: 100 },
    });
    appendOne(db, { __name__: 'a' }, START_MS, 1);
    freeBytes = 99;
    clock.advance(1_000);
    assert.throws(() => appendOne(db, { __name__: 'a' }, START_MS + 1, 1), {
      code: 'TSDB_DISK_FULL',
      message: /has 99 bytes left/,
    });
    freeBytes = 100;
    clock.advance(1_000);
    assert.equal(appendOne(db, { __name__: 'a' }, START_MS + 2, 1).appendedCount, 1);
  });

  test('keeps chunks in memory until they can be written', async () => {
    const fixture = openFixture({ limits: SMALL });
    const { db, clock, disk } = fixture;
    fillChunks(fixture);
    const before = readAll(db);
    refuse(fixture, FULL);
    await db.maintain(clock.now());
    assert.deepEqual(readAll(db), before);
    const refused = db.stats();
    assert.ok(refused.closedChunks >= 8 && refused.writeFailures > 0);
    assert.ok(refused.checkpointFailures > 0);
    assert.deepEqual(readAll(openFixture({ disk: disk.copy() }).db), before);
    allow(fixture);
    clock.advance(60_000);
    await db.maintain(clock.now());
    assert.equal(db.stats().closedChunks, 0);
    assert.deepEqual(readAll(db), before);
    assert.deepEqual(readAll(openFixture({ disk: disk.copy() }).db), before);
  });

  test('a checkpoint that fails at any write leaves the one before in force', async () => {
    const fixture = openFixture({ limits: { ...SMALL, checkpointWalBytes: 1 } });
    const { db, clock, disk } = fixture;
    fillChunks(fixture);
    await db.maintain(clock.now());
    for (let writes = 0; writes < 6; writes++) {
      appendOne(db, { __name__: 'more' }, clock.now(), writes);
      let left = writes;
      disk.beforeWrite = () => {
        if (left-- <= 0) throw FULL;
      };
      await db.maintain(clock.now());
      allow(fixture);
      assert.deepEqual(readAll(openFixture({ disk: disk.copy() }).db), readAll(db), `${writes}`);
      clock.advance(60_000);
      await db.maintain(clock.now());
      assert.deepEqual(disk.list('/data').includes('checkpoint.tmp'), false);
    }
  });
});

describe('a disk that cannot sync', () => {
  test('flush says so, and a checkpoint makes up for it', async () => {
    const fixture = openFixture();
    const { db, clock, disk } = fixture;
    appendOne(db, { __name__: 'a' }, START_MS, 1);
    refuse(fixture, BROKEN, '/wal/');
    await assert.rejects(db.flush(), { code: 'TSDB_SYNC_FAILED' });
    assert.equal(db.stats().syncFailures, 1);
    allow(fixture);
    await db.maintain(clock.now());
    assert.deepEqual(readAll(openFixture({ disk: disk.copyDurable() }).db), readAll(db));
    appendOne(db, { __name__: 'a' }, START_MS + 1, 1);
    await db.flush();
    assert.deepEqual(readAll(openFixture({ disk: disk.copyDurable() }).db), readAll(db));
  });

  test('a flush that waits for one that fails is done all the same', async () => {
    const { db, disk } = openFixture();
    appendOne(db, { __name__: 'a' }, START_MS, 1);
    let failuresLeft = 1;
    disk.beforeWrite = (path) => {
      if (path.includes('/wal/') && failuresLeft-- > 0) throw BROKEN;
    };
    const [failing, waiting] = await Promise.allSettled([db.flush(), db.flush()]);
    assert.deepEqual([failing.status, waiting.status], ['rejected', 'fulfilled']);
    const [third, fourth] = await Promise.allSettled([db.flush(), db.flush()]);
    assert.deepEqual([third.status, fourth.status], ['fulfilled', 'fulfilled']);
    appendOne(db, { __name__: 'a' }, START_MS + 1, 1);
    await db.maintain(START_MS);
    await db.flush();
    assert.deepEqual(readAll(openFixture({ disk: disk.copyDurable() }).db), readAll(db));
  });

  test('flushes that are asked for while one runs are done once more, together', async () => {
    const { db, disk } = openFixture();
    appendOne(db, { __name__: 'a' }, START_MS, 1);
    const first = db.flush();
    appendOne(db, { __name__: 'a' }, START_MS + 1, 1);
    const second = db.flush();
    const third = db.flush();
    await Promise.all([first, second, third]);
    assert.deepEqual(readAll(openFixture({ disk: disk.copyDurable() }).db), readAll(db));
  });
});

describe('closing', () => {
  test('leaves a checkpoint and no log to replay', async () => {
    const fixture = openFixture();
    fillChunks(fixture);
    const before = readAll(fixture.db);
    await fixture.db.close();
    const { db } = openFixture({ disk: fixture.disk.copyDurable() });
    assert.deepEqual(readAll(db), before);
    assert.equal(db.stats().replay.samples, 0);
    assert.equal(db.stats().replay.checkpointSeries, 8);
    assert.throws(() => fixture.db.resolve(named('m')), /closed/);
    await fixture.db.close();
  });

  test('on a full disk leaves the log', async () => {
    const fixture = openFixture();
    fillChunks(fixture);
    const before = readAll(fixture.db);
    refuse(fixture, FULL, 'checkpoint');
    await fixture.db.close();
    assert.deepEqual(readAll(openFixture({ disk: fixture.disk.copyDurable() }).db), before);
  });
});
