import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock, createSeededRandom, type Random } from '../platform/index.ts';
import { formatLabels } from '../series/index.ts';
import { createQueryEngine, type QueryEngine, type QueryResult } from './engine.ts';
import { createTestStoreOf, type TestStore } from './testing.ts';

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
] as const;

/** Counters that reset, gauges with gaps and staleness markers, fractions, buckets. */
function createData(random: Random): TestStore {
  const draw = (bound: number): number => Math.floor(random.float() * bound);
  type Values = (number | null | 'stale')[];
  const fill = (next: () => number): Values =>
    Array.from({ length: SAMPLE_COUNT }, () => {
      const kind = random.float();
      return kind < 0.15 ? null : kind < 0.2 ? 'stale' : next();
    });
  const counter = (): Values => {
    let total = 0;
    return fill(() => (total = random.float() < 0.1 ? draw(5) : total + draw(20)));
  };
  const series: Record<string, Values> = { 'limit{job="a",max="1"}': fill(() => 2) };
  for (const job of ['a', 'b']) {
    for (const id of ['0', '1', '2']) {
      const labels = `job="${job}",id="${id}"`;
      series[`g{${labels},instance="${job}${id}"}`] = fill(() => draw(10));
      series[`f{${labels}}`] = fill(() => random.float() * 10);
      series[`c_total{${labels}}`] = counter();
      series[`target_info{job="${job}",instance="${job}${id}",zone="z${id}"}`] = fill(() => 1);
    }
    for (const le of ['1', '2', '+Inf']) series[`h_bucket{job="${job}",le="${le}"}`] = counter();
  }
  return createTestStoreOf(STEP_MS, series);
}

/** Values by series at one time; undefined stands for an error. */
type Points = ReadonlyMap<string, number> | undefined;

function pointsAt(result: QueryResult | undefined, timeMs: number): Points {
  const value = result?.value;
  if (value === undefined) return undefined;
  if (value.kind === 'scalar') return new Map([['{}', value.value]]);
  if (value.kind === 'vector') {
    return new Map(value.samples.map((sample) => [formatLabels(sample.labels), sample.value]));
  }
  assert.equal(value.kind, 'matrix');
  return new Map(
    value.series.flatMap(({ labels, timesMs, values }): [string, number][] => {
      const at = timesMs.indexOf(timeMs);
      return at < 0 ? [] : [[formatLabels(labels), values[at]]];
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
