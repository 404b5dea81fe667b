import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSamples, setStale } from '../series/index.ts';
import { type CountRules, countSeries, type Mark } from './counts.ts';

/** A line of `seconds=value`, with `x` for a staleness marker. */
function samplesOf(text: string) {
  const entries = text.split(' ').map((entry) => entry.split('='));
  const samples = createSamples(entries.length);
  samples.count = entries.length;
  entries.forEach(([seconds, value], i) => {
    samples.timesMs[i] = Number(seconds) * 1000;
    samples.values[i] = Number(value);
    if (value === 'x') setStale(samples.bits, i);
  });
  return samples;
}

interface Facts {
  /** Instants in seconds. */
  readonly countedUntil?: number;
  readonly since?: number;
  readonly mark?: Mark;
  readonly found?: Mark;
  readonly isTargetKnown?: boolean;
  readonly startedAt?: (seconds: number) => number;
}

/** What is counted, as `seconds=events`. */
function count(text: string, facts: Facts = {}): string {
  const counted: string[] = [];
  const { startedAt } = facts;
  const rules: CountRules = {
    countedUntilMs: (facts.countedUntil ?? 0) * 1000,
    countingSinceMs: (facts.since ?? 9_999) * 1000,
    processStartedMs: (atMs) =>
      startedAt === undefined ? undefined : startedAt(atMs / 1000) * 1000,
    findMark: () => facts.found,
    isTargetKnown: () => facts.isTargetKnown ?? false,
    add: (timeMs, increment) => counted.push(`${timeMs / 1000}=${increment}`),
  };
  countSeries(samplesOf(text), facts.mark, rules);
  return counted.join(' ');
}

const mark = (seconds: number, value: number, started?: number): Mark => ({
  timeMs: seconds * 1000,
  value,
  processStartedMs: started === undefined ? undefined : started * 1000,
});

describe('counting a series', () => {
  const check = (name: string, want: string, [text, facts]: readonly [string, Facts?]): void => {
    void it(name, () => assert.equal(count(text, facts), want));
  };

  check('adds the difference of each sample to the one before', '20=5 40=2', [
    '10=100 20=105 30=105 40=107',
  ]);
  check('takes the first value of an unknown series as the beginning', '20=1', ['10=7 20=8']);
  check('counts the first value whole where the target was scraped without it', '10=1 20=1', [
    '10=1 20=2',
    { isTargetKnown: true },
  ]);
  check('counts the first value whole where the process is younger than counting', '10=7 20=1', [
    '10=7 20=8',
    { since: 3, startedAt: () => 5 },
  ]);
  check('does not where the process is older than counting', '20=1', [
    '10=7 20=8',
    { since: 6, startedAt: () => 5 },
  ]);
  check('counts a new value whole after a drop', '20=5 30=3', ['10=100 20=105 30=3']);
  check('counts nothing at a drop to zero', '40=2', ['10=100 30=0 40=2']);
  check('sees a restart that has overtaken the old value', '20=1 30=9 40=1', [
    '10=5 20=6 30=9 40=10',
    { startedAt: (at) => (at < 25 ? 1 : 22) },
  ]);
  check('is not misled by a start that trembles', '20=1 30=1', [
    '10=5 20=6 30=7',
    { startedAt: (at) => 1 + (at % 20 === 0 ? 0.9 : 0) },
  ]);
  check('is not misled by a start that is corrected while the process runs', '1020=1', [
    '1000=5 1020=6',
    { startedAt: (at) => (at < 1010 ? 100 : 130) },
  ]);
  check('goes on after a staleness marker', '500=4', ['10=5 20=x 500=9']);
  check('goes on from a value that only the store remembers', '900=4', [
    '900=9',
    { found: mark(100, 5) },
  ]);
  check('sees the restart since a value that only the store remembers', '900=9', [
    '900=9',
    { found: mark(100, 5), startedAt: () => 800 },
  ]);
  check('ignores what it has seen', '30=1', ['10=5 20=6 30=7', { mark: mark(20, 6) }]);
  check('only learns where counters stand from what is counted already', '30=1', [
    '10=5 20=6 30=7',
    { countedUntil: 20, isTargetKnown: true },
  ]);
  check('ignores what is no counter: NaN, infinite, negative', '40=2', [
    '10=5 20=NaN 25=Infinity 30=-3 40=7',
  ]);
  check('has nothing to say of a series that does not move', '', ['10=5 20=5 30=5']);
});
