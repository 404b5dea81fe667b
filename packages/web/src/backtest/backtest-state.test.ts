import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  backtestPath,
  formatBacktest,
  limitScale,
  parseBacktest,
  peaksOf,
  toRequest,
  waitsWith,
} from './backtest-state.ts';

const NOW = Date.UTC(2026, 10, 23);
const DAY = 86_400_000;

describe('the state of a backtest', () => {
  it('is the same after a way through the URL', () => {
    const state = {
      name: 'High',
      group: 'shop',
      expression: 'load > 5 and x{a="b&c"}',
      forMs: 90_000,
      rangeMs: DAY,
    };
    assert.deepEqual(parseBacktest(formatBacktest(state)), state);
    const empty = { name: '', group: '', expression: '', forMs: 0, rangeMs: 7 * DAY };
    assert.deepEqual(parseBacktest(''), empty);
    assert.equal(backtestPath({ expression: 'up == 0' }), '/backtest?q=up+%3D%3D+0');
    assert.equal(parseBacktest('range=9000d').rangeMs, 366 * DAY);
  });

  it('asks beside the rule in force, unless the rule is new', () => {
    const known = toRequest({ ...parseBacktest('q=up'), name: 'High', group: 'shop' }, NOW);
    assert.equal(known.comparesInForce, true);
    assert.equal(known.labels, undefined);
    assert.deepEqual([known.fromMs, known.toMs], [NOW - 7 * DAY, NOW]);
    const fresh = toRequest(parseBacktest('q=up&for=5m'), NOW);
    assert.equal(fresh.comparesInForce, false);
    assert.deepEqual(fresh.labels, { severity: 'page' });
    assert.equal(fresh.forMs, 300_000);
  });

  it('offers waits with the one that is set', () => {
    assert.ok(waitsWith(0).includes(300_000));
    const waits = waitsWith(240_000);
    assert.equal(waits[waits.indexOf(240_000) - 1], 180_000);
    assert.equal(waits[waits.indexOf(240_000) + 1], 300_000);
  });

  it('draws the value of each step that is furthest beyond the limit', () => {
    assert.equal(peaksOf('load > 5', 1_200_000), 'max_over_time((load)[20m:1m])');
    assert.equal(peaksOf('rate(x[5m]) < 5', 120_000), 'min_over_time((rate(x[5m]))[2m:1m])');
    assert.equal(peaksOf('load > 5', 15_000), 'load');
    assert.equal(peaksOf('load > x', 1_200_000), 'load');
  });

  it('scales a limit to what is measured', () => {
    const check = (limit: number, values: Parameters<typeof limitScale>[1], expected: object) =>
      assert.deepEqual(limitScale(limit, values), expected);
    check(5, undefined, { min: 0, max: 10, step: 0.1 });
    check(0.5, { min: 0, max: 3 }, { min: 0, max: 3, step: 0.01 });
    check(-2, { min: -9, max: -1 }, { min: -9, max: 0, step: 0.01 });
    check(0, undefined, { min: 0, max: 1, step: 0.01 });
  });
});
