import assert from 'node:assert/strict';
import test from 'node:test';
import { parseLinkToken, parseNextPath, signInPath } from './next-path.ts';

test('after signing in one is back where one was', () => {
  const there = signInPath('/alerts', 'state=all&service=a');
  assert.equal(parseNextPath(there.split('?')[1] ?? ''), '/alerts?state=all&service=a');
  assert.equal(signInPath('/', ''), '/sign-in');
});

test('a link cannot lead to another site', () => {
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    'javascript:1',
    '',
  ]) {
    assert.equal(parseNextPath(new URLSearchParams({ next }).toString()), '/', next);
  }
});

test('signing in does not lead back to signing in', () => {
  assert.equal(parseNextPath('next=/sign-in%3Fnext=x'), '/');
});

test('the token is read from the hash', () => {
  assert.equal(parseLinkToken('#token=abc-1'), 'abc-1');
  assert.equal(parseLinkToken('#token='), undefined);
  assert.equal(parseLinkToken(''), undefined);
  assert.equal(parseLinkToken('#password'), undefined);
});
