/** Samples of any time and in any order, as blocks. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../../platform/index.ts';
import { createLabels } from '../../series/index.ts';
import { createMemoryDisk, type MemoryDisk } from '../memory-disk.ts';
import { formatRow } from '../store-fixture.ts';
import { type BackfillSink, backfillBlocks } from './backfill.ts';
import { BLOCKS_DIR, openBlocks, readRows } from './block-fixture.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 0, 1);
const NOW_MS = START_MS + 400 * HOUR_MS;
const { signal } = new AbortController();

type Row = readonly [name: string, timeMs: number, value: number];

/** Gives rows to a sink, again at each call, and counts the calls. */
function createSource(rows: readonly Row[]) {
  const value = new Float64Array(1);
  const bits = new Uint32Array(value.buffer);
  let passes = 0;
  const source = async (sink: BackfillSink): Promise<void> => {
    passes++;
    for (const [name, timeMs, number] of rows) {
      value[0] = number;
      sink.add(sink.resolve(createLabels({ __name__: name })), timeMs, bits[0], bits[1]);
    }
  };
  return { source, passes: () => passes };
}

let seed = 1;

async function backfill(rows: readonly Row[], disk: MemoryDisk, windowsPerPass?: number) {
  disk.makeDir(BLOCKS_DIR);
  const { source, passes } = createSource(rows);
  const random = createSeededRandom(seed++);
  const options = { source, toDir: BLOCKS_DIR, nowMs: NOW_MS, random, signal, disk };
  const report = await backfillBlocks(
    windowsPerPass === undefined ? options : { ...options, windowsPerPass },
  );
  return { ...report, passes: passes() };
}

/** What a reader must find: by series, in order of time, the first of each time. */
function expectRows(rows: readonly Row[]): ReadonlyMap<string, readonly string[]> {
  const value = new Float64Array(1);
  const bits = new Uint32Array(value.buffer);
  const byName = Map.groupBy(rows, ([name]) => name);
  return new Map(
    [...byName].map(([name, own]) => {
      const firsts = new Map<number, number>();
      for (const [, timeMs, number] of own) {
        if (!firsts.has(timeMs)) firsts.set(timeMs, number);
      }
      const sorted = [...firsts].sort(([a], [b]) => a - b);
      const lines = sorted.map(([timeMs, number]) => {
        value[0] = number;
        return formatRow(timeMs, bits[0], bits[1]);
      });
      return [name, lines] as const;
    }),
  );
}

/** Three series over some hours. */
function createRows(hours: number, stepMs = 60_000): Row[] {
  return ['a', 'b', 'c'].flatMap((name, series) =>
    Array.from({ length: (hours * HOUR_MS) / stepMs }, (_, i): Row => {
      return [name, START_MS + i * stepMs + series, i % 7 === 0 ? Number.NaN : i * 1.5];
    }),
  );
}

describe('a backfill', () => {
  it('becomes one block for each two hours, whatever the order of its samples', async () => {
    const random = createSeededRandom(20_261_123);
    const rows = createRows(9, 2 * 60_000);
    const shuffled = [...rows].map((row) => [random.float(), row] as const);
    const orders: Readonly<Record<string, readonly Row[]>> = {
      'by series': rows,
      'by time': [...rows].sort(([, a], [, b]) => a - b),
      'newest first': [...rows].reverse(),
      'at random': shuffled.sort(([a], [b]) => a - b).map(([, row]) => row),
    };
    for (const [name, ordered] of Object.entries(orders)) {
      for (const windowsPerPass of [2, 64]) {
        const disk = createMemoryDisk();
        const { blocks, passes, ...counts } = await backfill(ordered, disk, windowsPerPass);
        assert.deepEqual(counts, { series: 3, samples: rows.length, duplicates: 0 }, name);
        assert.equal(passes, Math.ceil(5 / windowsPerPass), name);
        assert.equal(blocks.length, 5, name);
        const { reader, blocks: opened } = openBlocks(disk);
        assert.deepEqual(readRows(reader), expectRows(rows), `${name}, ${windowsPerPass}`);
        assert.deepEqual(opened.unreadable, []);
        assert.ok(opened.list.every(({ meta }) => meta.maxTimeMs - meta.minTimeMs === 2 * HOUR_MS));
      }
    }
  });

  it('keeps the first of several samples of a time, and counts the others', async () => {
    const rows: Row[] = [
      ['a', START_MS, 1],
      ['a', START_MS + 10, 2],
      ['a', START_MS + 10, 3],
      ['a', START_MS, 4],
      ['a', START_MS + 5, 5],
      ['a', START_MS + 5, 6],
    ];
    const disk = createMemoryDisk();
    const { samples, duplicates } = await backfill(rows, disk);
    assert.deepEqual([samples, duplicates], [3, 3]);
    assert.deepEqual(readRows(openBlocks(disk).reader), expectRows(rows));
  });

  it('joins what the store has already', async () => {
    const disk = createMemoryDisk();
    const rows = createRows(5);
    await backfill(rows, disk);
    await backfill(rows, disk);
    await backfill([['d', START_MS, 1]], disk);
    assert.deepEqual(readRows(openBlocks(disk).reader), expectRows([...rows, ['d', START_MS, 1]]));
  });

  it('leaves nothing behind where a sample makes no sense', async () => {
    for (const timeMs of [-1, NOW_MS + 2 * HOUR_MS, Number.NaN, Infinity]) {
      const disk = createMemoryDisk();
      await assert.rejects(backfill([...createRows(5), ['a', timeMs, 1]], disk, 2), {
        code: 'TSDB_TIME_INVALID',
      });
      assert.deepEqual(disk.listDirs(BLOCKS_DIR), []);
    }
  });

  it('leaves nothing behind where the disk is full at any write', async () => {
    const rows = createRows(5);
    let writes = 0;
    const whole = createMemoryDisk();
    whole.beforeWrite = () => {
      writes++;
    };
    await backfill(rows, whole, 2);
    // The last one removes what is left over, which the next start would do, too.
    for (let failing = 1; failing < writes; failing++) {
      const disk = createMemoryDisk();
      let count = 0;
      disk.beforeWrite = () => {
        if (++count === failing) throw new Error('ENOSPC');
      };
      await assert.rejects(backfill(rows, disk, 2), /ENOSPC/);
      const left = disk.listDirs(BLOCKS_DIR);
      assert.deepEqual(left, [], `write ${failing} of ${writes}`);
    }
  });
});
