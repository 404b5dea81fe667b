/**
 * Cuts a template into tokens, by the rules of Go's text/template (1.24).
 *
 * Text outside `{{` and `}}` is one token; inside, space is a token too, because `.a .b` are two
 * operands and `.a.b` is one. `{{- ` and ` -}}` eat the white space outside. A mistake becomes a
 * last token of kind `error`, so that the parser reports it where it meets it.
 */
import { quote } from '../series/index.ts';

export type TokenKind =
  | 'assign'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'declare'
  | 'dot'
  | 'eof'
  | 'error'
  | 'field'
  | 'identifier'
  | 'keyword'
  | 'leftDelimiter'
  | 'leftParen'
  | 'nil'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelimiter'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable';

export interface Token {
  readonly kind: TokenKind;
  /** The text as written; of an error, its message. */
  readonly text: string;
  /** Code-unit offset into the template. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
}

const KEYWORDS = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);
const LEFT = '{{';
const RIGHT = '}}';
const SPACE = /[ \t\r\n]/;
const SPACES = /[ \t\r\n]*/y;
const WORD = /[\p{L}\p{Nd}_]*/uy;
const NUMBER =
  /[+-]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?|0[oO][0-7_]*|0[bB][01_]*|[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?)/y;
const QUOTED = /"(?:\\[^\n]|[^"\\\n])*"/y;
const RAW_QUOTED = /`[^`]*`/y;
const CHARACTER = /'(?:\\[^\n]|[^'\\\n])*'/y;
const TERMINATORS = '.,|:)(}';

/** Cuts a template; the last token is `eof` or `error`. */
export function lexTemplate(text: string): readonly Token[] {
  const lexer = new Lexer(text);
  lexer.run();
  return lexer.tokens;
}

/** Names a token in an error message, the way Go does. */
export function describeToken(token: Token): string {
  const { kind, text } = token;
  if (kind === 'eof') return 'EOF';
  if (kind === 'error') return text;
  if (kind === 'keyword' || kind === 'nil' || kind === 'dot') return `<${text}>`;
  const chars = Array.from(text);
  return chars.length > 10 ? `${quote(chars.slice(0, 10).join(''))}...` : quote(text);
}

class Lexer {
  readonly tokens: Token[] = [];
  readonly #text: string;
  #offset = 0;
  #line = 1;
  #parenDepth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): void {
    while (this.#lexText() && this.#lexAction()) {
      // Text and actions alternate until the end or a mistake.
    }
  }

  /** Emits the text before the next action; false at the end. */
  #lexText(): boolean {
    const text = this.#text;
    const found = text.indexOf(LEFT, this.#offset);
    const end = found < 0 ? text.length : found;
    let keptEnd = end;
    if (found >= 0 && this.#hasLeftTrim(found + LEFT.length)) {
      while (keptEnd > this.#offset && SPACE.test(text[keptEnd - 1])) keptEnd--;
    }
    if (keptEnd > this.#offset) this.#emit('text', keptEnd);
    this.#skipTo(end);
    if (found < 0) this.#emit('eof', end);
    return found >= 0;
  }

  /** Emits one action or skips one comment; false after a mistake. */
  #lexAction(): boolean {
    const inside = this.#offset + LEFT.length;
    const start = this.#hasLeftTrim(inside) ? inside + 2 : inside;
    if (this.#text.startsWith('/*', start)) return this.#skipComment(start);
    this.#emit('leftDelimiter', inside);
    this.#skipTo(start);
    this.#parenDepth = 0;
    for (;;) {
      const right = this.#rightDelimiterAt(this.#offset);
      if (right !== undefined) return this.#closeAction(right);
      if (!this.#lexInside()) return false;
    }
  }

  #closeAction(right: RightDelimiter): boolean {
    if (this.#parenDepth > 0) return this.#fail('unclosed left paren');
    this.#skipTo(right.start);
    this.#emit('rightDelimiter', right.end);
    if (right.trims) this.#skipTo(this.#matchEnd(SPACES));
    return true;
  }

  #skipComment(start: number): boolean {
    const close = this.#text.indexOf('*/', start + 2);
    if (close < 0) return this.#fail('unclosed comment');
    const right = this.#rightDelimiterAt(close + 2);
    if (right === undefined) return this.#fail('comment ends before closing delimiter');
    this.#skipTo(right.end);
    if (right.trims) this.#skipTo(this.#matchEnd(SPACES));
    return true;
  }

  /** Emits one token inside an action; false after a mistake. */
  #lexInside(): boolean {
    const text = this.#text;
    const char = text[this.#offset];
    if (char === undefined) return this.#fail('unclosed action');
    if (SPACE.test(char)) return this.#lexSpace();
    switch (char) {
      case '=':
        return this.#emit('assign', this.#offset + 1);
      case ':':
        if (text[this.#offset + 1] !== '=') return this.#fail('expected :=');
        return this.#emit('declare', this.#offset + 2);
      case '|':
        return this.#emit('pipe', this.#offset + 1);
      case '"':
        return this.#lexPattern('string', QUOTED, 'unterminated quoted string');
      case '`':
        return this.#lexPattern('rawString', RAW_QUOTED, 'unterminated raw quoted string');
      case "'":
        return this.#lexPattern('charConstant', CHARACTER, 'unterminated character constant');
      case '$':
        return this.#lexWordAfter('variable');
      case '(':
        this.#parenDepth++;
        return this.#emit('leftParen', this.#offset + 1);
      case ')':
        if (--this.#parenDepth < 0) return this.#fail('unexpected right paren');
        return this.#emit('rightParen', this.#offset + 1);
      default:
        return this.#lexOther(char);
    }
  }

  #lexOther(char: string): boolean {
    if (char === '.' && !isDigit(this.#text[this.#offset + 1])) return this.#lexWordAfter('field');
    if (char === '.' || char === '+' || char === '-' || isDigit(char)) return this.#lexNumber();
    const wordEnd = this.#matchEnd(WORD);
    if (wordEnd > this.#offset) return this.#lexIdentifier(wordEnd);
    if (char >= ' ' && char <= '~') return this.#emit('char', this.#offset + 1);
    return this.#fail(`unrecognized character in action: ${describeCharacter(this.#codePoint())}`);
  }

  /** A run of space, except the last one where it belongs to a trimming delimiter. */
  #lexSpace(): boolean {
    let end = this.#matchEnd(SPACES);
    if (this.#rightDelimiterAt(end - 1)?.trims === true) end--;
    return end > this.#offset ? this.#emit('space', end) : true;
  }

  #lexPattern(kind: TokenKind, pattern: RegExp, otherwise: string): boolean {
    const end = this.#matchEnd(pattern);
    return end > this.#offset ? this.#emit(kind, end) : this.#fail(otherwise);
  }

  #lexNumber(): boolean {
    const end = this.#matchEnd(NUMBER);
    WORD.lastIndex = end;
    const tail = WORD.exec(this.#text)?.[0] ?? '';
    if (tail !== '' || end === this.#offset) {
      const shown = this.#text.slice(this.#offset, end + 1);
      return this.#fail(`bad number syntax: ${quote(shown)}`);
    }
    return this.#emit('number', end);
  }

  #lexIdentifier(end: number): boolean {
    if (!this.#isTerminator(end)) return this.#failAtCharacter(end);
    const word = this.#text.slice(this.#offset, end);
    if (KEYWORDS.has(word)) return this.#emit('keyword', end);
    if (word === 'nil') return this.#emit('nil', end);
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier', end);
  }

  /** `.name`, `.`, `$name`, `$`: the mark and the word after it. */
  #lexWordAfter(kind: 'field' | 'variable'): boolean {
    WORD.lastIndex = this.#offset + 1;
    const end = this.#offset + 1 + (WORD.exec(this.#text)?.[0].length ?? 0);
    if (!this.#isTerminator(end)) return this.#failAtCharacter(end);
    return this.#emit(kind === 'field' && end === this.#offset + 1 ? 'dot' : kind, end);
  }

  /** What may follow a word: `$x+2` is a mistake, not a sum. */
  #isTerminator(offset: number): boolean {
    const char = this.#text[offset];
    return char === undefined || SPACE.test(char) || TERMINATORS.includes(char);
  }

  #hasLeftTrim(offset: number): boolean {
    return this.#text[offset] === '-' && SPACE.test(this.#text[offset + 1] ?? '');
  }

  #rightDelimiterAt(offset: number): RightDelimiter | undefined {
    const text = this.#text;
    if (text.startsWith(RIGHT, offset)) {
      return { start: offset, end: offset + RIGHT.length, trims: false };
    }
    const isTrim = SPACE.test(text[offset] ?? '') && text.startsWith(`-${RIGHT}`, offset + 1);
    if (!isTrim) return undefined;
    return { start: offset + 2, end: offset + 2 + RIGHT.length, trims: true };
  }

  #matchEnd(pattern: RegExp): number {
    pattern.lastIndex = this.#offset;
    return pattern.test(this.#text) ? pattern.lastIndex : this.#offset;
  }

  #codePoint(offset = this.#offset): number {
    return this.#text.codePointAt(offset) ?? 0;
  }

  #emit(kind: TokenKind, end: number): true {
    const text = this.#text.slice(this.#offset, end);
    this.tokens.push({ kind, text, offset: this.#offset, line: this.#line });
    this.#skipTo(end);
    return true;
  }

  #skipTo(offset: number): void {
    for (let i = this.#offset; i < offset; i++) if (this.#text[i] === '\n') this.#line++;
    this.#offset = offset;
  }

  #fail(message: string): false {
    this.tokens.push({ kind: 'error', text: message, offset: this.#offset, line: this.#line });
    return false;
  }

  #failAtCharacter(offset: number): false {
    return this.#fail(`bad character ${describeCharacter(this.#codePoint(offset))}`);
  }
}

interface RightDelimiter {
  readonly start: number;
  readonly end: number;
  readonly trims: boolean;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

/** Go's `%#U`: `U+00E9 'é'`, or the number alone where the character does not print. */
function describeCharacter(codePoint: number): string {
  const hex = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
  const char = String.fromCodePoint(codePoint);
  const prints = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(char) || char === ' ';
  return prints ? `${hex} '${char}'` : hex;
}
