import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isBeyondDuration,
  parseDurationLiteral,
  parseNumber,
  secondsOf,
  unquote,
  wholeMs,
} from './literals.ts';

test('numbers are integers of 64 bits, else decimals', () => {
  const check = (text: string, value: number) => {
    assert.deepEqual(parseNumber(text), { value }, text);
  };
  check('0', 0);
  check('00', 0);
  check('007', 7);
  check('0777', 511);
  check('0778', 778);
  check('09.5', 9.5);
  check('123456789012345678', 123456789012345680);
  check('9223372036854775807', 2 ** 63);
  check('9223372036854775808', 2 ** 63);
  check('0x7fffffffffffffff', 2 ** 63);
  check('0777777777777777777777', 2 ** 63);
  check('04000000000000000000000', 4e21);
  check('1_0e1_0', 1e11);
  check('INF', Infinity);
  check('nAn', Number.NaN);
});

test('what is no number has a reason', () => {
  const check = (text: string, fault: string) => {
    assert.deepEqual(parseNumber(text), { fault }, text);
  };
  check('0x', 'parsing "0x": invalid syntax');
  check('0x8000000000000000', 'parsing "0x8000000000000000": invalid syntax');
  check('.5.5', 'parsing ".5.5": invalid syntax');
  check('1e400', 'parsing "1e400": value out of range');
});

test('durations are sums of falling units', () => {
  const check = (text: string, value: number) => {
    assert.deepEqual(parseDurationLiteral(text), { value }, text);
  };
  check('0s', 0);
  check('5ms', 5);
  check('1y1w1d1h1m1s1ms', 32_230_861_001);
  check('90m', 5_400_000);
  check('292y', 292 * 365 * 86_400_000);
});

test('what is no duration has a reason', () => {
  const check = (text: string, fault: string) => {
    assert.deepEqual(parseDurationLiteral(text), { fault }, text);
  };
  check('1m1h', 'not a valid duration string: "1m1h"');
  check('1m1m', 'not a valid duration string: "1m1m"');
  check('1m5', 'not a valid duration string: "1m5"');
  check('1hs', 'unknown unit "hs" in duration "1hs"');
  check('293y', 'duration out of range');
  check('292y300d', 'duration out of range');
});

test('milliseconds and seconds go over into one another as in Go', () => {
  assert.equal(secondsOf(1_001), 1.001);
  assert.equal(secondsOf(300_000), 300);
  assert.equal(wholeMs(1.001), 1001);
  assert.equal(wholeMs(-0.0005), -0);
  assert.equal(wholeMs(-1.5), -1500);
  assert.ok(!isBeyondDuration(9.2e9));
  assert.ok(isBeyondDuration(9.3e9));
  assert.ok(isBeyondDuration(-9.3e9));
  assert.ok(isBeyondDuration(Infinity));
  assert.ok(isBeyondDuration(Number.NaN));
});

test('strings lose their quotes and escapes', () => {
  const check = (token: string, want: string) => assert.equal(unquote(token), want, token);
  check('""', '');
  check("'a'", 'a');
  check('`\\n`', '\\n');
  check(String.raw`"\"\\\n"`, '"\\\n');
  check(String.raw`"\101\x42\u0043\U00000044"`, 'ABCD');
});

test('escaped bytes are put together to characters where they can be', () => {
  const check = (token: string, want: string) => assert.equal(unquote(token), want, token);
  check(String.raw`"\xe2\x82\xac"`, '€');
  check(String.raw`"\342\202\254"`, '€');
  check(String.raw`"\xf0\x9f\x98\x80"`, '😀');
  check(String.raw`"a\xe2\x82z"`, 'a\udce2\udc82z');
  check(String.raw`"\xe2\x82"`, '\udce2\udc82');
  check(String.raw`"\xff\x41"`, '\udcffA');
  check(String.raw`"\xc0\x80"`, '\udcc0\udc80');
  check(String.raw`"\xed\xa0\x80"`, '\udced\udca0\udc80');
});
