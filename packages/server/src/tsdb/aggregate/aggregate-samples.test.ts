/** Aggregates of samples: their arithmetic, and the chunks that they are kept in. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createSeededRandom, type Random } from '../../platform/index.ts';
import { type Aggregates, createSamples, setStale } from '../../series/index.ts';
import { AggregateDecoder, AggregateEncoder } from './aggregate-chunk.ts';
import { AggregateColumns, mergeAggregates } from './aggregate-columns.ts';
import { aggregateSamples } from './aggregate-samples.ts';

const EVERY_MS = 300_000;

type Sample = readonly [timeMs: number, value: number | 'stale'];

function samplesOf(list: readonly Sample[]) {
  const samples = createSamples(list.length);
  for (const [timeMs, value] of list) {
    samples.timesMs[samples.count] = timeMs;
    if (value === 'stale') setStale(samples.bits, samples.count);
    else samples.values[samples.count] = value;
    samples.count++;
  }
  return samples;
}

function aggregate(list: readonly Sample[], everyMs = EVERY_MS): AggregateColumns {
  const columns = new AggregateColumns();
  aggregateSamples(samplesOf(list), everyMs, columns);
  return columns;
}

/** All that an entry says, short. */
function rowsOf(columns: Aggregates): readonly string[] {
  return Array.from({ length: columns.count }, (_, i) => {
    const { endsMs, counts, firstsMs, firsts, lastsMs, lasts, mins, maxs } = columns;
    const edges = `${firsts[i]}@${firstsMs[i]}..${lasts[i]}@${lastsMs[i]}`;
    const rest = `[${mins[i]}, ${maxs[i]}] sum ${columns.sums[i]} lost ${columns.losts[i]}`;
    const stale = columns.stalesMs[i] === 0 ? '' : ` stale@${columns.stalesMs[i]}`;
    return `${endsMs[i]}: ${counts[i]} ${edges} ${rest}${stale}`;
  });
}

describe('aggregates of samples', () => {
  const check = (what: string, list: readonly Sample[], want: readonly string[]): void => {
    test(what, () => assert.deepEqual(rowsOf(aggregate(list)), want));
  };

  check(
    'have count, edges, extremes and sum of each interval',
    [
      [1, 5],
      [2, 1],
      [3, 9],
      [300_001, 4],
    ],
    ['300000: 3 5@1..9@3 [1, 9] sum 15 lost 5', '600000: 1 4@300001..4@300001 [4, 4] sum 4 lost 0'],
  );
  check(
    'have a sample at the end of an interval in that interval',
    [
      [300_000, 1],
      [300_001, 2],
    ],
    [
      '300000: 1 1@300000..1@300000 [1, 1] sum 1 lost 0',
      '600000: 1 2@300001..2@300001 [2, 2] sum 2 lost 0',
    ],
  );
  check(
    'leave out intervals without samples',
    [
      [1, 1],
      [900_000, 2],
    ],
    ['300000: 1 1@1..1@1 [1, 1] sum 1 lost 0', '900000: 1 2@900000..2@900000 [2, 2] sum 2 lost 0'],
  );
  check(
    'add up what each reset of a counter took away',
    [
      [1, 10],
      [2, 3],
      [3, 8],
      [4, 0],
      [5, 2],
    ],
    ['300000: 5 10@1..2@5 [0, 10] sum 23 lost 18'],
  );
  check(
    'pass over NaN in extremes unless there is nothing else',
    [
      [1, Number.NaN],
      [2, 3],
      [300_001, Number.NaN],
    ],
    [
      '300000: 2 NaN@1..3@2 [3, 3] sum NaN lost 0',
      '600000: 1 NaN@300001..NaN@300001 [NaN, NaN] sum NaN lost 0',
    ],
  );
  check(
    'remember a marker after the last sample, and one without samples',
    [
      [1, 1],
      [2, 'stale'],
      [300_001, 'stale'],
      [600_001, 'stale'],
      [600_002, 7],
    ],
    [
      '300000: 1 1@1..1@1 [1, 1] sum 1 lost 0 stale@2',
      '600000: 0 NaN@0..NaN@0 [NaN, NaN] sum 0 lost 0 stale@300001',
      '900000: 1 7@600002..7@600002 [7, 7] sum 7 lost 0',
    ],
  );
  check(
    'do not lose small values beside large ones',
    [
      [1, 1e17],
      [2, 1],
      [3, -1e17],
    ],
    [
      '300000: 3 100000000000000000@1..-100000000000000000@3 [-100000000000000000, 100000000000000000] sum 1 lost 100000000000000000',
    ],
  );
});

