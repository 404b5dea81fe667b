import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock, createSeededRandom } from '../platform/index.ts';
import { createLabels } from '../series/index.ts';
import { createQueryEngine } from './engine.ts';
import type { Queryable, SelectRange } from './queryable.ts';
import { createTestStore, createTestStoreOf, type TestSample } from './testing.ts';

const SECOND = 1000;

/** The value of a query at a time over one series of evenly spaced samples. */
function valueOf(text: string, samples: readonly (number | null | 'stale')[], atMs: number) {
  const queryable = createTestStoreOf(SECOND, { x_total: samples });
  const engine = createQueryEngine({ queryable, clock: createManualClock() });
  const { value } = engine.evaluateInstant({ text, atMs });
  assert.equal(value.kind, 'vector');
  return value.kind === 'vector' ? value.samples[0]?.value : undefined;
}

describe('rate', () => {
  const check = (samples: (number | null)[], text: string, want: number | undefined): void => {
    const got = valueOf(text, samples, (samples.length - 1) * SECOND);
    if (want === undefined || got === undefined) assert.equal(got, want, text);
    else assert.ok(Math.abs(got - want) < 1e-12, `${text}: ${got} instead of ${want}`);
  };
  const long = [0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

  it('extends the change to the edges that samples come close to', () => {
    check(long, 'increase(x_total[10s])', 100);
    check(long, 'rate(x_total[10s])', 10);
    check([...long, null], 'increase(x_total[10s])', 100);
  });

  it('extends by half a distance where the series begins or ends within', () => {
    check([null, null, null, null, 10, 20, 30], 'delta(x_total[10s])', 20 * (2.5 / 2));
    check([...long, null, null, null], 'increase(x_total[8s])', 40 * (5.5 / 4));
  });

  it('does not extend a counter below zero', () => {
    check([null, null, null, null, 1, 11, 21], 'increase(x_total[10s])', 20 * (2.1 / 2));
    check([null, null, null, null, 1, 11, 21], 'delta(x_total[10s])', 20 * (2.5 / 2));
  });

  it('adds what a counter had reached before it was reset', () => {
    check([0, 10, 20, 5, 15, 25, 3], 'increase(x_total[6s])', (10 + 5 + 20 + 3) * (6 / 5));
    check([0, 10, 20, 5, 15, 25, 3], 'resets(x_total[6s])', 2);
    check([0, 10, 20, 5, 15, 25, 3], 'irate(x_total[6s])', 3);
    check([0, 10, 20, 5, 15, 25, 3], 'idelta(x_total[6s])', -22);
  });

  it('has no answer for a single sample', () => {
    check([null, null, 10], 'rate(x_total[2s])', undefined);
    check([null, null, 10], 'irate(x_total[2s])', undefined);
    check([null, null, 10], 'deriv(x_total[2s])', undefined);
  });

  it('knows from a start time where a counter began', () => {
    const store = createTestStore();
    const sample = (timeMs: number, value: number, startMs: number): TestSample => ({
      timeMs,
      value,
      startMs,
    });
    store.append(createLabels({ __name__: 'x_total' }), [
      sample(10 * SECOND, 4, 8 * SECOND),
      sample(20 * SECOND, 6, 18 * SECOND),
    ]);
    const engine = createQueryEngine({ queryable: store, clock: createManualClock() });
    const increase = (atMs: number): unknown => {
      const { value } = engine.evaluateInstant({ text: 'increase(x_total[9s])', atMs });
      return value.kind === 'vector' ? value.samples.map((one) => one.value) : value;
    };
    assert.deepEqual(increase(10 * SECOND), [4]);
    assert.deepEqual(increase(15 * SECOND), [4]);
    const { value } = engine.evaluateInstant({ text: 'resets(x_total[1m])', atMs: 20 * SECOND });
    assert.equal(value.kind === 'vector' && value.samples[0].value, 1);
  });
});

describe('functions over time', () => {
  const check = (text: string, samples: (number | null | 'stale')[], want: number): void => {
    const got = valueOf(text, samples, (samples.length - 1) * SECOND);
    const isEqual = got !== undefined && (Object.is(got, want) || Math.abs(got - want) < 1e-12);
    assert.ok(isEqual, `${text}: ${got} instead of ${want}`);
  };
  const { NaN: nan } = Number;

  it('let NaN win only where there is nothing else', () => {
    check('max_over_time(x_total[9s])', [nan, 3, nan, 1], 3);
    check('min_over_time(x_total[9s])', [nan, 3, nan, 1], 1);
    check('max_over_time(x_total[9s])', [nan, nan], nan);
    check('ts_of_max_over_time(x_total[9s])', [2, 3, 3, 1], 2);
    check('ts_of_min_over_time(x_total[9s])', [nan, nan, nan], 2);
    check('quantile_over_time(0, x_total[9s])', [nan, 3, 1], nan);
    check('mad_over_time(x_total[9s])', [nan, 3, 1], nan);
  });

  it('lose nothing of small numbers beside large ones', () => {
    check('sum_over_time(x_total[9s])', [1, 1e100, 1, -1e100], 2);
    check('avg_over_time(x_total[9s])', [1, 1e100, 1, -1e100], 0.5);
    check('sum_over_time(x_total[9s])', [2 ** 53, 1, -(2 ** 53)], 1);
  });

  it('average numbers whose sum is too large', () => {
    check('avg_over_time(x_total[9s])', [1.7e308, 1.7e308, 1.7e308], 1.7e308);
    check('avg_over_time(x_total[9s])', [Infinity, 1], Infinity);
    check('avg_over_time(x_total[9s])', [Infinity, -Infinity], nan);
    check('sum_over_time(x_total[9s])', [-Infinity, 1], -Infinity);
  });

  it('tell spread by Welford and by the median', () => {
    check('stdvar_over_time(x_total[9s])', [2, 4, 4, 4, 5, 5, 7, 9], 4);
    check('stddev_over_time(x_total[9s])', [2, 4, 4, 4, 5, 5, 7, 9], 2);
    check('mad_over_time(x_total[9s])', [4, 6, 2, 1, 999, 1, 2], 1);
    check('quantile_over_time(0.25, x_total[9s])', [1, 2, 3, 4], 1.75);
  });

  it('count what is there', () => {
    check('count_over_time(x_total[9s])', [1, null, 'stale', 4], 2);
    check('changes(x_total[9s])', [1, 1, 2, nan, nan, 1], 3);
    check('first_over_time(x_total[2s])', [7, 8, 9], 8);
    check('ts_of_first_over_time(x_total[2s])', [7, 8, 9], 1);
    check('present_over_time(x_total[2s])', [7, 8, 9], 1);
  });

  it('take a count in place of the samples where a store gives it', () => {
    const x = [1, null, 'stale', 4, 5, null, null, null] as const;
    const queryable = createTestStoreOf(SECOND, { 'x{a="1"}': x, 'x{a="2"}': ['stale'] });
    const whole = {
      ...queryable,
      select: (range: SelectRange) => queryable.select({ ...range, countOnly: false }),
    };
    const ask = (store: Queryable, text: string, atMs: number): unknown =>
      createQueryEngine({ queryable: store, clock: createManualClock() }).evaluateInstant({
        text,
        atMs,
      }).value;
    for (const name of ['count_over_time', 'present_over_time', 'absent_over_time']) {
      for (let second = 0; second < 9; second++) {
        for (const text of [
          `${name}(x[3s])`,
          `sum(${name}(x[5s] offset 1s))`,
          `${name}(x{a="2"}[9s])`,
        ]) {
          const want = ask(whole, text, second * SECOND);
          assert.deepEqual(ask(queryable, text, second * SECOND), want, `${text} at ${second}`);
        }
      }
    }
  });

  it('fit a line', () => {
    check('deriv(x_total[9s])', [0, 2, 4, 6], 2);
    check('deriv(x_total[9s])', [5, 5, 5], 0);
    check('deriv(x_total[9s])', [Infinity, Infinity], nan);
    check('predict_linear(x_total[9s], 10)', [0, 2, 4, 6], 26);
    check('double_exponential_smoothing(x_total[9s], 0.5, 0.5)', [1, 2, 3, 4], 4);
  });

  it('find in one pass what a search of each window finds', () => {
    const random = createSeededRandom(7);
    const samples = Array.from({ length: 300 }, () => Math.floor(random.float() * 50));
    const queryable = createTestStoreOf(SECOND, { x: samples });
    const engine = createQueryEngine({ queryable, clock: createManualClock() });
    const naive: Readonly<Record<string, (window: readonly number[]) => number>> = {
      max_over_time: (window) => Math.max(...window),
      min_over_time: (window) => Math.min(...window),
      sum_over_time: (window) => window.reduce((sum, one) => sum + one, 0),
      avg_over_time: (window) => window.reduce((sum, one) => sum + one, 0) / window.length,
      changes: (window) => window.filter((one, i) => i > 0 && one !== window[i - 1]).length,
    };
    for (const [name, want] of Object.entries(naive)) {
      const { value } = engine.evaluateRange({
        text: `${name}(x[17s])`,
        fromMs: 0,
        toMs: 299 * SECOND,
        stepMs: 3 * SECOND,
      });
      assert.ok(value.kind === 'matrix');
      const [{ timesMs, values }] = value.series;
      for (const [i, timeMs] of timesMs.entries()) {
        const end = timeMs / SECOND;
        const window = samples.slice(Math.max(0, end - 16), end + 1);
        assert.equal(values[i], want(window), `${name} at ${timeMs}`);
      }
    }
  });
});
