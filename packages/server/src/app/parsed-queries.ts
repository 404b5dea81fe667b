/**
 * Parsed queries by their text, the last ones that were asked for. Not for the time that parsing
 * takes: a store remembers its selections by the identity of a selector (tsdb/selection-cache.ts).
 */
import { type Expr, parseExpr } from '../promql/index.ts';
import { PARSED_QUERIES_KEPT } from './limits.ts';

export class ParsedQueries {
  /** In order of last use. */
  readonly #known = new Map<string, Expr>();

  /** Parses a text, or has done so; throws what the parser throws. */
  parse(text: string): Expr {
    const expr = this.#known.get(text) ?? parseExpr(text);
    this.#known.delete(text);
    this.#known.set(text, expr);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= PARSED_QUERIES_KEPT) break;
      this.#known.delete(oldest);
    }
    return expr;
  }
}
