import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, type Clock, createManualClock } from '../platform/index.ts';
import { createQueryEngine, type QueryEngine } from './engine.ts';
import type { QueryLimits } from './limits.ts';
import { createTestStoreOf } from './testing.ts';

const SECOND = 1000;
const SAMPLES = 600;
const values = Array.from({ length: SAMPLES }, (_, i) => i);
const store = createTestStoreOf(SECOND, {
  'x_total{id="1"}': values,
  'x_total{id="2"}': values,
});
const range = { fromMs: 0, toMs: (SAMPLES - 1) * SECOND, stepMs: SECOND };

function engineWith(limits: Partial<QueryLimits>, clock: Clock = createManualClock()): QueryEngine {
  return createQueryEngine({ queryable: store, clock, limits });
}

function refuses(run: () => unknown, code: string, message: RegExp): void {
  assert.throws(run, (error: unknown) => {
    assert.ok(error instanceof AppError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

/** A clock on which every look costs a second. */
function createBusyClock(): Clock {
  let nowMs = 0;
  return { ...createManualClock(), monotonicMs: () => (nowMs += SECOND) };
}

describe('a query that is too dear', () => {
  it('is refused before it reads anything, with its cost and the bound', () => {
    refuses(
      () => engineWith({ heldSamplesMax: 1000 }).evaluateRange({ text: 'x_total', ...range }),
      'QUERY_TOO_DEAR',
      /would hold about 1200 samples of 2 series in memory; at most 1000 are allowed/,
    );
    refuses(
      () => engineWith({ readSamplesMax: 1000 }).evaluateInstant({ text: 'x_total', atMs: 0 }),
      'QUERY_TOO_DEAR',
      /would read about 1200 samples of 2 series; at most 1000 are allowed/,
    );
  });

  it('is not one that reads much and holds little', () => {
    const engine = engineWith({ heldSamplesMax: 700, readSamplesMax: 1200 });
    const text = 'sum(increase(x_total[10m]))';
    assert.equal(engine.evaluateInstant({ text, atMs: range.toMs }).value.kind, 'vector');
  });

  it('is stopped while it runs where the index promised less', () => {
    const modest = { ...store, estimate: () => ({ seriesCount: 0, sampleCount: 0 }) };
    const create = (limits: Partial<QueryLimits>): QueryEngine =>
      createQueryEngine({ queryable: modest, clock: createManualClock(), limits });
    refuses(
      () => create({ heldSamplesMax: 1000 }).evaluateRange({ text: 'x_total', ...range }),
      'QUERY_TOO_MANY_SAMPLES',
      /^query processing would load too many samples into memory in .* more than 1000 at once$/,
    );
    refuses(
      () => create({ readSamplesMax: 700 }).evaluateRange({ text: 'x_total', ...range }),
      'QUERY_TOO_MANY_SAMPLES',
      /reads more than 700 samples/,
    );
  });

  it('counts a pinned selector once and a subquery by its own steps', () => {
    const cost = (text: string): number =>
      engineWith({}).estimateCost({ text, ...range }).heldSamples;
    assert.equal(cost('x_total'), 1200);
    assert.equal(cost('sum(x_total @ 10)'), 2);
    assert.equal(cost('x_total + x_total'), 2400);
    assert.equal(cost('sum_over_time(x_total[10m:30s])'), 2 * 39);
    assert.equal(cost('1 + 1'), 0);
  });

  it('may not answer with more series than anyone can take', () => {
    const engine = engineWith({ outputSeriesMax: 1 });
    for (const text of ['x_total', 'x_total[1m]', 'x_total[1m:10s]']) {
      refuses(
        () => engine.evaluateInstant({ text, atMs: 60_000 }),
        'QUERY_TOO_DEAR',
        /answer has 2 series/,
      );
    }
    assert.equal(engine.evaluateInstant({ text: 'sum(x_total)', atMs: 0 }).value.kind, 'vector');
  });

  it('may not have a subquery of endless steps', () => {
    refuses(
      () => engineWith({}).evaluateInstant({ text: 'max_over_time(x_total[1y:1ms])', atMs: 0 }),
      'QUERY_FAILED',
      /subquery has 31536000000 steps/,
    );
  });
});

describe('a query that takes too long', () => {
  const slow = 'sum(x_total) + sum(x_total) + sum(x_total) + sum(x_total)';

  it('ends at its time limit', () => {
    refuses(
      () =>
        engineWith({ timeoutMs: 3000 }, createBusyClock()).evaluateRange({ text: slow, ...range }),
      'QUERY_TIMEOUT',
      /^query timed out in expression evaluation: it may take 3s, and had read \d+ samples of \d/,
    );
    refuses(
      () =>
        engineWith({}, createBusyClock()).evaluateRange({ text: slow, ...range, timeoutMs: 3000 }),
      'QUERY_TIMEOUT',
      /timed out/,
    );
    const patient = engineWith({}, createBusyClock());
    assert.equal(patient.evaluateRange({ text: slow, ...range }).value.kind, 'matrix');
  });

  it('ends when nobody wants the answer any more', () => {
    let looks = 0;
    refuses(
      () => engineWith({}).evaluateRange({ text: slow, ...range, isCancelled: () => ++looks > 2 }),
      'QUERY_CANCELED',
      /^query was canceled in expression evaluation$/,
    );
    assert.equal(looks, 3);
  });

  it('looks at the clock within a single selector too', () => {
    const long = Array.from({ length: 200_000 }, () => 1);
    const large = createTestStoreOf(1, { large: long });
    const engine = createQueryEngine({
      queryable: large,
      clock: createBusyClock(),
      limits: { timeoutMs: 3000 },
    });
    refuses(
      () =>
        engine.evaluateRange({
          text: 'sum_over_time(large[1h])',
          fromMs: 100_000,
          toMs: 200_000,
          stepMs: 20_000,
        }),
      'QUERY_TIMEOUT',
      /timed out/,
    );
  });

  it('reports what it took', () => {
    const { stats } = engineWith({}, createBusyClock()).evaluateRange({
      text: 'x_total',
      ...range,
    });
    assert.equal(stats.seriesRead, 2);
    assert.equal(stats.samplesRead, 1200);
    assert.equal(stats.samplesHeldMax, 1200);
    assert.ok(stats.elapsedMs > 0);
  });
});
