/**
 * Runs a parsed template over data, with the semantics and the error texts of Go's text/template.
 *
 * Templates are users' text and run once for each alert at each evaluation, so everything is
 * bounded: nodes walked, text made, calls nested, queries run. A run has no effect but its text.
 */
import { quote } from '../series/index.ts';
import { type RunLimits, TEMPLATE_CALL_DEPTH_MAX } from './limits.ts';
import { errorMessage } from '../platform/index.ts';
import { formatPlain, sortedEntries } from './format.ts';
import { findMethod } from './methods.ts';
import type { ParsedTemplates } from './parser.ts';
import {
  type ArgNode,
  type BranchNode,
  type CallNode,
  type CommandNode,
  formatNode,
  type LiteralNode,
  type PipeNode,
  type StatementNode,
  type TemplateNode,
} from './syntax.ts';
import {
  type FunctionTable,
  isAssignable,
  isTrue,
  parameterName,
  type ParameterType,
  type TemplateFunction,
  typeName,
  type Value,
} from './value.ts';

/** A template that could not be run to its end. */
export class TemplateExecutionError extends Error {
  override readonly name = 'TemplateExecutionError';
}

export interface Execution<Environment> {
  readonly name: string;
  readonly templates: ParsedTemplates;
  readonly functions: FunctionTable<Environment>;
  readonly environment: Environment;
  readonly data: Value;
  readonly limits: RunLimits;
}

/** Runs the template of the execution's name; throws a TemplateExecutionError. */
export function executeTemplate<Environment>(execution: Execution<Environment>): string {
  return new Evaluator(execution).run();
}

interface Variable {
  readonly name: string;
  value: Value;
}

/** How a list of statements ended. */
type Flow = 'next' | 'break' | 'continue';

/** A call of a function or method as it stands in the text. */
interface Call<Environment> {
  readonly name: string;
  readonly target: TemplateFunction<Environment>;
  /** Named in the error where the call fails. */
  readonly node: TemplateNode;
  readonly args: readonly ArgNode[];
  /** The value of the pipeline before; undefined at its start. */
  readonly final: Value | undefined;
}

class Evaluator<Environment> {
  readonly #execution: Execution<Environment>;
  #output = '';
  #stepCount = 0;
  #depth = 0;
  /** The name of the template under way, for errors. */
  #template: string;
  /** The node under way, for errors. */
  #node: TemplateNode | undefined;
  #variables: Variable[];

  constructor(execution: Execution<Environment>) {
    this.#execution = execution;
    this.#template = execution.name;
    this.#variables = [{ name: '$', value: execution.data }];
  }

  run(): string {
    const root = this.#execution.templates.get(this.#execution.name);
    this.#walkList(this.#execution.data, root?.statements ?? []);
    return this.#output;
  }

