import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WhyEvaluation } from '@nines/contract';
import type { AlertTransition } from '../rules/index.ts';
import { createLabels } from '../series/index.ts';
import {
  countDifferences,
  listEvaluations,
  planLast,
  planWindows,
  stateOfAlert,
  stateOfRule,
} from './evaluations.ts';
import { EVALUATIONS_MAX } from './limits.ts';

const CADENCE = { intervalMs: 60, offsetMs: 7 };

describe('the evaluations that are listed', () => {
  it('are those around an alert, on its rule’s grid', () => {
    assert.deepEqual(planWindows(CADENCE, { fromMs: 6_007, toMs: 6_200 }), {
      windows: [{ fromMs: 5_707, toMs: 6_187, stepMs: 60 }],
      skippedCount: 0,
    });
  });

  it('are the beginning and the end of a long alert', () => {
    const { windows, skippedCount } = planWindows(CADENCE, { fromMs: 6_007, toMs: 66_007 });
    const half = (EVALUATIONS_MAX / 2 - 1) * 60;
    assert.deepEqual(windows, [
      { fromMs: 5_707, toMs: 5_707 + half, stepMs: 60 },
      { fromMs: 66_007 - half, toMs: 66_007, stepMs: 60 },
    ]);
    assert.equal(skippedCount, (66_007 - 5_707) / 60 + 1 - EVALUATIONS_MAX);
  });

  it('are the last ones of a rule', () => {
    const { windows } = planLast(CADENCE, 60_010);
    assert.deepEqual(windows, [
      { fromMs: 60_007 - (EVALUATIONS_MAX - 1) * 60, toMs: 60_007, stepMs: 60 },
    ]);
  });

  it('have the value closest to the limit, and how many series matched', () => {
    const seriesOf = (zone: string, values: readonly number[]) => ({
      labels: createLabels({ zone }),
      timesMs: Float64Array.from(values, (_, i) => 100 + i * 10),
      values: Float64Array.from(values),
    });
    const input = {
      windows: [{ fromMs: 105, toMs: 125, stepMs: 10 }],
      queryOffsetMs: 5,
      matches: [seriesOf('a', [9, 9])],
      measured: [seriesOf('a', [9, 9, 1]), seriesOf('b', [7, Number.NaN, 4])],
      bound: { operator: '>', limit: 8.5 },
      stateAt: (): WhyEvaluation['state'] => 'inactive',
    };
    assert.deepEqual(listEvaluations(input), [
      { at: 105, matchCount: 1, value: 9, state: 'inactive' },
      { at: 115, matchCount: 1, value: 9, state: 'inactive' },
      { at: 125, matchCount: 0, value: 4, state: 'inactive' },
    ]);
    const [, , last] = listEvaluations({ ...input, measured: undefined });
    assert.deepEqual(last, { at: 125, matchCount: 0, value: null, state: 'inactive' });
  });
});

describe('the state at an evaluation', () => {
  it('of a rule is the worst of its alerts', () => {
    const change = (atMs: number, zone: string, state: AlertTransition['alert']['state']) => {
      const labels = createLabels({ zone });
      const texts = { ruleName: '', groupName: '', expression: '', reason: '' };
      const alert = {
        ruleKey: '',
        fingerprint: zone,
        state,
        labels,
        annotations: {},
        value: 1,
        activeAtMs: 0,
        firedAtMs: undefined,
        keepFiringSinceMs: undefined,
      };
      return { kind: 'pending', atMs, alert, ...texts } satisfies AlertTransition;
    };
    const stateAt = stateOfRule([
      change(10, 'a', 'pending'),
      change(20, 'b', 'pending'),
      change(30, 'a', 'firing'),
      change(40, 'a', 'inactive'),
      change(50, 'b', 'inactive'),
    ]);
    const states = [5, 10, 25, 30, 40, 50].map(stateAt);
    const expected = ['inactive', 'pending', 'pending', 'firing', 'pending', 'inactive'];
    assert.deepEqual(states, expected);
  });

  it('of an alert is that of its record, which is written a little after', () => {
    const alert = { activeAt: 67, firedAt: 190, resolvedAt: 309 };
    const stateAt = stateOfAlert(alert, CADENCE);
    const states = [7, 67, 127, 187, 247, 307].map(stateAt);
    const expected = ['inactive', 'pending', 'pending', 'firing', 'firing', 'inactive'];
    assert.deepEqual(states, expected);
    assert.equal(stateOfAlert({ ...alert, resolvedAt: null }, CADENCE)(9_007), 'firing');
    assert.equal(stateOfAlert({ ...alert, firedAt: null }, CADENCE)(247), 'pending');
  });

  it('differs from the samples where it was active and nothing matches', () => {
    const evaluation = (at: number, state: WhyEvaluation['state'], matchCount: number) => ({
      at,
      state,
      matchCount,
      value: null,
    });
    const evaluations = [
      evaluation(10, 'inactive', 0),
      evaluation(20, 'pending', 0),
      evaluation(30, 'firing', 1),
      evaluation(40, 'firing', 0),
    ];
    assert.equal(countDifferences(evaluations, 100), 2);
    assert.equal(countDifferences(evaluations, 40), 1);
  });
});
