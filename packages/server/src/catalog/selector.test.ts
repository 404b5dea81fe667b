import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppError, createSeededRandom, errorMessage } from '../platform/index.ts';
import { formatMatcher } from '../series/index.ts';
import { parseSelector } from './selector.ts';

const check = (text: string, want: readonly string[]) =>
  assert.deepEqual(parseSelector(text).map(formatMatcher), want);
const checkRefused = (text: string, want: RegExp) =>
  assert.throws(
    () => parseSelector(text),
    (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, 'SELECTOR_INVALID');
      assert.match(error.message, want);
      return true;
    },
  );

describe('parseSelector', () => {
  it('reads one matcher', () => check('{job="checkout"}', ['job="checkout"']));
  it('reads all four operators', () =>
    check('{a="1",b!="2",c=~"3|4",d!~"5.*"}', ['a="1"', 'b!="2"', 'c=~"3|4"', 'd!~"5.*"']));
  it('allows space and a comma at the end', () =>
    check(' { a = "1" ,\n b="2" , } ', ['a="1"', 'b="2"']));
  it('reads single quotes', () => check(`{a='it"s'}`, ['a="it\\"s"']));
  it('reads raw quotes', () => check('{a=~`\\d+`}', ['a=~"\\\\d+"']));
  it('reads escapes', () => check('{a="\\x41\\u00e9\\101\\n\\""}', ['a="AéA\\n\\""']));
  it('reads a name in quotes', () => check('{"k8s.pod"="a"}', ['"k8s.pod"="a"']));
  it('reads braces inside a value', () => check('{a="}{,"}', ['a="}{,"']));

  it('refuses text without braces', () => checkRefused('job="a"', /character 1: .*begins with/));
  it('refuses a missing value', () => checkRefused('{a=}', /character 4: .*expected string/));
  it('refuses a missing operator', () =>
    checkRefused('{a "b"}', /character 4: .*expected label matching operator/));
  it('refuses a missing comma', () => checkRefused('{a="b" c="d"}', /character 8: .*expected ","/));
  it('refuses an open end', () => checkRefused('{a="b"', /character 7: unexpected end of input/));
  it('refuses an open quote', () => checkRefused('{a="b}', /unterminated quoted string/));
  it('refuses text after the end', () => checkRefused('{a="b"}[5m]', /character 8: unexpected/));
  it('refuses an unknown escape', () => checkRefused('{a="\\q"}', /unknown escape/));
  it('refuses a broken expression', () => checkRefused('{a=~"("}', /missing closing \)/));
  it('refuses what matches everything', () => {
    checkRefused('{}', /also matches series/);
    checkRefused('{a=~".*"}', /also matches series/);
    checkRefused('{a!="b"}', /also matches series/);
  });
  it('refuses endless text', () => checkRefused(`{a="${'x'.repeat(5000)}"}`, /longer than 4096/));

  it('reads or refuses any text, and never throws anything else', () => {
    const seed = 20_261;
    const random = createSeededRandom(seed);
    const parts = ['{', '}', 'a', 'job', '=', '=~', '!', '"x"', "'", '"', '`', '\\', ',', ' ', '('];
    for (let round = 0; round < 4000; round++) {
      const length = Math.floor(random.float() * 12);
      let text = random.float() < 0.7 ? '{' : '';
      for (let i = 0; i < length; i++) text += parts[Math.floor(random.float() * parts.length)];
      try {
        const matchers = parseSelector(text);
        const again = `{${matchers.map(formatMatcher).join(',')}}`;
        assert.deepEqual(
          parseSelector(again).map(formatMatcher),
          matchers.map(formatMatcher),
          `seed ${seed}, round ${round}: ${text}`,
        );
      } catch (error) {
        assert.ok(
          error instanceof AppError,
          `seed ${seed}, round ${round}: ${text}: ${errorMessage(error)}`,
        );
      }
    }
  });
});
