import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Backtest, BacktestRequest } from '@nines/contract';
import { AppError, createManualClock } from '../platform/index.ts';
import { createQueryEngine, loadReplayParts } from '../promql/index.ts';
import { type GroupView, loadRuleBacktest, type RuleView } from '../rules/index.ts';
import { createLabels, EMPTY_LABELS } from '../series/index.ts';
import { type Backtests, createBacktests } from './service.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Midnight. */
const DAY = Date.UTC(2026, 10, 23);
const NOW = DAY + 24 * HOUR;
const ASKER = { name: 'Mina', signal: new AbortController().signal };

const RULE: RuleView = {
  kind: 'alert',
  key: 'shop/High{}',
  name: 'High',
  expression: 'load > 5',
  labels: [['severity', 'page']],
  place: { file: 'r.yml', line: 1, column: 1 },
  health: 'ok',
  lastError: undefined,
  templateError: undefined,
  lastEvaluationAt: undefined,
  evaluationDurationMs: 0,
  annotations: [],
  forMs: 5 * MINUTE,
  keepFiringForMs: 0,
  state: 'inactive',
  alerts: [],
};
const GROUP: GroupView = {
  file: 'r.yml',
  name: 'shop',
  intervalMs: MINUTE,
  queryOffsetMs: 0,
  limit: 0,
  nextEvaluationAt: NOW,
  lastEvaluationAt: undefined,
  evaluationDurationMs: 0,
  missedIterations: 0,
  rules: [RULE],
};

/**
 * A day of a load that is high from 3 to 4 o'clock and from 12 to 12:30, and there from 1 o'clock
 * on; the second time it rises slowly.
 */
async function createWorld(groups: readonly GroupView[] = [GROUP]): Promise<Backtests> {
  const { createMemoryStore } = await loadReplayParts();
  const store = createMemoryStore();
  const labels = createLabels({ __name__: 'load', zone: 'a' });
  for (let timeMs = DAY + HOUR; timeMs <= NOW; timeMs += MINUTE) {
    const hour = (timeMs - DAY) / HOUR;
    const isNight = hour >= 3 && hour < 4;
    const rise = hour >= 12 && hour < 12.5 ? 2 + (hour - 12) * 20 : 1;
    store.append(labels, { timeMs, value: isNight ? 9 : rise });
  }
  const clock = createManualClock(NOW);
  const engine = createQueryEngine({ queryable: store, clock });
  return createBacktests({
    ...(await loadRuleBacktest()),
    groups: () => groups,
    defaults: () => ({ intervalMs: MINUTE, queryOffsetMs: 0 }),
    async ask({ text, fromMs, toMs, stepMs }, { signal }) {
      if (signal.aborted) throw new Error('asked after the end');
      const { value } = engine.evaluateRange({ text, fromMs, toMs, stepMs });
      return value.kind === 'matrix' ? value.series : [];
    },
    checkExpression: (text) => (text === '' ? { message: 'empty', offset: 0 } : undefined),
    clock,
    queryTimeoutMs: () => 60_000,
    externalLabels: () => EMPTY_LABELS,
    externalUrl: 'http://nines.test',
    timeZone: 'UTC',
    pause: async () => {},
  });
}

async function run(request: Partial<BacktestRequest>): Promise<Backtest> {
  const backtests = await createWorld();
  return backtests.run({ name: 'High', fromMs: DAY, toMs: NOW, ...request }, ASKER);
}

