import assert from 'node:assert/strict';
import test from 'node:test';
import { addTag, listKnownTags, parseTag } from './tag.ts';

test('what is typed becomes a tag where it can', () => {
  const check = (text: string, want: string | undefined) => assert.equal(parseTag(text), want);
  check(' cause:network ', 'cause:network');
  check('bad  deploy', 'bad-deploy');
  check('원인:배포', '원인:배포');
  check('', undefined);
  check(':a', undefined);
  check('a,b', undefined);
  check('x'.repeat(61), undefined);
});

test('a tag is there once, and there is an end to them', () => {
  assert.deepEqual(addTag(['a'], 'a'), ['a']);
  assert.deepEqual(addTag(['a'], 'b'), ['a', 'b']);
  const full = Array.from({ length: 20 }, (_, index) => `t${index}`);
  assert.equal(addTag(full, 'more'), full);
});

test('the tags most used come first', () => {
  const known = listKnownTags([{ tags: ['a', 'b'] }, { tags: ['b'] }, { tags: [] }]);
  assert.deepEqual(known, ['b', 'a']);
});
