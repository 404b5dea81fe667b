/**
 * Reads a template into its tree, with the grammar and the error texts of Go's text/template.
 *
 * Functions and variables must be known when the template is read, so that a misspelt name is a
 * fault of the rule file and not of the alert at night.
 */
import { quote } from '../series/index.ts';
import { TEMPLATE_DEPTH_MAX, TEMPLATE_TEXT_CHARS_MAX } from './limits.ts';
import { describeToken, lexTemplate, type Token, type TokenKind } from './lexer.ts';
import { parseConstant, unquote } from './literals.ts';
import {
  type ArgNode,
  type BranchNode,
  type CallNode,
  type CommandNode,
  formatNode,
  type PipeNode,
  type StatementNode,
} from './syntax.ts';

/** A mistake in a template's text. */
export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError';
  /** Code-unit offset of the token at which it showed. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A text and what errors call it. */
export interface TemplateSource {
  readonly name: string;
  readonly text: string;
}

export interface ParsedTemplate {
  /** Where it stands: the offsets of its nodes are in this text. */
  readonly source: TemplateSource;
  readonly statements: readonly StatementNode[];
}

/** A template and those that it defines, by name. */
export type ParsedTemplates = ReadonlyMap<string, ParsedTemplate>;

/** Reads a template; throws a TemplateSyntaxError. */
export function parseTemplateText(
  source: TemplateSource,
  hasFunction: (name: string) => boolean,
): ParsedTemplates {
  const parser = new Parser(source, hasFunction);
  return parser.parse();
}

/** Whether a template has nothing but white space: such a one replaces no other. */
export function isBlankTemplate(statements: readonly StatementNode[]): boolean {
  return statements.every((node) => node.type === 'text' && node.text.trim() === '');
}

/** How a list of statements ended. */
type Ending = { readonly kind: 'end' | 'else'; readonly token: Token };

class Parser {
  readonly #source: TemplateSource;
  readonly #hasFunction: (name: string) => boolean;
  readonly #tokens: readonly Token[];
  readonly #templates = new Map<string, ParsedTemplate>();
  #index = 0;
  /** Variables in scope, innermost last. */
  #variables: string[] = ['$'];
  #depth = 0;
  #rangeDepth = 0;

  constructor(source: TemplateSource, hasFunction: (name: string) => boolean) {
    this.#source = source;
    this.#hasFunction = hasFunction;
    const isTooLong = source.text.length > TEMPLATE_TEXT_CHARS_MAX;
    this.#tokens = lexTemplate(isTooLong ? '' : source.text);
    if (isTooLong) this.#fail(`text is longer than ${TEMPLATE_TEXT_CHARS_MAX} characters`);
  }

  parse(): ParsedTemplates {
    const root: StatementNode[] = [];
    while (this.#peek().kind !== 'eof') {
      const statement = this.#parseTopLevel();
      if (statement !== undefined) root.push(statement);
    }
    this.#define(this.#source.name, root);
    return this.#templates;
  }

