/** Blocks: written, read back, merged with others, and damaged. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32c, createSeededRandom } from '../../platform/index.ts';
import { createMatcher, formatSeries, type Matcher } from '../../series/index.ts';
import { createMemoryDisk, type MemoryDisk } from '../memory-disk.ts';
import { bitsOf, formatRow } from '../store-fixture.ts';
import {
  BLOCKS_DIR,
  EVERYTHING,
  openBlocks,
  type PlainSeries,
  readRows,
  ulidOf,
  writeBlock,
} from './block-fixture.ts';
import { formatMeta, parseMeta } from './meta.ts';
import { compareUtf8, sortUtf8 } from './text-order.ts';
import {
  addInterval,
  formatTombstones,
  type Interval,
  parseTombstones,
  type Tombstones,
} from './tombstones.ts';
import { createUlid, isUlid } from './ulid.ts';

const T0 = Date.UTC(2026, 0, 1);

/** Series whose values tell which they are. */
function createSeries(count: number, samples = 300, fromMs = T0): readonly PlainSeries[] {
  return Array.from({ length: count }, (_, i) => ({
    labels: { __name__: i % 3 === 0 ? 'up' : 'down', host: `h${i}`, zone: `z${i % 5}` },
    samples: Array.from({ length: samples }, (_unused, k) => [fromMs + k * 15_000, i + k] as const),
  }));
}

function rowsOf(series: readonly PlainSeries[]): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const { labels, samples } of series) {
    const names = Object.keys(labels).filter((name) => name !== '__name__');
    const inside = names.sort().map((name) => `${name}="${labels[name]}"`);
    const rows = samples.map(([timeMs, value]) => formatRow(timeMs, ...bitsOf(value)));
    all.set(`${labels['__name__']}{${inside.join(', ')}}`, rows);
  }
  return all;
}

describe('checksums, names and order', () => {
  test('CRC-32C is that of the standard, in one piece and in several', () => {
    const bytes = new TextEncoder().encode('123456789');
    assert.equal(crc32c(bytes), 0xe3069283);
    assert.equal(crc32c(bytes, 5, 9, crc32c(bytes, 0, 5)), 0xe3069283);
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(0)), 0);
  });

  test('names of blocks sort by time and are told from other folders', () => {
    const random = createSeededRandom(1);
    const early = createUlid(T0, random);
    assert.ok(isUlid(early));
    assert.ok(early < createUlid(T0 + 1, random));
    for (const text of ['wal', early.toLowerCase(), `${early}.tmp-for-creation`, early.slice(1)]) {
      assert.equal(isUlid(text), false, text);
    }
  });

  test('text is ordered by its UTF-8 bytes', () => {
    const texts = ['a', '', 'ab', 'é', '\uffff', '\ue000', '𝒳', '\ud7ff', '𐀀', 'z'];
    const want = [...texts].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(sortUtf8([...texts]), want);
    assert.deepEqual([...texts].sort(compareUtf8), want);
  });
});

