/** `and`, `or`, `unless`: which series stay is decided by the signatures on the other side. */
import type { BinaryNode, BinaryOperator } from './ast.ts';
import type { Frame } from './frame.ts';
import { type Grid, GridBuilder, mergeRows } from './grid.ts';
import { failQuery, type Run } from './run.ts';
import { findSignatures } from './signatures.ts';

/** Whether an operator works on sets of series rather than on values. */
export function isSetOperator(operator: BinaryOperator): boolean {
  return operator === 'and' || operator === 'or' || operator === 'unless';
}

/** Evaluates a set operation. */
export function combineSets(
  run: Run,
  node: BinaryNode,
  sides: { readonly left: Grid; readonly right: Grid },
  frame: Frame,
): Grid {
  const { left, right } = sides;
  if (node.matching === undefined) return failQuery('set operation without matching');
  const signatures = findSignatures(left, right, node.matching);
  const { stepCount } = frame;
  const out = new GridBuilder(run, stepCount, left.labels.length + right.labels.length);
  if (node.operator === 'or') {
    const taken = presenceOf(left, signatures.left, signatures.count);
    copyRows(left, out, () => true);
    copyRows(right, out, (row, step) => taken[signatures.right[row] * stepCount + step] === 0);
  } else {
    const partners = presenceOf(right, signatures.right, signatures.count);
    const wanted = node.operator === 'and' ? 1 : 0;
    copyRows(
      left,
      out,
      (row, step) => partners[signatures.left[row] * stepCount + step] === wanted,
    );
  }
  const grid = out.finish();
  return frame.isInstant ? grid : mergeRows(run, grid);
}

/** For each signature and step, whether any row has a value. */
function presenceOf(grid: Grid, ofRow: Int32Array, signatureCount: number): Uint8Array {
  const { stepCount } = grid;
  const found = new Uint8Array(signatureCount * stepCount);
  for (let row = 0; row < ofRow.length; row++) {
    const to = ofRow[row] * stepCount;
    const from = row * stepCount;
    for (let step = 0; step < stepCount; step++) found[to + step] |= grid.present[from + step];
  }
  return found;
}

function copyRows(
  grid: Grid,
  out: GridBuilder,
  keeps: (row: number, step: number) => boolean,
): void {
  const { stepCount } = grid;
  for (let row = 0; row < grid.labels.length; row++) {
    const from = row * stepCount;
    const base = out.addRow(grid.labels[row], grid.dropsName[row]);
    for (let step = 0; step < stepCount; step++) {
      if (grid.present[from + step] === 0 || !keeps(row, step)) continue;
      out.copyCell(grid, from + step, base + step);
    }
    out.keepIfPresent(base);
  }
}
