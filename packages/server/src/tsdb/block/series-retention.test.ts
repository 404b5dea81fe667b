/** Some series are kept for less time than others. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMatcher, type Matcher } from '../../series/index.ts';
import { createMemoryDisk } from '../memory-disk.ts';
import { createBatch, named, openFixture, readAll, SMALL } from '../store-fixture.ts';
import { openBlocks, readRows, ulidOf, writeBlock } from './block-fixture.ts';
import { SeriesRetention } from './series-retention.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

function name(value: string): readonly Matcher[] {
  return [createMatcher('__name__', '=~', value)];
}

/** Times of what is left, in hours, by series. */
function hoursOf(rows: ReadonlyMap<string, readonly string[]>): Record<string, number[]> {
  return Object.fromEntries(
    [...rows].map(([series, own]) => [
      series,
      own.map((row) => Number(row.split(' ')[0]) / HOUR_MS),
    ]),
  );
}

/** Blocks of some hours with a sample of each series in each hour. */
async function createBlocks(...spans: readonly (readonly [fromHour: number, toHour: number])[]) {
  const disk = createMemoryDisk();
  for (const [i, [fromHour, toHour]] of spans.entries()) {
    const samples = Array.from(
      { length: toHour - fromHour },
      (_, hour): readonly [number, number] => [(fromHour + hour) * HOUR_MS, hour],
    );
    const series = ['a', 'ab', 'b'].map((text) => ({ labels: { __name__: text }, samples }));
    await writeBlock(disk, ulidOf(i + 1), series);
  }
  return openBlocks(disk);
}

describe('retention of series', () => {
  it('leaves out what is too old, by the first rule that matches a series', async () => {
    const { disk, blocks, reader } = await createBlocks([0, 2], [2, 4], [4, 6]);
    const rules = [
      { matchers: name('ab'), keepMs: 6 * HOUR_MS },
      { matchers: name('a.*'), keepMs: 3 * HOUR_MS },
    ];
    const retention = new SeriesRetention(rules, blocks);
    await retention.trim(6 * HOUR_MS);
    const all = [0, 1, 2, 3, 4, 5];
    const want = { a: [2, 3, 4, 5], ab: all, b: all };
    assert.deepEqual(hoursOf(readRows(reader)), want);
    assert.deepEqual(hoursOf(readRows(openBlocks(disk.copyDurable()).reader)), want);
    await retention.trim(9 * HOUR_MS);
    assert.deepEqual(hoursOf(readRows(reader)), { ab: [2, 3, 4, 5], b: all });
  });

  it('never cuts early, and writes a long block no more than ten times', async () => {
    const { blocks, reader } = await createBlocks([0, 100]);
    const retention = new SeriesRetention([{ matchers: name('a'), keepMs: DAY_MS }], blocks);
    for (let hour = 0; hour < 130; hour++) {
      await retention.trim(hour * HOUR_MS);
      const oldest = hoursOf(readRows(reader))['a']?.[0] ?? 100;
      const cut = Math.min(100, hour - 24);
      assert.ok(oldest <= Math.max(0, cut) && oldest >= cut - 10, `hour ${hour}: ${oldest}`);
    }
    const [{ tombstonesVersion: writes }] = blocks.list;
    assert.ok(writes > 5 && writes <= 10, `${writes} writes`);
    assert.deepEqual(Object.keys(hoursOf(readRows(reader))), ['ab', 'b']);
  });

  it('goes on in the background of a store, and frees the disk', async () => {
    const seriesRetention = [{ matchers: name('debug'), keepMs: 4 * HOUR_MS }];
    const { db, clock } = openFixture({ limits: SMALL, seriesRetention });
    for (let i = 0; i < 12 * 60; i++) {
      const refs = ['debug', 'kept'].map((text) => db.resolve(named(text, '0')));
      db.append(createBatch(refs.map((ref) => [ref, clock.now(), i])));
      clock.advance(60_000);
      if (i % 10 === 0) await db.maintain(clock.now());
    }
    for (let i = 0; i < 20; i++) await db.maintain(clock.now());
    const counts = [...readAll(db)].map(([series, rows]) => [series, rows.length]);
    const [[, debug], [, kept]] = counts;
    assert.equal(kept, 12 * 60);
    assert.ok(Number(debug) >= 4 * 60 && Number(debug) <= 6 * 60, `${debug}`);
    assert.ok((await db.cleanTombstones()) <= 1);
  });
});
