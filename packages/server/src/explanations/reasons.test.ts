import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WhyReason } from '@nines/contract';
import type { AlertTrail } from '../alerts/index.ts';
import { firesAtOf, reasonsOfAlert, reasonsOfHealth, slotAfter } from './reasons.ts';
import { testGroup, testRule, testTrail } from './testing.ts';

const CADENCE = { intervalMs: 60, offsetMs: 7 };
const TIMES = { cadence: CADENCE, forMs: 100, keepFiringForMs: 200 };

describe('when something is over', () => {
  it('is at the first evaluation at or after it', () => {
    assert.equal(slotAfter(CADENCE, 67), 67);
    assert.equal(slotAfter(CADENCE, 68), 127);
    assert.equal(firesAtOf(67, TIMES), 187);
    assert.equal(firesAtOf(67, undefined), 67);
  });
});

describe('how an alert stands', () => {
  const check = (
    alert: Partial<AlertTrail['alert']>,
    atMs: number,
    ...expected: readonly WhyReason[]
  ): void => {
    const trail = testTrail({ activeAt: 67, ...alert });
    assert.deepEqual(reasonsOfAlert(trail, TIMES, atMs), expected);
  };

  it('is how far `for` is', () => {
    check({}, 127, { kind: 'pending', activeAt: 67, firesAt: 187, leftMs: 60 });
    check({ firedAt: 187 }, 127, { kind: 'pending', activeAt: 67, firesAt: 187, leftMs: 60 });
    check({}, 7, { kind: 'notYet', activeAt: 67 });
  });

  it('is that it fires, or that it is kept', () => {
    const firing: WhyReason = { kind: 'firing', activeAt: 67, firedAt: 187, forMs: 100 };
    check({ firedAt: 187 }, 200, firing);
    const trail = { ...testTrail({ activeAt: 67, firedAt: 187 }), keepFiringSinceMs: 247 };
    assert.deepEqual(reasonsOfAlert(trail, TIMES, 300), [
      { kind: 'kept', since: 247, untilMs: 487 },
      firing,
    ]);
    assert.deepEqual(reasonsOfAlert(trail, TIMES, 200), [firing]);
  });

  it('is that it is over, and by whom', () => {
    check({ firedAt: 187, resolvedAt: 300 }, 300, { kind: 'ended', at: 300, hasFired: true });
    check({ resolvedAt: 130 }, 300, { kind: 'ended', at: 130, hasFired: false });
    check({ firedAt: 187, resolvedAt: 300, resolvedBy: 'Mina' }, 300, {
      kind: 'resolved',
      at: 300,
      by: 'Mina',
    });
  });

  it('says where it is from, or that its rule is gone', () => {
    const trail = { ...testTrail({ activeAt: 67, firedAt: 67, origin: 'external' }), sender: 'P' };
    const [, origin] = reasonsOfAlert(trail, undefined, 100);
    assert.deepEqual(origin, { kind: 'origin', origin: 'external', sender: 'P' });
    const [, noRule] = reasonsOfAlert(testTrail({ activeAt: 67, firedAt: 67 }), undefined, 100);
    assert.deepEqual(noRule, { kind: 'noRule' });
  });
});

describe('how a rule is evaluated', () => {
  const check = (
    group: Parameters<typeof testGroup>[0],
    rule: Parameters<typeof testRule>[0],
    ...expected: readonly WhyReason[]
  ): void => {
    const inForce = { group: testGroup(group), rule: testRule(rule) };
    assert.deepEqual(reasonsOfHealth(inForce, 1_000_000), expected);
  };

  it('is no reason where all is well', () => {
    check({ lastEvaluationAt: 990_000 }, { lastEvaluationAt: 990_000, health: 'ok' });
  });

  it('is that it has not been, fails or is late', () => {
    check({ nextEvaluationAt: 1_010_000 }, {}, { kind: 'notEvaluated', nextAt: 1_010_000 });
    check(
      { lastEvaluationAt: 700_000, evaluationDurationMs: 4 },
      { lastEvaluationAt: 700_000, health: 'err', lastError: 'too dear' },
      { kind: 'failing', error: 'too dear' },
      { kind: 'late', lastAt: 700_000, intervalMs: 60_000, durationMs: 4 },
    );
  });
});