async function assertRefused(
  request: Partial<BacktestRequest>,
  code: string,
  message: RegExp,
): Promise<void> {
  await assert.rejects(run(request), (error) => {
    assert.ok(error instanceof AppError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

describe('backtests', () => {
  it('count what the rule in force would have done', async () => {
    const { tested, inForce, intervalMs } = await run({});
    assert.equal(inForce, null);
    assert.equal(intervalMs, MINUTE);
    const { firingCount, pageCount, nightPageCount, resolvedCount, pendingCount } = tested;
    assert.deepEqual(
      { firingCount, pageCount, nightPageCount, resolvedCount, pendingCount },
      { firingCount: 2, pageCount: 2, nightPageCount: 1, resolvedCount: 2, pendingCount: 2 },
    );
    const labels = { alertname: 'High', severity: 'page', zone: 'a' };
    assert.deepEqual(
      tested.periods.map(({ labels: own, value }) => [own, value]),
      [
        [labels, 9],
        [labels, tested.periods[1].value],
      ],
    );
    const [night] = tested.periods;
    assert.ok(night.firedAt >= DAY + 3 * HOUR + 5 * MINUTE);
    assert.ok(night.firedAt < DAY + 3 * HOUR + 7 * MINUTE);
    assert.equal(tested.longestMs, (night.resolvedAt ?? 0) - night.firedAt);
    assert.deepEqual(tested.labelSets, [{ labels, firingCount: 2, firingMs: tested.firingMs }]);
  });

  it('know the nights of other zones', async () => {
    const { tested } = await run({ timeZone: 'Asia/Tokyo' });
    assert.equal(tested.nightPageCount, 0);
    const { tested: western } = await run({ timeZone: 'America/Los_Angeles' });
    assert.equal(western.nightPageCount, 1);
    await assertRefused({ timeZone: 'Mars/Base' }, 'BACKTEST_INVALID', /no time zone "Mars\/Base"/);
  });

  it('name the part of the range without data, and leave it out of the week', async () => {
    const { noData, tested } = await run({});
    assert.equal(noData?.length, 1);
    const [gap] = noData ?? [];
    assert.equal(gap.fromMs, DAY);
    assert.ok(Math.abs(gap.toMs - DAY - HOUR) < 3 * MINUTE);
    const weeks = (23 * HOUR) / (7 * 24 * HOUR);
    assert.ok(Math.abs((tested.pagesPerWeek ?? 0) - 2 / weeks) < 0.1);
  });

  it('know of data that is younger than the points at which they look for it', async () => {
    const { noData } = await run({ toMs: DAY + HOUR + 30_000 });
    assert.deepEqual(noData?.length, 1);
    assert.ok((noData?.[0].toMs ?? 0) < DAY + HOUR);
  });

  it('hold an edited rule against the one in force', async () => {
    const { tested, inForce, comparison } = await run({
      expression: 'load > 3',
      labels: { severity: 'ticket' },
      comparesInForce: true,
    });
    assert.deepEqual([tested.pageCount, inForce?.pageCount], [0, 2]);
    assert.equal(inForce?.group, 'shop');
    assert.equal(comparison?.bothCount, 2);
    assert.equal(comparison.earlierCount, 1);
    assert.equal(comparison.laterCount, 0);
    const long = await run({ forMs: 40 * MINUTE, comparesInForce: true });
    assert.equal(long.comparison?.onlyInForceCount, 1);
    assert.equal(long.comparison.medianShiftMs, 35 * MINUTE);
  });

  it('count nothing that fired before the range, and say that it did', async () => {
    const { tested } = await run({ fromMs: DAY + 3.5 * HOUR, toMs: DAY + 12.4 * HOUR });
    assert.deepEqual([tested.firingCount, tested.firingAtStart, tested.firingAtEnd], [1, 1, 1]);
    assert.equal(tested.periods[0].firedAt < DAY + 3.5 * HOUR, true);
    assert.equal(tested.periods[1].resolvedAt, null);
  });

  it('take new rules', async () => {
    const { tested } = await run({ name: 'New', expression: 'load > 8', forMs: 0 });
    assert.deepEqual([tested.firingCount, tested.pageCount, tested.periods.length], [2, 0, 2]);
  });

  it('say what they cannot do', async () => {
    await assertRefused({ name: 'Nope' }, 'BACKTEST_RULE_NOT_FOUND', /no alerting rule "Nope"/);
    await assertRefused({ expression: '' }, 'BACKTEST_INVALID', /cannot use the expression: empty/);
    await assertRefused({ labels: { x: '{{ if }}' } }, 'BACKTEST_INVALID', /cannot use label x/);
    await assertRefused({ toMs: DAY }, 'BACKTEST_INVALID', /must begin before it ends/);
    await assertRefused({ fromMs: NOW, toMs: NOW + HOUR }, 'BACKTEST_INVALID', /before now/);
    await assertRefused({ fromMs: 0 }, 'BACKTEST_TOO_LONG', /at most 200000 are done/);
  });

  it('end with their asker, and are not endlessly many', async () => {
    const backtests = await createWorld();
    const request = { name: 'High', fromMs: DAY, toMs: NOW };
    const gone = { ...ASKER, signal: AbortSignal.abort() };
    await assert.rejects(backtests.run(request, gone), /backtest was canceled/);
    const all = await Promise.allSettled(
      Array.from({ length: 6 }, async () => backtests.run(request, ASKER)),
    );
    assert.deepEqual(
      all.map(({ status }) => status),
      ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
    );
    assert.equal((await backtests.run(request, ASKER)).tested.firingCount, 2);
  });

  it('tell of rules that read what alerting rules wrote', async () => {
    const { tested } = await run({ expression: 'load > 1 unless on () ALERTS{alertname="x"}' });
    assert.equal(tested.readsAlerts, true);
    assert.equal((await run({})).tested.readsAlerts, false);
  });
});
