import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Expr } from './ast.ts';
import { childrenOf } from './children.ts';
import { parseExpr } from './parser.ts';
import { formatExpr } from './printer.ts';

/** An expression and all its parts, from the outside in. */
function listParts(expr: Expr): string[] {
  return [formatExpr(expr), ...childrenOf(expr).flatMap(listParts)];
}

test('an expression is made of its operands', () => {
  const check = (text: string, ...parts: string[]) => {
    assert.deepEqual(listParts(parseExpr(text)), [text, ...parts]);
  };
  check('1');
  check('"a"');
  check('a{b="c"}');
  check('a[5m]', 'a');
  check('-a', 'a');
  check('(a)', 'a');
  check('a + 1', 'a', '1');
  check('rate(a[5m])', 'a[5m]', 'a');
  check('round(a, 5)', 'a', '5');
  check('sum by (b) (a)', 'a');
  check('topk(3, a)', 'a', '3');
  check('rate(a[5m])[1h:1m]', 'rate(a[5m])', 'a[5m]', 'a');
});
