/**
 * Makes templates of HTML safe, as Go's html/template does: each value is escaped for the place in
 * which it stands, comments are left out, and a template that is called in several places is several
 * templates.
 *
 * It runs once, over the tree; a template whose places cannot be told is refused then, and not when
 * an alert fires. A value in a script or in a quoted text of CSS is refused too, where Go has
 * escapers: no mail program runs the one, and nobody was found who needs the other.
 */
import { quote } from '../series/index.ts';
import {
  contextKey,
  HTML_TEXT,
  type HtmlContext,
  HtmlContextError,
  joinHtml,
  nudgeHtml,
  stepHtml,
} from './html-context.ts';
import { TEMPLATE_CONTEXTS_MAX } from './limits.ts';
import { type ParsedTemplate, type ParsedTemplates, TemplateSyntaxError } from './parser.ts';
import {
  type ActionNode,
  type BranchNode,
  type CallNode,
  type CommandNode,
  formatNode,
  type StatementNode,
  type TextNode,
} from './syntax.ts';

/** The templates that a template calls, with it, each escaped; throws a TemplateSyntaxError. */
export function escapeTemplates(templates: ParsedTemplates, name: string): ParsedTemplates {
  const escaper = new Escaper(templates);
  const end = escaper.escapeTemplate(name, HTML_TEXT);
  if (end.context.state !== 'text') {
    const place = templates.get(name)?.source.name ?? name;
    throw new TemplateSyntaxError(`html/template:${place}: ends in a non-text context`, 0);
  }
  return escaper.escaped;
}

interface Escaped {
  /** Under which it stands among the escaped ones. */
  readonly name: string;
  /** Behind it. */
  readonly context: HtmlContext;
}

interface EscapedList {
  readonly list: readonly StatementNode[];
  readonly context: HtmlContext;
}

class Escaper {
  readonly escaped = new Map<string, ParsedTemplate>();
  readonly #templates: ParsedTemplates;
  readonly #ends = new Map<string, Escaped>();
  /** The template under way, for errors. */
  #current: ParsedTemplate | undefined;
  /** Where loops under way are left early. */
  #jumps: HtmlContext[] = [];

  constructor(templates: ParsedTemplates) {
    this.#templates = templates;
  }

  escapeTemplate(name: string, context: HtmlContext): Escaped {
    const own = contextKey(context);
    const escapedName = own === contextKey(HTML_TEXT) ? name : `${name}$htmltemplate_${own}`;
    const known = this.#ends.get(escapedName);
    if (known !== undefined) return known;
    const template = this.#templates.get(name);
    if (template === undefined) return this.#fail(`no such template ${quote(name)}`, undefined);
    if (this.#ends.size >= TEMPLATE_CONTEXTS_MAX) {
      return this.#fail(
        `templates stand in more than ${TEMPLATE_CONTEXTS_MAX} contexts`,
        undefined,
      );
    }
    // A template that calls itself is taken to end as it began; that is checked behind it.
    this.#ends.set(escapedName, { name: escapedName, context });
    const outside = { current: this.#current, jumps: this.#jumps };
    this.#current = template;
    this.#jumps = [];
    const { list, context: end } = this.#escapeList(template.statements, context);
    this.escaped.set(escapedName, { ...template, statements: list });
    if (contextKey(end) !== own && isCalledIn(template.statements, name)) {
      this.#fail(`cannot compute output context for template ${name}`, undefined);
    }
    this.#current = outside.current;
    this.#jumps = outside.jumps;
    const escaped: Escaped = { name: escapedName, context: end };
    this.#ends.set(escapedName, escaped);
    return escaped;
  }

