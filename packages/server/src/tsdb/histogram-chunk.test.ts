import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { type Histogram, NO_BUCKETS } from '../series/index.ts';
import { BitReader, BitWriter } from './bit-stream.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { CHUNK_FLOAT_HISTOGRAM, CHUNK_HISTOGRAM } from './chunk-kind.ts';
import { findHistogramFault, putHistogram, readHistogram } from './histogram-bytes.ts';
import { decodeHistograms } from './histogram-decoder.ts';
import { HistogramEncoder, kindOf } from './histogram-encoder.ts';
import { createHistogram, formatHistogram, RandomHistograms } from './histogram-fixture.ts';
import { HISTOGRAM_BUCKETS_MAX } from './limits.ts';
import type { ChunkWords } from './xor-decode.ts';

type Row = readonly [timeMs: number, histogram: Histogram | undefined];

/** One chunk of rows that fit together; undefined is a staleness marker. */
function encode(rows: readonly Row[]): ChunkWords {
  const encoder = new HistogramEncoder();
  const whole = new BitWriter();
  rows.forEach(([timeMs, histogram], i) => {
    if (histogram === undefined) encoder.addStale(whole, timeMs);
    else if (i === 0) encoder.begin(whole, timeMs, histogram);
    else encoder.add(whole, timeMs, histogram);
  });
  const kind = rows[0][1] === undefined ? CHUNK_HISTOGRAM : kindOf(rows[0][1]);
  const words = new Uint32Array(whole.words.length + 4);
  words.set(whole.words);
  const { bitCount } = whole;
  return { kind, isLate: false, counterStartMs: 0, words, bitCount, sampleCount: rows.length };
}

function decode(chunk: ChunkWords): Row[] {
  const rows: Row[] = [];
  decodeHistograms(chunk, (timeMs, histogram) => rows.push([timeMs, histogram]) > 0);
  return rows;
}

function format(rows: readonly Row[]): string[] {
  return rows.map(
    ([timeMs, histogram]) =>
      `${timeMs} ${histogram === undefined ? 'stale' : formatHistogram(histogram)}`,
  );
}

describe('numbers of variable length', () => {
  test('come back as they were written', () => {
    const edges = [0, 1, 3, 4, 5, 31, 32, 33, 255, 256, 257, 2047, 2048, 2049, 131_072, 131_073];
    const large = [2 ** 24, 2 ** 24 + 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 52, 2 ** 53 - 1];
    const numbers = [...edges, ...large];
    const writer = new BitWriter();
    for (const value of numbers) writer.putUnsigned(value);
    for (const value of numbers) writer.putSigned(value);
    for (const value of numbers) writer.putSigned(-value);
    const reader = new BitReader(writer.words, writer.bitCount);
    const signed = (): number => reader.signed();
    assert.deepEqual(
      numbers.map(() => reader.unsigned()),
      numbers,
    );
    assert.deepEqual(numbers.map(signed), numbers);
    assert.deepEqual(
      numbers.map(signed).map((value) => 0 - value),
      numbers,
    );
    assert.ok(!reader.isShort);
    reader.take(1);
    assert.ok(reader.isShort);
  });
});

