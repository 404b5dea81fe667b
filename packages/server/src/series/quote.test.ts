import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPrintable, quote } from './quote.ts';

test('quotes text as Go does', () => {
  const check = (text: string, want: string) => assert.equal(quote(text), want);
  check('', '""');
  check('job', '"job"');
  check('a "b"', '"a \\"b\\""');
  check('C:\\bin', '"C:\\\\bin"');
  check('\x07\b\f\n\r\t\v', '"\\a\\b\\f\\n\\r\\t\\v"');
  check('\x00\x1f\x7f', '"\\x00\\x1f\\x7f"');
  check('é 世界 😀', '"é 世界 😀"');
  check('\u0080\u00a0\u2028\ufeff', '"\\u0080\\u00a0\\u2028\\ufeff"');
  check('\u{e0001}', '"\\U000e0001"');
  check('a\udcc5z', '"a\\xc5z"');
});

test('tells what can be shown as it is', () => {
  for (const character of ['a', '1', ' ', '�', 'ß']) assert.ok(isPrintable(character));
  for (const character of ['\n', '\u00a0', '\u200b']) assert.ok(!isPrintable(character));
});
