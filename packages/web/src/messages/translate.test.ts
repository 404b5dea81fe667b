import assert from 'node:assert/strict';
import test from 'node:test';
import { en } from './en.ts';
import { t, tParts } from './translate.ts';

test('parameters are put in, numbers in the language of the catalogue', () => {
  assert.equal(
    t('board.headline.down', { count: 1200, total: 4000 }),
    '1,200 of 4,000 targets do not answer.',
  );
});

test('the plural form follows the count', () => {
  assert.equal(t('board.headline.pages', { count: 1 }), '1 page is open.');
  assert.equal(t('board.headline.pages', { count: 2 }), '2 pages are open.');
});

test('runs between asterisks are strong and may hold parameters', () => {
  assert.deepEqual(tParts('board.self.targets.text', { up: '11', total: '12' }), [
    { isStrong: true, value: '11' },
    { isStrong: true, value: ' of ' },
    { isStrong: true, value: '12' },
    { isStrong: false, value: ' answer' },
  ]);
});

test('asterisks and braces in a parameter stay what they are', () => {
  assert.equal(t('board.headline.page', { summary: '**{count}**' }), '**{count}**.');
});

test('all forms of a message take the same parameters', () => {
  const namesOf = (template: string) =>
    [...template.matchAll(/\{(\w+)\}/g)].map(([name]) => name).toSorted();
  for (const [key, message] of Object.entries(en)) {
    if (typeof message === 'string') continue;
    assert.deepEqual(namesOf(message.one), namesOf(message.other), key);
  }
});
