import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileAnchored } from './regex.ts';
import { createLabels } from './labels.ts';
import { createMatcher, formatMatcher, isMatch } from './matcher.ts';
import { createSeededRandom } from '../platform/index.ts';

describe('anchored expressions', () => {
  const check = (pattern: string, yes: readonly string[], no: readonly string[]): void => {
    const regex = compileAnchored(pattern);
    for (const text of yes) assert.ok(regex.matches(text), `${pattern} matches ${text}`);
    for (const text of no) assert.ok(!regex.matches(text), `${pattern} does not match ${text}`);
  };
  it('match the whole text', () => {
    check('a', ['a'], ['', 'aa', 'ba']);
    check('a|bc', ['a', 'bc'], ['b', 'abc', 'a|bc']);
    check('(a|b)', ['a', 'b'], ['ab', '(a|b)']);
    check('', [''], ['a']);
    check('a.*', ['a', 'abc', 'a\nb'], ['ba', '']);
    check('a.+', ['ab', 'a\n'], ['a', 'b']);
    check('.*', ['', 'x'], []);
    check('ab?c', ['ac', 'abc'], ['ab', 'abbc']);
    check('5..', ['500', '5\n1'], ['50', '5000']);
    check('a|b.*', ['a', 'b', 'bcd'], ['ab']);
    check('(?i)AbC', ['abc', 'ABC'], ['abcd']);
    check('a{2}', ['aa'], ['a', 'aaa']);
    check('x(a|b)y', ['xay', 'xby'], ['xaby', 'xy']);
  });
  it('tell the texts or the beginning that they can match', () => {
    assert.deepEqual(compileAnchored('a|b').literals, ['a', 'b']);
    assert.equal(compileAnchored('node_.*').prefix, 'node_');
    assert.equal(compileAnchored('ab*').prefix, 'a');
    assert.equal(compileAnchored('(?i)ab').prefix, '');
  });
  it('promise a beginning that every match has', () => {
    const random = createSeededRandom(11);
    const alphabet = 'ab.*+?|()';
    for (let round = 0; round < 2000; round++) {
      let pattern = '';
      for (let i = 0; i < 5; i++) pattern += alphabet[Math.floor(random.float() * alphabet.length)];
      let regex: ReturnType<typeof compileAnchored>;
      let plain: RegExp;
      try {
        regex = compileAnchored(pattern);
        plain = new RegExp(`^(?:${pattern})$`, 's');
      } catch {
        // Not an expression in one of the two syntaxes.
        continue;
      }
      for (const text of ['', 'a', 'b', 'ab', 'ba', 'aab', 'abab', 'bbb']) {
        assert.equal(regex.matches(text), plain.test(text), `${pattern} on ${text}`);
        if (regex.matches(text)) assert.ok(text.startsWith(regex.prefix), `${pattern} on ${text}`);
      }
    }
  });
  it('take time linear in the text', () => {
    const regex = compileAnchored('(a*)*b|(x+x+)+y');
    assert.equal(regex.matches('a'.repeat(20_000)), false);
  });
  it('refuse what RE2 refuses', () => assert.throws(() => compileAnchored('(a')));
});

describe('matchers', () => {
  const labels = createLabels({ job: 'node', zone: 'eu' });
  const check = (expected: boolean, ...args: Parameters<typeof createMatcher>): void =>
    assert.equal(isMatch([createMatcher(...args)], labels), expected, args.join(' '));
  it('treat an absent label as empty', () => {
    check(true, 'job', '=', 'node');
    check(false, 'job', '!=', 'node');
    check(true, 'rack', '=', '');
    check(true, 'rack', '!=', 'x');
    check(true, 'rack', '=~', '.*');
    check(false, 'rack', '=~', '.+');
    check(true, 'rack', '!~', 'x.*');
    check(true, 'zone', '=~', 'eu|us');
  });
  it('print as PromQL', () =>
    assert.equal(formatMatcher(createMatcher('a', '=~', 'b"')), 'a=~"b\\""'));
  it('is written with its name in quotes where that is no plain one', () =>
    assert.equal(formatMatcher(createMatcher('l.x', '=', 'y')), '"l.x"="y"'));
});
