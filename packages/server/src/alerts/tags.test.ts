import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasTag, readTags } from './tags.ts';

describe('tags', () => {
  it('takes letters of any script, digits, levels, and each tag once', () => {
    const tags = ['cause:network:switch', '원인:배포', 'bogus', 'v1.2/rc-1', '7', 'bogus'];
    assert.deepEqual(readTags(tags), tags.slice(0, -1));
  });

  const refuse = (name: string, tags: readonly string[], message: RegExp): void => {
    it(`refuses ${name}`, () => {
      assert.throws(() => readTags(tags), { code: 'ALERT_TAGS_INVALID', message });
    });
  };
  refuse('a space', ['two words'], /"two words" as a tag; want up to 60 letters/);
  refuse('nothing', [''], /cannot use ""/);
  refuse('what looks like an option', ['-x'], /cannot use "-x"/);
  refuse('quotes', ['a"b'], /cannot use/);
  refuse('a long one', ['x'.repeat(61)], /cannot use/);
  refuse(
    'too many',
    Array.from({ length: 21 }, (_, at) => `t${at}`),
    /at most 20 tags, got 21/,
  );

  it('is found by itself and by the levels above it, not by a part of a word', () => {
    const find = (wanted: string) => hasTag(['cause:network:switch', 'bogus'], wanted);
    assert.deepEqual(
      ['cause', 'cause:network', 'cause:network:switch', 'bogus'].filter((tag) => !find(tag)),
      [],
    );
    assert.deepEqual(['caus', 'network', 'switch', 'cause:net', 'bogu', ''].filter(find), []);
  });
});