describe('a block', () => {
  test('gives back what was written, in order of labels', async () => {
    const series = createSeries(200);
    const { disk } = openBlocks();
    const meta = await writeBlock(disk, ulidOf(1), series);
    assert.deepEqual(meta?.stats, { numSamples: 60_000, numSeries: 200, numChunks: 600 });
    const { reader, blocks } = openBlocks(disk);
    const got = readRows(reader);
    const want = rowsOf(series);
    assert.deepEqual(got, new Map([...got.keys()].map((key) => [key, want.get(key)])));
    assert.equal(got.size, 200);
    assert.equal(blocks.unreadable.length, 0);
  });

  test('answers selections of every kind of matcher', async () => {
    const series = createSeries(120, 3);
    const { disk } = openBlocks();
    await writeBlock(disk, ulidOf(1), series);
    const { reader } = openBlocks(disk);
    const check = (...matchers: readonly Matcher[]): void => {
      const want = series.filter(({ labels }) =>
        matchers.every((matcher) => matcher.matches(labels[matcher.name] ?? '')),
      );
      const got = readRows(reader, { matchers });
      const text = matchers.map(({ name, operator, value }) => `${name}${operator}${value}`).join();
      assert.deepEqual([...got.keys()].sort(), [...rowsOf(want).keys()].sort(), text);
      const sorted = reader.series({ matchers, fromMs: -Infinity, toMs: Infinity });
      assert.deepEqual(sorted.map(formatSeries), [...got.keys()], text);
    };
    const up = createMatcher('__name__', '=', 'up');
    check(up);
    check(up, createMatcher('host', '=', 'h33'));
    check(createMatcher('host', '=', 'h7777'));
    check(createMatcher('host', '=~', 'h1.+'));
    check(createMatcher('host', '=~', 'h1|h2|nothing'));
    check(createMatcher('host', '!~', 'h1.*'), createMatcher('zone', '!=', 'z2'));
    check(createMatcher('zone', '=~', 'z[12]'), createMatcher('host', '!=', 'h1'), up);
    check(createMatcher('other', '=', ''));
    check(createMatcher('other', '!=', ''));
    check(createMatcher('host', '=~', '.*'));
    check();
  });

  test('reads the part of a range, and no series without samples in it', async () => {
    const { disk } = openBlocks();
    const late = { labels: { __name__: 'late' }, samples: [[T0 + 7_000_000, 1]] as const };
    await writeBlock(disk, ulidOf(1), [...createSeries(2), late]);
    const { reader } = openBlocks(disk);
    const rows = readRows(reader, { fromMs: T0 + 1_000_000, toMs: T0 + 1_060_000 });
    assert.deepEqual(
      [...rows.values()].map((list) => list.length),
      [4, 4],
    );
    assert.equal(readRows(reader, { fromMs: T0 + 6_999_999 }).size, 1);
    assert.equal(readRows(reader, { toMs: T0 - 1 }).size, 0);
  });

  test('tells label names, values and a size without reading chunks', async () => {
    const { disk } = openBlocks();
    await writeBlock(disk, ulidOf(1), createSeries(100));
    const { reader } = openBlocks(disk);
    const range = { matchers: EVERYTHING, fromMs: T0, toMs: T0 + 86_400_000 };
    assert.deepEqual(reader.labelNames(range), ['__name__', 'host', 'zone']);
    assert.deepEqual(reader.labelNames({ ...range, matchers: [] }), ['__name__', 'host', 'zone']);
    assert.deepEqual(reader.labelValues('zone', range), ['z0', 'z1', 'z2', 'z3', 'z4']);
    assert.equal(reader.labelValues('host', { ...range, matchers: [] }).length, 100);
    const up = { ...range, matchers: [createMatcher('__name__', '=', 'up')] };
    assert.equal(reader.labelValues('host', up).length, 34);
    assert.deepEqual(reader.estimate(up), { seriesCount: 34, sampleCount: 34 * 300 });
    assert.deepEqual(reader.estimate({ ...range, toMs: T0 - 1 }), {
      seriesCount: 0,
      sampleCount: 0,
    });
  });

  test('whose order is not that of JavaScript is read in that of JavaScript', async () => {
    const names = ['\uffff', '𝒳', 'z', 'é', '\ue000', 'a𝒳', 'a\ue000'];
    const series = names.map((host) => ({
      labels: { __name__: 'up', host },
      samples: [[T0, 1]] as const,
    }));
    const { disk } = openBlocks();
    await writeBlock(disk, ulidOf(1), series);
    await writeBlock(disk, ulidOf(2), series);
    const { reader } = openBlocks(disk);
    const got = reader.series({ matchers: EVERYTHING, fromMs: T0, toMs: T0 });
    assert.deepEqual(
      got.map(({ values }) => values[1]),
      [...names].sort(),
    );
    for (const name of names) {
      const matchers = [createMatcher('host', '=', name)];
      assert.equal(readRows(reader, { matchers }).size, 1, name);
    }
  });

  test('hides what its tombstones cover', async () => {
    const { disk } = openBlocks();
    await writeBlock(disk, ulidOf(1), createSeries(3, 10));
    const { blocks, reader } = openBlocks(disk);
    const [block] = blocks.list;
    const [first, second] = blocks.match(block, EVERYTHING);
    block.tombstones = new Map([
      [first, [{ fromMs: T0 + 15_000, toMs: T0 + 100_000 }]],
      [second, [{ fromMs: T0, toMs: T0 + 1_000_000 }]],
    ]);
    const rows = [...readRows(reader)].map(([name, list]) => [name, list.length]);
    assert.deepEqual(rows, [
      ['down{host="h1", zone="z1"}', 4],
      ['up{host="h0", zone="z0"}', 10],
    ]);
    const newest = reader.select({
      matchers: EVERYTHING,
      fromMs: T0,
      toMs: T0 + 100_000,
      newestOnly: true,
    });
    assert.deepEqual(
      Array.from(newest, ({ samples }) => samples.timesMs[0] - T0),
      [0, 90_000],
    );
  });
});

