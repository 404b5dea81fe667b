/**
 * Cuts a query into tokens, one at a time.
 *
 * What a character means depends on where it stands: within braces words are never reserved, and
 * after `[` only what makes up a duration is allowed. The places, and the order in which errors
 * are found, follow Prometheus' lexer (promql/parser/lex.go), because its messages are part of the
 * API. Tokens are asked for lazily for the same reason: a fault in a token further on must not
 * hide one in the grammar before it.
 */
import { quote } from '../series/index.ts';
import {
  describeRune,
  digitValue,
  isAlpha,
  isAlphanumeric,
  isDigit,
  isSpace,
  quoteRune,
} from './characters.ts';
import { skipDuration, skipNumber } from './number-scanner.ts';
import { ParseError } from './parse-error.ts';
import { RESERVED, type TokenKind } from './tokens.ts';

const EOF = -1;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const HASH = 0x23;
const DOT = 0x2e;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const REPLACEMENT = 0xfffd;
const CODE_POINT_MAX = 0x10ffff;

/** Within braces of a selector; after `[` until the first number; anywhere else. */
type Mode = 'plain' | 'braces' | 'range';

/** Holds how far a text has been read, and the token that was found there. */
export class Lexer {
  readonly text: string;
  /** The token that `advance` found last. */
  kind: TokenKind = 'eof';
  start = 0;
  end = 0;
  private position = 0;
  private mode: Mode = 'plain';
  private parenDepth = 0;
  private isBracketOpen = false;
  private hasColon = false;
  private hasDuration = false;

  constructor(text: string) {
    this.text = text;
  }

  /** Moves on to the next token. */
  advance(): void {
    this.skipBlanks();
    this.start = this.position;
    const code = this.peek();
    switch (this.mode) {
      case 'plain':
        this.kind = this.lexPlain(code);
        break;
      case 'braces':
        this.kind = this.lexInBraces(code);
        break;
      case 'range':
        this.kind = this.lexInRange(code);
        break;
    }
    this.end = this.position;
  }

  /** Space everywhere, and comments wherever Prometheus allows them. */
  private skipBlanks(): void {
    for (;;) {
      const code = this.peek();
      if (isSpace(code)) this.position++;
      else if (code === HASH && this.mode !== 'range') this.skipLine();
      else return;
    }
  }

  private skipLine(): void {
    for (let code = this.peek(); code !== EOF; code = this.peek()) {
      if (code === NEWLINE || code === RETURN) return;
      this.position++;
    }
  }

  private lexPlain(code: number): TokenKind {
    if (isAlpha(code) || code === COLON) {
      return this.isBracketOpen ? this.lexAfterDuration(code) : this.lexWord();
    }
    if (this.isNumberAhead(code)) return this.lexNumber();
    if (code === EOF) return this.lexEnd();
    this.position++;
    const char = this.text[this.start];
    switch (char) {
      case ',':
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '^':
      case '@':
        return char;
      case '(':
      case ')':
        return this.lexParenthesis(char);
      case '{':
        this.mode = 'braces';
        return '{';
      case '[':
      case ']':
        return this.lexBracket(char);
      case '=':
      case '!':
      case '<':
      case '>':
        return this.lexComparison(char);
      case '"':
      case "'":
      case '`':
        return this.lexString(char);
      default:
        return this.failCharacter('unexpected character: ');
    }
  }

  private lexEnd(): TokenKind {
    if (this.parenDepth !== 0) this.fail('unclosed left parenthesis');
    if (this.isBracketOpen) this.fail('unclosed left bracket');
    return 'eof';
  }

  private lexParenthesis(char: '(' | ')'): TokenKind {
    this.parenDepth += char === '(' ? 1 : -1;
    if (this.parenDepth < 0) this.failAfter("unexpected right parenthesis ')'");
    return char;
  }

  private lexBracket(char: '[' | ']'): TokenKind {
    if (char === ']') {
      if (!this.isBracketOpen) this.fail("unexpected right bracket ']'");
      this.isBracketOpen = false;
      return ']';
    }
    if (this.isBracketOpen) this.fail("unexpected left bracket '['");
    this.isBracketOpen = true;
    this.hasColon = false;
    this.mode = 'range';
    return '[';
  }

