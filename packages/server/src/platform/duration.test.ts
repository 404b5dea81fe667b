import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatDuration, parseDuration } from './duration.ts';

describe('durations', () => {
  const check = (text: string, ms: number, printed = text): void => {
    assert.equal(parseDuration(text), ms);
    assert.equal(formatDuration(ms), printed);
  };
  it('reads and writes each unit', () => {
    check('1y', 31_536_000_000);
    check('2w', 1_209_600_000);
    check('1d', 86_400_000);
    check('1h30m', 5_400_000);
    check('15s', 15_000);
    check('250ms', 250);
    check('0', 0, '0s');
    check('90s', 90_000, '1m30s');
    check('8d', 691_200_000);
    check('9223372036854ms', 9_223_372_036_854, '106751d23h47m16s854ms');
  });
  it('refuses what Prometheus refuses', () => {
    const huge = ['293y', '9223372036855ms', '99999999999999999999y', `${'9'.repeat(400)}s`];
    for (const text of [
      '',
      '1',
      's',
      '1.5h',
      '-1h',
      '1m1h',
      '1 h',
      '1h 1m',
      '1H',
      '1hh',
      ...huge,
    ]) {
      assert.throws(() => parseDuration(text), { code: 'DURATION_INVALID' }, text);
    }
  });
});
