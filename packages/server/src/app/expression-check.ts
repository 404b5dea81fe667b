/** Checks rule expressions with the parser that will evaluate them. */
import { kindOf, ParseError, parseExpr } from '../promql/index.ts';
import type { CheckExpression } from '../rules/index.ts';

/** The fault of an expression, with its place within the expression; undefined: it is fine. */
export const checkExpression: CheckExpression = (expression) => {
  try {
    const kind = kindOf(parseExpr(expression));
    if (kind === 'vector' || kind === 'scalar') return undefined;
    return { message: `a rule needs a vector or a scalar, got a ${kind}`, offset: 0 };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { message: error.message, offset: error.offset };
  }
};