function randomSamples(random: Random, count: number): readonly Sample[] {
  let timeMs = Math.floor(random.float() * 1e9) + 1.7e12;
  let counter = 0;
  const isCounter = random.float() < 0.5;
  return Array.from({ length: count }, () => {
    timeMs += 1 + Math.floor(random.float() ** 4 * 400_000);
    counter = random.float() < 0.05 ? 0 : counter + Math.floor(random.float() * 100);
    const kind = random.float();
    const value = isCounter ? counter : Math.round(random.float() * 1000) / 8;
    return [timeMs, kind < 0.03 ? 'stale' : kind < 0.06 ? Number.NaN : value] as const;
  });
}

describe('aggregates', () => {
  const seed = Math.floor(performance.now() * 1000) % 1_000_000;

  test(`come back from a chunk as they were (seed ${seed})`, () => {
    const random = createSeededRandom(seed);
    const encoder = new AggregateEncoder();
    const decoder = new AggregateDecoder();
    for (let round = 0; round < 50; round++) {
      const want = aggregate(randomSamples(random, 1 + Math.floor(random.float() * 600)));
      const data = encoder.encode(want, EVERY_MS, 0, want.count);
      const got = new AggregateColumns();
      decoder.decode(data, -Infinity, Infinity, got);
      assert.deepEqual(rowsOf(got), rowsOf(want), `round ${round}`);
      const at = Math.floor(random.float() * want.count);
      got.clear();
      decoder.decode(data, want.endsMs[at] - 1, want.endsMs[at], got);
      assert.deepEqual(rowsOf(got), rowsOf(want).slice(at, at + 1), `round ${round}`);
    }
  });

  test(`of a spoiled chunk are an error, or few, and never a hang (seed ${seed})`, () => {
    const random = createSeededRandom(seed);
    const decoder = new AggregateDecoder();
    const want = aggregate(randomSamples(random, 300));
    const whole = new AggregateEncoder().encode(want, EVERY_MS, 0, want.count);
    const untilMs = performance.now() + 200;
    for (let round = 0; round < 20_000 && performance.now() < untilMs; round++) {
      const bytes = whole.slice(0, round % 3 === 0 ? random.float() * whole.length : undefined);
      for (let i = 0; i < 3; i++) bytes[Math.floor(random.float() * bytes.length)] ^= 1 << (i + 3);
      const got = new AggregateColumns();
      try {
        decoder.decode(bytes, -Infinity, Infinity, got);
      } catch (error) {
        assert.ok(
          error instanceof Error && error.name === 'BlockDamage',
          `round ${round}: ${String(error)}`,
        );
      }
      assert.ok(got.count <= 65_535);
    }
  });

  test('made twice of one interval count once, those of more samples', () => {
    const early = aggregate([
      [1, 1],
      [300_001, 5],
    ]);
    const late = aggregate([
      [1, 1],
      [2, 2],
      [600_001, 9],
    ]);
    for (const parts of [
      [early, late],
      [late, early],
    ]) {
      const merged = new AggregateColumns();
      mergeAggregates(parts, merged);
      assert.deepEqual(rowsOf(merged), [
        ...rowsOf(late).slice(0, 1),
        ...rowsOf(early).slice(1),
        ...rowsOf(late).slice(1),
      ]);
    }
  });

  test('of a counter take a fraction of what its samples take', () => {
    const list = Array.from({ length: 5760 }, (_, i) => [i * 15_000 + 7, i * 30] as const);
    const columns = aggregate(list);
    const { length } = new AggregateEncoder().encode(columns, EVERY_MS, 0, columns.count);
    assert.equal(columns.count, 288);
    assert.ok(length < 200, `${length} bytes`);
  });
});
