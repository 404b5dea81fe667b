/** What is read, what was asked for, and what is left. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createManualClock, createSilentLog } from '../platform/index.ts';
import { parseExpr } from '../promql/index.ts';
import { createLabels, createMatcher } from '../series/index.ts';
import { openTsdb } from '../tsdb/index.ts';
import { addMetricsOfText, noMetrics } from './metric-names.ts';
import { QueryRecord } from './queried-metrics.ts';
import { findUnusedMetrics } from './unused-metrics.ts';

const DAY_MS = 86_400_000;

function createStore() {
  const dir = mkdtempSync(join(tmpdir(), 'nines-unused-'));
  after(() => rmSync(dir, { recursive: true }));
  const clock = createManualClock(Date.UTC(2026, 10, 23, 12));
  const open = () => openTsdb({ dir, clock, log: createSilentLog() });
  return { clock, open, store: open() };
}

type World = ReturnType<typeof createStore>;

/** Some series of each metric, all of one job. */
function scrape({ store, clock }: World, job: string, metrics: Readonly<Record<string, number>>) {
  store.writeSamples(
    Object.entries(metrics).flatMap(([name, count]) =>
      Array.from({ length: count }, (_, i) => ({
        labels: createLabels({ __name__: name, job, instance: `${i}` }),
        timeMs: clock.now(),
        value: 1,
        isStale: false,
      })),
    ),
  );
}

function findUnused({ store, clock }: World, record: QueryRecord, expressions: string[] = []) {
  const sources = {
    store,
    record,
    clock,
    ownNames: () => new Set(['up']),
    expressions: () => expressions,
  };
  return findUnusedMetrics({ ...sources, jobs: () => new Set(['shop', 'db']) }, 7);
}

describe('metrics of a text', () => {
  it('are the names of all selectors, patterns that say something, and all words of no PromQL', () => {
    const cases: readonly (readonly [text: string, names: string[], patterns?: string[]])[] = [
      ['sum by (job) (rate(a_total[5m])) / on () group_left b', ['a_total', 'b']],
      ['max_over_time(c{x="y"}[1h:5m] offset 1d) unless {"d.e"}', ['c', 'd.e']],
      ['{__name__=~"node_.*", job="x"}', [], ['node_.*']],
      ['count by (__name__) ({__name__=~".+"})', []],
      ['count({job="x"})', []],
      ['{__name__!="a", job="x"}', []],
      ['rate(f_total{job="$job"}[$range])', ['rate', 'f_total', 'job', 'range']],
    ];
    for (const [text, names, patterns = []] of cases) {
      const into = noMetrics();
      addMetricsOfText(text, into);
      assert.deepEqual([[...into.names], [...into.patterns]], [names, patterns], text);
    }
  });
});

describe('unused metrics', () => {
  it('are those of declared jobs that nothing reads, with the most series first', () => {
    const world = createStore();
    scrape(world, 'shop', { up: 1, a: 2, b: 5, c: 3, d: 4 });
    scrape(world, 'db', { b: 5 });
    scrape(world, 'nines', { own: 9 });
    const record = new QueryRecord(world.store, world.clock);
    record.note(parseExpr('rate(a[5m])'));
    const unused = findUnused(world, record, ['sum(c) > 1']);
    assert.deepEqual(unused.metrics, [
      { name: 'b', seriesCount: 10, jobs: ['db', 'shop'] },
      { name: 'd', seriesCount: 4, jobs: ['shop'] },
    ]);
    assert.deepEqual([unused.metricCount, unused.unusedSeriesCount], [2, 14]);
  });

  it('stay used as long as a query of the last days asked for them, across restarts', async () => {
    const world = createStore();
    const { clock } = world;
    const record = new QueryRecord(world.store, clock);
    const askedAt = clock.now();
    record.note(parseExpr('a'));
    const matchers = [createMatcher('__name__', '=~', 'b.*')];
    record.noting().series({ matchers, fromMs: 0, toMs: clock.now() });
    record.flush();
    record.flush();
    await world.store.close();
    for (const [days, expected] of [
      [1, ['c']],
      [5, ['c']],
      [3, ['a', 'bb', 'c']],
    ] as const) {
      clock.advance(days * DAY_MS);
      const store = world.open();
      const later = { ...world, store };
      scrape(later, 'shop', { a: 1, bb: 1, c: 1 });
      const unused = findUnused(later, new QueryRecord(store, clock));
      assert.deepEqual(unused.metrics.map(({ name }) => name).sort(), expected, `${days}`);
      assert.equal(unused.recordedSince, expected.length === 1 ? askedAt : null);
      await store.close();
    }
  });

  it('writes a name once a day, however often it is asked for', () => {
    const { store, clock } = createStore();
    const record = new QueryRecord(store, clock);
    const before = store.stats().samplesAppended;
    for (let hour = 0; hour < 24; hour++) {
      record.note(parseExpr('a'));
      record.flush();
      clock.advance(3_600_000);
    }
    assert.equal(store.stats().samplesAppended - before, 2);
  });
});