  private lexComparison(char: '=' | '!' | '<' | '>'): TokenKind {
    const next = this.text[this.position];
    if (next === '=' || (next === '/' && (char === '<' || char === '>'))) {
      this.position++;
      if (next === '=') return `${char}=`;
      return char === '<' ? '</' : '>/';
    }
    if (char === '!') this.failNext("unexpected character after '!': ");
    if (char === '=' && next === '~') this.failNext("unexpected character after '=': ");
    return char;
  }

  /** A word or a colon within brackets, once a number has been seen there. */
  private lexAfterDuration(code: number): TokenKind {
    if (code === COLON) {
      if (this.hasColon) this.fail("unexpected colon ':'");
      this.position++;
      this.hasColon = true;
      return ':';
    }
    const word = this.lexDurationWord(code);
    return word ?? this.failCharacter('unexpected character: ', ", expected ':'");
  }

  private lexWord(): TokenKind {
    const { text } = this;
    let at = this.position;
    let code = text.charCodeAt(at);
    let hasColon = false;
    while (isAlphanumeric(code) || code === COLON) {
      hasColon ||= code === COLON;
      code = text.charCodeAt(++at);
    }
    this.position = at;
    if (hasColon) return 'metricIdentifier';
    const reserved = RESERVED.get(text.slice(this.start, at).toLowerCase());
    if (reserved === undefined) return 'identifier';
    // So that metrics of these names in older queries keep their meaning.
    const isFill = reserved === 'fill' || reserved === 'fill_left' || reserved === 'fill_right';
    return isFill && !this.isParenthesisAhead() ? 'identifier' : reserved;
  }

  private isParenthesisAhead(): boolean {
    let at = this.position;
    while (isSpace(this.text.charCodeAt(at))) at++;
    return this.text[at] === '(';
  }

  private lexInBraces(code: number): TokenKind {
    if (isAlpha(code)) return this.lexLabelName();
    if (code === EOF) this.fail('unexpected end of input inside braces');
    this.position++;
    const char = this.text[this.start];
    switch (char) {
      case ',':
        return ',';
      case '=':
        return this.accept('~') ? '=~' : '=';
      case '!':
        if (this.accept('~')) return '!~';
        if (this.accept('=')) return '!=';
        return this.failNext("unexpected character after '!' inside braces: ");
      case '"':
      case "'":
      case '`':
        return this.lexString(char);
      case '{':
        return this.fail("unexpected left brace '{'");
      case '}':
        this.mode = 'plain';
        return '}';
      default:
        return this.failCharacter('unexpected character inside braces: ');
    }
  }

  private lexLabelName(): TokenKind {
    while (isAlphanumeric(this.text.charCodeAt(this.position))) this.position++;
    return 'identifier';
  }

  /** Right after `[`, until a number has been read. */
  private lexInRange(code: number): TokenKind {
    if (this.isNumberAhead(code)) {
      this.hasDuration = true;
      this.mode = 'plain';
      return this.lexNumber();
    }
    if (code === EOF) this.fail('unexpected end of input in duration expression');
    const word = this.lexDurationWord(code);
    if (word !== undefined) return word;
    this.position = this.start + 1;
    const char = this.text[this.start];
    switch (char) {
      case ']':
        this.isBracketOpen = false;
        this.hasColon = false;
        this.mode = 'plain';
        return ']';
      case ':':
        return this.lexColonInRange();
      case '(':
      case ')':
        return this.lexParenthesis(char);
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '^':
      case ',':
        return char;
      default:
        return this.failCharacter('unexpected character in duration expression: ');
    }
  }

  private lexColonInRange(): TokenKind {
    if (!this.hasDuration) {
      this.failAfter('unexpected colon before duration in duration expression');
    }
    if (this.hasColon) this.failAfter('unexpected repeated colon in duration expression');
    this.hasColon = true;
    return ':';
  }

