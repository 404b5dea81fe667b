import assert from 'node:assert/strict';
import test from 'node:test';
import { HUE_COUNT, hueOf, initialsOf } from './person.ts';
import { isWebAddress } from './web-address.ts';

test('initials stand for a person', () => {
  assert.equal(initialsOf('Mina Kim'), 'MK');
  assert.equal(initialsOf('mina'), 'MI');
  assert.equal(initialsOf('jonas.berg'), 'JB');
  assert.equal(initialsOf(' '), '?');
});

test('a person keeps one of the colours', () => {
  assert.equal(hueOf('Mina Kim'), hueOf('Mina Kim'));
  for (const name of ['', 'a', 'Jürgen', '김미나']) assert.ok(hueOf(name) < HUE_COUNT);
});

test('only web addresses become links', () => {
  assert.ok(isWebAddress('https://wiki.example.org/x'));
  for (const text of ['javascript:alert(1)', 'data:text/html,x', '/relative', 'https://a b', '']) {
    assert.equal(isWebAddress(text), false, text);
  }
});
