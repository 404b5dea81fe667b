/**
 * Arithmetic and comparisons between two vectors.
 *
 * Rows of equal signature belong together. Which of them have a value differs from step to step,
 * so a signature may have many rows on the "one" side as long as no step has two; that is checked
 * where it matters. Signatures are worked on one after the other, over all steps; of the conflicts
 * found, the one that comes first in time is reported, as Prometheus would.
 */
import {
  filterLabels,
  formatLabels,
  type Labels,
  labelsKey,
  labelValue,
  METRIC_NAME,
  onlyLabels,
  withLabel,
  withoutLabels,
} from '../series/index.ts';
import type { BinaryNode, VectorMatching } from './ast.ts';
import type { Frame } from './frame.ts';
import { type Grid, GridBuilder, mergeRows } from './grid.ts';
import { combineOperands, type Operand, type PairResult, StepNotes } from './native-operators.ts';
import { findOperator, type FloatOperator } from './operators.ts';
import { failQuery, type Run } from './run.ts';
import { findSignatures, matchLabels } from './signatures.ts';

/** Labels that describe a metric; they go with its name. */
const METADATA = new Set([METRIC_NAME, '__type__', '__unit__']);

/** The set without the metric's name, type and unit. */
export function withoutMetadata(labels: Labels): Labels {
  return filterLabels(labels, (name) => !METADATA.has(name));
}

/** An error at a step; the earliest one is thrown in the end. */
interface Conflict {
  readonly step: number;
  /** The "one" side is checked before values are combined. */
  readonly phase: number;
  readonly row: number;
  readonly message: string;
}

/** All that matching one pair of vectors needs, with the "one" side called so. */
interface Match {
  readonly run: Run;
  readonly node: BinaryNode;
  readonly matching: VectorMatching;
  readonly operator: FloatOperator;
  readonly many: Grid;
  readonly one: Grid;
  /** Whether the "many" side stands on the right. */
  readonly isSwapped: boolean;
  readonly fillMany: number | undefined;
  readonly fillOne: number | undefined;
  readonly out: GridBuilder;
  /** 1 at steps where Prometheus would not look at the vectors at all. */
  readonly idle: Uint8Array;
  readonly conflicts: Conflict[];
  /** What is said about pairs; undefined where both sides are floats and nothing can be said. */
  readonly notes: StepNotes | undefined;
}

/** Evaluates an operator between two vectors. */
export function matchVectors(
  run: Run,
  node: BinaryNode,
  sides: { readonly left: Grid; readonly right: Grid },
  frame: Frame,
): Grid {
  const { matching } = node;
  if (matching === undefined) return failQuery('vector operation without matching');
  const isSwapped = matching.cardinality === 'one-to-many';
  const [many, one] = isSwapped ? [sides.right, sides.left] : [sides.left, sides.right];
  const { stepCount } = frame;
  const operator = findOperator(node.operator);
  const isNative = many.histograms !== undefined || one.histograms !== undefined;
  const match: Match = {
    run,
    node,
    matching,
    operator,
    many,
    one,
    isSwapped,
    // As in Prometheus, fills follow the sides of the matching, not of the text.
    fillMany: matching.fillLeft,
    fillOne: matching.fillRight,
    out: new GridBuilder(run, stepCount, many.labels.length),
    idle: findIdleSteps(many, one, matching),
    conflicts: [],
    notes: isNative || operator.isTrim ? new StepNotes(stepCount) : undefined,
  };
  const signatures = findSignatures(many, one, matching);
  const manyRows = rowsBySignature(signatures.left, signatures.count);
  const oneRows = rowsBySignature(signatures.right, signatures.count);
  for (let signature = 0; signature < signatures.count; signature++) {
    matchSignature(match, manyRows[signature], oneRows[signature]);
  }
  reportConflict(match.conflicts);
  match.notes?.report(run.annotations);
  const grid = match.out.finish();
  return frame.isInstant ? grid : mergeRows(run, grid);
}

/** Without fills, a step at which either side is empty is passed over unchecked. */
function findIdleSteps(many: Grid, one: Grid, matching: VectorMatching): Uint8Array {
  const hasFill = matching.fillLeft !== undefined || matching.fillRight !== undefined;
  const idle = new Uint8Array(many.stepCount);
  for (let step = 0; step < idle.length; step++) {
    if (!hasFill && (!hasValue(many, step) || !hasValue(one, step))) idle[step] = 1;
  }
  return idle;
}

function hasValue(grid: Grid, step: number): boolean {
  const size = grid.labels.length * grid.stepCount;
  for (let i = step; i < size; i += grid.stepCount) if (grid.present[i] === 1) return true;
  return false;
}

function rowsBySignature(ofRow: Int32Array, count: number): readonly (readonly number[])[] {
  const rows: number[][] = Array.from({ length: count }, () => []);
  ofRow.forEach((signature, row) => rows[signature].push(row));
  return rows;
}

