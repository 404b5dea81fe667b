/**
 * Aggregations that keep some rows of each group as they are: `topk`, `bottomk`, `limitk`,
 * `limit_ratio`. Which rows these are is decided anew at each step.
 */
import { formatShort } from '../series/index.ts';
import { annotateIgnoredInGroup, annotateRatio } from './annotations.ts';
import type { AggregateNode } from './ast.ts';
import { maxOf, minOf } from './go-math.ts';
import { emptyGrid, floatsOf, type Grid, pickRows } from './grid.ts';
import { findGroups } from './groups.ts';
import { hashShare } from './label-hash.ts';
import { failQuery, type Run } from './run.ts';

/** The least and the largest float that Go's int64 cannot hold. */
const INT64_MIN = -(2 ** 63);
const INT64_MAX = 2 ** 63 - 1024;

/** The rows that have a value at a step, and where these lie. */
interface Candidates {
  readonly rows: readonly number[];
  readonly valueOf: (row: number) => number;
}

/** Chooses rows at one step; the order is that of an instant query's answer. */
type Choose = (candidates: Candidates, parameter: number) => readonly number[];

/** Evaluates one of the four. */
export function pickSamples(
  run: Run,
  node: AggregateNode,
  all: Grid,
  parameters: Float64Array,
  isInstant: boolean,
): Grid {
  const max = parameters.reduce(maxOf, -Infinity);
  const min = parameters.reduce(minOf, Infinity);
  const isRatio = node.operator === 'limit_ratio';
  if (isRatio ? max === 0 && min === 0 : max < 1) return emptyGrid(all.stepCount);
  if (isRatio) checkRatio(run, node, min, max);
  else checkCount(min, max);
  const isRanked = node.operator === 'topk' || node.operator === 'bottomk';
  const grid = isRanked ? leaveHistogramsOut(run, node, all, parameters) : all;
  const choose = createChoice(node.operator, grid);
  const groups = findGroups(grid.labels, node).rows;
  const { stepCount } = grid;
  const present = new Uint8Array(grid.labels.length * stepCount);
  const order: number[] = [];
  for (const rows of groups) {
    for (let step = 0; step < stepCount; step++) {
      const isPresent = (row: number): boolean => grid.present[row * stepCount + step] === 1;
      const valueOf = (row: number): number => grid.values[row * stepCount + step];
      const chosen = choose({ rows: rows.filter(isPresent), valueOf }, parameters[step]);
      for (const row of chosen) present[row * stepCount + step] = 1;
      if (isInstant) order.push(...chosen);
      run.work(rows.length);
    }
  }
  const picked: Grid = { ...grid, present };
  if (isInstant) return pickRows(picked, order);
  const kept = grid.labels.map((_, row) => row);
  return pickRows(
    picked,
    kept.filter((row) => present.subarray(row * stepCount, (row + 1) * stepCount).includes(1)),
  );
}

/** Histograms have no rank: they are left out, with a note at steps that pick any row. */
function leaveHistogramsOut(
  run: Run,
  node: AggregateNode,
  grid: Grid,
  parameters: Float64Array,
): Grid {
  const isIgnored = grid.histograms
    ?.entries()
    .some(([at]) => grid.present[at] === 1 && Math.trunc(parameters[at % grid.stepCount]) >= 1);
  if (isIgnored) annotateIgnoredInGroup(run.annotations, node.operator, node.span);
  return floatsOf(grid);
}

function checkCount(min: number, max: number): void {
  if (Number.isNaN(max) || Number.isNaN(min)) failQuery('Parameter value is NaN');
  if (min <= INT64_MIN) failQuery(`Scalar value ${formatShort(min, 21)} underflows int64`);
  if (max >= INT64_MAX) failQuery(`Scalar value ${formatShort(max, 21)} overflows int64`);
}

function checkRatio(run: Run, node: AggregateNode, min: number, max: number): void {
  const span = node.parameter?.span ?? node.span;
  if (Number.isNaN(max) || Number.isNaN(min)) failQuery('Ratio value is NaN');
  if (max > 1) annotateRatio(run.annotations, max, span);
  if (min < -1) annotateRatio(run.annotations, min, span);
}

function createChoice(operator: AggregateNode['operator'], grid: Grid): Choose {
  if (operator === 'topk') return (candidates, k) => chooseBest(candidates, k, (a, b) => a > b);
  if (operator === 'bottomk') return (candidates, k) => chooseBest(candidates, k, (a, b) => a < b);
  if (operator === 'limitk') return ({ rows }, k) => rows.slice(0, Math.max(0, Math.trunc(k)));
  const shares = grid.labels.map(hashShare);
  return ({ rows }, ratio) => rows.filter((row) => isSampled(shares[row], ratio));
}

/** A negative ratio picks exactly what its complement leaves out. */
function isSampled(share: number, ratio: number): boolean {
  const capped = Math.min(1, Math.max(-1, ratio));
  if (capped === 0) return false;
  return capped > 0 ? share < capped : share >= 1 + capped;
}

/**
 * The k best rows, best first; NaN only where there is nothing better. Of equal rows the earlier
 * ones stay, so a row must be better than the worst one kept to take its place.
 */
function chooseBest(
  { rows, valueOf }: Candidates,
  parameter: number,
  isBetter: (a: number, b: number) => boolean,
): readonly number[] {
  const k = Math.min(Math.trunc(parameter), rows.length);
  if (k < 1) return [];
  const isAbove = (a: number, b: number): boolean =>
    isBetter(a, b) || (Number.isNaN(b) && !Number.isNaN(a));
  const heap: number[] = [];
  for (const row of rows) {
    if (heap.length < k) {
      heap.push(row);
      siftUp(heap, (a, b) => isAbove(valueOf(b), valueOf(a)));
    } else if (isAbove(valueOf(row), valueOf(heap[0]))) {
      heap[0] = row;
      siftDown(heap, (a, b) => isAbove(valueOf(b), valueOf(a)));
    }
  }
  return heap.sort((a, b) => {
    if (isAbove(valueOf(a), valueOf(b))) return -1;
    return isAbove(valueOf(b), valueOf(a)) ? 1 : 0;
  });
}

type IsWorse = (a: number, b: number) => boolean;

/** Moves the last entry of a heap, whose worst entry is on top, to its place. */
function siftUp(heap: number[], isWorse: IsWorse): void {
  let at = heap.length - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isWorse(heap[at], heap[parent])) return;
    [heap[at], heap[parent]] = [heap[parent], heap[at]];
    at = parent;
  }
}

/** Moves the first entry of a heap to its place. */
function siftDown(heap: number[], isWorse: IsWorse): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) return;
    if (child + 1 < heap.length && isWorse(heap[child + 1], heap[child])) child++;
    if (!isWorse(heap[child], heap[at])) return;
    [heap[at], heap[child]] = [heap[child], heap[at]];
    at = child;
  }
}