  #escapeList(list: readonly StatementNode[], from: HtmlContext): EscapedList {
    const escaped: StatementNode[] = [];
    let context = from;
    for (const node of list) {
      const next = this.#escape(node, context);
      escaped.push(next.node);
      ({ context } = next);
      if (context.state === 'dead') break;
    }
    return { list: escaped, context };
  }

  #escape(
    node: StatementNode,
    context: HtmlContext,
  ): { readonly node: StatementNode; readonly context: HtmlContext } {
    switch (node.type) {
      case 'text':
        return this.#escapeText(node, context);
      case 'action':
        return this.#escapeAction(node, context);
      case 'if':
      case 'with':
      case 'range':
        return this.#escapeBranch(node, context);
      case 'template': {
        const called = this.escapeTemplate(node.name, context);
        const call: CallNode = { ...node, name: called.name };
        return { node: call, context: called.context };
      }
      case 'break':
      case 'continue':
        this.#jumps.push(context);
        return { node, context: { ...context, state: 'dead' } };
    }
  }

  #escapeBranch(
    node: BranchNode,
    from: HtmlContext,
  ): { readonly node: BranchNode; readonly context: HtmlContext } {
    const jumps = this.#jumps;
    this.#jumps = [];
    const body = this.#escapeList(node.body, from);
    let end = body.context;
    if (node.type === 'range') {
      // What a loop does the second time, it does to the end of the first.
      const again = this.#escapeList(node.body, end);
      for (const other of [again.context, ...this.#jumps]) end = this.#join(end, other, node);
      this.#jumps = jumps;
    } else {
      this.#jumps = [...jumps, ...this.#jumps];
    }
    const otherwise = node.otherwise && this.#escapeList(node.otherwise, from);
    const context = this.#join(end, otherwise?.context ?? from, node);
    return { node: { ...node, body: body.list, otherwise: otherwise?.list }, context };
  }

  #join(a: HtmlContext, b: HtmlContext, node: BranchNode): HtmlContext {
    const joined = joinHtml(a, b);
    if (joined !== undefined) return joined;
    const states = `${a.state}, ${b.state}`;
    return this.#fail(`{{${node.type}}} branches end in different contexts: ${states}`, node);
  }

  /** Leaves comments out, and escapes what is no tag. */
  #escapeText(
    node: TextNode,
    from: HtmlContext,
  ): { readonly node: TextNode; readonly context: HtmlContext } {
    const { text } = node;
    let context = from;
    let written = '';
    for (let at = 0; at < text.length; ) {
      const next = this.#step(context, node, at);
      written += rewrite(text.slice(at, next.at), context, next.context);
      ({ context, at } = next);
    }
    return { node: { ...node, text: written }, context };
  }

  #step(context: HtmlContext, node: TextNode, at: number): ReturnType<typeof stepHtml> {
    try {
      return stepHtml(context, node.text, at);
    } catch (error) {
      if (!(error instanceof HtmlContextError)) throw error;
      return this.#fail(error.message, { ...node, offset: node.offset + at });
    }
  }

  #escapeAction(
    node: ActionNode,
    from: HtmlContext,
  ): { readonly node: ActionNode; readonly context: HtmlContext } {
    if (node.pipe.variables.length > 0) return { node, context: from };
    const nudged = nudgeHtml(from);
    const context: HtmlContext = nudged.state === 'tag' ? { ...nudged, state: 'attrName' } : nudged;
    const escapers = findHtmlEscapers(context);
    if (typeof escapers === 'string') {
      return this.#fail(`${formatNode(node.pipe)} ${escapers}`, node);
    }
    const { commands } = node.pipe;
    const early = commands.slice(0, -1).find((command) => predefined(command) !== undefined);
    if (early !== undefined) {
      const name = quote(predefined(early) ?? '');
      return this.#fail(`predefined escaper ${name} disallowed in template`, node);
    }
    const pipe = { ...node.pipe, commands: appendEscapers(commands, escapers) };
    return { node: { ...node, pipe }, context };
  }

  #fail(message: string, node: StatementNode | undefined): never {
    const { name = '', text = '' } = this.#current?.source ?? {};
    const offset = node?.offset ?? 0;
    const line = text.slice(0, offset).split('\n').length;
    throw new TemplateSyntaxError(`html/template:${name}:${line}: ${message}`, offset);
  }
}

