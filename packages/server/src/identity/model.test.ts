import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { normalizeName, parseDisplayName, parseName } from './model.ts';

describe('a login', () => {
  it('is spelled in lower case, however it is typed', () => {
    assert.equal(parseName(' Grace '), 'grace');
    assert.equal(normalizeName('GRACE'), 'grace');
    for (const name of ['a', '0', 'a.b-c_d', 'x'.repeat(64)]) assert.equal(parseName(name), name);
  });

  it('is refused with what would be right', () => {
    for (const name of ['', ' ', '.a', '-a', 'a b', 'a/b', 'é', 'x'.repeat(65), 'a\u0000']) {
      assert.throws(() => parseName(name), /want 1 to 64 of a-z/, JSON.stringify(name));
    }
  });
});

describe('a display name', () => {
  it('is any text on one line', () => {
    for (const name of ['Grace Hopper', '山田太郎', '🚨', 'x'.repeat(100)]) {
      assert.equal(parseDisplayName(` ${name} `), name);
    }
  });

  it('is refused when it is empty, long, or would break a line', () => {
    for (const name of ['', '  ', 'x'.repeat(101), 'a\nb', 'a\u0000b', 'a\u001b[31m']) {
      assert.throws(() => parseDisplayName(name), /no control characters/, JSON.stringify(name));
    }
  });
});