describe('several blocks', () => {
  test('are read as one, also where they overlap', async () => {
    const { disk } = openBlocks();
    const all = createSeries(50, 900);
    const part = (from: number, to: number): readonly PlainSeries[] =>
      all.map(({ labels, samples }) => ({ labels, samples: samples.slice(from, to) }));
    await writeBlock(disk, ulidOf(1), part(0, 300));
    await writeBlock(disk, ulidOf(2), part(300, 600));
    await writeBlock(disk, ulidOf(3), part(500, 900));
    await writeBlock(disk, ulidOf(4), part(100, 102).slice(7));
    const { reader } = openBlocks(disk);
    const got = readRows(reader);
    assert.deepEqual(got, rowsOf(all));
    const range = { matchers: EVERYTHING, fromMs: T0, toMs: T0 + 620 * 15_000, newestOnly: true };
    for (const { samples } of reader.select(range)) {
      assert.deepEqual([samples.count, samples.timesMs[0]], [1, T0 + 620 * 15_000]);
    }
  });

  test('of which one was made of others: those are removed', async () => {
    const { disk } = openBlocks();
    const meta = await writeBlock(disk, ulidOf(1), createSeries(3));
    await writeBlock(disk, ulidOf(2), createSeries(3));
    assert.ok(meta !== undefined);
    const parents = [{ ulid: ulidOf(1), minTime: 0, maxTime: 1 }];
    const text = formatMeta({ ...meta, ulid: ulidOf(2), parents });
    disk.setContent(`${BLOCKS_DIR}/${ulidOf(2)}/meta.json`, new TextEncoder().encode(text));
    disk.makeDir(`${BLOCKS_DIR}/${ulidOf(3)}.tmp-for-creation`);
    const { blocks } = openBlocks(disk);
    assert.deepEqual(
      blocks.list.map(({ ulid }) => ulid),
      [ulidOf(2)],
    );
    assert.deepEqual(disk.listDirs(BLOCKS_DIR), [ulidOf(2)]);
  });

  test('that were taken out are read to the end by who has begun', async () => {
    const { disk } = openBlocks();
    await writeBlock(disk, ulidOf(1), createSeries(30));
    const { blocks, reader } = openBlocks(disk);
    const selection = reader.select({ matchers: EVERYTHING, fromMs: T0, toMs: Infinity });
    const first = selection.next();
    blocks.replace(undefined, blocks.list, 0);
    assert.equal(readRows(reader).size, 0);
    assert.equal(first.done, false);
    let count = 1;
    for (const _ of selection) count++;
    assert.equal(count, 30);
    assert.equal(
      blocks.removeRetired(() => true),
      1,
    );
    assert.deepEqual(disk.listDirs(BLOCKS_DIR), []);
  });
});

describe('meta.json', () => {
  test('keeps what it says, and takes what Prometheus writes', () => {
    const theirs = `{"ulid":"${ulidOf(7)}","minTime":1,"maxTime":2,"stats":{"numSamples":3,
      "numSeries":4,"numChunks":5,"numFloatSamples":3},"compaction":{"level":2,
      "sources":["${ulidOf(1)}"],"hints":["x"]},"version":1}`;
    const meta = parseMeta(new TextEncoder().encode(theirs));
    assert.deepEqual(meta.stats, { numSamples: 3, numSeries: 4, numChunks: 5 });
    assert.equal(meta.level, 2);
    const full = {
      ...meta,
      isDense: true,
      chunkFiles: [3, 4],
      parents: [{ ulid: 'a', minTime: 1, maxTime: 2 }],
    };
    assert.deepEqual(parseMeta(new TextEncoder().encode(formatMeta(full))), full);
  });

  test('that makes no sense is refused with a reason', () => {
    const check = (text: string, reason: RegExp): void => {
      assert.throws(() => parseMeta(new TextEncoder().encode(text)), { message: reason }, text);
    };
    check('', /meta.json: is no JSON object/);
    check('[1]', /is no JSON object/);
    check('{"version":2}', /unexpected version 2; want 1/);
    check('{"version":1,"ulid":"../../etc"}', /"ulid" is "..\/..\/etc"/);
    check(`{"version":1,"ulid":"${ulidOf(1)}","minTime":"1"}`, /"minTime" is "1"; want an integer/);
    check(`{"version":1,"ulid":"${ulidOf(1)}","minTime":3,"maxTime":2}`, /ends before, at 2/);
  });
});

