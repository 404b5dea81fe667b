/**
 * Binary operators where a native histogram is on either side.
 *
 * Histograms are added to and subtracted from each other, compared for equality, scaled by floats
 * and trimmed at them. Any other pair has no answer, and a note says so
 * (Prometheus, promql/engine.go, vectorElemBinop).
 */
import {
  addHistograms,
  isEqualHistogram,
  type CombinedHistogram,
  compactHistogram,
  divideHistogram,
  type Histogram,
  multiplyHistogram,
  subtractHistograms,
  trimHistogram,
  withCounterReset,
} from '../series/index.ts';
import {
  annotateBucketLayout,
  annotateOperands,
  type Annotations,
  annotateReconciledBounds,
  annotateResetCollision,
} from './annotations.ts';
import type { BinaryNode, BinaryOperator } from './ast.ts';

/** A float or a histogram. */
export type Operand = number | Histogram;

/** Something to be said about one pair. Only the last of a step is, as in Prometheus. */
export type Note = (annotations: Annotations) => void;

/** What became of one pair. */
export interface PairResult {
  /** Undefined where the pair has no answer at all. */
  readonly value: Operand | undefined;
  /** Whether a filter lets it pass. */
  readonly keeps: boolean;
  readonly note: Note | undefined;
}

function answer(value: Operand, note?: Note): PairResult {
  return { value, keeps: true, note };
}

/** Applies an operator to two operands, at least one of which is a histogram. */
export function combineOperands(node: BinaryNode, left: Operand, right: Operand): PairResult {
  if (typeof left === 'object' && typeof right === 'object') {
    return HISTOGRAMS.get(node.operator)?.(node, left, right) ?? refuse(node, left, right);
  }
  if (typeof left === 'object' && typeof right === 'number') {
    const result = BY_FLOAT.get(node.operator)?.(left, right);
    return result === undefined ? refuse(node, left, right) : answer(result);
  }
  const isScaling = typeof right === 'object' && typeof left === 'number' && node.operator === '*';
  return isScaling ? answer(scale(right, left)) : refuse(node, left, right);
}

function scale(histogram: Histogram, factor: number): Histogram {
  return compactHistogram(multiplyHistogram(histogram, factor));
}

/** What a float on the right does to a histogram. */
const BY_FLOAT = new Map<BinaryOperator, (left: Histogram, right: number) => Histogram>([
  ['*', scale],
  ['/', (left, right) => compactHistogram(divideHistogram(left, right))],
  ['</', (left, right) => trimHistogram(left, right, 'below')],
  ['>/', (left, right) => trimHistogram(left, right, 'above')],
]);

type HistogramOperator = (node: BinaryNode, left: Histogram, right: Histogram) => PairResult;

/** What two histograms do to each other. */
const HISTOGRAMS = new Map<BinaryOperator, HistogramOperator>([
  ['+', (node, left, right) => finish(node, addHistograms(left, right), 'addition')],
  ['-', (node, left, right) => finish(node, subtractHistograms(left, right), 'subtraction')],
  ['==', (_, left, right) => filter(left, isEqualHistogram(left, right))],
  ['!=', (_, left, right) => filter(left, !isEqualHistogram(left, right))],
]);

function filter(value: Histogram, keeps: boolean): PairResult {
  return { value, keeps, note: undefined };
}

/** As in Prometheus, a pair whose hints contradict each other is noted and left out. */
function finish(
  { operator, span }: BinaryNode,
  combined: CombinedHistogram,
  operation: 'addition' | 'subtraction',
): PairResult {
  if (combined.kind === 'incompatible') {
    return leaveOut((annotations) => annotateBucketLayout(annotations, operator, span));
  }
  const { histogram, hasResetConflict, hasReconciledBounds } = combined;
  if (hasResetConflict) {
    return leaveOut((annotations) => annotateResetCollision(annotations, operation, span));
  }
  const note: Note | undefined = hasReconciledBounds
    ? (annotations) => annotateReconciledBounds(annotations, operation, span)
    : undefined;
  // A difference may be negative: it is no counter any more.
  const isGauge = operation === 'subtraction';
  return answer(compactHistogram(isGauge ? withCounterReset(histogram, 'gauge') : histogram), note);
}

function leaveOut(note: Note): PairResult {
  return { value: undefined, keeps: false, note };
}

/** No answer, because the operator does not know these kinds of operands. */
function refuse({ operator, span }: BinaryNode, left: Operand, right: Operand): PairResult {
  const operands = { operator, left: kindOfOperand(left), right: kindOfOperand(right) };
  return leaveOut((annotations) => annotateOperands(annotations, operands, span));
}

function kindOfOperand(operand: Operand): string {
  return typeof operand === 'number' ? 'float' : 'histogram';
}

/** The last note of each step. */
export class StepNotes {
  private readonly notes: (Note | undefined)[];
  private readonly ranks: Int32Array;

  constructor(stepCount: number) {
    this.notes = Array.from({ length: stepCount }, () => undefined);
    this.ranks = new Int32Array(stepCount).fill(-1);
  }

  /** Keeps a note unless one of a higher rank, as rows follow one another, is known. */
  keep(step: number, rank: number, note: Note): void {
    if (rank < this.ranks[step]) return;
    this.ranks[step] = rank;
    this.notes[step] = note;
  }

  /** Hands all notes in. */
  report(annotations: Annotations): void {
    for (const note of this.notes) note?.(annotations);
  }
}
