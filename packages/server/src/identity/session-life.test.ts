import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSessionOver, isTouchDue } from './session-life.ts';

const DAY_MS = 86_400_000;

describe('a session', () => {
  const check = (days: { readonly created: number; readonly used: number; readonly now: number }) =>
    isSessionOver(
      { createdAt: days.created * DAY_MS, lastUsedAt: days.used * DAY_MS },
      days.now * DAY_MS,
    );

  it('is over after thirty days without use', () => {
    assert.equal(check({ created: 0, used: 0, now: 29.99 }), false);
    assert.equal(check({ created: 0, used: 0, now: 30 }), true);
    assert.equal(check({ created: 0, used: 20, now: 49.99 }), false);
  });

  it('is over after ninety days, however much it is used', () => {
    assert.equal(check({ created: 0, used: 89.99, now: 89.99 }), false);
    assert.equal(check({ created: 0, used: 90, now: 90 }), true);
  });

  it('is noted as used once a minute at most', () => {
    assert.equal(isTouchDue(undefined, 0), true);
    assert.equal(isTouchDue(0, 59_999), false);
    assert.equal(isTouchDue(0, 60_000), true);
  });
});
