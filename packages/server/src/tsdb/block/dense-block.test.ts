/** Dense blocks: what Prometheus' blocks become with age. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom } from '../../platform/index.ts';
import { createMatcher } from '../../series/index.ts';
import { RandomHistograms } from '../histogram-fixture.ts';
import { createMemoryDisk } from '../memory-disk.ts';
import {
  createBatch,
  type Fixture,
  named,
  openFixture,
  readAll,
  SMALL,
  START_MS,
} from '../store-fixture.ts';
import {
  BLOCKS_DIR,
  compact,
  openBlocks,
  type PlainSeries,
  readRows,
  ulidOf,
  writeBlock,
} from './block-fixture.ts';
import { verifyBlock } from './block-tools.ts';

const HOUR_MS = 3_600_000;
const STEP_MS = 60_000;
const { signal } = new AbortController();

function createSeries(timesMs: readonly number[], count = 20): readonly PlainSeries[] {
  const random = createSeededRandom(4);
  return Array.from({ length: count }, (_, i) => ({
    labels: { __name__: 'm', host: `h${i}` },
    samples: timesMs.map(
      (timeMs, k) => [timeMs, i % 4 === 0 ? random.float() : i * 100 + k / 10] as const,
    ),
  }));
}

function timesOf(count: number, fromMs = START_MS): readonly number[] {
  return Array.from({ length: count }, (_, i) => fromMs + i * 15_000);
}

describe('a dense block', () => {
  test('has the samples of its sources in fewer bytes, and no other program takes it', async () => {
    const disk = createMemoryDisk();
    const endMs = START_MS + 1500 * 15_000;
    await writeBlock(disk, ulidOf(1), createSeries(timesOf(1500)));
    await writeBlock(disk, ulidOf(2), createSeries(timesOf(1000, endMs)));
    const want = readRows(openBlocks(disk).reader);
    const sizeBefore = openBlocks(disk).blocks.sizeBytes;
    const meta = await compact(disk, [1, 2], { to: 3, isDense: true });
    assert.ok(meta?.isDense);
    assert.equal(meta.stats.numSamples, 20 * 2500);
    const { reader, blocks } = openBlocks(disk);
    assert.equal(blocks.list.length, 1);
    assert.deepEqual(readRows(reader), want);
    assert.ok(blocks.sizeBytes < 0.7 * sizeBefore, `${blocks.sizeBytes} of ${sizeBefore}`);
    assert.deepEqual(verifyBlock(`${BLOCKS_DIR}/${ulidOf(3)}`, disk).faults, []);
    const chunks = disk.content(`${BLOCKS_DIR}/${ulidOf(3)}/chunks/000001`);
    assert.equal(Buffer.from(chunks ?? []).toString('latin1', 0, 4), 'N9DC');
  });

  test('can be made part of others, lose samples, and become Prometheus’ again', async () => {
    const disk = createMemoryDisk();
    await writeBlock(disk, ulidOf(1), createSeries(timesOf(1500)));
    await writeBlock(disk, ulidOf(2), createSeries(timesOf(700, START_MS + 5 * HOUR_MS)));
    const want = readRows(openBlocks(disk).reader);
    await compact(disk, [1], { to: 3, isDense: true });
    // They overlap.
    await compact(disk, [3, 2], { to: 4, isDense: true });
    assert.deepEqual(readRows(openBlocks(disk).reader), want);
    const meta = await compact(disk, [4], { to: 5, isDense: false });
    assert.equal(meta?.isDense, false);
    assert.deepEqual(readRows(openBlocks(disk).reader), want);
  });

  test('writes times that are long once for all series that share them', async () => {
    const random = createSeededRandom(5);
    const times = timesOf(1000).map((timeMs) => timeMs + Math.floor(random.float() * 20));
    const disk = createMemoryDisk();
    const series = createSeries(times).filter((_, i) => i % 4 !== 0);
    await writeBlock(disk, ulidOf(1), series);
    const want = readRows(openBlocks(disk).reader);
    const meta = await compact(disk, [1], { to: 2, isDense: true });
    const { reader, blocks } = openBlocks(disk);
    assert.deepEqual(readRows(reader), want);
    assert.deepEqual(readRows(reader, { fromMs: times[500], toMs: times[500] }).size, 15);
    const bytes = blocks.sizeBytes / (meta?.stats.numSamples ?? 0);
    assert.ok(bytes < 0.25, `${bytes} bytes a sample`);
    assert.deepEqual(verifyBlock(`${BLOCKS_DIR}/${ulidOf(2)}`, disk).faults, []);
  });

  test('that is damaged never gives what was not written', async () => {
    const random = createSeededRandom(6);
    const jitter = timesOf(300).map((timeMs) => timeMs + Math.floor(random.float() * 20));
    const disk = createMemoryDisk();
    await writeBlock(disk, ulidOf(1), createSeries(jitter, 8));
    const want = readRows(openBlocks(disk).reader);
    await compact(disk, [1], { to: 2, isDense: true });
    const path = `${BLOCKS_DIR}/${ulidOf(2)}/chunks/000001`;
    const whole = disk.content(path) ?? new Uint8Array(0);
    let noticed = 0;
    for (let round = 0; round < 60; round++) {
      const copy = disk.copy();
      const bytes = whole.slice();
      bytes[Math.floor(random.float() * bytes.length)] ^= 1 << (round % 8);
      copy.setContent(path, bytes);
      const { reader, blocks } = openBlocks(copy);
      for (const [name, rows] of readRows(reader)) {
        const known = new Set(want.get(name));
        assert.ok(
          rows.every((row) => known.has(row)),
          `${name} in round ${round}`,
        );
      }
      noticed += blocks.unreadable.length;
    }
    assert.ok(noticed >= 55, `${noticed} of 60 noticed`);
  });
});

/** Some hours of floats, histograms and counters whose start is known. */
async function fill({ db, clock }: Fixture, hours: number): Promise<void> {
  const histograms = new RandomHistograms(createSeededRandom(7));
  for (let i = 0; i < (hours * HOUR_MS) / STEP_MS; i++) {
    const nowMs = clock.now();
    const refs = ['a', 'b', 'h'].map((host) => db.resolve(named('m', host)));
    const startMs = START_MS - 5 + Math.floor(i / 100);
    db.append(
      createBatch([
        [refs[0], nowMs, i % 50 === 0 ? Number.NaN : i / 10],
        [refs[1], nowMs, i * 3, startMs],
        [refs[2], nowMs, i % 90 < 80 ? histograms.next() : i],
      ]),
    );
    clock.advance(STEP_MS);
    if (i % 10 === 0) await db.maintain(clock.now());
  }
}

