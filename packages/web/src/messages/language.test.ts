import assert from 'node:assert/strict';
import test from 'node:test';
import { chooseLanguage } from './language.ts';

function check(stored: string | undefined, wanted: readonly string[], language: string): void {
  const storage = { read: () => stored, write: () => undefined };
  assert.equal(chooseLanguage(storage, wanted), language, `${stored} ${wanted.join()}`);
}

test('the viewer’s choice comes before the browser’s languages, and those before English', () => {
  check('ko', ['en-GB'], 'ko');
  check('en', ['ko-KR'], 'en');
  check(undefined, ['ko-KR', 'en'], 'ko');
  check(undefined, ['KO'], 'ko');
  check(undefined, [], 'en');
});

test('the first language that there is wins; what nobody speaks is passed over', () => {
  check(undefined, ['de-CH', 'fr', 'ko', 'en'], 'ko');
  check(undefined, ['de-CH', 'en-US', 'ko'], 'en');
  check('tlh', ['ko'], 'ko');
  check('', ['kok-IN'], 'en');
});
