import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../platform/index.ts';
import { createMatcher } from '../series/index.ts';
import { CHUNK_FILE_HEADER_BYTES, CHUNK_HEADER_BYTES } from './chunk-format.ts';
import { CHUNK_SAMPLES_MAX, WINDOW_MS } from './limits.ts';
import {
  createBatch,
  type Fixture,
  named,
  openFixture,
  readAll,
  SMALL,
  START_MS,
} from './store-fixture.ts';

const STEP_MS = 15_000;

/** Appends one sample of each of `seriesCount` series per step, maintaining on the way. */
async function fill(fixture: Fixture, steps: number, seriesCount = 5): Promise<void> {
  const { db, clock } = fixture;
  for (let step = 0; step < steps; step++) {
    const refs = Array.from({ length: seriesCount }, (_, i) => db.resolve(named('m', `${i}`)));
    db.append(createBatch(refs.map((ref) => [ref, clock.now(), Math.sin(step + ref)])));
    clock.advance(STEP_MS);
    if (step % 20 === 0) await db.maintain(clock.now());
  }
  await db.maintain(clock.now());
}

/** Steps from now until chunks of the current window are in a sealed file. */
const STEPS_TO_SEAL = Math.ceil((2 * WINDOW_MS) / STEP_MS);

function paths(fixture: Fixture): string[] {
  return fixture.disk.list('/data/chunks').map((name) => `/data/chunks/${name}`);
}

describe('chunks in files', () => {
  test('are read back in order, from growing and from sealed files', async () => {
    const fixture = openFixture({ limits: SMALL });
    await fill(fixture, STEPS_TO_SEAL);
    const { db, clock } = fixture;
    const all = readAll(db);
    assert.equal(all.size, 5);
    for (const rows of all.values()) assert.equal(rows.length, STEPS_TO_SEAL);
    const fromMs = START_MS + 77 * STEP_MS;
    const toMs = clock.now() - 400 * STEP_MS;
    for (const rows of readAll(db, fromMs, toMs).values()) {
      assert.equal(rows.length, (toMs - fromMs) / STEP_MS + 1);
      assert.ok(rows[0].startsWith(`${fromMs} `) && rows.at(-1)?.startsWith(`${toMs} `));
    }
    assert.deepEqual(readAll(openFixture({ disk: fixture.disk.copy(), clock }).db), all);
  });

  test('give each sample alone, also the first and the last of a chunk', async () => {
    const fixture = openFixture({ limits: SMALL });
    await fill(fixture, STEPS_TO_SEAL, 1);
    const { db } = fixture;
    const rows = readAll(db).get('m{instance="0"}') ?? [];
    assert.equal(rows.length, STEPS_TO_SEAL);
    rows.forEach((row, step) => {
      const timeMs = START_MS + step * STEP_MS;
      assert.deepEqual([...readAll(db, timeMs, timeMs).values()], [[row]], `step ${step}`);
      assert.equal(readAll(db, timeMs + 1, timeMs + STEP_MS - 1).size, 0, `after step ${step}`);
    });
  });

  test('leave memory, and the open chunk is all that a recent query touches', async () => {
    const fixture = openFixture({ limits: SMALL });
    await fill(fixture, 1000);
    const { db, clock } = fixture;
    assert.equal(db.stats().closedChunks, 0);
    assert.ok(db.stats().slabUsedBytes < 5 * 1600);
    const { cacheHits, cacheMisses } = db.stats();
    const open = readAll(db, clock.now() - 10 * STEP_MS);
    assert.equal(open.size, 5);
    const after = db.stats();
    assert.deepEqual([after.cacheHits, after.cacheMisses], [cacheHits, cacheMisses]);
  });

  test('are counted for an estimate without being read', async () => {
    const fixture = openFixture({ limits: SMALL });
    await fill(fixture, STEPS_TO_SEAL);
    const again = openFixture({ disk: fixture.disk.copy(), clock: fixture.clock });
    for (const { db } of [fixture, again]) {
      const range = { matchers: [], fromMs: 0, toMs: fixture.clock.now() };
      assert.deepEqual(db.estimate(range), { seriesCount: 5, sampleCount: 5 * STEPS_TO_SEAL });
    }
  });

  test('of series that ended are written too, once their window is over', async () => {
    const fixture = openFixture({ limits: SMALL });
    await fill(fixture, 7);
    assert.equal(paths(fixture).length, 0);
    fixture.clock.advance(2 * WINDOW_MS);
    for (let i = 0; i < 3; i++) {
      await fixture.db.maintain(fixture.clock.now());
      fixture.clock.advance(60_000);
    }
    const { slabUsedBytes, closedChunks, chunkFiles, blocks } = fixture.db.stats();
    assert.deepEqual([slabUsedBytes, closedChunks, chunkFiles, blocks], [0, 0, 0, 1]);
    for (const rows of readAll(fixture.db).values()) assert.equal(rows.length, 7);
  });

  test('go to another file when one is full, and to few files at once', async () => {
    const fixture = openFixture({ limits: { ...SMALL, chunkFileBytes: 2000, spillChunksMin: 1 } });
    await fill(fixture, 400);
    assert.ok(paths(fixture).length >= 3);
    for (const rows of readAll(fixture.db).values()) assert.equal(rows.length, 400);
  });

  test('of many windows at once are written and found', async () => {
    const fixture = openFixture({ limits: { ...SMALL, spillChunksMin: 1 } });
    const { db, clock } = fixture;
    const entries: [number, number, number][] = [];
    for (let i = 0; i < 3; i++) {
      const ref = db.resolve(named('m', `${i}`));
      for (let n = 30; n >= 0; n--) entries.push([ref, clock.now() - n * WINDOW_MS, n]);
    }
    db.append(createBatch(entries));
    await db.maintain(clock.now());
    assert.ok(db.stats().chunkFiles >= 30);
    for (const { db: store } of [fixture, openFixture({ disk: fixture.disk.copy(), clock })]) {
      for (const rows of readAll(store).values()) assert.equal(rows.length, 31);
    }
  });
});

