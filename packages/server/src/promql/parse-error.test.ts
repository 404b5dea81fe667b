import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPosition, ParseError, utf8Length } from './parse-error.ts';
import { parseExpr } from './parser.ts';

function parseFault(text: string): ParseError {
  try {
    parseExpr(text);
  } catch (error) {
    assert.ok(error instanceof ParseError, `${text} threw ${String(error)}`);
    return error;
  }
  return assert.fail(`${text} was accepted`);
}

function check(text: string, want: string): void {
  assert.equal(parseFault(text).message.replace('parse error: ', ''), want, text);
}

test('a fault has Prometheus words, a place, and a code', () => {
  const fault = parseFault('sum(up)\n  by (job) foo');
  assert.equal(fault.message, '2:12: parse error: unexpected identifier "foo"');
  assert.equal(fault.reason, 'unexpected identifier "foo"');
  assert.equal(fault.offset, 19);
  assert.equal(fault.kind, 'invalid');
  assert.equal(fault.code, 'PROMQL_PARSE_ERROR');
});

test('columns count bytes, offsets count code units', () => {
  const fault = parseFault('"é😀" foo');
  assert.match(fault.message, /^1:10: /);
  assert.equal(fault.offset, 6);
});

test('positions are found in texts of several lines', () => {
  const at = (text: string, offset: number) => Object.values(findPosition(text, offset)).join(':');
  assert.equal(at('abc', 0), '1:1');
  assert.equal(at('abc', 3), '1:4');
  assert.equal(at('a\nbc', 1), '1:2');
  assert.equal(at('a\nbc', 2), '2:1');
  assert.equal(at('a\n\nbc', 4), '3:2');
  assert.equal(at('é\r\nx', 3), '2:1');
  assert.equal(at('', 0), '0:0');
});

test('bytes of UTF-8 are counted', () => {
  for (const text of ['', 'abc', 'é', '世', '😀', 'a😀é世z', '\u07ff\u0800\uffff']) {
    assert.equal(utf8Length(text), Buffer.byteLength(text), text);
  }
});

test('nothing is no query', () => {
  check('', 'unknown position: no expression found in input');
  check('  \n ', '1:1: no expression found in input');
  check('# only this', '1:1: no expression found in input');
});
