/** Binary operators on two floats. */
import type { BinaryOperator } from './ast.ts';
import { power } from './go-math.ts';

type Arithmetic = (left: number, right: number) => number;
type Comparison = (left: number, right: number) => boolean;

const ARITHMETIC: ReadonlyMap<BinaryOperator, Arithmetic> = new Map<BinaryOperator, Arithmetic>([
  ['+', (left, right) => left + right],
  ['-', (left, right) => left - right],
  ['*', (left, right) => left * right],
  ['/', (left, right) => left / right],
  ['%', (left, right) => left % right],
  ['^', power],
  ['atan2', Math.atan2],
]);

const COMPARISON: ReadonlyMap<BinaryOperator, Comparison> = new Map<BinaryOperator, Comparison>([
  ['==', (left, right) => left === right],
  ['!=', (left, right) => left !== right],
  ['<', (left, right) => left < right],
  ['<=', (left, right) => left <= right],
  ['>', (left, right) => left > right],
  ['>=', (left, right) => left >= right],
]);

/** What an operator does with two floats. */
export interface FloatOperator {
  /** The value; of a comparison the left one. */
  readonly value: Arithmetic;
  /** Whether there is an answer at all. */
  readonly keeps: Comparison;
  /** Whether the answer is a quantity of its own, so that the metric's name goes. */
  readonly isArithmetic: boolean;
  /** Made for histograms; two floats give nothing but a note. */
  readonly isTrim: boolean;
}

const ALWAYS: Comparison = () => true;
const NEVER: Comparison = () => false;
const LEFT: Arithmetic = (left) => left;

/** Looks an operator up. */
export function findOperator(operator: BinaryOperator): FloatOperator {
  const arithmetic = ARITHMETIC.get(operator);
  if (arithmetic !== undefined) {
    return { value: arithmetic, keeps: ALWAYS, isArithmetic: true, isTrim: false };
  }
  const comparison = COMPARISON.get(operator);
  if (comparison !== undefined) {
    return { value: LEFT, keeps: comparison, isArithmetic: false, isTrim: false };
  }
  return { value: LEFT, keeps: NEVER, isArithmetic: false, isTrim: true };
}
