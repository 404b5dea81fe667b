/**
 * The syntax tree of a template, after Go's text/template/parse.
 *
 * Every node knows its offset, and `formatNode` writes it back as Go does, because run-time errors
 * name the place and the text: `template: t:1:3: executing "t" at <humanize "x">: …`.
 */

export interface PipeNode {
  readonly type: 'pipe';
  readonly offset: number;
  /** `$x = …` instead of `$x := …`. */
  readonly isAssign: boolean;
  /** Names of the variables set, with their `$`. */
  readonly variables: readonly string[];
  readonly commands: readonly CommandNode[];
}

export interface CommandNode {
  readonly type: 'command';
  readonly offset: number;
  /** Never empty; the first is the function or the value. */
  readonly args: readonly ArgNode[];
}

/** A function's name. */
export interface IdentifierNode {
  readonly type: 'identifier';
  readonly offset: number;
  readonly name: string;
}

/** `.a.b`. */
export interface FieldNode {
  readonly type: 'field';
  readonly offset: number;
  readonly fields: readonly string[];
}

/** `$x.a.b`; the name with its `$`. */
export interface VariableNode {
  readonly type: 'variable';
  readonly offset: number;
  readonly name: string;
  readonly fields: readonly string[];
}

/** `(pipe).a.b`. */
export interface ChainNode {
  readonly type: 'chain';
  readonly offset: number;
  readonly base: ArgNode;
  readonly fields: readonly string[];
}

export interface LiteralNode {
  readonly type: 'literal';
  readonly offset: number;
  /** As written. */
  readonly text: string;
  /** An integer constant is a bigint, one with a point or exponent a number. */
  readonly value: string | boolean | bigint | number;
}

export interface DotNode {
  readonly type: 'dot';
  readonly offset: number;
}

export interface NilNode {
  readonly type: 'nil';
  readonly offset: number;
}

/** What can stand as an operand. */
export type ArgNode =
  | PipeNode
  | IdentifierNode
  | FieldNode
  | VariableNode
  | ChainNode
  | LiteralNode
  | DotNode
  | NilNode;

export interface TextNode {
  readonly type: 'text';
  readonly offset: number;
  readonly text: string;
}

export interface ActionNode {
  readonly type: 'action';
  readonly offset: number;
  readonly pipe: PipeNode;
}

export interface BranchNode {
  readonly type: 'if' | 'with' | 'range';
  readonly offset: number;
  readonly pipe: PipeNode;
  readonly body: readonly StatementNode[];
  readonly otherwise: readonly StatementNode[] | undefined;
}

export interface CallNode {
  readonly type: 'template';
  readonly offset: number;
  readonly name: string;
  readonly pipe: PipeNode | undefined;
}

export interface JumpNode {
  readonly type: 'break' | 'continue';
  readonly offset: number;
}

export type StatementNode = TextNode | ActionNode | BranchNode | CallNode | JumpNode;

/** Anything that an error can point at. */
export type TemplateNode = StatementNode | ArgNode | CommandNode;

/** Writes a node as Go prints it in errors; the bodies of blocks are left out. */
export function formatNode(node: TemplateNode): string {
  switch (node.type) {
    case 'pipe': {
      const commands = node.commands.map(formatNode).join(' | ');
      if (node.variables.length === 0) return commands;
      return `${node.variables.join(', ')} ${node.isAssign ? '=' : ':='} ${commands}`;
    }
    case 'command':
      return node.args.map(formatArg).join(' ');
    case 'identifier':
      return node.name;
    case 'field':
      return formatFields(node.fields);
    case 'variable':
      return node.name + formatFields(node.fields);
    case 'chain':
      return formatArg(node.base) + formatFields(node.fields);
    case 'literal':
    case 'text':
      return node.text;
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'action':
      return `{{${formatNode(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range':
      return `{{${node.type} ${formatNode(node.pipe)}}}`;
    case 'template': {
      const pipe = node.pipe === undefined ? '' : ` ${formatNode(node.pipe)}`;
      return `{{template ${JSON.stringify(node.name)}${pipe}}}`;
    }
    case 'break':
    case 'continue':
      return `{{${node.type}}}`;
  }
}

function formatArg(arg: ArgNode): string {
  return arg.type === 'pipe' ? `(${formatNode(arg)})` : formatNode(arg);
}

function formatFields(fields: readonly string[]): string {
  return fields.map((field) => `.${field}`).join('');
}