  /** `step`, `range`, `min_of` or `max_of` in any case; the position is lost where it is none. */
  private lexDurationWord(code: number): TokenKind | undefined {
    if (!isAlpha(code)) return undefined;
    while (isAlpha(this.peek())) this.position++;
    switch (this.text.slice(this.start, this.position).toLowerCase()) {
      case 'step':
        return 'step';
      case 'range':
        return 'range';
      case 'min_of':
        return 'min_of';
      case 'max_of':
        return 'max_of';
      default:
        return undefined;
    }
  }

  private isNumberAhead(code: number): boolean {
    return isDigit(code) || (code === DOT && isDigit(this.text.charCodeAt(this.position + 1)));
  }

  private lexNumber(): TokenKind {
    const number = skipNumber(this.text, this.start);
    this.position = number.end;
    if (number.isWhole) return 'number';
    const duration = skipDuration(this.text, number.end);
    this.position = duration.end;
    if (duration.isWhole) return 'duration';
    const seen = this.text.slice(this.start, this.position);
    return this.fail(`bad number or duration syntax: ${quote(seen)}`);
  }

  private lexString(mark: '"' | "'" | '`'): TokenKind {
    const markCode = mark.charCodeAt(0);
    const isRaw = mark === '`';
    for (;;) {
      const code = this.peek();
      if (code === EOF || (code === NEWLINE && !isRaw)) {
        this.fail(isRaw ? 'unterminated raw string' : 'unterminated quoted string');
      }
      this.position++;
      if (code === markCode) return 'string';
      if (code === BACKSLASH && !isRaw) this.skipEscape(mark);
      else if (code >= 0xd800) this.skipSurrogate(code);
    }
  }

  /** The second half of a pair; half a pair and the replacement character are not text. */
  private skipSurrogate(code: number): void {
    const next = this.text.charCodeAt(this.position);
    if (code <= 0xdbff && next >= 0xdc00 && next <= 0xdfff) this.position++;
    else if (code <= 0xdfff || code === REPLACEMENT) this.fail('invalid UTF-8 rune');
  }

  /** What follows a backslash. */
  private skipEscape(mark: string): void {
    const char = this.text[this.position];
    if (char === undefined) this.fail('escape sequence not terminated');
    if (char === mark || 'abfnrtv\\'.includes(char)) {
      this.position++;
      return;
    }
    if (char >= '0' && char <= '7') return this.skipCode(3, 8);
    this.position++;
    if (char === 'x') return this.skipCode(2, 16);
    if (char === 'u') return this.skipCode(4, 16);
    if (char === 'U') return this.skipCode(8, 16);
    this.fail(`unknown escape sequence ${describeRune(this.text, this.position - 1)}`);
  }

  private skipCode(digits: number, base: 8 | 16): void {
    let value = 0;
    for (let i = 0; i < digits; i++) {
      const code = this.peek();
      const digit = digitValue(code);
      if (code === EOF) this.fail('escape sequence not terminated');
      if (digit >= base) {
        const rune = describeRune(this.text, this.position);
        this.fail(`illegal character ${rune} in escape sequence`);
      }
      value = value * base + digit;
      this.position++;
    }
    const max = base === 8 ? 255 : CODE_POINT_MAX;
    if (value > max || (value >= 0xd800 && value < 0xe000)) {
      this.fail('escape sequence is an invalid Unicode code point');
    }
  }

  private peek(): number {
    return this.position < this.text.length ? this.text.charCodeAt(this.position) : EOF;
  }

  private accept(char: string): boolean {
    if (this.text[this.position] !== char) return false;
    this.position++;
    return true;
  }

  private fail(reason: string): never {
    throw new ParseError(this.text, this.start, reason);
  }

  /** Fails at the end of the token, where Prometheus has already moved on. */
  private failAfter(reason: string): never {
    throw new ParseError(this.text, this.position, reason);
  }

  private failCharacter(before: string, after = ''): never {
    return this.fail(before + quoteRune(this.text, this.start) + after);
  }

  private failNext(before: string): never {
    return this.fail(before + quoteRune(this.text, this.position));
  }
}
