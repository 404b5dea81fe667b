import assert from 'node:assert/strict';
import { test } from 'node:test';
import { skipDuration, skipNumber } from './number-scanner.ts';

/** What was taken of a text, `!` behind it where it is no number. */
function number(text: string): string {
  const { end, isWhole } = skipNumber(text, 0);
  return text.slice(0, end) + (isWhole ? '' : '!');
}

/** The same for a duration, whose first digits a number's scan has taken. */
function duration(text: string): string {
  const { end, isWhole } = skipDuration(text, skipNumber(text, 0).end);
  return text.slice(0, end) + (isWhole ? '' : '!');
}

test('numbers end where something else begins', () => {
  for (const text of ['0', '12', '1.', '.5', '1.5e3', '1e+3', '1E-3', '1_000', '1_0.0_1']) {
    assert.equal(number(text), text);
    assert.equal(number(`${text} x`), text);
    assert.equal(number(`${text})`), text);
  }
  assert.equal(number('0x1Fg'), '0x1F!');
  assert.equal(number('0x_1f'), '0x_1f');
  assert.equal(number('1+2'), '1');
});

test('numbers do not run into words', () => {
  assert.equal(number('5m'), '5!');
  assert.equal(number('12abc'), '12!');
  assert.equal(number('1_x'), '1_!');
});

test('points, exponents and underscores are not put together at will', () => {
  const check = (text: string, want: string) => assert.equal(number(text), want, text);
  check('1..2', '1..!');
  check('1.2.3', '1.2.!');
  check('1._2', '1._!');
  check('1_.2', '1_.!');
  check('1__2', '1__!');
  check('1_', '1_!');
  check('1e', '1e!');
  check('1e+', '1e+!');
  check('1ee1', '1ee!');
  check('1e1e1', '1e1e!');
  check('0x1.8', '0x1.!');
  check('0x1_', '0x1_!');
});

test('a hexadecimal e may be taken for an exponent', () => {
  assert.equal(number('0xe'), '0xe');
  assert.equal(number('0x12ee'), '0x12ee');
  assert.equal(number('0xee'), '0xee!');
  assert.equal(number('0x1e'), '0x1e!');
});

test('durations are digits and units in turns', () => {
  for (const text of ['5s', '5ms', '1h30m', '1y2w3d4h5m6s7ms', '5hs']) {
    assert.equal(duration(text), text);
    assert.equal(duration(`${text}]`), text);
  }
});

test('durations end with a unit', () => {
  const check = (text: string, want: string) => assert.equal(duration(text), want, text);
  check('5', '5!');
  check('5x', '5!');
  check('5m3', '5m3!');
  check('5m3 ', '5m3!');
  check('5mm', '5mm!');
  check('5m_', '5m_!');
  check('5m1y', '5m1!');
});
