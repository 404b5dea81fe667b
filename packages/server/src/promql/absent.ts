/** `absent`: a series that says that there is none. */
import { createLabelsFromPairs, EMPTY_LABELS, type Labels, METRIC_NAME } from '../series/index.ts';
import type { Expr } from './ast.ts';
import { type Grid, GridBuilder } from './grid.ts';
import type { Run } from './run.ts';

/**
 * The labels that a selector pins down: those with exactly one condition, an equality. A label
 * with two conditions is left out, even where both say the same.
 */
function absentLabels(expr: Expr): Labels {
  const selector = expr.type === 'matrixSelector' ? expr.selector : expr;
  if (selector.type !== 'vectorSelector') return EMPTY_LABELS;
  const pinned = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of selector.matchers) {
    if (name === METRIC_NAME) continue;
    if (operator === '=' && !seen.has(name)) {
      seen.add(name);
      pinned.set(name, value);
    } else {
      pinned.delete(name);
    }
  }
  return createLabelsFromPairs(pinned);
}

/** One row that is 1 at each step at which the vector is empty. */
export function invertPresence(run: Run, expr: Expr, grid: Grid): Grid {
  const { stepCount } = grid;
  const builder = new GridBuilder(run, stepCount, 1);
  const base = builder.addRow(absentLabels(expr), false);
  builder.values.fill(1);
  builder.present.fill(1);
  for (let i = 0; i < grid.labels.length * stepCount; i++) {
    if (grid.present[i] === 1) builder.present[base + (i % stepCount)] = 0;
  }
  builder.keepIfPresent(base);
  return builder.finish();
}
