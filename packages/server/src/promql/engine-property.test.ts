import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock, createSeededRandom, type Random } from '../platform/index.ts';
import {
  formatHistogramNotation,
  formatLabels,
  type Histogram,
  NO_BUCKETS,
} from '../series/index.ts';
import { createQueryEngine, type QueryEngine, type QueryResult } from './engine.ts';
import { createTestStoreOf, type TestStore, type TestValue } from './testing.ts';

/**
 * A range query must answer at each step what an instant query answers at that time. The two go
 * different ways through the engine: windows that slide against a single one, rows that are matched
 * over all steps against one step, pinned parts that are repeated against none.
 */
const STEP_MS = 15_000;
const SAMPLE_COUNT = 60;
const SEEDS = [1, 2, 3, 4];
const EXPRESSIONS = [
  'g',
  'g offset 1m',
  'g @ 300',
  'g smoothed',
  '-g % 3 ^ 2',
  'rate(c_total[1m])',
  'increase(c_total[2m] anchored)',
  'rate(c_total[2m] smoothed)',
  'irate(c_total[1m]) + on (job, id) idelta(g[1m])',
  'resets(c_total[3m]) - on (job, id) changes(g[3m])',
  'sum_over_time(g[2m])',
  'avg_over_time(f[3m])',
  'sum_over_time(f[3m])',
  'min_over_time(f[90s]) <= max_over_time(f[90s])',
  'ts_of_max_over_time(g[2m]) - ts_of_min_over_time(g[2m])',
  'stddev_over_time(f[2m])',
  'quantile_over_time(0.7, f[2m])',
  'mad_over_time(f[2m])',
  'first_over_time(f[1m]) or last_over_time(g[1m])',
  'deriv(f[2m])',
  'predict_linear(f[2m] @ 400, 60)',
  'double_exponential_smoothing(f[2m], 0.3, 0.6)',
  'sum by (job) (g)',
  'avg without (id) (f)',
  'stddev(f) + stdvar(f) + count(g) + group(g) + min(g) + max(g)',
  'topk by (job) (1, f)',
  'bottomk(2, g)',
  'limitk(2, g)',
  'limit_ratio(0.5, f)',
  'quantile(0.3, f)',
  'count_values("v", g)',
  'g / on (job, id) f',
  'g * on (job) group_left (max) limit',
  'g > bool on (job, id) f',
  'g == 3',
  '4 < g',
  'g and on (job, id) f > 2',
  'g unless on (job) f > 8',
  'f > 5 or g',
  'g + on (job, id) fill (1) f',
  'absent(limit offset 7m > 3)',
  'absent_over_time(limit[10s])',
  'histogram_quantile(0.9, rate(h_bucket[2m]))',
  'histogram_fraction(0, 1.5, h_bucket)',
  'scalar(max(g)) + time()',
  'clamp(f, 2, scalar(g{id="0"}))',
  'round(f, 0.5)',
  'max_over_time(rate(c_total[1m])[3m:30s])',
  'avg_over_time(g[2m:20s] offset 30s)',
  'sum_over_time(g[2m:30s] @ 450)',
  'label_join(g, "both", "-", "job", "id")',
  'label_replace(f, "id", "x$1", "id", "(.)")',
  'timestamp(g) - timestamp(g * 1)',
  'hour(f * 10000) + scalar(day_of_week())',
  'info(g)',
  'n',
  'n smoothed',
  'm @ 300 + 1',
  '-n',
  'rate(n[1m])',
  'increase(n[2m] anchored)',
  'delta(n[2m] smoothed)',
  'irate(m[1m]) or idelta(n[1m])',
  'resets(m[3m]) - on (job, id) changes(m[3m])',
  'sum_over_time(n[2m])',
  'avg_over_time(m[30s])',
  'max_over_time(m[2m]) or quantile_over_time(0.3, m[1m])',
  'first_over_time(m[1m]) or last_over_time(m[2m])',
  'count_over_time(m[2m]) + present_over_time(m[2m])',
  'ts_of_first_over_time(m[1m]) + ts_of_last_over_time(m[1m])',
  'sum by (job) (m)',
  'avg without (id) (n)',
  'count(m) + group(m) + max(m) + stddev(m)',
  'topk(2, m)',
  'limitk(2, m)',
  'count_values("v", n)',
  'n * on (job, id) f',
  'n + on (job, id) fill (1) m',
  'n == bool on (job, id) m',
  'n != on (job, id) n offset 15s',
  'n * on (job) group_left limit',
  '2 * m > 4',
  'n </ 1',
  'm or n',
  'n unless on (job, id) m',
  'absent_over_time(m[10s])',
  'histogram_quantile(0.7, rate(n[2m]))',
  'histogram_fraction(0.2, 1, m)',
  'histogram_stddev(m)',
  'histogram_count(sum by (job) (rate(n[2m])))',
  'avg_over_time(rate(n[1m])[3m:30s])',
  'increase(m[2m:20s] offset 30s)',
  'label_replace(m, "id", "x$1", "id", "(.)")',
] as const;

