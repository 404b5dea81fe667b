import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { STALE_HIGH, STALE_LOW } from '../series/index.ts';
import { BlockPool } from './block-pool.ts';
import { CHUNK_XOR } from './chunk-kind.ts';
import { TIME_MS_MAX } from './limits.ts';
import { OpenChunks } from './open-chunks.ts';
import { SampleBuffer } from './sample-buffer.ts';
import { bitsOf } from './store-fixture.ts';
import { beginXor, type ChunkWords, skipXor, XorCursor } from './xor-decode.ts';

type Row = readonly [timeMs: number, low: number, high: number];

/** Encodes rows into slot 0 of a fresh pool; answers the chunk as a reader gets it. */
function encode(rows: readonly Row[]): ChunkWords {
  const pool = new BlockPool();
  const open = new OpenChunks(pool);
  open.grow(1);
  open.reset(0, 255);
  for (const [timeMs, low, high] of rows) {
    if (open.count[0] === 0) open.begin(0, timeMs, low, high);
    else open.add(0, timeMs, low, high);
  }
  const words = new Uint32Array(2048);
  const bitCount = open.bitCount(0);
  open.gather(0, words);
  return {
    kind: CHUNK_XOR,
    isLate: false,
    counterStartMs: 0,
    words,
    bitCount,
    sampleCount: rows.length,
  };
}

function decode(chunk: ChunkWords, fromMs = -Infinity, toMs = Infinity): Row[] {
  const buffer = new SampleBuffer();
  buffer.decode(chunk, fromMs, toMs);
  return rowsIn(buffer);
}

function rowsIn(buffer: SampleBuffer): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < buffer.count; i++) {
    rows.push([buffer.timesMs[i], buffer.bits[2 * i], buffer.bits[2 * i + 1]]);
  }
  return rows;
}

function toHex(chunk: ChunkWords): string {
  const byteCount = Math.ceil(chunk.bitCount / 8);
  const bytes = Buffer.alloc(Math.ceil(byteCount / 4) * 4);
  for (let i = 0; i < bytes.length / 4; i++) bytes.writeUInt32BE(chunk.words[i], i * 4);
  return bytes.subarray(0, byteCount).toString('hex');
}

function rowsOf(values: readonly number[], stepMs = 15_000): Row[] {
  return values.map((value, i) => [1_700_000_000_000 + i * stepMs, ...bitsOf(value)]);
}

test('a chunk has the layout of Prometheus, bit for bit', () => {
  const rows: Row[] = [
    [1000, ...bitsOf(1)],
    [2000, ...bitsOf(1)],
    [3000, ...bitsOf(2)],
  ];
  // Varint 1000 (zigzag 2000) | 1.0 | uvarint 1000 | 0: same value | 0: same distance,
  // 11: new window, 00001 leading zeros, 001011 bits, eleven ones.
  assert.equal(toHex(encode(rows)), `d00f${'3ff0000000000000'}e807${'3097ffc0'}`);
});

test('changes of distance use the shortest of the four fields', () => {
  const check = (change: number, bits: number): void => {
    const rows: Row[] = [
      [0, ...bitsOf(1)],
      [1_000_000, ...bitsOf(1)],
      [2_000_000 + change, ...bitsOf(1)],
    ];
    const before = encode(rows.slice(0, 2)).bitCount;
    const chunk = encode(rows);
    assert.equal(chunk.bitCount - before, bits + 1, `bits of a change by ${change}`);
    assert.deepEqual(decode(chunk), rows, `change by ${change}`);
  };
  check(0, 1);
  for (const change of [1, -1, 8192, -8191]) check(change, 16);
  for (const change of [8193, -8192, 65536, -65535]) check(change, 20);
  for (const change of [65537, -65536, 524288, -524287]) check(change, 24);
  for (const change of [524289, -524288, 2 ** 31, 2 ** 32, 2 ** 40, -999_999]) check(change, 68);
});

test('values of every kind keep their bits', () => {
  const check = (what: string, rows: readonly Row[]): void => {
    assert.deepEqual(decode(encode(rows)), rows, what);
  };
  check('zeros', rowsOf([0, -0, 0, -0]));
  check('infinities', rowsOf([Infinity, -Infinity, Infinity, 0]));
  check('extremes', rowsOf([Number.MAX_VALUE, Number.MIN_VALUE, -Number.MAX_VALUE, 5e-324]));
  check('counter', rowsOf(Array.from({ length: 120 }, (_, i) => i * 17)));
  check('decimals', rowsOf(Array.from({ length: 120 }, (_, i) => i / 100)));
  check('one sample', rowsOf([42]));
  check('staleness marker and other NaNs', [
    [1, ...bitsOf(1)],
    [2, STALE_LOW, STALE_HIGH],
    [3, 1, 0x7ff80000],
    [4, 0xffffffff, 0xffffffff],
    [5, 1, 0xfff00000],
    [6, ...bitsOf(1)],
  ]);
});

test('times of every kind come back', () => {
  const check = (...timesMs: number[]): void => {
    const rows = timesMs.map((timeMs): Row => [timeMs, ...bitsOf(1)]);
    assert.deepEqual(decode(encode(rows)), rows, timesMs.join());
  };
  check(-5, 0, 1);
  check(-TIME_MS_MAX, 0, TIME_MS_MAX);
  check(0, TIME_MS_MAX - 1, TIME_MS_MAX);
  check(-1, 0, 1, 3, 10_000_000_000, 10_000_000_001);
});

