import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '../../platform/index.ts';
import { createMemoryDisk, type MemoryDisk } from '../memory-disk.ts';
import { BlockFiles } from './block-files.ts';
import { ChunkCounts, ChunkCountsWriter } from './chunk-counts.ts';
import { BlockDamage } from './damage.ts';

const PATH = '/counts';
const SEED = Number(process.env['NINES_FUZZ_SEED'] ?? 20_261_124);
/** Where the second file of chunks begins. */
const SECOND = 2 ** 32;

type Entry = readonly [ref: number, count: number];

async function write(entries: readonly Entry[]): Promise<MemoryDisk> {
  const disk = createMemoryDisk();
  const writer = new ChunkCountsWriter(disk.open(PATH, 'create'));
  for (const [ref, count] of entries) writer.put(ref, count);
  await writer.close();
  return disk;
}

function open(disk: MemoryDisk): ChunkCounts {
  return new ChunkCounts(new BlockFiles(disk, 64 * 1024).open(PATH));
}

/** NaN where the damage is noticed, too. */
function findIn(disk: MemoryDisk, ref: number): number {
  try {
    return open(disk).find(ref);
  } catch (error) {
    if (error instanceof BlockDamage) return Number.NaN;
    throw error;
  }
}

function draw(count: number): readonly Entry[] {
  return Array.from({ length: count }, (_, i) => {
    const ref = i < count / 2 ? 8 + i * 300 : SECOND + 8 + i * 300;
    return [ref, (i * 7919) % 65_536] as const;
  });
}

test('counts of chunks are found in order, in any order, and not where there are none', async () => {
  for (const count of [1, 509, 510, 511, 1020, 3000]) {
    const entries = draw(count);
    const counts = open(await write(entries));
    for (const [ref, want] of entries) assert.equal(counts.find(ref), want);
    for (const [ref, want] of entries.toReversed()) assert.equal(counts.find(ref), want);
    const random = createSeededRandom(SEED);
    for (let i = 0; i < 100; i++) {
      const [ref, want] = entries[Math.floor(random.float() * count)];
      assert.equal(counts.find(ref), want);
      assert.ok(Number.isNaN(counts.find(ref + 1)));
    }
    assert.ok(Number.isNaN(counts.find(0)));
    assert.ok(Number.isNaN(counts.find(2 * SECOND)));
  }
});

test('a file that is cut short or of another kind is refused', async () => {
  const disk = await write(draw(600));
  const bytes = disk.content(PATH) ?? assert.fail('nothing was written');
  for (const content of [bytes.subarray(0, 7), bytes.subarray(0, bytes.length - 1)]) {
    disk.setContent(PATH, content);
    assert.throws(() => open(disk), BlockDamage);
  }
  disk.setContent(
    PATH,
    Uint8Array.from(bytes, (byte, i) => (i === 0 ? 0 : byte)),
  );
  assert.throws(() => open(disk), /is no file of counts of version 1/);
});

test(`a damaged file tells no wrong count (seed ${SEED})`, async () => {
  const random = createSeededRandom(SEED);
  const entries = draw(1200);
  const disk = await write(entries);
  const whole = disk.content(PATH) ?? assert.fail('nothing was written');
  for (let round = 0; round < 200; round++) {
    const bytes = whole.slice();
    for (let i = 0; i < 1 + Math.floor(random.float() * 4); i++) {
      bytes[Math.floor(random.float() * bytes.length)] ^= 1 << Math.floor(random.float() * 8);
    }
    const cut = random.float() < 0.3 ? Math.floor(random.float() * bytes.length) : bytes.length;
    disk.setContent(PATH, bytes.subarray(0, cut));
    for (let i = 0; i < 20; i++) {
      const [ref, want] = entries[Math.floor(random.float() * entries.length)];
      const got = findIn(disk, ref);
      assert.ok(Number.isNaN(got) || got === want, `round ${round}: ${got}, want ${want}`);
    }
  }
});