function reportConflict(conflicts: readonly Conflict[]): void {
  if (conflicts.length === 0) return;
  const [first] = conflicts.toSorted(
    (a, b) => a.step - b.step || a.phase - b.phase || a.row - b.row,
  );
  failQuery(first.message);
}

/** Matches the rows of one signature. */
function matchSignature(
  match: Match,
  manyRows: readonly number[],
  oneRows: readonly number[],
): void {
  const isFilled = match.fillMany !== undefined || match.fillOne !== undefined;
  const isPlain = !isFilled && match.notes === undefined;
  if (!isPlain || manyRows.length > 1 || oneRows.length > 1) {
    matchRows(match, manyRows, oneRows);
  } else if (manyRows.length === 1 && oneRows.length === 1) {
    matchPair(match, manyRows[0], oneRows[0]);
  }
}

/** One row on either side, the common case: nothing can conflict. */
function matchPair(match: Match, manyRow: number, oneRow: number): void {
  const { many, one, operator, node, isSwapped } = match;
  const { stepCount } = many;
  const { base } = openResult(match, resultLabels(match, { manyRow, oneRow }), manyRow);
  const { values, present } = match.out;
  const [leftGrid, rightGrid] = isSwapped ? [one, many] : [many, one];
  const leftFrom = (isSwapped ? oneRow : manyRow) * stepCount;
  const rightFrom = (isSwapped ? manyRow : oneRow) * stepCount;
  for (let step = 0; step < stepCount; step++) {
    const isThere = leftGrid.present[leftFrom + step] & rightGrid.present[rightFrom + step];
    if (isThere === 0) continue;
    const left = leftGrid.values[leftFrom + step];
    const right = rightGrid.values[rightFrom + step];
    const keeps = operator.isArithmetic || operator.keeps(left, right);
    if (!keeps && !node.isBool) continue;
    values[base + step] = node.isBool ? Number(keeps) : operator.value(left, right);
    present[base + step] = 1;
  }
}

/** The general case: which rows meet is found at each step. */
function matchRows(match: Match, manyRows: readonly number[], oneRows: readonly number[]): void {
  const { stepCount } = match.many;
  // The row of the "one" side at each step; -1 where there is none.
  const partner = findPartners(match, oneRows);
  const isMatched = new Uint8Array(stepCount);
  const results = new ResultRows(match);
  for (const row of manyRows) {
    for (let step = 0; step < stepCount; step++) {
      if (match.many.present[row * stepCount + step] === 0 || match.idle[step] === 1) continue;
      if (partner[step] < 0 && match.fillOne === undefined) continue;
      results.add(isMatched, step, row, partner[step]);
    }
    match.run.work(stepCount);
  }
  if (match.fillMany === undefined) return;
  for (let step = 0; step < stepCount; step++) {
    if (partner[step] < 0 || isMatched[step] === 1) continue;
    results.add(isMatched, step, -1, partner[step]);
  }
}

function findPartners(match: Match, rows: readonly number[]): Int32Array {
  const { one } = match;
  const partner = new Int32Array(one.stepCount).fill(-1);
  for (const row of rows) {
    for (let step = 0; step < one.stepCount; step++) {
      if (one.present[row * one.stepCount + step] === 0 || match.idle[step] === 1) continue;
      if (partner[step] >= 0) noteDuplicate(match, { step, row, other: partner[step] });
      partner[step] = row;
    }
  }
  return partner;
}

function noteDuplicate(
  { matching, one, isSwapped, conflicts }: Match,
  at: { readonly step: number; readonly row: number; readonly other: number },
): void {
  const group = formatLabels(matchLabels(one.labels[at.row], matching));
  const pair = [one.labels[at.row], one.labels[at.other]].map(formatLabels).sort();
  const message =
    `found duplicate series for the match group ${group} on the ` +
    `${isSwapped ? 'left' : 'right'} hand-side of the operation: [${pair.join(', ')}]` +
    ';many-to-many matching not allowed: matching labels must be unique on one side';
  conflicts.push({ step: at.step, phase: 0, row: at.row, message });
}

/** A pair of rows; -1 for the side that a fill stands in for. */
interface Pair {
  readonly manyRow: number;
  readonly oneRow: number;
}

/** The output rows of one signature. */
class ResultRows {
  private readonly match: Match;
  /** Row of output by the pair of input rows, and by its labels. */
  private readonly byPair = new Map<number, ResultRow>();
  private readonly byLabels = new Map<string, ResultRow>();
  /** The pair of the step before, which nearly always is that of the next one too. */
  private lastKey = -1;
  private lastResult: ResultRow | undefined;

  constructor(match: Match) {
    this.match = match;
  }

