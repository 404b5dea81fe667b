import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../../platform/index.ts';
import {
  createAlertMatcher,
  formatAlertMatchers,
  parseMatcher,
  parseMatchers,
  sortMatchers,
} from './matchers.ts';

describe('matchers of Alertmanager', () => {
  const checkRead = (text: string, want: string): void =>
    void it(`reads ${JSON.stringify(text)}`, () => {
      assert.equal(formatAlertMatchers(parseMatchers(text)), want);
    });

  checkRead('', '{}');
  checkRead('{}', '{}');
  checkRead('foo=bar', '{foo="bar"}');
  checkRead('{foo = "bar", dings != "bums", }', '{foo="bar",dings!="bums"}');
  checkRead('statuscode=~"5..",job!~a|b', '{statuscode=~"5..",job!~"a|b"}');
  checkRead(
    String.raw`{quote="She said: \"Hi, ladies! …\""}`,
    String.raw`{quote="She said: \"Hi, ladies! …\""}`,
  );
  checkRead('"a b"="c d"', '{"a b"="c d"}');
  checkRead('foo🙂="bar"', '{foo🙂="bar"}');
  checkRead(String.raw`"f€"="\u20ac\x41\303\251"`, '{f€="€Aé"}');
  // Only the classic syntax takes these.
  checkRead('foo=bar baz', '{foo="bar baz"}');
  checkRead(String.raw`foo=~\d+`, String.raw`{foo=~"\\d+"}`);
  checkRead(String.raw`foo="a\.b"`, String.raw`{foo="a\\.b"}`);
  checkRead('foo=', '{foo=""}');
  checkRead('{foo=bar', '{foo="bar"}');
  // Only the syntax for UTF-8 names takes these.
  checkRead('"foo"=bar', '{foo="bar"}');
  checkRead('foo.bar=baz', '{foo.bar="baz"}');

  const checkRefused = (text: string, why: RegExp): void =>
    void it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseMatchers(text), why);
    });

  checkRefused('foo', /bad matcher format: foo .*expected an operator/);
  checkRefused('foo.bar=a b', /bad matcher format/);
  checkRefused('a=b,,c=d', /bad matcher format/);
  checkRefused('foo="bar', /unescaped double quote.*missing end "/);
  checkRefused('foo=ba"r', /unescaped double quote/);
  checkRefused('foo=~"("', /missing/);
  checkRefused('foo=~"a)(b"', /unexpected/);
  checkRefused(String.raw`"é"="\xff"`, /invalid UTF-8/);
  checkRefused('"a" ! "b"', /after !/);

  it('takes the classic meaning where both syntaxes take a text and disagree', () => {
    assert.equal(parseMatchers(String.raw`a="\t"`)[0].value, String.raw`\t`);
    assert.equal(parseMatchers(String.raw`"a"="\t"`)[0].value, '\t');
  });

  it('reads one matcher without braces', () => {
    assert.equal(parseMatcher('a=b').value, 'b');
    assert.throws(() => parseMatcher('{a=b}'), /brace/);
    assert.throws(() => parseMatcher('a=b,c=d'), /expected 1 matcher, found 2/);
    assert.throws(() => parseMatcher(''), /found 0/);
  });

  it('anchors expressions, and keeps line feeds from the dot', () => {
    const matches = (value: string, text: string): boolean =>
      createAlertMatcher({ name: 'a', operator: '=~', value }).matches(text);
    assert.equal(matches('b.*', 'bcd'), true);
    assert.equal(matches('b.*', 'abcd'), false);
    assert.equal(matches('.*', 'a\nb'), false);
    assert.equal(matches('(?s).*', 'a\nb'), true);
    assert.equal(matches('a|b', 'b'), true);
    assert.equal(
      createAlertMatcher({ name: 'a', operator: '!~', value: 'b.' }).matches('bc'),
      false,
    );
  });

  it('sorts by name, value and kind', () => {
    const sorted = sortMatchers(parseMatchers('b=a,a!=z,a=~z,a=z,a=y'));
    assert.equal(formatAlertMatchers(sorted), '{a="y",a="z",a!="z",a=~"z",b="a"}');
  });

  it('ends on any text, and reads what it writes', () => {
    const seed = 20_261_123;
    const random = createSeededRandom(seed);
    const pick = (count: number): number => Math.floor(random.float() * count);
    const pieces = [
      'a',
      'b:c',
      'é',
      '"',
      '\\',
      '\\n',
      '\\"',
      '=',
      '!=',
      '=~',
      '!~',
      ',',
      '{',
      '}',
      ' ',
      '|',
      '.',
      '\n',
    ];
    for (let round = 0; round < 4_000; round++) {
      const text = Array.from({ length: 1 + pick(12) }, () => pieces[pick(pieces.length)]).join('');
      let written: string;
      try {
        written = formatAlertMatchers(parseMatchers(text));
      } catch (error) {
        assert.ok(
          error instanceof Error && error.name === 'AppError',
          `seed ${seed}: ${text}: ${String(error)}`,
        );
        continue;
      }
      assert.equal(formatAlertMatchers(parseMatchers(written)), written, `seed ${seed}: ${text}`);
    }
  });
});
