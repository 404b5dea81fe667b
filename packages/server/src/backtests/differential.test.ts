/** A backtest comes to what the server's own evaluation comes to, instant by instant. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock, createSeededRandom, type Random } from '../platform/index.ts';
import {
  createQueryEngine,
  loadReplayParts,
  type MemoryStore,
  type QueryEngine,
} from '../promql/index.ts';
import {
  type AlertRule,
  type AlertTransition,
  type EvaluateHistory,
  loadRuleBacktest,
  loadRuleTestParts,
} from '../rules/index.ts';
import { createLabels, EMPTY_LABELS, formatSeries, type Labels } from '../series/index.ts';

const SEED = 20_261_123;
const ROUNDS = 18;
const END_MS = 3_600_000;

/** Of one shape each; some fail where two series are there at once. */
const EXPRESSIONS = [
  'm > 3',
  'm > 3 < 8',
  'm',
  'm > bool 4',
  'sum by (a) (m) > 9',
  'rate(c[2m]) > 0.4',
  'absent(m{b="x"})',
  'm / on (a) n > 1',
  '{__name__=~"m|n"} > 4',
  'm > 5 or n > 7',
  'm unless on (a, b) n > 2',
  'max_over_time(m[3m:40s]) > 7',
  'm offset 90s > 4',
  'm @ 1800 > 4',
  'topk(1, m) > 6',
  'time() % 700 < 200',
  'm > scalar(n{b="x"})',
  'count_values("v", floor(n / 4))',
];

type Parts = Awaited<ReturnType<typeof loadReplayParts>>;

/** Series that come, go and have gaps. */
function fillStore({ createMemoryStore }: Parts, random: Random): QueryEngine {
  const store = createMemoryStore();
  for (const name of ['m', 'n', 'c']) {
    for (const [a, b] of ['ux', 'uy', 'vx', 'vz']) {
      if (random.float() > 0.25) fillSeries(store, createLabels({ __name__: name, a, b }), random);
    }
  }
  return createQueryEngine({ queryable: store, clock: createManualClock() });
}

function fillSeries(store: MemoryStore, labels: Labels, random: Random): void {
  const pick = (count: number): number => Math.floor(random.float() * count);
  const isCounter = labels.values.includes('c');
  let value = pick(10);
  for (let timeMs = pick(600_000); timeMs < END_MS; timeMs += 15_000) {
    const gap = pick(40);
    if (gap === 0) store.append(labels, { timeMs, value: undefined });
    if (gap < 2) {
      timeMs += pick(600_000);
      continue;
    }
    value = isCounter ? value + pick(12) : Math.max(0, value + pick(5) - 2);
    store.append(labels, { timeMs, value: pick(60) === 0 ? Number.NaN : value });
  }
}

function askRange(engine: QueryEngine): EvaluateHistory {
  return async (text, { fromMs, toMs, stepMs }) => {
    try {
      const { value } = engine.evaluateRange({ text, fromMs, toMs, stepMs });
      return { kind: 'elements', elements: value.kind === 'matrix' ? value.series : [] };
    } catch (error) {
      return { kind: 'failed', message: String(error) };
    }
  };
}

const LABELS: readonly AlertRule['labels'][] = [
  [],
  [['severity', 'page']],
  [['b', 'all']],
  [['where', 'at {{ $labels.a }}']],
  [['value', '{{ $value }}']],
];

function createRule(random: Random): AlertRule {
  const among = <T>(list: readonly T[]): T => list[Math.floor(random.float() * list.length)];
  return {
    kind: 'alert',
    name: 'Tested',
    expression: among(EXPRESSIONS),
    labels: among(LABELS),
    annotations: [],
    forMs: among([0, 0, 20_000, 60_000, 200_000]),
    keepFiringForMs: among([0, 0, 45_000, 120_000]),
    place: { file: 'r.yml', line: 1, column: 1 },
  };
}

function describeTransition({ kind, atMs, alert }: AlertTransition): string {
  const value = kind === 'firing' || kind === 'pending' ? ` = ${alert.value}` : '';
  return `${atMs} ${kind} ${formatSeries(alert.labels)}${value}`;
}

describe('a backtest', () => {
  it('comes to the changes, failures and states of evaluation at each instant', async () => {
    const random = createSeededRandom(SEED);
    const parts = await loadReplayParts();
    const { createRuleReplay } = await loadRuleTestParts();
    const { backtestRule, warmUpFromMs } = await loadRuleBacktest();
    let changeCount = 0;
    let failureCount = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const engine = fillStore(parts, random);
      const rule = createRule(random);
      const intervalMs = [15_000, 30_000, 60_000][round % 3];
      const cadence = { intervalMs, offsetMs: Math.floor(random.float() * intervalMs) };
      const queryOffsetMs = round % 4 === 0 ? 37_000 : 0;
      const limit = round % 5 === 0 ? 2 : 0;
      const fromMs = Math.floor(random.float() * 1_500_000);
      const found: string[] = [];
      const outcome = await backtestRule({
        rule,
        groupName: 'g',
        cadence,
        queryOffsetMs,
        limit,
        fromMs,
        toMs: END_MS,
        evaluate: askRange(engine),
        instantsAtOnce: 1 + Math.floor(random.float() * 90),
        externalLabels: EMPTY_LABELS,
        externalUrl: '',
        onTransition: (one) => void found.push(describeTransition(one)),
        pause: async () => {},
      });
      const expected: string[] = [];
      const replay = createRuleReplay({
        groups: [
          { file: 'r.yml', name: 'g', intervalMs, queryOffsetMs, limit, labels: [], rules: [rule] },
        ],
        evaluate: (text, atMs) => {
          const { value } = engine.evaluateInstant({ text, atMs });
          if (value.kind === 'vector') return value.samples;
          return value.kind === 'scalar' ? [{ labels: EMPTY_LABELS, value: value.value }] : [];
        },
        write: () => {},
        onTransition: (one) => void expected.push(describeTransition(one)),
      });
      let expectedFailures = 0;
      const firstMs = warmUpFromMs(rule, cadence, fromMs);
      for (let atMs = firstMs; atMs <= END_MS; atMs += intervalMs) {
        const failures = await replay.evaluateAt(atMs);
        if (atMs >= fromMs) expectedFailures += failures.length;
      }
      const where = `seed ${SEED}, round ${round}: ${rule.expression}`;
      assert.deepEqual(found.toSorted(), expected.toSorted(), where);
      assert.equal(outcome.failedCount, expectedFailures, where);
      assert.deepEqual(
        [...outcome.active.values()].map(({ state }) => state).sort(),
        replay
          .alerts()
          .flatMap(({ active }) => [...active].map(({ state }) => state))
          .sort(),
        where,
      );
      changeCount += expected.length;
      failureCount += expectedFailures;
    }
    assert.ok(changeCount > 500, `only ${changeCount} changes were compared`);
    assert.ok(failureCount > 10, `only ${failureCount} failures were compared`);
  });
});