describe('chunks of histograms', () => {
  test('give back every histogram of random series, and nothing falls within one', () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = createSeededRandom(seed);
      const source = new RandomHistograms(random);
      let rows: Row[] = [];
      let encoder = new HistogramEncoder();
      let timeMs = 1_700_000_000_000;
      for (let i = 0; i < 40; i++) {
        const histogram = source.next();
        timeMs += 1 + Math.floor(random.float() * 30_000);
        if (rows.length > 0 && !encoder.canTake(histogram)) {
          assert.deepEqual(format(decode(encode(rows))), format(rows), `seed ${seed}`);
          rows = [];
          encoder = new HistogramEncoder();
        }
        if (rows.length === 0) encoder.begin(new BitWriter(), timeMs, histogram);
        else encoder.add(new BitWriter(), timeMs, histogram);
        rows.push([timeMs, histogram]);
      }
      assert.deepEqual(format(decode(encode(rows))), format(rows), `seed ${seed}`);
    }
  });

  test('say of a reset what is known', () => {
    const resets = (rows: readonly Row[]): unknown[] =>
      decode(encode(rows)).map(([, histogram]) => histogram?.counterReset);
    const counter = [1, 2, 3].map((n): Row => [n, createHistogram(n)]);
    assert.deepEqual(resets(counter), ['unknown', 'notReset', 'notReset']);
    const gauge = [3, 1].map((n): Row => [10 - n, createHistogram(n, { counterReset: 'gauge' })]);
    assert.deepEqual(resets(gauge), ['gauge', 'gauge']);
  });

  test('end with a staleness marker', () => {
    for (const isInteger of [true, false]) {
      const rows: Row[] = [
        [1000, createHistogram(1, { isInteger })],
        [2000, createHistogram(5, { isInteger })],
        [3000, undefined],
        [4000, undefined],
      ];
      assert.deepEqual(format(decode(encode(rows))), format(rows));
    }
  });

  test('begin anew where a histogram does not fit', () => {
    const encoder = new HistogramEncoder();
    encoder.begin(new BitWriter(), 1, createHistogram(10));
    const check = (fits: boolean, what: string, changes: Partial<Histogram>, n = 11): void =>
      assert.equal(encoder.canTake(createHistogram(n, changes)), fits, what);
    check(true, 'a larger one', {});
    check(true, 'the same one', {}, 10);
    check(false, 'a smaller one', {}, 9);
    check(false, 'another schema', { schema: 2 });
    check(false, 'another threshold', { zeroThreshold: 0 });
    check(false, 'a smaller zero bucket', { zeroCount: 9 });
    check(false, 'a gauge', { counterReset: 'gauge' });
    check(false, 'a reset', { counterReset: 'reset' });
    check(false, 'no integers', { isInteger: false });
    check(false, 'counts too large for integers', { count: 2 ** 50 });
    check(false, 'other spans', {
      positive: { spanOffsets: [-2], spanLengths: [4], counts: Float64Array.of(11, 22, 0, 33) },
    });
    encoder.addStale(new BitWriter(), 2);
    check(false, 'after a staleness marker', {});
  });

  test('end early where they are cut or damaged, and never run away', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const random = createSeededRandom(seed);
      const isInteger = seed % 2 === 0;
      const rows = Array.from(
        { length: 20 },
        (_, i): Row => [i, createHistogram(i, { isInteger })],
      );
      const good = encode(rows);
      const cut = { ...good, bitCount: Math.floor(random.float() * good.bitCount) };
      const whole = format(rows);
      assert.deepEqual(format(decode(cut)), whole.slice(0, decode(cut).length), `seed ${seed}`);
      const words = good.words.slice();
      for (let flips = 0; flips < 5; flips++) {
        words[Math.floor((random.float() * good.bitCount) / 32)] ^= 1 << (random.float() * 32);
      }
      assert.ok(decode({ ...good, words }).length <= 20, `seed ${seed}`);
    }
  });

  test('of floats hold counts that are too large for integers', () => {
    const large = createHistogram(2 ** 50);
    assert.equal(kindOf(large), CHUNK_FLOAT_HISTOGRAM);
    const [[, got]] = decode(encode([[0, large]]));
    assert.deepEqual([got?.count, got?.isInteger], [large.count, false]);
  });
});

describe('histograms in the log', () => {
  test('come back as they were written, and are refused when cut', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const source = new RandomHistograms(createSeededRandom(seed));
      const histogram = source.next();
      const writer = new ByteWriter(16);
      putHistogram(writer, histogram);
      const bytes = writer.written();
      const got = readHistogram(new ByteReader(bytes));
      assert.equal(got && formatHistogram(got, true), formatHistogram(histogram, true));
      for (let cut = 0; cut < bytes.length; cut++) {
        assert.equal(readHistogram(new ByteReader(bytes, 0, cut)), undefined, `seed ${seed}`);
      }
    }
  });

  test('random bytes are refused or make sense', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = createSeededRandom(seed);
      const got = readHistogram(new ByteReader(random.bytes(80).map((byte) => byte & 15)));
      if (got !== undefined) assert.equal(findHistogramFault(got), undefined, `seed ${seed}`);
    }
  });

  test('are refused with a reason when they make no sense', () => {
    const check = (fault: RegExp | undefined, changes: Partial<Histogram>): void => {
      const found = findHistogramFault(createHistogram(1, changes));
      if (fault === undefined) assert.equal(found, undefined);
      else assert.match(found ?? '', fault);
    };
    const buckets = (length: number): Histogram['positive'] => ({
      spanOffsets: [0],
      spanLengths: [length],
      counts: new Float64Array(length),
    });
    check(undefined, {});
    check(undefined, { positive: NO_BUCKETS });
    check(/schema 9 is not known/, { schema: 9 });
    check(/bounds and schema/, { schema: -53 });
    const custom = { schema: -53, zeroThreshold: 0, negative: NO_BUCKETS };
    const bounds = (...list: readonly number[]): Partial<Histogram> => ({
      ...custom,
      customBounds: Float64Array.from(list),
      positive: { spanOffsets: [1], spanLengths: [2], counts: Float64Array.of(1, 2) },
    });
    check(undefined, bounds(1, 2));
    check(undefined, bounds(1, 2, 3));
    check(/beyond the 1 bounds/, bounds(1));
    check(/bound 1 is 1/, bounds(1, 1));
    check(/bound 1 is Infinity/, bounds(1, Infinity));
    check(/negative buckets/, { ...bounds(1, 2), negative: buckets(1) });
    check(/zero threshold is -1/, { zeroThreshold: -1 });
    check(/no whole numbers/, { zeroCount: 0.5 });
    check(/no whole numbers/, { count: 3 });
    check(/spans hold 1 buckets, but there are 2/, {
      positive: { spanOffsets: [0], spanLengths: [1], counts: new Float64Array(2) },
    });
    check(/offset of -1/, {
      positive: { spanOffsets: [0, -1], spanLengths: [1, 1], counts: new Float64Array(2) },
    });
    check(undefined, { positive: buckets(HISTOGRAM_BUCKETS_MAX) });
    check(/2001 buckets/, { positive: buckets(HISTOGRAM_BUCKETS_MAX + 1) });
  });
});
