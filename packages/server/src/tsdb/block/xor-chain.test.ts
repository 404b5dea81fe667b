import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeededRandom, type Random } from '../../platform/index.ts';
import { STALE_HIGH, STALE_LOW } from '../../series/index.ts';
import { CHUNK_HISTOGRAM } from '../chunk-kind.ts';
import { SampleBuffer } from '../sample-buffer.ts';
import type { TimedChunk } from './block-writer.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import { countSamples } from './chunk-segments.ts';
import { RunEncoder } from './run-encoder.ts';
import { XorChain } from './xor-chain.ts';

const T0 = Date.UTC(2026, 0, 1);
const ALL = { fromMs: -Infinity, toMs: Infinity };
const SEED = 20_260_106;

/** A chunk of the samples, at most 120. */
function encode(timesMs: readonly number[], values: readonly number[]): TimedChunk {
  const columns = { timesMs: Float64Array.from(timesMs), values: Float64Array.from(values) };
  const bits = new Uint32Array(columns.values.buffer);
  values.forEach((value, i) => {
    if (Number.isNaN(value)) bits.set([STALE_LOW, STALE_HIGH], 2 * i);
  });
  const [chunk] = new RunEncoder().encode({ ...columns, bits, count: values.length });
  return chunk;
}

function rowsOf(chunks: Iterable<TimedChunk>): string[] {
  const buffer = new SampleBuffer();
  for (const chunk of chunks) new ChunkDecoder().decode(chunk, ALL, buffer);
  return Array.from(buffer.timesMs.subarray(0, buffer.count), (timeMs, i) =>
    [timeMs, buffer.bits[2 * i + 1], buffer.bits[2 * i]].join(' '),
  );
}

function times(count: number, fromMs = T0, stepMs = 15_000): readonly number[] {
  return Array.from({ length: count }, (_, i) => fromMs + i * stepMs);
}

/** Chains chunks and holds their samples against those of the result. */
function check(chunks: readonly TimedChunk[]): readonly TimedChunk[] {
  const chained = [...new XorChain().chain(chunks)].map((chunk) => ({ ...chunk }));
  assert.deepEqual(rowsOf(chained), rowsOf(chunks));
  for (const { minMs, maxMs, ...chunk } of chained) {
    const rows = rowsOf([{ minMs, maxMs, ...chunk }]);
    assert.equal(rows.length, countSamples(chunk));
    assert.deepEqual(
      [minMs, maxMs],
      [rows[0], rows[rows.length - 1]].map((row) => parseInt(row, 10)),
    );
  }
  return chained;
}

test('a window of chunks becomes two, with the same samples', () => {
  const all = times(480);
  const cuts = [0, 75, 195, 315, 435, 480];
  const chunks = cuts.slice(1).map((end, i) => {
    const inside = all.slice(cuts[i], end);
    return encode(
      inside,
      inside.map((timeMs) => Math.sin(timeMs / 1e6) * 1e3),
    );
  });
  const chained = check(chunks);
  assert.deepEqual(chained.map(countSamples), [195, 285]);
  const bytes = (list: readonly TimedChunk[]): number =>
    list.reduce((sum, { data }) => sum + data.length, 0);
  assert.ok(bytes(chained) < bytes(chunks) - 30);
});

test('chunks of one or two samples, of one value, and of odd times are chained', () => {
  const odd = [T0, T0 + 1, T0 + 20_000_000_000, T0 + 20_000_000_001, T0 + 20_000_600_000];
  check(odd.map((timeMs, i) => encode([timeMs], [i])));
  check([encode(odd.slice(0, 2), [1, 1]), encode(odd.slice(2, 4), [1, 2]), encode([odd[4]], [2])]);
  check([
    encode(times(100), Array(100).fill(7)),
    encode(times(100, T0 + 1_600_000), Array(100).fill(7)),
  ]);
  check([encode([-5], [0.1]), encode([5, 6], [Number.NaN, Number.NaN])]);
  assert.deepEqual(check([]), []);
});

test('what is no chunk of floats, or has another start of its counter, stands apart', () => {
  const [a, b, c] = [0, 1, 2].map((i) => encode(times(10, T0 + i * 1e6), times(10)));
  const other = { ...b, encoding: CHUNK_HISTOGRAM };
  assert.deepEqual([...new XorChain().chain([a, other, c])], [a, other, c]);
  assert.equal(check([a, { ...b, counterStartMs: 5 }, { ...c, counterStartMs: 5 }]).length, 2);
});

test('a chunk that ends before its last sample stays as it is', () => {
  const [a, b, c] = [0, 1, 2].map((i) => encode(times(10, T0 + i * 1e6), times(10)));
  const cut = { ...b, data: b.data.subarray(0, 12) };
  assert.deepEqual([...new XorChain().chain([a, cut, c])], [a, cut, c]);
});

/** Chunks of any length, with values and times of many kinds. */
function drawChunks(random: Random): readonly TimedChunk[] {
  const kind = Math.floor(random.float() * 4);
  let timeMs = T0;
  let value = 0;
  return Array.from({ length: 1 + Math.floor(random.float() * 6) }, () => {
    const count = 1 + Math.floor(random.float() ** 2 * 120);
    const timesMs: number[] = [];
    const values: number[] = [];
    for (let i = 0; i < count; i++) {
      timeMs += kind === 0 ? 15_000 : 1 + Math.floor(10 ** (random.float() * 9));
      if (random.float() < 0.6) value = kind === 1 ? value + 1 : random.float() * 10 ** (kind * 3);
      timesMs.push(timeMs);
      values.push(random.float() < 0.02 ? Number.NaN : value);
    }
    return encode(timesMs, values);
  });
}

test(`any chunks keep their samples (seed ${SEED})`, () => {
  const random = createSeededRandom(SEED);
  for (let round = 0; round < 150; round++) check(drawChunks(random));
});