describe('a store', () => {
  test('makes old blocks dense, and has the same samples as one that does not', async () => {
    const plain = openFixture({ limits: SMALL, denseAfterMs: Infinity });
    const dense = openFixture({ limits: SMALL, denseAfterMs: 4 * HOUR_MS });
    for (const fixture of [plain, dense]) await fill(fixture, 15);
    const { db, disk, clock } = dense;
    const stats = db.stats();
    assert.ok(stats.denseBlocks > 0 && stats.denseBlocks < stats.blocks);
    assert.equal(plain.db.stats().denseBlocks, 0);
    assert.ok(stats.blockBytes < plain.db.stats().blockBytes);
    const want = readAll(plain.db);
    assert.deepEqual(readAll(db), want);
    const fromMs = START_MS + 100 * STEP_MS;
    const toMs = START_MS + 133 * STEP_MS;
    assert.deepEqual(readAll(db, fromMs, toMs), readAll(plain.db, fromMs, toMs));
    // With the setting taken back, what is dense stays so.
    await db.flush();
    const again = openFixture({ disk: disk.copyDurable(), clock, denseAfterMs: Infinity });
    assert.deepEqual(readAll(again.db), want);
    await again.db.maintain(clock.now());
    assert.equal(again.db.stats().denseBlocks, stats.denseBlocks);
  });

  test('deletes from dense blocks, and gives others blocks that they can read', async () => {
    const fixture = openFixture({ limits: SMALL, denseAfterMs: 4 * HOUR_MS });
    await fill(fixture, 15);
    const { db, disk } = fixture;
    const selectors = [[createMatcher('instance', '=', 'a')]];
    const toMs = START_MS + 99 * STEP_MS;
    const want = readAll(db);
    want.set('m{instance="a"}', want.get('m{instance="a"}')?.slice(100) ?? []);
    await db.deleteSeries({ selectors, fromMs: START_MS, toMs });
    assert.deepEqual(readAll(db), want);
    assert.ok((await db.cleanTombstones()) > 0);
    assert.deepEqual(readAll(db), want);
    assert.ok(db.stats().denseBlocks > 0);
    await db.snapshotBlocks({ dir: '/snapshot', signal, isHeadIncluded: true });
    for (const name of disk.listDirs('/snapshot')) {
      const chunks = disk.content(`/snapshot/${name}/chunks/000001`);
      assert.equal(Buffer.from(chunks ?? []).toString('hex', 0, 4), '85bd40dd', name);
      assert.deepEqual(verifyBlock(`/snapshot/${name}`, disk).faults, []);
    }
  });
});