describe('tombstones', () => {
  test('join where they touch, and are kept', () => {
    const check = (intervals: readonly Interval[], want: string): void => {
      const joined = intervals.reduce<readonly Interval[]>(addInterval, []);
      assert.equal(joined.map(({ fromMs, toMs }) => `${fromMs}-${toMs}`).join(' '), want);
      const tombstones: Tombstones = new Map([[7, joined]]);
      assert.deepEqual(parseTombstones(formatTombstones(tombstones)), tombstones);
    };
    const [a, b, c] = [
      { fromMs: -10, toMs: 20 },
      { fromMs: 21, toMs: 30 },
      { fromMs: 40, toMs: T0 },
    ];
    check([a, c], '-10-20 40-1767225600000');
    check([c, a], '-10-20 40-1767225600000');
    check([a, b], '-10-30');
    check([c, b, a], '-10-30 40-1767225600000');
    check([a, c, { fromMs: 15, toMs: 39 }], '-10-1767225600000');
    check([a, { fromMs: 0, toMs: 5 }], '-10-20');
  });
});

describe('a damaged block', () => {
  /** Reads all that can be read; nothing may throw, and nothing may be false. */
  function readDamaged(disk: MemoryDisk, want: ReadonlyMap<string, readonly string[]>): boolean {
    const { reader, blocks } = openBlocks(disk);
    const range = { matchers: EVERYTHING, fromMs: -Infinity, toMs: Infinity };
    for (const [name, rows] of readRows(reader)) {
      const known = new Set(want.get(name));
      assert.ok(
        rows.every((row) => known.has(row)),
        `${name} has samples that were never written`,
      );
    }
    reader.labelNames({ ...range, matchers: [] });
    reader.labelValues('host', { ...range, matchers: [] });
    reader.labelValues('host', range);
    reader.estimate(range);
    return blocks.unreadable.length > 0;
  }

  test('is noticed at whatever byte, and never gives what was not written', async () => {
    const seed = Math.floor(performance.now() * 1000) % 1_000_000;
    const random = createSeededRandom(seed);
    const disk = createMemoryDisk();
    const series = createSeries(40, 150);
    await writeBlock(disk, ulidOf(1), series);
    const want = rowsOf(series);
    const dir = `${BLOCKS_DIR}/${ulidOf(1)}`;
    const files = ['index', 'chunks/000001', 'meta.json', 'tombstones'];
    const untilMs = performance.now() + 300;
    for (let round = 0; round < 500 && performance.now() < untilMs; round++) {
      const copy = disk.copy();
      const path = `${dir}/${files[Math.floor(random.float() ** 2 * files.length)]}`;
      const bytes = (copy.content(path) ?? new Uint8Array(0)).slice();
      const at = Math.floor(random.float() * bytes.length);
      const kind = Math.floor(random.float() * 3);
      if (kind === 0) bytes[at] ^= 1 << Math.floor(random.float() * 8);
      else if (kind === 1) bytes.set(random.bytes(Math.min(64, bytes.length - at)), at);
      copy.setContent(path, kind === 2 ? bytes.subarray(0, at) : bytes);
      assert.doesNotThrow(() => readDamaged(copy, want), `seed ${seed}, round ${round}, ${path}`);
    }
  });

  test('is left out with a reason, and others are read', async () => {
    const disk = createMemoryDisk();
    await writeBlock(disk, ulidOf(1), createSeries(5));
    await writeBlock(disk, ulidOf(2), createSeries(5, 300, T0 + 7_200_000));
    const check = (name: string, change: (bytes: Uint8Array) => void, reason: RegExp): void => {
      const copy = disk.copy();
      const path = `${BLOCKS_DIR}/${ulidOf(1)}/${name}`;
      change(copy.content(path) ?? new Uint8Array(0));
      const { reader, blocks } = openBlocks(copy);
      assert.equal(readRows(reader, { fromMs: T0 + 7_200_000 }).size, 5);
      readRows(reader);
      assert.match(blocks.unreadable.map((block) => block.reason).join(), reason);
    };
    const flip =
      (at: number) =>
      (bytes: Uint8Array): void => {
        bytes[at < 0 ? bytes.length + at : at] ^= 0xff;
      };
    check('index', flip(0), /unexpected magic number 0x45aad700; want 0xbaaad700/);
    check('index', flip(4), /unexpected format version 253; want 2/);
    check('index', flip(-5), /table of contents: checksum does not match/);
    check('index', flip(20), /symbols: /);
    check('chunks/000001', flip(0), /unexpected magic number/);
    check('chunks/000001', flip(30), /chunk at 8: checksum does not match/);
    check('meta.json', flip(0), /meta.json: is no JSON object/);
    check('tombstones', flip(-1), /tombstones: checksum does not match/);
  });
});
