import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BugError } from '../platform/index.ts';
import { checkValue } from './statement.ts';

describe('a bound value', () => {
  it('is text, a finite number, null or bytes', () => {
    for (const value of ['', 'text', 0, -1.5, null, new Uint8Array(2)]) {
      assert.equal(checkValue(value, 'SELECT ?'), value);
    }
  });

  it('is nothing that one of the engines would refuse or change', () => {
    for (const value of [true, undefined, Number.NaN, Number.POSITIVE_INFINITY, 1n, {}, [1]]) {
      assert.throws(() => checkValue(value, 'SELECT ?'), BugError);
    }
    assert.throws(() => checkValue(true, 'SELECT ?'), /cannot bind a boolean in "SELECT \?"/);
  });
});
