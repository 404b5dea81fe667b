/** Deletions, and copies of blocks for other programs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createSilentLog } from '../../platform/index.ts';
import { createMatcher } from '../../series/index.ts';
import {
  appendOne,
  createBatch,
  type Fixture,
  named,
  openFixture,
  readAll,
  SMALL,
} from '../store-fixture.ts';
import { readRows } from './block-fixture.ts';
import { verifyBlock } from './block-tools.ts';
import { Blocks } from './blocks.ts';
import { EMPTY_HEAD, MergedReader } from './merged-reader.ts';

const STEP_MS = 60_000;
const HOUR_MS = 3_600_000;
const { signal } = new AbortController();

/** A store with some hours in blocks and the last ones in the head. */
async function createStore(hours: number): Promise<Fixture> {
  const fixture = openFixture({ limits: SMALL });
  const { db, clock } = fixture;
  for (let i = 0; i < (hours * HOUR_MS) / STEP_MS; i++) {
    const refs = [0, 1, 2].map((host) => db.resolve(named('m', `${host}`)));
    db.append(createBatch(refs.map((ref, host) => [ref, clock.now(), host * 1000 + i])));
    clock.advance(STEP_MS);
    if (i % 10 === 0) await db.maintain(clock.now());
  }
  return fixture;
}

describe('deleting series', () => {
  test('hides samples of blocks and head at once, after a restart too, and of no other', async () => {
    const fixture = await createStore(9);
    const { db, clock, disk } = fixture;
    assert.ok(db.stats().blocks > 0);
    await db.flush();
    const before = readAll(db);
    const fromMs = clock.now() - 7 * HOUR_MS;
    const toMs = clock.now() - 10 * STEP_MS;
    const selectors = [[createMatcher('instance', '=', '1')]];
    assert.equal(await db.deleteSeries({ selectors, fromMs, toMs }), 1);
    const check = (got: ReadonlyMap<string, readonly string[]>): void => {
      for (const [name, rows] of before) {
        const isKept = (row: string): boolean => {
          const timeMs = Number(row.split(' ')[0]);
          return !name.includes('"1"') || timeMs < fromMs || timeMs > toMs;
        };
        assert.deepEqual(got.get(name), rows.filter(isKept), name);
      }
    };
    check(readAll(db));
    check(readAll(openFixture({ disk: disk.copyDurable(), clock }).db));
    assert.ok((await db.cleanTombstones()) > 0);
    assert.equal(await db.cleanTombstones(), 0);
    check(readAll(db));
    appendOne(db, { __name__: 'm', instance: '1' }, clock.now(), 7);
    assert.equal(readAll(db, clock.now()).size, 1);
    // Until the rest of the head has become blocks, which then are without it.
    for (let i = 0; i < 40; i++) {
      clock.advance(10 * STEP_MS);
      await db.maintain(clock.now());
    }
    assert.equal(db.stats().chunkFiles, 0);
    check(readAll(db, -Infinity, toMs + 9 * STEP_MS));
  });
});

describe('blocks for other programs', () => {
  test('a snapshot has all that the store has, and every block of it is whole', async () => {
    const { db, disk } = await createStore(7);
    await db.snapshotBlocks({ dir: '/snapshot', signal, isHeadIncluded: true });
    const blocks = new Blocks({ disk, dir: '/snapshot', log: createSilentLog() });
    blocks.load();
    assert.deepEqual(readRows(new MergedReader(EMPTY_HEAD, blocks)), readAll(db));
    for (const { dir } of blocks.list) assert.deepEqual(verifyBlock(dir, disk).faults, [], dir);
  });

  test('an export has what lies in its range', async () => {
    const { db, disk, clock } = await createStore(7);
    const fromMs = clock.now() - 5 * HOUR_MS - 1;
    const toMs = clock.now() - HOUR_MS;
    const metas = await db.exportBlocks({ dir: '/export', signal, fromMs, toMs });
    const blocks = new Blocks({ disk, dir: '/export', log: createSilentLog() });
    blocks.load();
    assert.equal(blocks.list.length, metas.length);
    assert.deepEqual(readRows(new MergedReader(EMPTY_HEAD, blocks)), readAll(db, fromMs, toMs));
  });

  test('an export lets others have their turns, who read and write meanwhile', async () => {
    const { db, disk, clock } = openFixture({ limits: SMALL, lateWindowMs: HOUR_MS });
    const refs = Array.from({ length: 300 }, (_, host) => db.resolve(named('m', `${host}`)));
    const fromMs = clock.now();
    // Every third sample comes late, so that samples have to be merged for every reader.
    for (const step of [0, 2, 1, 3, 5, 4]) {
      db.append(createBatch(refs.map((ref, host) => [ref, fromMs + step * 1000, host + step])));
    }
    clock.advance(10_000);
    const toMs = clock.now();
    const want = readAll(db, fromMs, toMs);
    const exporting = db.exportBlocks({ dir: '/export', signal, fromMs, toMs });
    let isDone = false;
    void exporting.finally(() => {
      isDone = true;
    });
    let turns = 0;
    for (; !isDone; turns++) {
      await nextTurn();
      appendOne(db, { __name__: 'other', turn: `${turns}` }, toMs + turns + 1, 1);
      if (turns % 3 === 0) readAll(db, fromMs, toMs);
    }
    assert.ok(turns >= 4, `${turns} turns`);
    const blocks = new Blocks({ disk, dir: '/export', log: createSilentLog() });
    blocks.load();
    assert.deepEqual(readRows(new MergedReader(EMPTY_HEAD, blocks)), want);
  });

  test('a check finds what is damaged', async () => {
    const { db, disk } = await createStore(7);
    await db.snapshotBlocks({ dir: '/snapshot', signal, isHeadIncluded: false });
    const [ulid] = disk.listDirs('/snapshot');
    const path = `/snapshot/${ulid}/chunks/000001`;
    const bytes = disk.content(path)?.slice() ?? new Uint8Array(0);
    bytes[60] ^= 1;
    disk.setContent(path, bytes);
    assert.match(verifyBlock(`/snapshot/${ulid}`, disk).faults.join('; '), /checksum/);
  });
});
