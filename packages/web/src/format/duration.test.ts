import assert from 'node:assert/strict';
import test from 'node:test';
import {
  formatConfigDuration,
  formatCountdown,
  formatDuration,
  formatLatency,
  parseConfigDuration,
} from './duration.ts';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');
const MINUTE_MS = 60_000;

test('durations are told in at most two units', () => {
  const check = (ms: number, want: string) => assert.equal(plain(formatDuration(ms)), want);
  check(-5, '0 ms');
  check(840, '840 ms');
  check(59_999, '59 s');
  check(9 * MINUTE_MS, '9 min');
  check(60 * MINUTE_MS, '1 h');
  check(125 * MINUTE_MS, '2 h 5 min');
  check(76 * 60 * MINUTE_MS, '3 d 4 h');
});

test('latencies keep the digits that matter', () => {
  const check = (ms: number, want: string) => assert.equal(plain(formatLatency(ms)), want);
  check(0.8412, '0.84 ms');
  check(12.4, '12 ms');
  check(1250, '1.25 s');
});

test('a countdown rounds up and ends at zero', () => {
  assert.equal(formatCountdown(150_001), '2:31');
  assert.equal(formatCountdown(1), '0:01');
  assert.equal(formatCountdown(-4000), '0:00');
  assert.equal(formatCountdown(3_723_000), '1:02:03');
});

test('durations of configurations are written and read', () => {
  const check = (ms: number, text: string) => {
    assert.equal(formatConfigDuration(ms), text);
    assert.equal(parseConfigDuration(text), ms);
  };
  check(15_000, '15s');
  check(90 * MINUTE_MS, '1h30m');
  check(7 * 24 * 60 * MINUTE_MS, '7d');
  assert.equal(formatConfigDuration(0), '0s');
  assert.equal(formatConfigDuration(500), '500ms');
});

test('what is no duration is refused', () => {
  for (const text of ['', '0s', '5', 'h', '-5m', '1h2', '1m1h', '9999999999s']) {
    assert.equal(parseConfigDuration(text), undefined, text);
  }
});
