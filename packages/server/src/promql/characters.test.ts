import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  describeRune,
  digitValue,
  isAlpha,
  isAlphanumeric,
  isDigit,
  isSpace,
  quoteRune,
} from './characters.ts';

test('only ASCII makes names and space', () => {
  const among = (is: (code: number) => boolean) =>
    Array.from({ length: 0x250 }, (_, code) => code)
      .filter(is)
      .map((code) => String.fromCharCode(code))
      .join('');
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz';
  assert.equal(among(isSpace), '\t\n\r ');
  assert.equal(among(isDigit), '0123456789');
  assert.equal(among(isAlpha), letters);
  assert.equal(among(isAlphanumeric), `0123456789${letters}`);
  assert.ok(!isAlphanumeric(Number.NaN));
});

test('digits have their values', () => {
  const values = Array.from('09afAF', (char) => digitValue(char.charCodeAt(0)));
  assert.deepEqual(values, [0, 9, 10, 15, 10, 15]);
  for (const char of 'gG@`/:é') assert.equal(digitValue(char.charCodeAt(0)), 16);
  assert.equal(digitValue(-1), 16);
});

test('errors show characters as Go does', () => {
  const check = (text: string, quoted: string, described: string) => {
    assert.equal(quoteRune(text, 0), quoted);
    assert.equal(describeRune(text, 0), described);
  };
  check('a', "'a'", "U+0061 'a'");
  check("'", "'\\''", "U+0027 '''");
  check('"', `'"'`, `U+0022 '"'`);
  check('\\', "'\\\\'", "U+005C '\\'");
  check('\n', "'\\n'", 'U+000A');
  check('é', "'é'", "U+00E9 'é'");
  check('😀', "'😀'", "U+1F600 '😀'");
  check('\ud83d', "'\ufffd'", "U+FFFD '\ufffd'");
  check('', "'\ufffd'", "U+FFFD '\ufffd'");
});
