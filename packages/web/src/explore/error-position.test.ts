import assert from 'node:assert/strict';
import test from 'node:test';
import { findErrorPosition } from './error-position.ts';

test('line and column of a parse error become an offset', () => {
  const check = (message: string, expression: string, at: number | undefined) =>
    assert.equal(findErrorPosition(message, expression)?.at, at, message);
  check('1:5: parse error: unexpected ")"', 'sum())', 4);
  check('invalid parameter "query": 2:3: parse error: bad', 'sum(\n  x!', 7);
  check('1:99: parse error: unexpected end of input', 'sum(', 4);
  check('query timed out', 'up', undefined);
});

test('the message is what stands after the position', () => {
  assert.equal(
    findErrorPosition('1:1: parse error: no expression found', '')?.message,
    'no expression found',
  );
});
