import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Expr, VectorSelectorNode } from './ast.ts';
import { childrenOf } from './children.ts';
import { parseExpr } from './parser.ts';
import { findProjections } from './projection.ts';

function selectorsOf(expr: Expr): readonly VectorSelectorNode[] {
  return expr.type === 'vectorSelector' ? [expr] : childrenOf(expr).flatMap(selectorsOf);
}

/** What is needed of each selector of a text: its labels, and how much of its samples. */
function check(text: string, ...expected: readonly string[]): void {
  it(text, () => {
    const expr = parseExpr(text);
    const found = findProjections(expr);
    const shown = selectorsOf(expr).map((selector) => {
      const needed = found.get(selector) ?? {};
      const { labelNames, presenceOnly = false, countOnly = false, anyOrder = false } = needed;
      const looked = countOnly ? 'counts' : 'values';
      const order = anyOrder ? ', any order' : '';
      return `${labelNames?.join(' ') ?? 'all'}, ${presenceOnly ? 'presence' : looked}${order}`;
    });
    assert.deepEqual(shown, expected);
  });
}

describe('what is needed of a selector', () => {
  check('up', 'all, values');
  check('count(up)', ', presence, any order');
  check('group by (job) ((up))', 'job, presence, any order');
  check('count by (__name__, job, job) (up)', '__name__ job, presence, any order');
  check('count without (job) (up)', 'all, presence, any order');
  check('sum by (job, pod) (up)', '__name__ job pod, values, any order');
  check('sum(rate(up[1m]))', '__name__, values, any order');
  check('quantile(0.9, rate((up[1m])))', '__name__, values, any order');
  check('sum(quantile_over_time(scalar(q), up[1m]))', 'all, values', '__name__, values, any order');
  check('sum without (job) (rate(up[1m]))', 'all, values, any order');
  check('absent(up)', ', presence, any order');
  check('histogram_quantile(0.9, rate(h[1m]))', 'all, values, any order');
  check('histogram_fraction(0, 1, (h))', 'all, values, any order');
  check('histogram_quantile(0.9, sum by (le) (h))', '__name__ le, values, any order');
  check('count_over_time(up[1m])', 'all, counts');
  check('sum(count_over_time((up[1m])))', '__name__, counts, any order');
  check('sum(absent_over_time(up[1m]))', 'all, counts');
  check('present_over_time(up[1m]) + absent_over_time(up[1m])', 'all, counts', 'all, counts');
  check('count(up) / count(down)', ', presence, any order', ', presence, any order');
});

describe('all is needed of a selector', () => {
  check('topk(1, up)', 'all, values');
  check('count_values("v", up)', 'all, values');
  check('count(-up)', 'all, values');
  check('count(up + down)', 'all, values', 'all, values');
  check('count(up > 0)', 'all, values');
  check('sum(abs(up))', 'all, values');
  check('count_over_time(up[1m:10s])', 'all, values');
  check('sum(sum_over_time(up[1m]))', '__name__, values, any order');
  check('sum(rate(up[1m:10s]))', 'all, values');
  check('sum by (a) (sum by (b) (up) * up)', '__name__ b, values, any order', 'all, values');
});
