import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RuleFiring } from '../alerts/index.ts';
import type { GroupView, RuleView } from '../rules/index.ts';
import { judgeRules } from './rule-quality.ts';
import { NOW } from './testing.ts';

const MINUTE = 60_000;

/** Alerts of one rule and instance that began so many minutes ago, and lasted a minute. */
function fire(name: string, ...minutesAgo: readonly number[]): readonly RuleFiring[] {
  return minutesAgo.map((minutes) => ({
    ruleKey: name,
    fingerprint: 'a',
    firedAtMs: NOW - minutes * MINUTE,
    resolvedAtMs: NOW - (minutes - 1) * MINUTE,
    isAcknowledged: false,
  }));
}

function rule(name: string): RuleView {
  return {
    kind: 'alert',
    key: name,
    name,
    expression: 'up == 0',
    labels: [],
    annotations: [],
    place: { file: 'r.yml', line: 1, column: 1 },
    health: 'ok',
    lastError: undefined,
    templateError: undefined,
    state: 'inactive',
    lastEvaluationAt: undefined,
    evaluationDurationMs: 0,
    forMs: 0,
    keepFiringForMs: 0,
    alerts: [],
  };
}

function judge(names: readonly string[], ...firings: readonly (readonly RuleFiring[])[]) {
  const group: GroupView = {
    file: 'r.yml',
    name: 'g',
    intervalMs: MINUTE,
    queryOffsetMs: 0,
    limit: 0,
    nextEvaluationAt: NOW,
    lastEvaluationAt: undefined,
    evaluationDurationMs: 0,
    missedIterations: 0,
    rules: names.map(rule),
  };
  const all = firings.flat().toSorted((a, b) => a.firedAtMs - b.firedAtMs);
  return judgeRules({ groups: [group], firings: all, sinceMs: NOW - 500 * MINUTE, nowMs: NOW });
}

describe('rules by what is on record', () => {
  it('are counted, those that fired most often first', () => {
    const { rules } = judge(['A', 'B'], fire('B', 300, 200), fire('gone', 100));
    assert.deepEqual(
      rules.map(({ name, firedCount, firingMs, lastFiredAt }) => [
        name,
        firedCount,
        firingMs,
        lastFiredAt,
      ]),
      [
        ['B', 2, 2 * MINUTE, NOW - 200 * MINUTE],
        ['A', 0, 0, null],
      ],
    );
  });

  it('flap where they return within ten minutes, at least three times and a third of them', () => {
    const flaps = (...minutesAgo: readonly number[]): boolean =>
      judge(['A'], fire('A', ...minutesAgo)).rules[0].isFlapping;
    assert.equal(flaps(40, 30, 20, 10), true);
    assert.equal(flaps(30, 20, 10), false);
    assert.equal(flaps(400, 380, 360, 340), false);
    const rare = [400, 380, 360, 340, 320, 300, 280, 260, 240, 220];
    assert.equal(flaps(...rare, 40, 30, 20, 10), false);
  });

  it('count what still fires until now', () => {
    const [open] = fire('A', 30);
    const { rules } = judge(['A'], [{ ...open, resolvedAtMs: undefined }]);
    assert.equal(rules[0].firingMs, 30 * MINUTE);
  });

  it('belong together where nine of ten of both begin within two minutes', () => {
    const { together } = judge(
      ['A', 'B', 'C', 'D'],
      fire('A', 300, 200, 100),
      fire('B', 299, 201, 100),
      fire('C', 300, 250, 200, 150, 100),
      fire('D', 300, 200),
    );
    assert.deepEqual(together, [
      { first: { name: 'A', group: 'g' }, second: { name: 'B', group: 'g' }, count: 3 },
    ]);
  });
});
