/**
 * Finds where in an expression the last series was lost.
 *
 * A part that gives nothing either got nothing from one of its own parts, and then the answer lies
 * there, or it got something and let none of it through, and then it is the answer itself. Which
 * of its parts must give something depends on the operator.
 */
import type { BinaryNode, VectorMatching } from '../promql/index.ts';
import { kindOf } from '../promql/index.ts';
import { type Labels, labelPairs, labelsRecord, METRIC_NAME } from '../series/index.ts';
import { CAUSES_MAX } from './limits.ts';
import type { Element, EvaluatedPart, Loss } from './model.ts';
import { isFilter, limitedOf, literalOf, stripParens } from './parts.ts';

/** Where the last series was lost; empty: the expression gives something. */
export function findLosses(root: EvaluatedPart): readonly Loss[] {
  if (!isEmpty(root)) return [];
  const seen = new Set<string>();
  return lossesOf(root)
    .filter(({ kind, at }) => {
      const key = `${kind} ${at.text}`;
      return !seen.has(key) && seen.add(key).has(key);
    })
    .slice(0, CAUSES_MAX);
}

/** What could not be evaluated counts as empty: then that is why nothing more is known. */
function isEmpty({ seriesCount }: EvaluatedPart): boolean {
  return seriesCount === undefined || seriesCount === 0;
}

function lossesOf(node: EvaluatedPart): readonly Loss[] {
  const { part, error, children } = node;
  const { expr, text } = part;
  if (error !== undefined) return [{ kind: 'unknown', part: text, reason: error, at: part }];
  switch (expr.type) {
    case 'vectorSelector':
      return [{ kind: 'selector', selector: expr, at: part }];
    case 'matrixSelector':
      return [{ kind: 'selector', selector: expr.selector, at: part }];
    case 'subquery':
      return lossesOfAll(node, 'window');
    case 'call':
      return lossesOfCall(node, expr.name);
    case 'binary':
      return lossesOfBinary(node, expr);
    case 'aggregate':
    case 'unary':
      return lossesOfAll(node, 'operator');
    case 'number':
    case 'string':
    case 'paren':
      return children.flatMap(lossesOf);
  }
}

/** Of what needs all of its parts: those that are empty, else the part itself. */
function lossesOfAll(node: EvaluatedPart, kind: 'window' | 'operator'): readonly Loss[] {
  const { part, children } = node;
  const empty = children.filter(isEmpty);
  if (empty.length > 0) return empty.flatMap(lossesOf);
  const seriesCount = Math.max(0, ...children.map((child) => child.seriesCount ?? 0));
  return [{ kind, part: part.text, seriesCount, at: part }];
}

function lossesOfCall(node: EvaluatedPart, name: string): readonly Loss[] {
  const { part, children } = node;
  const [operand] = children;
  if ((name === 'absent' || name === 'absent_over_time') && operand !== undefined) {
    if (operand.seriesCount === undefined) return lossesOf(operand);
    const { text } = operand.part;
    const { seriesCount } = operand;
    return [{ kind: 'present', part: part.text, operand: text, seriesCount, at: part }];
  }
  const overRange = children.some((child) => kindOf(child.part.expr) === 'matrix');
  return lossesOfAll(node, overRange ? 'window' : 'operator');
}

function lossesOfBinary(node: EvaluatedPart, expr: BinaryNode): readonly Loss[] {
  const { part } = node;
  const sides = sidesOf(node, expr);
  if (sides === undefined) return [];
  const [left, right] = sides;
  const { operator } = expr;
  if (operator === 'or') return [...lossesOf(left), ...lossesOf(right)];
  if (operator === 'unless') {
    if (isEmpty(left)) return lossesOf(left);
    const { text } = right.part;
    const seriesCount = left.seriesCount ?? 0;
    return [{ kind: 'excluded', part: part.text, by: text, seriesCount, at: part }];
  }
  const empty = [left, right].filter(isEmpty);
  if (empty.length > 0) return empty.flatMap(lossesOf);
  const limit = isFilter(expr) ? limitLoss(node, expr) : undefined;
  if (limit !== undefined) return [limit];
  const pair = isFilter(expr) ? pairLoss({ node, left, right }, expr) : undefined;
  if (pair !== undefined) return [pair];
  const [leftCount, rightCount] = [left.seriesCount ?? 0, right.seriesCount ?? 0];
  return [{ kind: 'partner', part: part.text, operator, leftCount, rightCount, at: part }];
}

