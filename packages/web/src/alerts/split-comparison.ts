/**
 * Splits the expression of a rule into what is measured and the limit it is compared with:
 * `rate(x[5m]) > 0.1` shows the rate with a line at 0.1. An expression that is more than one
 * comparison is left whole, and its graph then shows where it holds.
 */
export interface SplitExpression {
  readonly expression: string;
  /** Undefined where the limit is not a plain number. */
  readonly threshold: number | undefined;
}

/** An operator or word outside brackets, quotes and comments. */
interface Token {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const TOKEN =
  /#[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|[([{]|[)\]}]|==|!=|>=|<=|>|<|\w+/g;
const COMPARISONS = new Set(['==', '!=', '>=', '<=', '>', '<']);
/** They bind less than comparisons: what is beside them is not one limit. */
const SET_OPERATORS = new Set(['and', 'or', 'unless']);
const LAST_NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(\s*)$/i;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

export function splitComparison(expression: string): SplitExpression {
  const whole = { expression, threshold: undefined };
  const comparison = findComparison(expression);
  if (comparison === undefined) return whole;

  const left = expression.slice(0, comparison.from).trim();
  const right = expression
    .slice(comparison.to)
    .replace(/^\s*bool\b/, '')
    .trim();
  if (left === '' || right === '') return whole;
  if (NUMBER.test(left)) return { expression: right, threshold: Number(left) };
  return { expression: left, threshold: NUMBER.test(right) ? Number(right) : undefined };
}

/** The same expression with another limit; one without a limit stays as it is. */
export function replaceLimit(expression: string, limit: number): string {
  const comparison = findComparison(expression);
  if (comparison === undefined || splitComparison(expression).threshold === undefined) {
    return expression;
  }
  const [head, tail] = [expression.slice(0, comparison.from), expression.slice(comparison.from)];
  const number = String(limit);
  if (NUMBER.test(head.trim())) return head.replace(/\S+/, number) + tail;
  return head + tail.replace(LAST_NUMBER, (_, blanks: string) => number + blanks);
}

/** Which values are beyond the limit; undefined where there is none, or no side of it. */
export function sideOfLimit(expression: string): 'above' | 'below' | undefined {
  const comparison = findComparison(expression);
  if (comparison === undefined || splitComparison(expression).threshold === undefined) {
    return undefined;
  }
  if (!/^[<>]/.test(comparison.text)) return undefined;
  const isTurned = NUMBER.test(expression.slice(0, comparison.from).trim());
  return comparison.text.startsWith('>') === isTurned ? 'below' : 'above';
}

/** The one comparison that an expression is, where it is one. */
function findComparison(expression: string): Token | undefined {
  const tokens = listOuterTokens(expression);
  const isCombined = tokens.some(({ text }) => SET_OPERATORS.has(text.toLowerCase()));
  return isCombined ? undefined : tokens.findLast(({ text }) => COMPARISONS.has(text));
}

function listOuterTokens(expression: string): readonly Token[] {
  let depth = 0;
  const tokens: Token[] = [];
  for (const match of expression.matchAll(TOKEN)) {
    const [text] = match;
    if (/^[([{]/.test(text)) depth += 1;
    else if (/^[)\]}]/.test(text)) depth -= 1;
    else if (depth === 0) tokens.push({ text, from: match.index, to: match.index + text.length });
  }
  return tokens;
}
