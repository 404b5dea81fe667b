import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSeededRandom } from '../platform/index.ts';
import { formatExpr, parseExpr } from '../promql/index.ts';
import { createMatcher, type Matcher } from '../series/index.ts';
import { CONVENTIONS } from './conventions/table.ts';
import { bindRecipe, parseRecipe } from './recipe.ts';

const SHOP = [createMatcher('job', '=', 'shop')];
const TEAM = [createMatcher('team', '=', 'pay'), createMatcher('env', '=~', 'prod|eu')];

const check = (
  text: string,
  want: string,
  selectors: readonly (readonly Matcher[])[] = [SHOP],
): void =>
  assert.equal(
    formatExpr(bindRecipe(parseRecipe(text).expr, { selectors, windowMs: 120_000 })),
    want,
  );

describe('bindRecipe', () => {
  it('puts the matchers into selectors and the window into ranges', () =>
    check('sum(rate(a{b="c"}[1m])) / d', 'sum(rate(a{b="c",job="shop"}[2m])) / d{job="shop"}'));
  it('joins the ranges of several selectors where they have become vectors', () =>
    check(
      'sum(rate(a[1m]))',
      'sum((rate(a{job="shop"}[2m]) or rate(a{env=~"prod|eu",team="pay"}[2m])))',
      [SHOP, TEAM],
    ));
  it('joins plain selectors as they are', () =>
    check('max(1 - a / b)', 'max(1 - (a{job="shop"} or a{x="y"}) / (b{job="shop"} or b{x="y"}))', [
      SHOP,
      [createMatcher('x', '=', 'y')],
    ]));
  it('keeps quotes of names and values that need them', () =>
    check('{"a.b"}', '{__name__="a.b",job="a\\"b"}', [[createMatcher('job', '=', 'a"b')]]));
  it('knows the metrics that a recipe reads, each once', () =>
    assert.deepEqual(parseRecipe('a / (a + rate({"b.c"}[1m])) > 0').metrics, ['a', 'b.c']));

  it('makes of every recipe of the table an expression that reads back the same', () => {
    const seed = 7;
    const random = createSeededRandom(seed);
    const letters = ['a', '"', '\\', '\n', '}', '{', '#', 'é', '.*', "'", '`'];
    const word = (): string =>
      Array.from({ length: 6 }, () => letters[Math.floor(random.float() * letters.length)]).join(
        '',
      );
    const texts = CONVENTIONS.flatMap(({ signals = [] }) =>
      signals.flatMap(({ lines }) => lines.map(({ expression }) => expression)),
    );
    assert.ok(texts.length > 40);
    for (const text of texts) {
      const selectors = [[createMatcher('job', '=', word())], [createMatcher('l', '!=', word())]];
      const bound = bindRecipe(parseRecipe(text).expr, { selectors, windowMs: 61_500 });
      const written = formatExpr(bound);
      assert.equal(formatExpr(parseExpr(written)), written, `seed ${seed}: ${text}`);
    }
  });
});