  #parseTopLevel(): StatementNode | undefined {
    if (this.#peek().kind === 'leftDelimiter') {
      const start = this.#index++;
      const keyword = this.#nextNonSpace();
      if (keyword.kind === 'keyword' && keyword.text === 'define') {
        this.#parseDefinition();
        return undefined;
      }
      this.#index = start;
    }
    const node = this.#parseStatement();
    if (isEnding(node)) this.#fail(`unexpected {{${node.kind}}}`);
    return node;
  }

  /** `{{define "name"}} … {{end}}`; a definition sees none of the variables around it. */
  #parseDefinition(): void {
    const context = 'define clause';
    const name = this.#parseName(this.#nextNonSpace(), context);
    this.#expect('rightDelimiter', context);
    this.#define(name, this.#parseIsolated(context));
  }

  #parseIsolated(context: string): readonly StatementNode[] {
    const outside = this.#variables;
    const outsideRange = this.#rangeDepth;
    this.#variables = ['$'];
    this.#rangeDepth = 0;
    const { list, ending } = this.#parseList();
    if (ending.kind !== 'end') this.#fail(`unexpected {{else}} in ${context}`);
    this.#variables = outside;
    this.#rangeDepth = outsideRange;
    return list;
  }

  /** Later definitions win over empty ones only, as in Go. */
  #define(name: string, list: readonly StatementNode[]): void {
    const known = this.#templates.get(name);
    if (known === undefined || isBlankTemplate(known.statements)) {
      this.#templates.set(name, { source: this.#source, statements: list });
    } else if (!isBlankTemplate(list))
      this.#fail(`template: multiple definition of template ${quote(name)}`);
  }

  #parseList(): { readonly list: readonly StatementNode[]; readonly ending: Ending } {
    const list: StatementNode[] = [];
    while (this.#peekNonSpace().kind !== 'eof') {
      const node = this.#parseStatement();
      if (isEnding(node)) return { list, ending: node };
      list.push(node);
    }
    return this.#fail('unexpected EOF');
  }

  #parseStatement(): StatementNode | Ending {
    const token = this.#nextNonSpace();
    if (token.kind === 'leftDelimiter') return this.#parseAction();
    if (token.kind !== 'text') return this.#unexpected(token, 'input');
    return { type: 'text', offset: token.offset, text: token.text };
  }

  #parseAction(): StatementNode | Ending {
    const token = this.#nextNonSpace();
    if (token.kind === 'keyword') return this.#parseKeyword(token);
    this.#index--;
    return { type: 'action', offset: token.offset, pipe: this.#parsePipe('command') };
  }

  #parseKeyword(token: Token): StatementNode | Ending {
    switch (token.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#nested(() => this.#parseBranch(token));
      case 'else':
        return this.#parseElse(token);
      case 'end':
        this.#expect('rightDelimiter', 'end');
        return { kind: 'end', token };
      case 'template':
        return this.#parseCall();
      case 'block':
        return this.#nested(() => this.#parseBlock());
      case 'break':
      case 'continue':
        return this.#parseJump(token, token.text);
      default:
        // `define` stands at the top level only.
        return this.#unexpected(token, 'command');
    }
  }

  #parseBranch(keyword: Token): BranchNode {
    const type = keyword.text === 'if' ? 'if' : keyword.text === 'with' ? 'with' : 'range';
    const mark = this.#variables.length;
    const pipe = this.#parsePipe(type);
    if (type === 'range') this.#rangeDepth++;
    const { list, ending } = this.#parseList();
    if (type === 'range') this.#rangeDepth--;
    const otherwise = ending.kind === 'else' ? this.#parseOtherwise(type) : undefined;
    this.#variables.length = mark;
    return { type, offset: pipe.offset, pipe, body: list, otherwise };
  }

  /** What follows `{{else`: `{{else if …}}` is an `if` alone in the list, with the same end. */
  #parseOtherwise(type: 'if' | 'with' | 'range'): readonly StatementNode[] {
    const next = this.#peek();
    if (type !== 'range' && next.kind === 'keyword' && next.text === type) {
      this.#index++;
      return [this.#nested(() => this.#parseBranch(next))];
    }
    const { list, ending } = this.#parseList();
    if (ending.kind !== 'end') this.#fail('expected end; found {{else}}');
    return list;
  }

  #parseElse(token: Token): Ending {
    const next = this.#peekNonSpace();
    const isChained = next.kind === 'keyword' && (next.text === 'if' || next.text === 'with');
    if (!isChained) this.#expect('rightDelimiter', 'else');
    return { kind: 'else', token };
  }

  #parseJump(token: Token, type: 'break' | 'continue'): StatementNode {
    const next = this.#nextNonSpace();
    if (next.kind !== 'rightDelimiter') this.#unexpected(next, `{{${type}}}`);
    if (this.#rangeDepth === 0) this.#fail(`{{${type}}} outside {{range}}`);
    return { type, offset: token.offset };
  }

  #parseCall(): CallNode {
    const context = 'template clause';
    const token = this.#nextNonSpace();
    const name = this.#parseName(token, context);
    if (this.#peekNonSpace().kind === 'rightDelimiter') {
      this.#index++;
      return { type: 'template', offset: token.offset, name, pipe: undefined };
    }
    return { type: 'template', offset: token.offset, name, pipe: this.#parsePipe(context) };
  }

  /** `{{block "name" pipe}} … {{end}}`: a definition and a call of it in one. */
  #parseBlock(): CallNode {
    const context = 'block clause';
    const token = this.#nextNonSpace();
    const name = this.#parseName(token, context);
    const pipe = this.#parsePipe(context);
    this.#define(name, this.#parseIsolated(context));
    return { type: 'template', offset: token.offset, name, pipe };
  }

  #parseName(token: Token, context: string): string {
    if (token.kind !== 'string' && token.kind !== 'rawString') this.#unexpected(token, context);
    return unquote(token.text) ?? this.#fail('invalid syntax');
  }

  /** A pipeline up to its end, which is consumed. */
  #parsePipe(context: string, end: TokenKind = 'rightDelimiter'): PipeNode {
    const { offset } = this.#peekNonSpace();
    const { variables, isAssign } = this.#parseDeclarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#nextNonSpace();
      if (token.kind === end) break;
      if (!OPERANDS.has(token.kind)) this.#unexpected(token, context);
      this.#index--;
      commands.push(this.#parseCommand());
    }
    this.#checkPipe(commands, context);
    return { type: 'pipe', offset, isAssign, variables, commands };
  }

  /** `$x :=`, `$x =`, and in a range `$i, $x :=`. */
  #parseDeclarations(context: string): {
    readonly variables: readonly string[];
    readonly isAssign: boolean;
  } {
    const variables: string[] = [];
    while (this.#peekNonSpace().kind === 'variable') {
      const start = this.#index;
      const name = this.#nextNonSpace();
      const next = this.#nextNonSpace();
      if (next.kind === 'assign' || next.kind === 'declare') {
        if (next.kind === 'assign') this.#useVariable(name);
        else this.#variables.push(name.text);
        return { variables: [...variables, name.text], isAssign: next.kind === 'assign' };
      }
      if (next.kind !== 'char' || next.text !== ',') {
        this.#index = start;
        break;
      }
      variables.push(name.text);
      this.#variables.push(name.text);
      if (context !== 'range' || variables.length > 1) {
        this.#fail(`too many declarations in ${context}`);
      }
      const after = this.#peekNonSpace().kind;
      if (after !== 'variable' && after !== 'rightDelimiter' && after !== 'rightParen') {
        this.#fail('range can only initialize variables');
      }
    }
    return { variables, isAssign: false };
  }

  #checkPipe(commands: readonly CommandNode[], context: string): void {
    if (commands.length === 0) this.#fail(`missing value for ${context}`);
    const constant = commands.findIndex((command, i) => {
      const type = command.args[0].type;
      return i > 0 && (type === 'literal' || type === 'dot' || type === 'nil');
    });
    if (constant > 0) this.#fail(`non executable command in pipeline stage ${constant + 1}`);
  }

  #parseCommand(): CommandNode {
    const { offset } = this.#peekNonSpace();
    const args: ArgNode[] = [];
    for (;;) {
      this.#peekNonSpace();
      const operand = this.#parseOperand();
      if (operand !== undefined) args.push(operand);
      const token = this.#next();
      if (token.kind === 'space') continue;
      if (token.kind === 'pipe') break;
      if (token.kind !== 'rightDelimiter' && token.kind !== 'rightParen') {
        this.#unexpected(token, 'operand');
      }
      this.#index--;
      break;
    }
    if (args.length === 0) this.#fail('empty command');
    return { type: 'command', offset, args };
  }

  /** A term and the `.fields` right behind it. */
  #parseOperand(): ArgNode | undefined {
    const term = this.#parseTerm();
    if (term === undefined || this.#peek().kind !== 'field') return term;
    const { offset } = this.#peek();
    const fields: string[] = [];
    while (this.#peek().kind === 'field') fields.push(this.#next().text.slice(1));
    if (term.type === 'field' || term.type === 'variable') {
      return { ...term, offset, fields: [...term.fields, ...fields] };
    }
    if (term.type === 'literal' || term.type === 'dot' || term.type === 'nil') {
      return this.#fail(`unexpected . after term ${quote(formatNode(term))}`);
    }
    return { type: 'chain', offset, base: term, fields };
  }

  #parseTerm(): ArgNode | undefined {
    const token = this.#nextNonSpace();
    const { kind, offset, text } = token;
    const literal = this.#parseLiteral(token);
    if (literal !== undefined) return { type: 'literal', offset, text, value: literal };
    if (kind === 'dot' || kind === 'nil') return { type: kind, offset };
    if (kind === 'field') return { type: 'field', offset, fields: [text.slice(1)] };
    if (kind === 'variable') {
      this.#useVariable(token);
      return { type: 'variable', offset, name: text, fields: [] };
    }
    if (kind === 'identifier') {
      if (!this.#hasFunction(text)) this.#fail(`function ${quote(text)} not defined`);
      return { type: 'identifier', offset, name: text };
    }
    if (kind === 'leftParen') {
      return this.#nested(() => this.#parsePipe('parenthesized pipeline', 'rightParen'));
    }
    this.#index--;
    return undefined;
  }

  #parseLiteral(token: Token): string | boolean | bigint | number | undefined {
    const { kind, text } = token;
    if (kind === 'bool') return text === 'true';
    if (kind === 'charConstant' || kind === 'number') return this.#parseNumber(token);
    if (kind !== 'string' && kind !== 'rawString') return undefined;
    return unquote(text) ?? this.#fail('invalid syntax');
  }

  #parseNumber(token: Token): bigint | number {
    const { text } = token;
    if (token.kind === 'charConstant') {
      const chars = Array.from(unquote(text) ?? '');
      if (chars.length !== 1) this.#fail(`malformed character constant: ${text}`);
      return BigInt(chars[0].codePointAt(0) ?? 0);
    }
    const value = parseConstant(text);
    if (value === 'overflow') this.#fail(`integer overflow: ${quote(text)}`);
    return value ?? this.#fail(`illegal number syntax: ${quote(text)}`);
  }

  #useVariable(token: Token): void {
    if (!this.#variables.includes(token.text)) {
      this.#fail(`undefined variable ${quote(token.text)}`);
    }
  }

  #nested<T>(parse: () => T): T {
    if (++this.#depth > TEMPLATE_DEPTH_MAX) {
      this.#fail(`nested deeper than ${TEMPLATE_DEPTH_MAX} levels`);
    }
    const answer = parse();
    this.#depth--;
    return answer;
  }

  #expect(kind: TokenKind, context: string): Token {
    const token = this.#nextNonSpace();
    return token.kind === kind ? token : this.#unexpected(token, context);
  }

  #next(): Token {
    // The last token is `eof` or `error`, and stays the last.
    const token = this.#tokens[Math.min(this.#index, this.#tokens.length - 1)];
    this.#index++;
    return token;
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#index, this.#tokens.length - 1)];
  }

  #nextNonSpace(): Token {
    this.#peekNonSpace();
    return this.#next();
  }

  #peekNonSpace(): Token {
    while (this.#peek().kind === 'space') this.#index++;
    return this.#peek();
  }

  #unexpected(token: Token, context: string): never {
    if (token.kind === 'error') this.#fail(token.text, token);
    return this.#fail(`unexpected ${describeToken(token)} in ${context}`, token);
  }

  #fail(message: string, at?: Token): never {
    const last = this.#tokens[Math.max(0, Math.min(this.#index, this.#tokens.length) - 1)];
    const { line, offset } = at ?? last;
    throw new TemplateSyntaxError(`template: ${this.#source.name}:${line}: ${message}`, offset);
  }
}

/** What an operand can begin with. */
const OPERANDS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  'bool',
  'charConstant',
  'dot',
  'field',
  'identifier',
  'leftParen',
  'nil',
  'number',
  'rawString',
  'string',
  'variable',
]);

function isEnding(node: StatementNode | Ending): node is Ending {
  return 'kind' in node;
}
