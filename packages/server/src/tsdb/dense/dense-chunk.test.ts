import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, type Random } from '../../platform/index.ts';
import { STALE_HIGH, STALE_LOW } from '../../series/index.ts';
import { SampleBuffer } from '../sample-buffer.ts';
import { DenseDecoder } from './dense-decoder.ts';
import { DenseEncoder } from './dense-encoder.ts';
import { VALUES_XOR, splitDense } from './dense-format.ts';
import { DENSE_SAMPLES_MAX } from './limits.ts';
import { assignCodes, chooseLengths, fillTable } from './prefix-code.ts';

const T0 = Date.UTC(2026, 0, 1);
const STEP_MS = 15_000;
const SEED = 20_260_102;

function timesOf(count: number, timeAt = (i: number) => T0 + i * STEP_MS): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => timeAt(i));
}

function bitsOf(values: readonly number[]): Uint32Array {
  return new Uint32Array(Float64Array.from(values).buffer);
}

function encode(timesMs: Float64Array, bits: Uint32Array): Uint8Array {
  const data = new DenseEncoder().encode(timesMs, bits);
  assert.ok(data !== undefined);
  return data;
}

/** Decodes a chunk; times, and bits as `high:low`. */
function decode(data: Uint8Array, fromMs = -Infinity, toMs = Infinity): string[] {
  const buffer = new SampleBuffer();
  const decoder = new DenseDecoder();
  buffer.addFloats((data[0] << 8) | data[1], 0, (from) =>
    decoder.decode(data, fromMs, toMs, buffer, from),
  );
  return rowsOf(buffer.timesMs.subarray(0, buffer.count), buffer.bits);
}

function rowsOf(timesMs: Float64Array, bits: Uint32Array): string[] {
  return Array.from(timesMs, (timeMs, i) => `${timeMs} ${bits[2 * i + 1]}:${bits[2 * i]}`);
}

/** Holds a chunk of values against itself; answers its bytes for each sample. */
function check(values: readonly number[], timesMs = timesOf(values.length)): number {
  const bits = bitsOf(values);
  const data = encode(timesMs, bits);
  assert.deepEqual(decode(data), rowsOf(timesMs, bits));
  return data.length / values.length;
}

function range(count: number, valueAt: (i: number) => number): readonly number[] {
  return Array.from({ length: count }, (_, i) => valueAt(i));
}

function sumOf(count: number, draw: () => number): readonly number[] {
  let sum = 0;
  return range(count, () => (sum += draw()));
}

test('what monitoring is made of takes a fraction of its eight bytes', () => {
  const random = createSeededRandom(SEED);
  const count = 1000;
  let walk = 5_000_000;
  const cases: readonly (readonly [string, number, readonly number[]])[] = [
    ['a constant', 0.04, range(count, () => 42)],
    ['a constant with digits', 0.04, range(count, () => 0.017_25)],
    ['a counter at one rate', 0.05, range(count, (i) => 1e6 + 1500 * i)],
    ['a counter that moves', 1.3, range(count, () => (walk += Math.floor(random.float() * 64)))],
    ['centiseconds', 0.9, range(count, (i) => Math.round(i * 14.9 + random.float() * 20) / 100)],
    ['pages of memory', 1.4, range(count, () => 4096 * Math.floor(9e5 + random.float() * 256))],
    ['a gauge that is mostly 0', 0.3, range(count, () => (random.float() < 0.05 ? 1 : 0))],
    ['only NaN', 0.06, range(count, () => Number.NaN)],
    ['nanoseconds', 3.2, range(count, () => Math.floor(random.float() * 5e6) / 1e9)],
    ['a sum of milliseconds', 1.7, sumOf(count, () => Math.floor(random.float() * 100) / 1000)],
    ['doubles with all their digits', 7.9, range(count, () => random.float())],
  ];
  for (const [what, bytesMax, values] of cases) {
    const bytes = check(values);
    assert.ok(bytes <= bytesMax, `${what}: ${bytes} bytes a sample`);
  }
});

test('every bit of odd values comes back', () => {
  const odd = [
    0,
    -0,
    Infinity,
    -Infinity,
    5e-324,
    1.797_693_134_862_315_7e308,
    2 ** 53,
    -(2 ** 53),
  ];
  check(odd);
  check([-0, -0, -0]);
  check([1.5, -0, 1.5, Infinity, 1.5, -0, 2]);
  check([9_007_199_254_740_994, 1e300, 1 / 3, 0.1 + 0.2, 4_503_599_627_370_496, 1e-22]);
  check([-(2 ** 52), 2 ** 52, -(2 ** 52), 2 ** 52 - 1]);
  check([2 ** 49, 0, 2 ** 49, 0, -(2 ** 49), 2 ** 48 + 1]);
  check([7]);
  const near = range(200, (i) => 0.1 + 0.2 + i * 0.7);
  check([...near, Number.NaN, -0, Infinity, 1e-300, 1 / 3, ...near.map((value) => -value)]);
});

test('staleness markers keep the payload that a number would lose', () => {
  const bits = bitsOf(range(300, (i) => i / 10));
  for (const i of [0, 7, 8, 9, 299]) bits.set([STALE_LOW, STALE_HIGH], 2 * i);
  bits.set([1, 0xfff80000], 200);
  const timesMs = timesOf(300);
  const data = encode(timesMs, bits);
  assert.deepEqual(decode(data), rowsOf(timesMs, bits));
  assert.notEqual(splitDense(data).values[0], VALUES_XOR, 'as decimals');
  bits.fill(0);
  for (let i = 0; i < 300; i++) bits.set([STALE_LOW, STALE_HIGH], 2 * i);
  assert.deepEqual(decode(encode(timesMs, bits)), rowsOf(timesMs, bits));
});

