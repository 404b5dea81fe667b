import assert from 'node:assert/strict';
import test from 'node:test';
import { HUE_COUNT, hueOf, initialsOf } from './person.ts';
import { placeCard } from './place-card.ts';
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

test('a card stands below its anchor, above where there is no room, never off the screen', () => {
  const screen = { width: 1000, height: 800 };
  assert.deepEqual(placeCard({ left: 40, top: 80, bottom: 100 }, screen), { left: 40, top: 106 });
  assert.deepEqual(placeCard({ left: 40, top: 760, bottom: 780 }, screen), {
    left: 40,
    bottom: 46,
  });
  assert.equal(placeCard({ left: 950, top: 0, bottom: 20 }, screen).left, 694);
  assert.equal(placeCard({ left: 50, top: 0, bottom: 20 }, { width: 200, height: 800 }).left, 0);
});
