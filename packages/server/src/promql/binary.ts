/** Binary expressions: scalars with scalars and vectors; vectors with each other are matched. */
import type { BinaryNode } from './ast.ts';
import type { Frame } from './frame.ts';
import {
  createScalar,
  dropNames,
  floatsOf,
  type Grid,
  type ScalarColumn,
  type Value,
} from './grid.ts';
import { HistogramCells, sampleCountOf } from './histogram-lane.ts';
import { matchVectors } from './matching.ts';
import { combineOperands, StepNotes } from './native-operators.ts';
import { findOperator } from './operators.ts';
import { failQuery, type Run } from './run.ts';
import { combineSets, isSetOperator } from './sets.ts';

/** Evaluates a binary expression whose sides have been evaluated. */
export function evaluateBinary(
  run: Run,
  node: BinaryNode,
  sides: { readonly left: Value; readonly right: Value },
  frame: Frame,
): Value {
  const { left, right } = sides;
  if (left.kind === 'scalar' && right.kind === 'scalar') return combineScalars(node, left, right);
  if (left.kind === 'vector' && right.kind === 'scalar') {
    return combineWithScalar(run, node, { vector: left, scalar: right, isSwapped: false });
  }
  if (left.kind === 'scalar' && right.kind === 'vector') {
    return combineWithScalar(run, node, { vector: right, scalar: left, isSwapped: true });
  }
  if (left.kind !== 'vector' || right.kind !== 'vector') {
    return failQuery('binary expression must contain only scalar and instant vector types');
  }
  if (isSetOperator(node.operator)) return combineSets(run, node, { left, right }, frame);
  return matchVectors(run, node, { left, right }, frame);
}

function combineScalars(node: BinaryNode, left: ScalarColumn, right: ScalarColumn): ScalarColumn {
  const { value, keeps, isArithmetic } = findOperator(node.operator);
  return createScalar(left.values.length, (step) => {
    const [a, b] = [left.values[step], right.values[step]];
    return isArithmetic ? value(a, b) : Number(keeps(a, b));
  });
}

interface ScalarOperands {
  readonly vector: Grid;
  readonly scalar: ScalarColumn;
  /** Whether the scalar stands on the left. */
  readonly isSwapped: boolean;
}

function combineWithScalar(run: Run, node: BinaryNode, operands: ScalarOperands): Grid {
  const { vector } = operands;
  const floats = combineFloats(run, node, { ...operands, vector: floatsOf(vector) });
  const isNative = vector.histograms !== undefined || findOperator(node.operator).isTrim;
  return isNative ? combineNatives(run, node, operands, floats) : floats;
}

/**
 * Puts in what comes of the histograms, each combined with the scalar at its step, and says what
 * does not go together: floats that are to be trimmed, too.
 */
function combineNatives(
  run: Run,
  node: BinaryNode,
  { vector, scalar, isSwapped }: ScalarOperands,
  floats: Grid,
): Grid {
  const { stepCount } = vector;
  const size = vector.labels.length * stepCount;
  const present = floats.present.slice();
  const histograms = new HistogramCells(stepCount);
  const notes = new StepNotes(stepCount);
  const { isTrim } = findOperator(node.operator);
  for (let at = 0; at < size; at++) {
    const histogram = vector.histograms?.get(at);
    const isPlain = histogram === undefined && !isTrim;
    if (isPlain || vector.present[at] === 0) continue;
    const step = at % stepCount;
    const element = histogram ?? vector.values[at];
    const other = scalar.values[step];
    const pair = isSwapped
      ? combineOperands(node, other, element)
      : combineOperands(node, element, other);
    if (pair.note !== undefined) notes.keep(step, Math.floor(at / stepCount), pair.note);
    if (pair.value === undefined || typeof pair.value === 'number') continue;
    present[at] = 1;
    histograms.set(at, pair.value);
    run.hold(sampleCountOf(pair.value) - 1);
  }
  notes.report(run.annotations);
  return { ...floats, present, histograms };
}

function combineFloats(run: Run, node: BinaryNode, operands: ScalarOperands): Grid {
  const { vector, scalar, isSwapped } = operands;
  const operation = findOperator(node.operator);
  const { stepCount } = vector;
  const size = vector.labels.length * stepCount;
  const values = new Float64Array(size);
  const present = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    if (vector.present[i] === 0) continue;
    const element = vector.values[i];
    const other = scalar.values[stepCount === 1 ? 0 : i % stepCount];
    const left = isSwapped ? other : element;
    const right = isSwapped ? element : other;
    const keeps = operation.keeps(left, right);
    // A filter answers with the vector's value, on whichever side it stands.
    values[i] = operation.isArithmetic ? operation.value(left, right) : element;
    present[i] = keeps || node.isBool ? 1 : 0;
    if (node.isBool) values[i] = Number(keeps);
  }
  run.work(size);
  const result: Grid = { ...vector, values, present };
  return operation.isArithmetic || node.isBool ? dropNames(result) : result;
}