test('times may lie anyhow, as long as they rise', () => {
  const random = createSeededRandom(SEED);
  const values = range(200, (i) => i);
  let timeMs = T0;
  check(
    values,
    timesOf(200, () => (timeMs += 1 + Math.floor(random.float() * 1e5))),
  );
  check(
    values,
    timesOf(200, (i) => i * 1e9 - 1e11),
  );
  check([1, 2], Float64Array.of(-8.64e15 / 2, 0));
  const apart = Float64Array.of(-9e15, 0, 9e15);
  assert.equal(new DenseEncoder().encode(apart, bitsOf([1, 2, 3])), undefined);
});

test('a range gives the samples inside, both ends included', () => {
  for (const valueAt of [(i: number) => i, (i: number) => (i % 10 === 0 ? Number.NaN : i / 3)]) {
    const values = range(500, valueAt);
    const rows = rowsOf(timesOf(500), bitsOf(values));
    const data = encode(timesOf(500), bitsOf(values));
    const at = (i: number): number => T0 + i * STEP_MS;
    assert.deepEqual(decode(data, at(100), at(200)), rows.slice(100, 201));
    assert.deepEqual(decode(data, at(100) + 1, at(200) - 1), rows.slice(101, 200));
    assert.deepEqual(decode(data, at(499)), rows.slice(499));
    assert.deepEqual(decode(data, at(500)), []);
    assert.deepEqual(decode(data, -Infinity, at(0) - 1), []);
  }
});

/** Values of one kind, chosen by chance. */
function drawValues(random: Random, count: number): readonly number[] {
  const kind = Math.floor(random.float() * 6);
  const scale = 10 ** Math.floor(random.float() * 12);
  let walk = Math.floor((random.float() - 0.5) * scale);
  return range(count, () => {
    if (random.float() < 0.01)
      return [Number.NaN, -0, Infinity, 1e308][Math.floor(random.float() * 4)];
    walk += Math.floor((random.float() - 0.3) * scale);
    if (kind === 0) return walk;
    if (kind === 1) return walk / 1000;
    if (kind === 2) return random.float() < 0.9 ? 7 : walk;
    if (kind === 3) return Math.fround(walk / 7);
    if (kind === 4) return walk * 1.1;
    return (random.float() - 0.5) * scale;
  });
}

test(`what is encoded comes back, whatever it is (seed ${SEED})`, () => {
  const random = createSeededRandom(SEED);
  for (let round = 0; round < 120; round++) {
    const count = 1 + Math.floor(random.float() * DENSE_SAMPLES_MAX);
    const isEven = random.float() < 0.5;
    let timeMs = T0;
    const next = (): number =>
      (timeMs += isEven ? STEP_MS : 1 + Math.floor(random.float() * 60_000));
    check(drawValues(random, count), timesOf(count, next));
  }
});

test(`damage gives an error or other samples, in bounded time (seed ${SEED})`, () => {
  const random = createSeededRandom(SEED);
  const whole = [
    encode(timesOf(300), bitsOf(range(300, (i) => i * 1.5))),
    encode(timesOf(300), bitsOf(range(300, () => random.float()))),
    encode(timesOf(300), bitsOf(range(300, (i) => (i % 3 === 0 ? Number.NaN : i)))),
    encode(timesOf(300), bitsOf(sumOf(300, () => 0.1))),
  ];
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const data = whole[round % whole.length].slice();
    const cut = random.float() < 0.2 ? Math.floor(random.float() * data.length) : data.length;
    for (let k = 0; k < 1 + (round % 4); k++) {
      data[Math.floor(random.float() * Math.min(40, data.length))] = random.float() * 256;
    }
    try {
      decode(data.subarray(0, cut));
    } catch (error) {
      assert.equal(error instanceof Error && error.name, 'BlockDamage', String(error));
      refused++;
    }
  }
  assert.ok(refused > 1000, `${refused} refused`);
});

test('prefix codes are complete, bounded, and short for what is frequent', () => {
  const fibonacci = [1, 1];
  while (fibonacci.length < 40)
    fibonacci.push(fibonacci[fibonacci.length - 1] + fibonacci[fibonacci.length - 2]);
  for (const counts of [[5], [1, 1], [9, 1, 1], fibonacci, range(160, (i) => 1 + i)]) {
    const lengths = chooseLengths(counts);
    const longest = Math.max(1, ...lengths);
    assert.ok(longest <= 12);
    const table = new Uint16Array(1 << longest);
    assert.ok(fillTable(lengths, table, longest));
    const codes = assignCodes(lengths);
    lengths.forEach((length, symbol) => {
      assert.equal(table[codes[symbol] << (longest - length)], (symbol << 4) | length);
    });
  }
  assert.deepEqual(chooseLengths([8, 4, 2, 1, 1]), [1, 2, 3, 4, 4]);
  assert.equal(fillTable([1, 2], new Uint16Array(4), 2), false, 'a place without a symbol');
  assert.equal(fillTable([1, 1, 1], new Uint16Array(2), 1), false, 'more symbols than places');
});
