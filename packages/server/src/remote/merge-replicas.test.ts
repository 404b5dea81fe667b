import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { createSamples, isStale, type Samples, setStale } from '../series/index.ts';
import { mergeReplicas } from './merge-replicas.ts';

type Row = readonly [seconds: number, value: number | 'stale'];

function samplesOf(rows: readonly Row[]): Samples {
  const samples = createSamples(rows.length);
  for (const [seconds, value] of rows) {
    const at = samples.count++;
    samples.timesMs[at] = seconds * 1000;
    if (value === 'stale') setStale(samples.bits, at);
    else samples.values[at] = value;
  }
  return samples;
}

function rowsOf({ count, timesMs, values, bits }: Samples): Row[] {
  return Array.from({ length: count }, (_, i) => [
    timesMs[i] / 1000,
    isStale(bits, i) ? 'stale' : values[i],
  ]);
}

/** One sample each 15 s; the value says which replica it is of. */
const every15 = (from: number, to: number, value: number): Row[] =>
  Array.from({ length: Math.floor((to - from) / 15) + 1 }, (_, i) => [from + i * 15, value]);

describe('merging replicas', () => {
  const check = (
    what: string,
    a: readonly Row[],
    b: readonly Row[],
    want: readonly Row[],
  ): void => {
    it(what, () => assert.deepEqual(rowsOf(mergeReplicas(samplesOf(a), samplesOf(b))), want));
  };

  check('follows one replica while it has samples', every15(0, 90, 1), every15(7, 97, 2), [
    ...every15(0, 90, 1),
  ]);
  check('has nothing of two empty ones', [], [], []);
  check('takes what only one has', [], every15(7, 37, 2), every15(7, 37, 2));
  check(
    'fills a gap from the other',
    [...every15(0, 30, 1), ...every15(120, 150, 1)],
    every15(7, 157, 2),
    [...every15(0, 30, 1), ...every15(67, 157, 2)],
  );
  check('goes on with the other where one ends', every15(0, 30, 1), every15(7, 112, 2), [
    ...every15(0, 30, 1),
    ...every15(67, 112, 2),
  ]);
  check(
    'takes one of two samples of the same time',
    every15(0, 30, 1),
    every15(0, 30, 2),
    every15(0, 30, 1),
  );
  check(
    'passes over the end of one replica where the other goes on',
    [...every15(0, 30, 1), [45, 'stale']],
    every15(7, 112, 2),
    [...every15(0, 30, 1), ...every15(67, 112, 2)],
  );
  check(
    'ends where both do',
    [...every15(0, 30, 1), [45, 'stale']],
    [...every15(7, 37, 2), [52, 'stale']],
    [...every15(0, 30, 1), [45, 'stale']],
  );
  check(
    'loses nothing of the other after a gap of both',
    [...every15(0, 30, 1), ...every15(3600, 3630, 1)],
    [...every15(7, 37, 2), ...every15(3607, 3697, 2)],
    [...every15(0, 30, 1), ...every15(3600, 3630, 1), ...every15(3667, 3697, 2)],
  );

  it('keeps to the order of time, and to the pace of one replica', () => {
    const random = createSeededRandom(7);
    for (let round = 0; round < 200; round++) {
      const gappy = (from: number, value: number): Row[] =>
        every15(from, 3000, value).filter(() => random.float() < 0.8);
      const merged = rowsOf(mergeReplicas(samplesOf(gappy(0, 1)), samplesOf(gappy(7, 2))));
      for (let i = 1; i < merged.length; i++) {
        const apart = merged[i][0] - merged[i - 1][0];
        assert.ok(apart >= 15, `${apart} s apart in round ${round}`);
      }
    }
  });
});