test('random chunks come back as they were', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const random = createSeededRandom(seed);
    const rows: Row[] = [];
    let timeMs = Math.floor(random.float() * 4e12 - 1e12);
    let row: Row = [timeMs, 0, 0];
    const count = 1 + Math.floor(random.float() * 120);
    const isWild = random.float() < 0.5;
    for (let i = 0; i < count; i++) {
      const step = isWild ? 2 ** Math.floor(random.float() * 36) : 15_000 + random.float() * 20;
      timeMs += Math.max(1, Math.floor(step));
      if (random.float() < 0.7) {
        const shift = Math.floor(random.float() * 32);
        const noise = Math.floor(random.float() * 2 ** 32);
        const low = random.float() < 0.5 ? row[1] : (row[1] ^ (noise >>> shift)) >>> 0;
        const high = random.float() < 0.5 ? row[2] : (row[2] ^ (noise << shift)) >>> 0;
        row = [timeMs, low, high];
      }
      row = [timeMs, row[1], row[2]];
      rows.push(row);
    }
    const chunk = encode(rows);
    assert.deepEqual(decode(chunk), rows, `seed ${seed}`);
    const fromMs = rows[Math.floor(random.float() * count)][0];
    const toMs = fromMs + random.float() * (timeMs - fromMs);
    const inRange = rows.filter(([at]) => at >= fromMs && at <= toMs);
    assert.deepEqual(decode(chunk, fromMs, toMs), inRange, `seed ${seed}, part`);
  }
});

test('a cursor goes on from any sample, also after more were added', () => {
  const rows = rowsOf(Array.from({ length: 120 }, (_, i) => Math.round(Math.sin(i) * 1000) / 8));
  for (let cut = 1; cut < rows.length; cut++) {
    const cursor = new XorCursor();
    const some = encode(rows.slice(0, cut + 1));
    assert.ok(beginXor(some, cursor));
    skipXor(some, cursor, rows[cut][0]);
    assert.deepEqual([cursor.count, cursor.timeMs], [cut, rows[cut - 1][0]]);
    const buffer = new SampleBuffer();
    buffer.take(encode(rows), cursor, rows[cut][0], Infinity);
    assert.deepEqual(rowsIn(buffer), rows.slice(cut), `cut at ${cut}`);
  }
});

test('damaged streams decode to rising times, or to nothing, and end', () => {
  const rows = rowsOf(Array.from({ length: 120 }, (_, i) => Math.sin(i)));
  const good = encode(rows);
  for (let seed = 1; seed <= 400; seed++) {
    const random = createSeededRandom(seed);
    const words = good.words.slice();
    const flips = 1 + Math.floor(random.float() * 20);
    for (let i = 0; i < flips; i++) {
      words[Math.floor((random.float() * good.bitCount) / 32)] ^= 1 << (random.float() * 32);
    }
    const bitCount = Math.floor(random.float() * good.bitCount);
    const decoded = decode({ ...good, words, bitCount, sampleCount: 120 });
    assert.ok(decoded.length <= 120, `seed ${seed}`);
    for (let i = 1; i < decoded.length; i++) {
      assert.ok(decoded[i][0] > decoded[i - 1][0], `seed ${seed}, sample ${i}`);
    }
  }
});

test('an open chunk goes on after it was saved and restored', () => {
  const rows = rowsOf(Array.from({ length: 100 }, (_, i) => Math.round(Math.sin(i) * 1000) / 8));
  for (let cut = 1; cut < 100; cut++) {
    const pool = new BlockPool();
    const open = new OpenChunks(pool);
    open.grow(2);
    open.reset(0, 255);
    open.reset(1, 255);
    for (const [timeMs, low, high] of rows.slice(0, cut)) {
      if (open.count[0] === 0) open.begin(0, timeMs, low, high);
      else open.add(0, timeMs, low, high);
    }
    const words = new Uint32Array(1024);
    open.gather(0, words);
    const { count, startMs, deltaMs, leading, trailing, lastMs, lastLow, lastHigh } = open;
    for (const column of [count, startMs, deltaMs, leading, trailing, lastMs, lastLow, lastHigh]) {
      column[1] = column[0];
    }
    open.restoreStream(1, words, 0, open.bitCount(0));
    for (const [timeMs, low, high] of rows.slice(cut)) open.add(1, timeMs, low, high);
    const bitCount = open.bitCount(1);
    open.gather(1, words);
    const chunk = {
      kind: CHUNK_XOR,
      isLate: false,
      counterStartMs: 0,
      words,
      bitCount,
      sampleCount: 100,
    };
    assert.deepEqual(decode(chunk), rows, `cut at ${cut}`);
  }
});

test('blocks are used again once they are freed', () => {
  const pool = new BlockPool(1);
  const words = new Uint32Array(200).fill(7);
  const first = pool.scatter(words, 0, 200);
  const used = pool.usedBytes;
  for (let i = 0; i < 20_000; i++) {
    pool.free(pool.scatter(words, 0, 200));
  }
  assert.equal(pool.usedBytes, used);
  const back = new Uint32Array(200);
  pool.gather(first, 200, back);
  assert.deepEqual(back, words);
});

test('a pool says when its slabs are used up', () => {
  const pool = new BlockPool(1);
  pool.assertRoom(100_000);
  assert.throws(() => pool.assertRoom(200_000), { code: 'TSDB_MEMORY_FULL' });
});