  #walkList(dot: Value, list: readonly StatementNode[]): Flow {
    for (const node of list) {
      const flow = this.#walk(dot, node);
      if (flow !== 'next') return flow;
    }
    return 'next';
  }

  #walk(dot: Value, node: StatementNode): Flow {
    this.#at(node);
    switch (node.type) {
      case 'text':
        this.#write(node.text);
        return 'next';
      case 'action': {
        const value = this.#evalPipe(dot, node.pipe);
        this.#at(node);
        if (node.pipe.variables.length === 0) this.#write(print(value));
        return 'next';
      }
      case 'if':
      case 'with':
        return this.#walkBranch(dot, node);
      case 'range':
        return this.#walkRange(dot, node);
      case 'template':
        this.#walkCall(dot, node);
        return 'next';
      case 'break':
      case 'continue':
        return node.type;
    }
  }

  #walkBranch(dot: Value, node: BranchNode): Flow {
    const mark = this.#variables.length;
    const value = this.#evalPipe(dot, node.pipe);
    let flow: Flow = 'next';
    if (isTrue(value)) flow = this.#walkList(node.type === 'with' ? value : dot, node.body);
    else if (node.otherwise !== undefined) flow = this.#walkList(dot, node.otherwise);
    this.#variables.length = mark;
    return flow;
  }

  #walkRange(dot: Value, node: BranchNode): Flow {
    const mark = this.#variables.length;
    const { variables, isAssign } = node.pipe;
    const value = this.#evalPipe(dot, node.pipe, 'range');
    const bodyMark = this.#variables.length;
    let isEmpty = true;
    let flow: Flow = 'next';
    for (const [index, element] of this.#iterate(value)) {
      // An empty body walks no node, and must cost a step all the same.
      this.#at(node);
      isEmpty = false;
      const values = variables.length === 2 ? [index, element] : [element];
      for (const [i, name] of variables.entries()) {
        if (isAssign) this.#assign(name, values[i]);
        else this.#variables[mark + i].value = values[i];
      }
      flow = this.#walkList(element, node.body);
      this.#variables.length = bodyMark;
      if (flow === 'break') break;
    }
    flow = 'next';
    if (isEmpty && node.otherwise !== undefined) flow = this.#walkList(dot, node.otherwise);
    this.#variables.length = mark;
    return flow;
  }

  *#iterate(value: Value): IterableIterator<readonly [Value, Value]> {
    if (value === null) return;
    if (typeof value === 'bigint') {
      for (let i = 0n; i < value; i++) yield [i, i];
      return;
    }
    if (typeof value === 'object' && value.kind === 'list') {
      for (const [i, item] of value.items.entries()) yield [BigInt(i), item];
      return;
    }
    if (typeof value === 'object' && value.kind === 'map') {
      yield* sortedEntries(value.entries);
      return;
    }
    this.#fail(`range can't iterate over ${formatPlain(value)}`);
  }

  #walkCall(dot: Value, node: CallNode): void {
    const called = this.#execution.templates.get(node.name);
    if (called === undefined) this.#fail(`template ${quote(node.name)} not defined`);
    if (this.#depth >= TEMPLATE_CALL_DEPTH_MAX) {
      this.#fail(`exceeded maximum template depth (${TEMPLATE_CALL_DEPTH_MAX})`);
    }
    const data = node.pipe === undefined ? null : this.#evalPipe(dot, node.pipe);
    const outside = { variables: this.#variables, template: this.#template };
    // A template sees none of its caller's variables.
    this.#variables = [{ name: '$', value: data }];
    this.#template = node.name;
    this.#depth++;
    this.#walkList(data, called.statements);
    this.#depth--;
    this.#variables = outside.variables;
    this.#template = outside.template;
  }

  /** The value of a pipeline; a range sets its variables itself, for each element. */
  #evalPipe(dot: Value, pipe: PipeNode, owner?: 'range'): Value {
    this.#at(pipe);
    let value: Value | undefined;
    for (const command of pipe.commands) value = this.#evalCommand(dot, command, value);
    const answer = value ?? null;
    for (const name of pipe.variables) {
      if (!pipe.isAssign) this.#variables.push({ name, value: answer });
      else if (owner !== 'range') this.#assign(name, answer);
    }
    return answer;
  }

  #assign(name: string, value: Value): void {
    this.#findVariable(name).value = value;
  }

  #findVariable(name: string): Variable {
    const found = this.#variables.findLast((variable) => variable.name === name);
    return found ?? this.#fail(`undefined variable: ${name}`);
  }

  #evalCommand(dot: Value, command: CommandNode, final: Value | undefined): Value {
    const first = command.args[0];
    const args = command.args.slice(1);
    if (first.type === 'field' || first.type === 'chain' || first.type === 'variable') {
      return this.#evalPath({ dot, node: first, args, final });
    }
    // Go leaves its mark at the pipeline around a parenthesis.
    if (first.type !== 'pipe') this.#at(first);
    if (first.type === 'identifier') {
      return this.#callFunction({ dot, name: first.name, node: command, args, final });
    }
    if (args.length > 0 || final !== undefined) {
      this.#fail(`can't give argument to non-function ${formatNode(first)}`);
    }
    if (first.type === 'pipe') return this.#evalPipe(dot, first);
    if (first.type === 'nil') this.#fail('nil is not a command');
    return first.type === 'dot' ? dot : first.value;
  }

  #callFunction(call: Omit<Call<Environment>, 'target'> & { readonly dot: Value }): Value {
    const target = this.#execution.functions.get(call.name);
    if (target === undefined) this.#fail(`${quote(call.name)} is not a defined function`);
    return this.#call(call.dot, { ...call, target });
  }

  /** `.a.b`, `$x.a.b`, `(pipe).a.b`: the last of the fields may be a method with arguments. */
  #evalPath(path: {
    readonly dot: Value;
    readonly node: Extract<ArgNode, { type: 'field' | 'chain' | 'variable' }>;
    readonly args: readonly ArgNode[];
    readonly final: Value | undefined;
  }): Value {
    const { dot, node, args, final } = path;
    this.#at(node);
    let receiver = dot;
    if (node.type === 'variable') receiver = this.#findVariable(node.name).value;
    if (node.type === 'chain') {
      if (node.base.type === 'nil') {
        this.#fail(`indirection through explicit nil in ${formatNode(node)}`);
      }
      receiver = this.#evalArg(dot, node.base, 'any');
    }
    const hasArgs = args.length > 0 || final !== undefined;
    if (node.fields.length === 0 && hasArgs) {
      this.#fail(`can't give argument to non-function ${formatNode(node)}`);
    }
    for (const [i, field] of node.fields.entries()) {
      const isLast = i === node.fields.length - 1;
      const call = {
        name: field,
        node,
        args: isLast ? args : [],
        final: isLast ? final : undefined,
      };
      receiver = this.#evalField(dot, receiver, call);
    }
    return receiver;
  }

  #evalField(dot: Value, receiver: Value, call: Omit<Call<Environment>, 'target'>): Value {
    if (receiver === null) return null;
    const method = findMethod(receiver, call.name);
    if (method !== undefined) return this.#call(dot, { ...call, target: method });
    const hasArgs = call.args.length > 0 || call.final !== undefined;
    if (typeof receiver === 'object' && receiver.kind === 'struct') {
      const field = receiver.fields.get(call.name);
      if (field !== undefined) {
        if (hasArgs) this.#fail(`${call.name} has arguments but cannot be invoked as function`);
        return field;
      }
    }
    if (typeof receiver === 'object' && receiver.kind === 'map') {
      if (hasArgs) this.#fail(`${call.name} is not a method but has arguments`);
      return receiver.entries.get(call.name) ?? receiver.zero;
    }
    return this.#fail(`can't evaluate field ${call.name} in type ${typeName(receiver)}`);
  }

  #call(dot: Value, call: Call<Environment>): Value {
    const { name, target, args, final } = call;
    const given = args.length + (final === undefined ? 0 : 1);
    const fixed = target.parameters.length;
    if (target.rest === undefined && given !== fixed) {
      this.#fail(`wrong number of args for ${name}: want ${fixed} got ${given}`);
    }
    if (given < fixed) {
      this.#fail(`wrong number of args for ${name}: want at least ${fixed} got ${args.length}`);
    }
    if (name === 'and' || name === 'or') return this.#callShort(dot, call);
    const typeAt = (i: number): ParameterType => target.parameters[i] ?? target.rest ?? 'any';
    const values = args.map((arg, i) => this.#evalArg(dot, arg, typeAt(i)));
    if (final !== undefined) values.push(this.#checkType(final, typeAt(args.length)));
    let answer: Value;
    try {
      answer = target.call(values, this.#execution.environment);
    } catch (error) {
      this.#at(call.node);
      return this.#fail(`error calling ${name}: ${errorMessage(error)}`);
    }
    if (typeof answer === 'string') this.#checkSize(answer.length);
    return answer;
  }

  /** `and` and `or` do not evaluate the arguments behind the one that decides. */
  #callShort(dot: Value, call: Call<Environment>): Value {
    let value: Value = null;
    for (const arg of call.args) {
      value = this.#evalArg(dot, arg, 'any');
      if (isTrue(value) === (call.name === 'or')) return value;
    }
    return call.final === undefined ? value : call.final;
  }

  #evalArg(dot: Value, arg: ArgNode, type: ParameterType): Value {
    this.#at(arg);
    switch (arg.type) {
      case 'dot':
        return this.#checkType(dot, type);
      case 'nil':
        if (isAssignable(null, type)) return null;
        return this.#fail(`cannot assign nil to ${parameterName(type)}`);
      case 'field':
      case 'chain':
      case 'variable':
        return this.#checkType(
          this.#evalPath({ dot, node: arg, args: [], final: undefined }),
          type,
        );
      case 'pipe':
        return this.#checkType(this.#evalPipe(dot, arg), type);
      case 'identifier': {
        const call = { dot, name: arg.name, node: arg, args: [], final: undefined };
        return this.#checkType(this.#callFunction(call), type);
      }
      case 'literal':
        return this.#constant(arg, type);
    }
  }

  /** A constant takes the type of its parameter where it can: `1` is a float64 if one is due. */
  #constant(literal: LiteralNode, type: ParameterType): Value {
    const { value } = literal;
    switch (type) {
      case 'any':
        return value;
      case 'string':
        return typeof value === 'string' ? value : this.#failConstant('string', literal);
      case 'bool':
        return typeof value === 'boolean' ? value : this.#failConstant('bool', literal);
      case 'float64':
        if (typeof value === 'bigint') return Number(value);
        return typeof value === 'number' ? value : this.#failConstant('float', literal);
      case 'int':
        if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
        return typeof value === 'bigint' ? value : this.#failConstant('integer', literal);
      case 'duration':
        if (typeof value === 'bigint') return { kind: 'duration', nanos: value };
        return this.#failConstant('integer', literal);
      case 'time':
      default:
        return this.#fail(
          `can't handle ${formatNode(literal)} for arg of type ${parameterName(type)}`,
        );
    }
  }

  #failConstant(want: string, literal: LiteralNode): never {
    return this.#fail(`expected ${want}; found ${formatNode(literal)}`);
  }

  #checkType(value: Value, type: ParameterType): Value {
    if (isAssignable(value, type)) return value;
    const want = parameterName(type);
    if (value === null) return this.#fail(`invalid value; expected ${want}`);
    return this.#fail(`wrong type for value; expected ${want}; got ${typeName(value)}`);
  }

  #write(text: string): void {
    this.#checkSize(this.#output.length + text.length);
    this.#output += text;
  }

  #checkSize(chars: number): void {
    const { outputCharsMax } = this.#execution.limits;
    if (chars > outputCharsMax) {
      this.#fail(`output is longer than ${outputCharsMax} characters`);
    }
  }

  /** Marks the node under way; each is one step of the budget. */
  #at(node: TemplateNode): void {
    this.#node = node;
    const { stepsMax } = this.#execution.limits;
    if (++this.#stepCount > stepsMax) {
      this.#fail(`stopped after ${stepsMax} steps`);
    }
  }

  #fail(message: string): never {
    const node = this.#node;
    const { name, text = '' } = this.#execution.templates.get(this.#template)?.source ?? {
      name: this.#template,
    };
    if (node === undefined) throw new TemplateExecutionError(`template: ${name}: ${message}`);
    const before = text.slice(0, node.offset);
    const line = before.split('\n').length;
    // Go counts the column in bytes from 0.
    const column = Buffer.byteLength(before.slice(before.lastIndexOf('\n') + 1));
    throw new TemplateExecutionError(
      `template: ${name}:${line}:${column}: executing ${quote(this.#template)} at <${formatNode(node)}>: ${message}`,
    );
  }
}

function print(value: Value): string {
  return value === null ? '<no value>' : formatPlain(value);
}