/** Cumulative counts as a counter of a histogram has them. */
function createHistogram(counts: readonly number[]): Histogram {
  const count = counts.reduce((sum, one) => sum + one, 0);
  return {
    schema: 0,
    counterReset: 'unknown',
    isInteger: true,
    zeroThreshold: 0,
    zeroCount: 0,
    count,
    sum: count * 1.5,
    positive: {
      spanOffsets: [-1],
      spanLengths: [counts.length],
      counts: Float64Array.from(counts),
    },
    negative: NO_BUCKETS,
    customBounds: undefined,
  };
}

/** Counters that reset, gauges with gaps and staleness markers, fractions, buckets. */
function createData(random: Random): TestStore {
  const draw = (bound: number): number => Math.floor(random.float() * bound);
  type Values = TestValue[];
  const fill = (next: () => TestValue): Values =>
    Array.from({ length: SAMPLE_COUNT }, () => {
      const kind = random.float();
      return kind < 0.15 ? null : kind < 0.2 ? 'stale' : next();
    });
  const counter = (): Values => {
    let total = 0;
    return fill(() => (total = random.float() < 0.1 ? draw(5) : total + draw(20)));
  };
  /** Grows in each bucket, and now and then begins anew. */
  const native = (): (() => Histogram) => {
    let counts = [0, 0, 0];
    return () => {
      const isReset = random.float() < 0.1;
      counts = counts.map((count) => (isReset ? 0 : count) + draw(5));
      return createHistogram(counts);
    };
  };
  const series: Record<string, Values> = { 'limit{job="a",max="1"}': fill(() => 2) };
  for (const job of ['a', 'b']) {
    for (const id of ['0', '1', '2']) {
      const labels = `job="${job}",id="${id}"`;
      series[`g{${labels},instance="${job}${id}"}`] = fill(() => draw(10));
      series[`f{${labels}}`] = fill(() => random.float() * 10);
      series[`c_total{${labels}}`] = counter();
      const [next, nextMixed] = [native(), native()];
      series[`n{${labels}}`] = fill(next);
      series[`m{${labels}}`] = fill(() => (random.float() < 0.4 ? draw(10) : nextMixed()));
      series[`target_info{job="${job}",instance="${job}${id}",zone="z${id}"}`] = fill(() => 1);
    }
    for (const le of ['1', '2', '+Inf']) series[`h_bucket{job="${job}",le="${le}"}`] = counter();
  }
  return createTestStoreOf(STEP_MS, series);
}

/** Values by series at one time; undefined stands for an error. */
type Points = ReadonlyMap<string, number | string> | undefined;

function pointOf(value: number, histogram: Histogram | undefined): number | string {
  return histogram === undefined ? value : formatHistogramNotation(histogram);
}