describe('retention', () => {
  test('deletes whole files, and forgets series that have nothing left', async () => {
    const retentionMs = 3 * WINDOW_MS;
    const fixture = openFixture({ limits: SMALL, retentionMs });
    const { db, clock } = fixture;
    const dead = db.resolve(named('dead'));
    db.append(createBatch([[dead, clock.now(), 1]]));
    await fill(fixture, Math.ceil((5 * WINDOW_MS) / STEP_MS));
    assert.deepEqual(db.labelValues('__name__', { matchers: [], fromMs: 0, toMs: clock.now() }), [
      'm',
    ]);
    assert.equal(db.stats().seriesRemoved, 1);
    assert.ok(db.stats().chunkFilesDeleted >= 1);
    for (const rows of readAll(db).values()) {
      const oldestMs = Number(rows[0].split(' ')[0]);
      assert.ok(oldestMs <= clock.now() - retentionMs && oldestMs > clock.now() - 5 * WINDOW_MS);
    }
    const outcome = db.append(createBatch([[dead, clock.now(), 1]]));
    assert.deepEqual(outcome.unknownRefs, [dead]);
    const reborn = db.resolve(named('dead'));
    assert.ok(reborn > dead);
    db.append(createBatch([[reborn, clock.now(), 2]]));
    const again = openFixture({ disk: fixture.disk.copy(), clock, retentionMs });
    assert.deepEqual(readAll(again.db), readAll(db));
  });

  test('takes a file that is in a block by now, and is too old too, once', async () => {
    const retentionMs = 9 * 3_600_000;
    const fixture = openFixture({ limits: SMALL, retentionMs });
    const { db, clock } = fixture;
    while (db.stats().blocks === 0) await fill(fixture, 1, 1);
    clock.advance(retentionMs);
    const fromMs = clock.now();
    const ref = db.resolve(named('m', '0'));
    for (let i = 0; i < 500; i++) {
      db.append(createBatch([[ref, clock.now(), i]]));
      clock.advance(1000);
    }
    await db.maintain(clock.now());
    assert.equal(readAll(db, fromMs).get('m{instance="0"}')?.length, 500);
  });

  test('a series that was forgotten and made again is one series after a restart', async () => {
    const retentionMs = WINDOW_MS;
    const limits = { ...SMALL, checkpointWalBytes: 1e9, checkpointIntervalMs: 1e12 };
    const fixture = openFixture({ limits, retentionMs });
    const { db, clock, disk } = fixture;
    const append = (value: number): void => {
      db.append(createBatch([[db.resolve(named('m')), clock.now(), value]]));
    };
    append(1);
    const old = db.resolve(named('m'));
    clock.advance(4 * WINDOW_MS);
    // Once to close its chunk and write it to a file, once to delete that.
    await db.maintain(clock.now());
    clock.advance(WINDOW_MS / 8);
    await db.maintain(clock.now());
    assert.equal(db.stats().seriesCount, 0);
    append(2);
    clock.advance(STEP_MS);
    append(3);
    assert.ok(db.resolve(named('m')) > old);
    const again = openFixture({ disk: disk.copy(), clock, limits, retentionMs });
    assert.equal(again.db.stats().seriesCount, 1);
    assert.equal(again.db.resolve(named('m')), db.resolve(named('m')));
    assert.deepEqual(readAll(again.db), readAll(db));
    assert.equal(readAll(again.db).get('m')?.length, 2);
  });

  test('keeps a store without new samples from growing', async () => {
    const fixture = openFixture({ limits: SMALL, retentionMs: WINDOW_MS });
    await fill(fixture, 300);
    for (let i = 0; i < 40; i++) {
      fixture.clock.advance(WINDOW_MS / 8);
      await fixture.db.maintain(fixture.clock.now());
    }
    const { seriesCount, pairCount, chunkFiles, slabUsedBytes } = fixture.db.stats();
    assert.deepEqual([seriesCount, pairCount, chunkFiles, slabUsedBytes], [0, 0, 0, 0]);
  });
});