/** Both sides; of a plain number a part that always gives something. */
function sidesOf(
  { children }: EvaluatedPart,
  { left, right }: BinaryNode,
): readonly [EvaluatedPart, EvaluatedPart] | undefined {
  const find = (expr: BinaryNode['left']): EvaluatedPart | undefined => {
    const bare = stripParens(expr);
    const known = children.find(({ part }) => part.expr === bare);
    if (known !== undefined) return known;
    const value = literalOf(bare);
    if (value === undefined) return undefined;
    const part = { expr: bare, text: String(value), question: '', children: [] };
    const elements = [{ labels: { names: [], values: [] }, value }];
    return { part, seriesCount: 1, error: undefined, elements, children: [] };
  };
  const [first, second] = [find(left), find(right)];
  return first === undefined || second === undefined ? undefined : [first, second];
}

/** A comparison with a number: the series that comes closest to holding. */
function limitLoss(node: EvaluatedPart, expr: BinaryNode): Loss | undefined {
  const limited = limitedOf(expr);
  const sides = sidesOf(node, expr);
  if (limited === undefined || sides === undefined) return undefined;
  const [left, right] = sides;
  const isTurned = stripParens(expr.left) !== limited.measured;
  const [measured, bound] = isTurned ? [right, left] : [left, right];
  const limit = bound.elements[0]?.value ?? Number.NaN;
  const closest = findClosest(measured.elements, { operator: limited.operator, limit });
  return {
    kind: 'limit',
    part: node.part.text,
    operator: limited.operator,
    limit: toJson(limit),
    value: toJson(closest?.value ?? Number.NaN),
    labels: closest === undefined ? {} : labelsRecord(closest.labels),
    seriesCount: measured.seriesCount ?? 0,
    at: node.part,
  };
}

/** A comparison with a number; NaN where the number is not known. */
export interface Bound {
  readonly operator: string;
  readonly limit: number;
}

/**
 * The element for which a comparison holds by the most, or else comes closest to it; one without a
 * value only where no other is.
 */
export function findClosest(
  elements: readonly Element[],
  { operator, limit }: Bound,
): Element | undefined {
  const distance = ({ value }: Element): number => {
    if (Number.isNaN(value)) return Infinity;
    if (operator.startsWith('>')) return -value;
    if (operator.startsWith('<')) return value;
    const apart = value === limit ? 0 : Math.abs(value - limit);
    return Number.isNaN(apart) ? Infinity : apart;
  };
  let closest: Element | undefined;
  for (const element of elements) {
    if (closest === undefined || distance(element) < distance(closest)) closest = element;
  }
  return closest;
}

/** A comparison of two series that match, and for which it does not hold. */
function pairLoss(
  {
    node,
    left,
    right,
  }: {
    readonly node: EvaluatedPart;
    readonly left: EvaluatedPart;
    readonly right: EvaluatedPart;
  },
  { operator, matching }: BinaryNode,
): Loss | undefined {
  if (matching === undefined) return undefined;
  const partners = new Map(right.elements.map((one) => [signatureOf(one.labels, matching), one]));
  for (const one of left.elements) {
    const partner = partners.get(signatureOf(one.labels, matching));
    if (partner === undefined) continue;
    return {
      kind: 'values',
      part: node.part.text,
      operator,
      left: toJson(one.value),
      right: toJson(partner.value),
      labels: labelsRecord(one.labels),
      at: node.part,
    };
  }
  return undefined;
}

/** What two series must share to be a pair. */
function signatureOf(labels: Labels, { isOn, labels: names }: VectorMatching): string {
  const pairs = [...labelPairs(labels)].filter(([name]) =>
    isOn ? names.includes(name) : name !== METRIC_NAME && !names.includes(name),
  );
  return JSON.stringify(pairs);
}

/** A value as JSON has it. */
export function toJson(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