  /** Combines a pair at a step. */
  add(isMatched: Uint8Array, at: number, manyRow: number, oneRow: number): void {
    const { match } = this;
    const { many, one, operator, node, out } = match;
    const native = match.notes && combineNative(match, at, { manyRow, oneRow });
    if (native !== undefined && native.value === undefined) return;
    const result = this.resultOf(manyRow, oneRow);
    const isAgain =
      match.matching.cardinality === 'one-to-one' ? isMatched[at] === 1 : result.seen[at] === 1;
    if (isAgain) {
      match.conflicts.push({ step: at, phase: 1, row: manyRow, message: this.conflictText() });
      return;
    }
    isMatched[at] = 1;
    result.seen[at] = 1;
    if (native !== undefined) {
      putNative(match, native, result.base + at);
      return;
    }
    const oneValue = oneRow < 0 ? (match.fillOne ?? 0) : one.values[oneRow * one.stepCount + at];
    const manyValue =
      manyRow < 0 ? (match.fillMany ?? 0) : many.values[manyRow * many.stepCount + at];
    const left = match.isSwapped ? oneValue : manyValue;
    const right = match.isSwapped ? manyValue : oneValue;
    const keeps = operator.keeps(left, right);
    if (!keeps && !node.isBool) return;
    out.values[result.base + at] = node.isBool ? Number(keeps) : operator.value(left, right);
    out.present[result.base + at] = 1;
  }

  private conflictText(): string {
    return this.match.matching.cardinality === 'one-to-one'
      ? 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'
      : 'multiple matches for labels: grouping labels must ensure unique matches';
  }

  private resultOf(manyRow: number, oneRow: number): ResultRow {
    const key = (manyRow + 1) * (this.match.one.labels.length + 1) + oneRow + 1;
    if (key === this.lastKey && this.lastResult !== undefined) return this.lastResult;
    const result = this.byPair.get(key) ?? this.find({ manyRow, oneRow });
    this.byPair.set(key, result);
    this.lastKey = key;
    this.lastResult = result;
    return result;
  }

  private find(pair: Pair): ResultRow {
    const labels = resultLabels(this.match, pair);
    const key = labelsKey(labels);
    const result = this.byLabels.get(key) ?? openResult(this.match, labels, pair.manyRow);
    this.byLabels.set(key, result);
    return result;
  }
}

/** Combines a pair in which there is a histogram; undefined where both are floats. */
function combineNative(match: Match, step: number, pair: Pair): PairResult | undefined {
  const { many, one, node, operator, notes, isSwapped } = match;
  const manyOperand = operandAt(many, pair.manyRow, step) ?? match.fillMany ?? 0;
  const oneOperand = operandAt(one, pair.oneRow, step) ?? match.fillOne ?? 0;
  const areFloats = typeof manyOperand === 'number' && typeof oneOperand === 'number';
  if (areFloats && !operator.isTrim) return undefined;
  const result = isSwapped
    ? combineOperands(node, oneOperand, manyOperand)
    : combineOperands(node, manyOperand, oneOperand);
  // In the order in which Prometheus goes over pairs: those that are filled in come last.
  const rank = pair.manyRow >= 0 ? pair.manyRow : many.labels.length + pair.oneRow;
  if (result.note !== undefined) notes?.keep(step, rank, result.note);
  return result;
}

function operandAt(grid: Grid, row: number, step: number): Operand | undefined {
  if (row < 0) return undefined;
  const at = row * grid.stepCount + step;
  return grid.histograms?.get(at) ?? grid.values[at];
}

function putNative({ node, out }: Match, { value, keeps }: PairResult, at: number): void {
  if (!keeps && !node.isBool) return;
  if (!node.isBool && typeof value === 'object') out.setHistogram(at, value);
  else out.values[at] = Number(keeps);
  out.present[at] = 1;
}

/** Adds a row of output for a row of the "many" side; -1 where a fill stands in for it. */
function openResult(match: Match, labels: Labels, manyRow: number): ResultRow {
  // A filter leaves the series what it is, so a name that was due to go still is.
  const isDue = manyRow >= 0 && match.many.dropsName[manyRow];
  const base = match.out.addRow(labels, match.node.isBool || isDue);
  return { base, seen: new Uint8Array(match.many.stepCount) };
}

interface ResultRow {
  readonly base: number;
  /** 1 at steps that have been answered, if only by "no". */
  readonly seen: Uint8Array;
}

/** The labels of an answer: those of the "many" side, reduced and added to as the text says. */
function resultLabels({ many, one, matching, operator }: Match, pair: Pair): Labels {
  const source = pair.manyRow >= 0 ? many.labels[pair.manyRow] : one.labels[pair.oneRow];
  let labels = pair.manyRow >= 0 ? source : matchLabels(source, matching);
  if (operator.isArithmetic) labels = withoutMetadata(labels);
  if (matching.cardinality === 'one-to-one') {
    labels = matching.isOn
      ? onlyLabels(labels, matching.labels)
      : withoutLabels(labels, matching.labels);
  }
  if (matching.include.length === 0) return labels;
  const from = pair.oneRow >= 0 ? one.labels[pair.oneRow] : matchLabels(source, matching);
  for (const name of matching.include) labels = withLabel(labels, name, labelValue(from, name));
  return labels;
}