function pointsAt(result: QueryResult | undefined, timeMs: number): Points {
  const value = result?.value;
  if (value === undefined) return undefined;
  if (value.kind === 'scalar') return new Map([['{}', value.value]]);
  if (value.kind === 'vector') {
    return new Map(
      value.samples.map((sample) => [
        formatLabels(sample.labels),
        pointOf(sample.value, sample.histogram),
      ]),
    );
  }
  assert.equal(value.kind, 'matrix');
  return new Map(
    value.series.flatMap(({ labels, timesMs, values, histograms }): [string, number | string][] => {
      const at = timesMs.indexOf(timeMs);
      return at < 0 ? [] : [[formatLabels(labels), pointOf(values[at], histograms?.[at])]];
    }),
  );
}

function attempt(run: () => QueryResult): QueryResult | undefined {
  try {
    return run();
  } catch {
    // Some random data cannot be matched; then both ways must fail.
    return undefined;
  }
}

describe('a range query equals the instant queries at its steps', () => {
  const checkRange = (engine: QueryEngine, text: string, context: string): number => {
    const window = { fromMs: 60_000, toMs: 840_000, stepMs: 20_000 };
    const range = attempt(() => engine.evaluateRange({ text, ...window }));
    let compared = 0;
    let hasFailed = false;
    for (let atMs = window.fromMs; atMs <= window.toMs; atMs += window.stepMs) {
      const instant = attempt(() => engine.evaluateInstant({ text, atMs }));
      hasFailed ||= instant === undefined;
      if (range === undefined || instant === undefined) continue;
      const want = pointsAt(instant, atMs);
      assert.deepEqual(pointsAt(range, atMs), want, `${text} at ${atMs} (${context})`);
      compared += want?.size ?? 0;
    }
    assert.equal(range === undefined, hasFailed, `${text}: only one way fails (${context})`);
    return compared;
  };

  for (const seed of SEEDS) {
    it(`over random data of seed ${seed}`, () => {
      const queryable = createData(createSeededRandom(seed));
      const engine = createQueryEngine({ queryable, clock: createManualClock() });
      for (const text of EXPRESSIONS) {
        const compared = checkRange(engine, text, `seed ${seed}`);
        assert.ok(
          compared > 0 || /limit|fill/.test(text),
          `${text} answers nothing (seed ${seed})`,
        );
      }
    });
  }
});

describe('an aggregation is the same of rows that come one by one and of a whole vector', () => {
  const OPERATORS = ['sum', 'avg', 'count', 'group', 'min', 'max', 'stddev', 'stdvar'] as const;
  const OPERANDS = [
    'g',
    'f smoothed',
    'm',
    'n offset 1m',
    'm @ 300',
    'rate(c_total[1m])',
    'rate(m[2m])',
    'last_over_time(m[1m])',
    'quantile_over_time(scalar(limit) / 4, f[2m])',
    'max_over_time(g[3m:20s])',
  ];
  const GROUPINGS = ['', 'by (job)', 'by (__name__, id)', 'without (id, instance)'];

  for (const seed of SEEDS) {
    it(`over random data of seed ${seed}`, () => {
      const queryable = createData(createSeededRandom(seed));
      const engine = createQueryEngine({ queryable, clock: createManualClock() });
      const window = { fromMs: 60_000, toMs: 840_000, stepMs: 20_000 };
      const ask = (text: string): Omit<QueryResult, 'stats'> => {
        const { value, warnings, infos } = engine.evaluateRange({ text, ...window });
        return { value, warnings, infos, trace: undefined };
      };
      for (const operator of OPERATORS) {
        for (const grouping of GROUPINGS) {
          for (const operand of OPERANDS) {
            const text = `${operator} ${grouping} (${operand}`;
            assert.deepEqual(ask(`${text})`), ask(`${text} or missing)`), text);
          }
        }
      }
    });
  }
});
