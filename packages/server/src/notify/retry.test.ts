import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRetryAfter, retryDelayMs } from './retry.ts';

const delay = (attemptCount: number, chance: number, retryAfterMs?: number) =>
  retryDelayMs(
    { attemptCount, retryAfterMs },
    { float: () => chance, bytes: () => new Uint8Array() },
  );

describe('retryDelayMs', () => {
  it('begins with five seconds and doubles', () =>
    assert.deepEqual(
      [1, 2, 3, 4].map((count) => delay(count, 0)),
      [5000, 10_000, 20_000, 40_000],
    ));
  it('is bounded', () => assert.equal(delay(50, 0), 300_000));
  it('takes away up to half by chance', () => {
    assert.equal(delay(1, 0.5), 3750);
    assert.ok(delay(1, 0.999) >= 2500);
  });
  it('gives a receiver the time it asks for', () => assert.equal(delay(1, 0, 90_000), 90_000));
  it('does not let a receiver put it off for long', () =>
    assert.equal(delay(1, 0, 86_400_000), 600_000));
  it('does not hurry for a receiver', () => assert.equal(delay(3, 0, 1), 20_000));
});

describe('parseRetryAfter', () => {
  const nowMs = Date.parse('2026-01-02T03:04:05Z');
  const check = (text: string | undefined, want: number | undefined) =>
    assert.equal(parseRetryAfter(text, nowMs), want);
  it('reads seconds', () => check('120', 120_000));
  it('reads a date', () => check('Fri, 02 Jan 2026 03:05:05 GMT', 60_000));
  it('takes a date that has passed for now', () => check('Fri, 02 Jan 2026 03:00:00 GMT', 0));
  it('ignores anything else', () => {
    for (const text of [undefined, '', 'soon', '-1', '1e99', '99999999999']) check(text, undefined);
  });
});
