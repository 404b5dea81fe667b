import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expandTemplate } from './regex-template.ts';

describe('the template of a replacement', () => {
  const match = { groups: ['whole', 'one', 'two'], names: new Map([['name', 2]]) };
  const check = (template: string, want: string): void =>
    assert.equal(expandTemplate(template, match), want, template);

  it('stays as it is without variables', () => check('plain text', 'plain text'));

  it('fills groups in by number and by name', () => {
    check('$1-${2}-$name-${name}-$0', 'one-two-two-two-whole');
  });

  it('takes the longest name, so that $1x is no group', () => {
    check('$1x', '');
    check('${1}x', 'onex');
  });

  it('is empty for groups that do not exist', () => {
    check('[$9][${nobody}][$01][$constructor]', '[][][][]');
  });

  it('writes a dollar for two, and keeps one that starts nothing', () => {
    check('$$1', '$1');
    check('a$ ${} ${1', 'a$ ${} ${1');
  });
});
