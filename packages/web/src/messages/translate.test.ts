import assert from 'node:assert/strict';
import test from 'node:test';
import { formatDuration } from '../format/duration.ts';
import { setLocale } from '../format/locale.ts';
import { formatPercent } from '../format/number.ts';
import { createTimeFormat } from '../format/time.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';
import { type PluralForms, setCatalogue, t, tParts } from './translate.ts';

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

test('one and many are what Intl takes them for', () => {
  const rules = new Intl.PluralRules('en-GB');
  for (const count of [-2, -1, 0, 0.5, 1, 1.5, 2, 11, 21, 101]) {
    const form = t('board.headline.pages', { count }).includes('page is') ? 'one' : 'other';
    assert.equal(form, rules.select(count), String(count));
  }
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

test('a language without plurals has one form, and its own units', (context) => {
  context.after(() => {
    setCatalogue(en);
    setLocale('en-GB');
  });
  setCatalogue(ko);
  setLocale('ko-KR');
  assert.equal(t('board.headline.pages', { count: 1 }), '호출 1건이 열려 있습니다.');
  assert.equal(formatDuration(125 * 60_000), '2시간\u00a05분');
  assert.equal(formatPercent(0.0312), '3.1%');
  assert.match(
    createTimeFormat('Asia/Seoul').full(0),
    /^1970년 1월 1일, 09:00:00 GMT\+9 · 00:00:00 UTC$/,
  );
});

test('every translation takes the parameters of the English text', () => {
  const namesOf = (message: string | PluralForms) =>
    [...(typeof message === 'string' ? message : message.other).matchAll(/\{(\w+)\}/g)]
      .map(([, name]) => name)
      .toSorted();
  for (const [key, message] of Object.entries(ko)) {
    const english = Object.entries(en).find(([one]) => one === key)?.[1];
    assert.ok(english !== undefined, `${key} is in Korean only`);
    assert.deepEqual(namesOf(message), namesOf(english), key);
    assert.equal(typeof message, typeof english, key);
  }
});
