import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findPasswordFault } from './password-rules.ts';

describe('a password', () => {
  const check = (password: string, want: RegExp | undefined, userName = 'grace.hopper') => {
    const fault = findPasswordFault(password, userName);
    if (want === undefined) assert.equal(fault, undefined, password);
    else assert.match(fault?.message ?? '', want, password);
  };

  it('may be anything of ten characters and more', () => {
    check('0123456789', undefined);
    check('correct horse battery staple', undefined);
    check('密码密码密码密码密码', undefined);
    check('x'.repeat(512), undefined);
  });

  it('is refused when it is short, counted in characters', () => {
    check('', /at least 10 characters/);
    check('012345678', /at least 10 characters/);
    check('🚨'.repeat(9), /at least 10 characters/);
    check('🚨'.repeat(10), undefined);
  });

  it('is refused when it is long, counted in bytes', () => {
    check('x'.repeat(513), /at most 512 bytes/);
    check('密'.repeat(171), /at most 512 bytes/);
  });

  it('is refused when it is the name of its user', () => {
    check('grace.hopper', /is the name/);
    check('Grace.Hopper', /is the name/);
    check('grace.hopper1', undefined);
  });
});
