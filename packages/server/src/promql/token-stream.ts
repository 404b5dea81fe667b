/**
 * The parser's view of a query: the token at hand, errors at its place, and the bounds.
 *
 * A token is read only when somebody looks at it, so that faults are found in the order of the
 * text. The first fault ends the parse; Prometheus reads on, but shows only the first as well.
 */
import type { Span } from './ast.ts';
import { Lexer } from './lexer.ts';
import { QUERY_DEPTH_MAX, QUERY_LENGTH_MAX, QUERY_TOKENS_MAX } from './limits.ts';
import { ParseError } from './parse-error.ts';
import { describeToken, type TokenKind } from './tokens.ts';

/** Holds the state of one parse. */
export class TokenStream {
  readonly text: string;
  /** Where errors say they are: `aggregation` within an aggregation's parentheses. */
  context = '';
  /** Levels of the expression parsed last. */
  height = 0;
  /** Where the token taken last ends. */
  lastEnd = 0;
  private readonly lexer: Lexer;
  private isAtHand = false;
  private tokenCount = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
    this.lexer = new Lexer(text);
    if (text.length > QUERY_LENGTH_MAX) {
      this.fail(0, `query is longer than ${QUERY_LENGTH_MAX} characters`);
    }
  }

  /** The kind of the token at hand. */
  peek(): TokenKind {
    if (!this.isAtHand) {
      this.lexer.advance();
      this.isAtHand = true;
      this.tokenCount++;
      if (this.tokenCount > QUERY_TOKENS_MAX) {
        this.fail(this.lexer.start, `query has more than ${QUERY_TOKENS_MAX} tokens`);
      }
    }
    return this.lexer.kind;
  }

  /** Where the token at hand begins. */
  get start(): number {
    this.peek();
    return this.lexer.start;
  }

  /** The token at hand as written. */
  get word(): string {
    this.peek();
    return this.text.slice(this.lexer.start, this.lexer.end);
  }

  /** Done with the token at hand. */
  take(): void {
    this.peek();
    this.lastEnd = this.lexer.end;
    this.isAtHand = false;
  }

  /** Takes the token at hand if it is of a kind. */
  accept(kind: TokenKind): boolean {
    if (this.peek() !== kind) return false;
    this.take();
    return true;
  }

  /** From an offset to the end of the token taken last. */
  spanFrom(start: number): Span {
    return { start, end: this.lastEnd };
  }

  /** Goes one level down; `leave` comes back. */
  enter(): void {
    this.depth++;
    if (this.depth > QUERY_DEPTH_MAX) this.failDepth(this.start);
  }

  leave(): void {
    this.depth--;
  }

  /** Notes the height of an expression from that of its tallest part. */
  raise(height: number, start: number): void {
    this.height = height + 1;
    if (this.height > QUERY_DEPTH_MAX) this.failDepth(start);
  }

  /** The token at hand fits nowhere in the place being parsed. */
  unexpected(context: string, expected = ''): never {
    const what = describeToken(this.peek(), this.word);
    const where = context === '' ? '' : ` in ${context}`;
    const want = expected === '' ? '' : `, expected ${expected}`;
    return this.fail(this.start, `unexpected ${what}${where}${want}`);
  }

  fail(offset: number, reason: string): never {
    throw new ParseError(this.text, offset, reason);
  }

  private failDepth(offset: number): never {
    return this.fail(offset, `expression is nested deeper than ${QUERY_DEPTH_MAX} levels`);
  }
}