/** What of a piece of text is written. */
function rewrite(piece: string, from: HtmlContext, to: HtmlContext): string {
  if (from.delimiter !== 'none') return piece;
  if (from.state === 'htmlComment') return '';
  if (from.state === 'cssComment') return to.state === 'cssComment' ? '' : ' ';
  if (from.state !== 'text' && from.state !== 'rcdata') {
    return to.state === 'cssComment' ? piece.slice(0, -2) : piece;
  }
  const tag = to.state === from.state ? -1 : piece.lastIndexOf('<');
  const text = tag < 0 ? piece : piece.slice(0, tag);
  const rest = tag < 0 || to.state === 'htmlComment' ? '' : piece.slice(tag);
  return text.replaceAll(/<(?!!DOCTYPE)/gi, '&lt;') + rest;
}

/** The functions that make a value safe here, in their order; or why none do. */
function findHtmlEscapers(context: HtmlContext): readonly string[] | string {
  const inner = innerEscapers(context);
  if (typeof inner === 'string') return inner;
  const { delimiter } = context;
  if (delimiter === 'none') return inner;
  return [...inner, delimiter === 'space' ? 'nospaceescaper' : 'attrescaper'];
}

function innerEscapers({ state, urlPart }: HtmlContext): readonly string[] | string {
  switch (state) {
    case 'text':
      return ['htmlescaper'];
    case 'rcdata':
      return ['rcdataescaper'];
    case 'attr':
      return [];
    case 'url':
      if (urlPart === 'unknown') return 'appears in an ambiguous context within a URL';
      if (urlPart === 'query') return ['urlescaper'];
      return urlPart === 'start' ? ['urlfilter', 'urlnormalizer'] : ['urlnormalizer'];
    case 'srcset':
      return ['srcsetescaper'];
    case 'css':
      return ['cssvaluefilter'];
    case 'htmlComment':
    case 'cssComment':
    case 'dead':
      return ['commentescaper'];
    case 'tag':
    case 'attrName':
    case 'afterName':
    case 'beforeValue':
      return ['htmlnamefilter'];
    case 'script':
      return 'appears in a script, which is not supported';
    case 'cssText':
    case 'cssUrl':
      return 'appears in a quoted text or an address of CSS, which is not supported';
  }
}

/** Go's own escapers, and the contextual ones that each stands for. */
const EQUIVALENT: Readonly<Record<string, readonly string[]>> = {
  html: ['attrescaper', 'htmlescaper', 'rcdataescaper'],
  urlquery: ['urlescaper', 'urlnormalizer'],
};

/** The name of a command that is an escaper of Go's own. */
function predefined({ args: [first] }: CommandNode): string | undefined {
  return first.type === 'identifier' && first.name in EQUIVALENT ? first.name : undefined;
}

/** A pipeline that ends with an escaper of Go's own keeps it, in the place of its like. */
function appendEscapers(
  commands: readonly CommandNode[],
  escapers: readonly string[],
): readonly CommandNode[] {
  const last = commands[commands.length - 1];
  const own = predefined(last);
  const equivalent = own === undefined ? [] : EQUIVALENT[own];
  const isMerged = escapers.some((name) => equivalent.includes(name));
  const kept = isMerged ? commands.slice(0, -1) : commands;
  const isCall = isMerged && commands.length === 1;
  const added = escapers.map((name, i): CommandNode => {
    const isOwn = own !== undefined && equivalent.includes(name);
    // `{{ urlquery .a }}` alone: its arguments go where a pipeline would have given them.
    if (isOwn && isCall && i === escapers.findIndex((one) => equivalent.includes(one))) return last;
    return createCommand(isOwn ? own : `_html_template_${name}`, last.offset);
  });
  if (!isCall) return [...kept, ...added];
  const first = added.indexOf(last);
  // What would come before it filters schemes, and after urlquery there is no scheme left.
  return added.slice(first);
}

function createCommand(name: string, offset: number): CommandNode {
  return { type: 'command', offset, args: [{ type: 'identifier', offset, name }] };
}

/** Whether a template calls itself, straight. */
function isCalledIn(statements: readonly StatementNode[], name: string): boolean {
  return statements.some((node) => {
    if (node.type === 'template') return node.name === name;
    if (node.type !== 'if' && node.type !== 'with' && node.type !== 'range') return false;
    return isCalledIn(node.body, name) || isCalledIn(node.otherwise ?? [], name);
  });
}
