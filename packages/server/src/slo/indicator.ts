/**
 * Which expressions can be counted to the request: counters, and sums and differences of them.
 *
 * `sum(rate(x[5m]))` is an estimate over five minutes and a ratio forgets how many there were, so
 * neither can be counted; what to write instead is told with the fault. Grouping is accepted and
 * changes nothing: the sum over all groups is the same.
 */
import { type Expr, formatExpr, ParseError, parseExpr } from '../promql/index.ts';
import type { Matcher } from '../series/index.ts';
import { TERMS_MAX } from './limits.ts';
import type { CountedQuery, CounterTerm } from './model.ts';

/** Why an expression cannot be counted. */
export interface IndicatorFault {
  readonly message: string;
}

class NotCountable extends Error {}

const RATES = ['rate', 'increase', 'irate', 'delta', 'idelta'];

/** Reads an expression over counters; answers a fault where it cannot be counted. */
export function parseCountedQuery(text: string): CountedQuery | IndicatorFault {
  try {
    const terms: CounterTerm[] = [];
    collect(parseExpr(text), 1, terms);
    if (terms.length > TERMS_MAX) {
      return { message: `has ${terms.length} counters; at most ${TERMS_MAX}` };
    }
    return { text, terms };
  } catch (error) {
    const isExpected = error instanceof NotCountable || error instanceof ParseError;
    if (!isExpected) throw error;
    return { message: error.message };
  }
}

/** The terms as text, to tell whether two definitions count the same. */
export function describeTerms({ terms }: CountedQuery): string {
  const describe = ({ name, operator, value }: Matcher): string =>
    `${JSON.stringify(name)}${operator}${JSON.stringify(value)}`;
  return terms
    .map(({ sign, matchers }) => `${sign}{${matchers.map(describe).sort().join(',')}}`)
    .sort()
    .join(' ');
}

function collect(expr: Expr, sign: 1 | -1, terms: CounterTerm[]): void {
  switch (expr.type) {
    case 'paren':
      collect(expr.inner, sign, terms);
      return;
    case 'vectorSelector':
      if (expr.offset !== undefined || expr.at !== undefined || expr.extension !== undefined) {
        throw new NotCountable('cannot be shifted in time; take offset, @ and the like out');
      }
      terms.push({ sign, matchers: expr.matchers });
      return;
    case 'aggregate':
      if (expr.operator !== 'sum') {
        throw new NotCountable(`${expr.operator} of counters is no count of events; use sum`);
      }
      collect(expr.operand, sign, terms);
      return;
    case 'binary':
      collectBinary(expr, sign, terms);
      return;
    case 'call':
      throw new NotCountable(adviseOnCall(expr));
    case 'matrixSelector':
    case 'subquery':
    case 'number':
    case 'string':
    case 'unary':
      throw new NotCountable(WANTED);
  }
}

const WANTED =
  'want counters, whose increments Nines counts: a selector, sum(…), and sums and differences of these';

function collectBinary(
  expr: Extract<Expr, { type: 'binary' }>,
  sign: 1 | -1,
  terms: CounterTerm[],
): void {
  const { operator, left, right } = expr;
  if (operator === '+' || operator === '-') {
    collect(left, sign, terms);
    collect(right, operator === '+' ? sign : sign === 1 ? -1 : 1, terms);
    return;
  }
  if (operator === 'or') {
    throw new NotCountable(
      'take "or …" out: a counter that is not there counts as nothing, and several are added with +',
    );
  }
  if (operator === '/') {
    throw new NotCountable(
      `a ratio forgets how many events there were; give its parts as good (or bad) and total: ${suggest(left)} and ${suggest(right)}`,
    );
  }
  throw new NotCountable(`"${operator}" is not supported by this version; ${WANTED}`);
}

function adviseOnCall(expr: Extract<Expr, { type: 'call' }>): string {
  if (!RATES.includes(expr.name)) {
    return `${expr.name}() is not supported by this version; ${WANTED}`;
  }
  return `${expr.name}() is an estimate, and Nines counts exactly: write the counter itself, ${suggest(expr)}`;
}

/** The expression without its rates. */
function suggest(expr: Expr): string {
  return formatExpr(withoutRates(expr));
}

function withoutRates(expr: Expr): Expr {
  if (expr.type === 'call') {
    const [first] = expr.args;
    return RATES.includes(expr.name) && first?.type === 'matrixSelector' ? first.selector : expr;
  }
  if (expr.type === 'aggregate') return { ...expr, operand: withoutRates(expr.operand) };
  if (expr.type === 'paren') return withoutRates(expr.inner);
  if (expr.type !== 'binary') return expr;
  return { ...expr, left: withoutRates(expr.left), right: withoutRates(expr.right) };
}
