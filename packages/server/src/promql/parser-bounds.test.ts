import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUERY_DEPTH_MAX, QUERY_LENGTH_MAX, QUERY_TOKENS_MAX } from './limits.ts';
import { ParseError } from './parse-error.ts';
import { parseExpr } from './parser.ts';
import { formatExpr } from './printer.ts';

/** Ways to write an expression of a number of levels. */
const TOWERS: Readonly<Record<string, (levels: number) => string>> = {
  parentheses: (n) => `${'('.repeat(n - 1)}a${')'.repeat(n - 1)}`,
  signs: (n) => `${'-'.repeat(n - 1)}a`,
  calls: (n) => `${'abs('.repeat(n - 1)}a${')'.repeat(n - 1)}`,
  aggregations: (n) => `${'sum('.repeat(n - 1)}a${')'.repeat(n - 1)}`,
  chain: (n) => Array.from({ length: n }, () => 'a').join(' or '),
  powers: (n) => Array.from({ length: n }, () => 'a').join(' ^ '),
  'durations in parentheses': (n) => `a[${'1+('.repeat(n / 2)}1${')'.repeat(n / 2)}]`,
  'durations with signs': (n) => `a[${'-'.repeat(n - 1)}step()]`,
  'chained durations': (n) => `a[${Array.from({ length: n }, () => '1').join('+')}]`,
};

for (const [name, build] of Object.entries(TOWERS)) {
  test(`${name} may be as deep as the bound, and no deeper`, () => {
    const deep = build(QUERY_DEPTH_MAX - 2);
    assert.ok(formatExpr(parseExpr(deep)).length >= QUERY_DEPTH_MAX - 2);
    for (const levels of [QUERY_DEPTH_MAX + 4, 20 * QUERY_DEPTH_MAX]) {
      assert.throws(
        () => parseExpr(build(levels)),
        (error) =>
          error instanceof ParseError &&
          error.reason === `expression is nested deeper than ${QUERY_DEPTH_MAX} levels`,
      );
    }
  });
}

test('a text may be long, but not endless', () => {
  const build = (length: number) => `up{a="${'x'.repeat(length - 7)}"}`.slice(0, length);
  assert.ok(parseExpr(`"${'x'.repeat(QUERY_LENGTH_MAX - 2)}"`));
  assert.throws(() => parseExpr(build(QUERY_LENGTH_MAX + 1)), {
    message: `1:1: parse error: query is longer than ${QUERY_LENGTH_MAX} characters`,
  });
});

test('a text may have many tokens, but not endlessly many', () => {
  const build = (count: number) => `count(a) by (${'b,'.repeat(count / 2)})`;
  assert.ok(parseExpr(build(QUERY_TOKENS_MAX - 20)));
  assert.throws(() => parseExpr(build(QUERY_TOKENS_MAX)), {
    message: /query has more than 100000 tokens$/,
  });
});