describe('damage', () => {
  /** A closed store with sealed and growing files, so that everything is read from them. */
  async function createDisk() {
    const fixture = openFixture({ limits: SMALL });
    await fill(fixture, STEPS_TO_SEAL, 3);
    const all = readAll(fixture.db);
    await fixture.db.close();
    return { fixture, all };
  }

  test('a flipped bit in a chunk costs that chunk at most, and is counted', async () => {
    const { fixture, all } = await createDisk();
    const { clock } = fixture;
    const [first] = paths(fixture);
    const bytes = fixture.disk.content(first) ?? new Uint8Array(0);
    const data = CHUNK_FILE_HEADER_BYTES + CHUNK_HEADER_BYTES;
    for (let at = data + 1; at < data + 40; at += 3) {
      const disk = fixture.disk.copy();
      disk.setContent(
        first,
        bytes.map((byte, i) => (i === at ? byte ^ 4 : byte)),
      );
      const { db } = openFixture({ disk, clock });
      const got = readAll(db);
      assert.equal(db.stats().corruptChunks, 1, `byte ${at}`);
      const lost = [...all].filter(([name, rows]) => rows.length !== got.get(name)?.length);
      assert.equal(lost.length, 1, `byte ${at}`);
      const [name, rows] = lost[0];
      const kept = new Set(got.get(name));
      assert.ok(kept.size >= rows.length - 120 && rows.filter((row) => kept.has(row)).length > 0);
    }
  });

  test('a window whose file is damaged becomes a block with all that could be read of it', async () => {
    const { fixture } = await createDisk();
    const [first] = paths(fixture);
    const bytes = fixture.disk.content(first) ?? new Uint8Array(0);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let chunkAt = CHUNK_FILE_HEADER_BYTES;
    // One that has others of its series before it.
    while (view.getUint32(chunkAt + 12, true) === 0) {
      chunkAt += CHUNK_HEADER_BYTES + view.getUint16(chunkAt + 4, true);
    }
    // Length, what it holds, its series, the chunk before it.
    for (let at = chunkAt + 4; at < chunkAt + 16; at++) {
      const disk = fixture.disk.copy();
      disk.setContent(
        first,
        bytes.map((byte, i) => (i === at ? byte ^ 0xff : byte)),
      );
      const clock = createManualClock(fixture.clock.now());
      const { db } = openFixture({ disk, clock });
      const before = readAll(db);
      clock.advance(6 * 3_600_000);
      await db.maintain(clock.now());
      await db.close();
      const again = openFixture({ disk, clock });
      assert.ok(again.db.stats().blocks > 0);
      assert.deepEqual(readAll(again.db), before, `byte ${at - chunkAt} of a header`);
    }
  });

  test('flipped bits anywhere in a file never give a sample that was not there', async () => {
    const { fixture, all } = await createDisk();
    const { clock } = fixture;
    const [first] = paths(fixture);
    const bytes = fixture.disk.content(first) ?? new Uint8Array(0);
    for (let at = 0; at < bytes.length; at += 127) {
      const disk = fixture.disk.copy();
      disk.setContent(
        first,
        bytes.map((byte, i) => (i === at ? byte ^ (1 << (at % 8)) : byte)),
      );
      const { db } = openFixture({ disk, clock });
      for (const [name, rows] of readAll(db)) {
        const known = new Set(all.get(name));
        assert.ok(
          rows.every((row) => known.has(row)),
          `byte ${at}, ${name}`,
        );
      }
      const range = { matchers: [createMatcher('__name__', '=', 'm')], fromMs: 0, toMs: 9e15 };
      assert.equal(db.estimate(range).seriesCount, 3);
    }
  });

  test('a growing file that is cut loses nothing that the log still has', async () => {
    const fixture = openFixture({
      limits: { ...SMALL, checkpointWalBytes: 1e9, checkpointIntervalMs: 1e9 },
    });
    await fill(fixture, 300, 3);
    const { clock } = fixture;
    const all = readAll(fixture.db);
    const [first] = paths(fixture);
    const bytes = fixture.disk.content(first) ?? new Uint8Array(0);
    for (let cut = 0; cut < bytes.length; cut += 67) {
      const disk = fixture.disk.copy();
      disk.setContent(first, bytes.slice(0, cut));
      const { db } = openFixture({ disk, clock });
      assert.deepEqual(readAll(db), all, `cut at ${cut}`);
      assert.deepEqual(readAll(openFixture({ disk: disk.copy(), clock }).db), all);
    }
  });

  test('a growing file that lost its end after a checkpoint keeps the chunks before', async () => {
    const fixture = openFixture({ limits: SMALL });
    await fill(fixture, 300, 3);
    const { clock, db } = fixture;
    const all = readAll(db);
    await db.close();
    const [path] = paths(fixture);
    const content = fixture.disk.content(path) ?? new Uint8Array(0);
    const disk = fixture.disk.copy();
    disk.setContent(path, content.slice(0, Math.ceil(content.length * 0.55)));
    const cut = readAll(openFixture({ disk, clock }).db);
    const lost = Array.from(all, ([name, rows]) => rows.length - (cut.get(name)?.length ?? 0));
    // Each its last chunk, which led to those before it.
    assert.deepEqual(lost, [CHUNK_SAMPLES_MAX, CHUNK_SAMPLES_MAX, CHUNK_SAMPLES_MAX]);
    for (const [name, rows] of cut) assert.ok(rows.every((row) => all.get(name)?.includes(row)));
  });

  test('a file that vanishes takes its own samples with it and nothing else', async () => {
    const { fixture, all } = await createDisk();
    const [first] = paths(fixture);
    const disk = fixture.disk.copy();
    disk.remove(first);
    const { db } = openFixture({ disk, clock: fixture.clock });
    const got = readAll(db);
    for (const [name, rows] of all) {
      const kept = got.get(name) ?? [];
      assert.ok(kept.length > 0 && kept.length < rows.length);
      const left = new Set(kept);
      assert.deepEqual(
        rows.filter((row) => left.has(row)),
        kept,
      );
    }
  });

  test('files of other kinds in the folder are left alone', async () => {
    const { fixture, all } = await createDisk();
    const { disk, clock } = fixture;
    disk.setContent('/data/chunks/000999', new Uint8Array(100).fill(7));
    disk.setContent('/data/chunks/notes.txt', new Uint8Array(3));
    const { db } = openFixture({ disk, clock });
    assert.deepEqual(readAll(db), all);
    assert.equal(db.stats().replay.unreadableChunkFiles, 1);
    const again = { db, disk, clock };
    await fill(again, 300, 3);
    assert.equal(disk.content('/data/chunks/000999')?.[50], 7);
  });

  test('a checkpoint with flipped bits or cut short keeps what stands before', async () => {
    const { fixture, all } = await createDisk();
    const { clock } = fixture;
    const bytes = fixture.disk.content('/data/checkpoint') ?? new Uint8Array(0);
    for (let at = 0; at < bytes.length; at += 7) {
      const disk = fixture.disk.copy();
      const isCut = at % 2 === 0;
      const damaged = bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
      disk.setContent('/data/checkpoint', isCut ? bytes.slice(0, at) : damaged);
      const { db } = openFixture({ disk, clock });
      assert.equal(db.stats().replay.isCheckpointDamaged, true, `byte ${at}`);
      for (const [name, rows] of readAll(db)) {
        const known = new Set(all.get(name));
        assert.ok(
          rows.every((row) => known.has(row)),
          `byte ${at}, ${name}`,
        );
      }
      // Numbers of lost series are not given to others, whose chunks would be mixed up.
      assert.ok(db.resolve(named('fresh')) > 3, `byte ${at}`);
    }
  });
});
