/** Aggregates beside histograms, which they know nothing of (figures: app/downsampling.test.ts). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../platform/index.ts';
import type { Aggregates } from '../series/index.ts';
import { openAggregates } from './aggregate-evaluation.ts';
import { createQueryEngine, type QueryEngine } from './engine.ts';
import type { Queryable } from './queryable.ts';
import { parseSeriesValues } from './series-notation.ts';
import { createTestStoreOf, type TestValue } from './testing.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The first hour is gone; from the second on there is a histogram each minute. */
function createStore(): Queryable {
  const histograms = parseSeriesValues(
    '{{count:2 sum:3 buckets:[2]}}+{{count:1 sum:2 buckets:[1]}}x80',
  );
  const values = histograms.map(
    (one): TestValue => (one.kind === 'histogram' ? one.histogram : null),
  );
  const gone = Array.from({ length: 61 }, () => null);
  return createTestStoreOf(MINUTE_MS, { h: [...gone, ...values] });
}

/** The first hour of a series, in two intervals: so many floats in each, and a marker at the end. */
function createAggregates(floatCount: number): Aggregates {
  const column = (...values: number[]): Float64Array => Float64Array.from(values);
  const half = HOUR_MS / 2;
  const value = floatCount > 0 ? 5 : Number.NaN;
  return {
    count: 2,
    endsMs: column(half, HOUR_MS),
    counts: column(floatCount, floatCount),
    firstsMs: column(MINUTE_MS, half + MINUTE_MS),
    firsts: column(value, value),
    lastsMs: column(half - MINUTE_MS, HOUR_MS - MINUTE_MS),
    lasts: column(value, value),
    mins: column(value, value),
    maxs: column(value, value),
    sums: column(value * floatCount, value * floatCount),
    losts: column(0, 0),
    stalesMs: column(0, HOUR_MS),
  };
}

function createEngine(aggregates?: Aggregates): QueryEngine {
  const clock = createManualClock();
  const store = createStore();
  if (aggregates === undefined) return createQueryEngine({ queryable: store, clock });
  const queryable: Queryable = {
    ...store,
    tiers: () => [{ everyMs: HOUR_MS / 2, untilMs: HOUR_MS }],
    select: (range) =>
      Array.from(store.select(range), (one) =>
        range.withAggregates === true ? { ...one, aggregates } : one,
      ),
  };
  return createQueryEngine({ queryable, clock, openAggregates });
}

const STEP_MS = 5 * MINUTE_MS;

describe('a series of histograms with nothing but a marker in its aggregates', () => {
  const plain = createEngine();
  const over = createEngine(createAggregates(0));

  for (const text of [
    'irate(h[10m])',
    'rate(h[20m])',
    'count_over_time(h[7m])',
    'changes(h[9m])',
  ]) {
    it(`answers ${text} from its histograms`, () => {
      const range = { text, fromMs: STEP_MS, toMs: 2 * HOUR_MS, stepMs: STEP_MS };
      const answer = over.evaluateRange(range).value;
      assert.ok(answer.kind === 'matrix' && answer.series.length === 1);
      assert.deepEqual(answer, plain.evaluateRange(range).value);
    });
  }

  it('shows them in a range vector', () => {
    const query = { text: 'h[90m]', atMs: 2 * HOUR_MS };
    const answer = over.evaluateInstant(query).value;
    assert.ok(answer.kind === 'matrix' && answer.series[0].timesMs.length === 60);
    assert.deepEqual(answer, plain.evaluateInstant(query).value);
  });
});

describe('a series that became one of histograms', () => {
  const over = createEngine(createAggregates(3));

  it('answers from floats up to the first window with a histogram, and each step from one kind', () => {
    const range = { fromMs: HOUR_MS / 2, toMs: 1.5 * HOUR_MS, stepMs: HOUR_MS / 2 };
    const answer = over.evaluateRange({ ...range, text: 'rate(h[1h])' }).value;
    assert.ok(answer.kind === 'matrix');
    const [{ timesMs, histograms }] = answer.series;
    const kinds = Array.from(timesMs, (timeMs, i) => {
      return `${timeMs / MINUTE_MS} ${histograms?.[i] === undefined ? 'float' : 'histogram'}`;
    });
    assert.deepEqual(kinds, ['30 float', '60 float', '90 histogram']);
  });
});
