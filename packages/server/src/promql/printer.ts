/** Writes an expression as Prometheus does: one line, its own spacing, what is implied left out. */
import { formatDuration } from '../platform/index.ts';
import {
  formatFloat,
  formatMatcher,
  formatShort,
  isPlainLabelName,
  type Matcher,
  METRIC_NAME,
  quote,
} from '../series/index.ts';
import type {
  AggregateNode,
  AtModifier,
  BinaryNode,
  DurationConstant,
  DurationNode,
  Expr,
  NumberNode,
  SubqueryNode,
  VectorMatching,
  VectorSelectorNode,
} from './ast.ts';

/** Where `%v` of a float goes over to an exponent. */
const EXPONENT_FROM = 21;

/** Writes an expression; what is written parses to the same tree. */
export function formatExpr(expr: Expr): string {
  switch (expr.type) {
    case 'number':
      return formatNumber(expr);
    case 'string':
      return quote(expr.value);
    case 'vectorSelector':
      return formatSelector(expr);
    case 'matrixSelector': {
      const { selector, range } = expr;
      const bare = formatSeries(selector);
      const extension = selector.extension === undefined ? '' : ` ${selector.extension}`;
      return `${bare}[${formatDurationNode(range)}]${extension}${formatTime(selector)}`;
    }
    case 'subquery':
      return formatExpr(expr.operand) + formatSubquerySuffix(expr);
    case 'call':
      return `${expr.name}(${expr.args.map(formatExpr).join(', ')})`;
    case 'aggregate': {
      const parameter = expr.parameter === undefined ? '' : `${formatExpr(expr.parameter)}, `;
      return `${formatAggregateHead(expr)}(${parameter}${formatExpr(expr.operand)})`;
    }
    case 'binary':
      return `${formatExpr(expr.left)} ${formatOperator(expr)} ${formatExpr(expr.right)}`;
    case 'unary':
      return expr.operator + formatExpr(expr.operand);
    case 'paren':
      return `(${formatExpr(expr.inner)})`;
  }
}

/** A number, or the duration that it was written as. */
function formatNumber({ value, isDuration }: NumberNode): string {
  return isDuration ? formatSeconds(value) : formatFloat(value);
}

/** An operator with its modifiers: `== bool on (job) group_left (instance)`. */
export function formatOperator({ operator, isBool, matching }: BinaryNode): string {
  const bool = isBool ? ' bool' : '';
  return operator + bool + (matching === undefined ? '' : formatMatching(matching));
}

function formatMatching(matching: VectorMatching): string {
  const { cardinality, isOn, labels, include } = matching;
  const isGrouped = cardinality === 'many-to-one' || cardinality === 'one-to-many';
  let text = '';
  if (labels.length > 0 || isOn || isGrouped) {
    text += ` ${isOn ? 'on' : 'ignoring'} (${formatLabelNames(labels)})`;
  }
  if (isGrouped) {
    const side = cardinality === 'many-to-one' ? 'left' : 'right';
    text += ` group_${side} (${formatLabelNames(include)})`;
  }
  return text + formatFill(matching);
}

function formatFill({ fillLeft, fillRight }: VectorMatching): string {
  if (fillLeft !== undefined && fillLeft === fillRight) return ` fill (${formatValue(fillLeft)})`;
  const left = fillLeft === undefined ? '' : ` fill_left (${formatValue(fillLeft)})`;
  const right = fillRight === undefined ? '' : ` fill_right (${formatValue(fillRight)})`;
  return left + right;
}

function formatValue(value: number): string {
  return formatShort(value, EXPONENT_FROM);
}

/** An aggregation without its arguments: `sum by (job) `. */
export function formatAggregateHead({ operator, isWithout, grouping }: AggregateNode): string {
  if (isWithout) return `${operator} without (${formatLabelNames(grouping)}) `;
  return grouping.length === 0 ? operator : `${operator} by (${formatLabelNames(grouping)}) `;
}

function formatLabelNames(names: readonly string[]): string {
  return names.map((name) => (isPlainLabelName(name) ? name : quote(name))).join(', ');
}

function formatSelector(node: VectorSelectorNode): string {
  const extension = node.extension === undefined ? '' : ` ${node.extension}`;
  return formatSeries(node) + formatAt(node.at) + extension + formatOffset(node.offset);
}

/** A selector without its modifiers. */
function formatSeries({ name, matchers }: VectorSelectorNode): string {
  const conditions = matchers
    .filter((matcher) => !isNameItself(matcher, name))
    .map(formatMatcher)
    .sort(compareText);
  return conditions.length === 0 ? name : `${name}{${conditions.join(',')}}`;
}

function isNameItself(matcher: Matcher, name: string): boolean {
  const isName = matcher.name === METRIC_NAME && matcher.operator === '=';
  return isName && matcher.value === name && name !== '';
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What follows the operand of a subquery: `[1h:5m] @ end() offset 1d`. */
export function formatSubquerySuffix({ range, step, at, offset }: SubqueryNode): string {
  const stepText = step === undefined ? '' : formatDurationNode(step);
  return `[${formatDurationNode(range)}:${stepText}]${formatTime({ at, offset })}`;
}

function formatTime({ at, offset }: Pick<SubqueryNode, 'at' | 'offset'>): string {
  return formatAt(at) + formatOffset(offset);
}

function formatAt(at: AtModifier | undefined): string {
  switch (at?.kind) {
    case undefined:
      return '';
    case 'time':
      return ` @ ${(at.ms / 1000).toFixed(3)}`;
    case 'start':
    case 'end':
      return ` @ ${at.kind}()`;
  }
}

function formatOffset(offset: DurationNode | undefined): string {
  return offset === undefined ? '' : ` offset ${formatDurationNode(offset)}`;
}

/** A duration that stands for itself is written as one, even where it was a number. */
function formatDurationNode(node: DurationNode): string {
  return node.kind === 'constant' ? formatDuration(node.ms) : formatPart(node);
}

function formatPart(node: DurationNode): string {
  switch (node.kind) {
    case 'constant':
      return formatConstant(node);
    case 'step':
    case 'range':
      return `${node.kind}()`;
    case 'paren':
      return `(${formatPart(node.operand)})`;
    case 'negate':
      return `-${formatPart(node.operand)}`;
    case 'binary': {
      const left = formatPart(node.left);
      const right = formatPart(node.right);
      const { operator } = node;
      if (operator !== 'min_of' && operator !== 'max_of') return `${left} ${operator} ${right}`;
      return `${operator}(${left}, ${right})`;
    }
  }
}

function formatConstant({ seconds, isDuration }: DurationConstant): string {
  return isDuration ? formatSeconds(seconds) : formatFloat(seconds);
}

/** Seconds as a duration, cut first to nanoseconds and then to milliseconds. */
function formatSeconds(seconds: number): string {
  return formatDuration(Math.trunc(Math.trunc(seconds * 1e9) / 1e6));
}
