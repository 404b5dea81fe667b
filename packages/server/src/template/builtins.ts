/** The functions that every Go template has (text/template/funcs.go). */
import { formatValue, sprint, sprintf } from './format.ts';
import {
  type FunctionTable,
  isTrue,
  type TemplateFunction,
  typeName,
  type Value,
} from './value.ts';

type BasicKind = 'bool' | 'int' | 'float' | 'string';

function basicKind(value: Value): BasicKind | undefined {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'number') return 'float';
  return typeof value === 'string' ? 'string' : undefined;
}

/** A text of a type of its own is a text to whoever looks inside. */
function toBasic(value: Value): Value {
  return typeof value === 'object' && value?.kind === 'text' ? value.text : value;
}

function isEqual(first: Value, second: Value): boolean {
  const [a, b] = [toBasic(first), toBasic(second)];
  if (a === null || b === null) return a === b;
  const kind = basicKind(a);
  if (kind !== basicKind(b)) throw new Error('incompatible types for comparison');
  if (kind !== undefined) return a === b;
  for (const value of [a, b]) {
    if (typeof value === 'object' && (value.kind === 'map' || value.kind === 'list')) {
      throw new Error(`non-comparable type ${formatValue(value)}: ${typeName(value)}`);
    }
  }
  return formatValue(a) === formatValue(b) && typeName(a) === typeName(b);
}

/** An int never compares with a float64; Go's authors wanted the difference to show. */
function isLess(first: Value, second: Value): boolean {
  const [a, b] = [toBasic(first), toBasic(second)];
  const kind = basicKind(a);
  if (kind === undefined || basicKind(b) === undefined) {
    throw new Error('invalid type for comparison');
  }
  if (kind !== basicKind(b)) throw new Error('incompatible types for comparison');
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b;
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' && typeof b === 'string') return a < b;
  throw new Error('invalid type for comparison');
}

function compare(test: (a: Value, b: Value) => boolean): TemplateFunction {
  return { parameters: ['any', 'any'], call: ([a, b]) => test(a, b) };
}

/** The type that a pointer points to; functions that look inside follow it. */
function pointedType(value: Value): string {
  return typeName(value).replace(/^\*/, '');
}

function lengthOf(of: Value): bigint {
  const value = toBasic(of);
  // Go counts the bytes of a text.
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
  if (value === null) throw new Error('reflect: call of reflect.Value.Type on zero Value');
  if (typeof value === 'object' && value.kind === 'list') return BigInt(value.items.length);
  if (typeof value === 'object' && value.kind === 'map') return BigInt(value.entries.size);
  throw new Error(`len of type ${pointedType(value)}`);
}

function toIndex(value: Value, length: number): number {
  if (value === null) throw new Error('cannot index slice/array with nil');
  if (typeof value !== 'bigint') {
    throw new Error(`cannot index slice/array with type ${typeName(value)}`);
  }
  if (value < 0n || value >= BigInt(length)) throw new Error(`index out of range: ${value}`);
  return Number(value);
}

/** One past the end is a bound of a slice but no element, and fails one layer below in Go. */
function toElement(value: Value, length: number, kind: 'string' | 'slice'): number {
  const index = toIndex(value, length + 1);
  if (index === length) throw new Error(`reflect: ${kind} index out of range`);
  return index;
}

function indexOne(item: Value, index: Value): Value {
  if (item === null) throw new Error('index of nil pointer');
  if (typeof item === 'string') {
    const bytes = Buffer.from(item);
    return BigInt(bytes[toElement(index, bytes.length, 'string')]);
  }
  if (typeof item === 'object' && item.kind === 'list') {
    return item.items[toElement(index, item.items.length, 'slice')];
  }
  if (typeof item === 'object' && item.kind === 'map') {
    if (index === null) throw new Error('value is nil; should be of type string');
    if (typeof index !== 'string') {
      throw new Error(`value has type ${typeName(index)}; should be string`);
    }
    return item.entries.get(index) ?? item.zero;
  }
  throw new Error(`can't index item of type ${pointedType(item)}`);
}

function sliceOf(args: readonly Value[]): Value {
  const [item, ...bounds] = args;
  if (item === null) throw new Error('slice of untyped nil');
  if (bounds.length > 3) throw new Error(`too many slice indexes: ${bounds.length}`);
  const isList = typeof item === 'object' && item.kind === 'list';
  if (typeof item !== 'string' && !isList) {
    throw new Error(`can't slice item of type ${typeName(item)}`);
  }
  if (typeof item === 'string' && bounds.length === 3)
    throw new Error('cannot 3-index slice a string');
  const length = Number(lengthOf(item));
  const from = bounds.length > 0 ? toIndex(bounds[0], length + 1) : 0;
  const to = bounds.length > 1 ? toIndex(bounds[1], length + 1) : length;
  if (from > to) throw new Error(`invalid slice index: ${from} > ${to}`);
  if (typeof item === 'string') return Buffer.from(item).subarray(from, to).toString('utf8');
  return isList ? { ...item, items: item.items.slice(from, to) } : null;
}

/** The text that the escaping functions work on; nothing is `<no value>` to them. */
function textOf(args: readonly Value[]): string {
  return sprint(args.map((arg) => arg ?? '<no value>'));
}

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\u0000': '\ufffd',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/["'&<>]|\p{Cc}/gu, (char) => HTML[char] ?? char);
}

const SCRIPT: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '"': '\\"' };

function escapeScript(text: string): string {
  const escape = (char: string): string => {
    const hex = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return SCRIPT[char] ?? `\\u${hex}`;
  };
  return text.replaceAll(/[\\'"<>&=]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escape);
}

/** Go's url.QueryEscape: a space is `+`, and only letters, digits and `-_.~` stay. */
export function escapeQuery(text: string): string {
  const escaped = encodeURIComponent(text.toWellFormed());
  const byCode = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
  return escaped.replaceAll(/[!'()*]/g, byCode).replaceAll('%20', '+');
}

const anything = { parameters: [], rest: 'any' } as const;

/** `and` and `or` are here for their names and parameters; the evaluator stops them early. */
export const BUILTIN_FUNCTIONS: FunctionTable = new Map<string, TemplateFunction>([
  [
    'and',
    {
      parameters: ['any'],
      rest: 'any',
      call: (args) => args.find((arg) => !isTrue(arg)) ?? args[args.length - 1],
    },
  ],
  [
    'or',
    {
      parameters: ['any'],
      rest: 'any',
      call: (args) => args.find(isTrue) ?? args[args.length - 1],
    },
  ],
  ['not', { parameters: ['any'], call: ([value]) => !isTrue(value) }],
  ['len', { parameters: ['any'], call: ([value]) => lengthOf(value) }],
  [
    'index',
    {
      parameters: ['any'],
      rest: 'any',
      call([item, ...indexes]) {
        if (item === null) throw new Error('index of untyped nil');
        return indexes.reduce(indexOne, item);
      },
    },
  ],
  ['slice', { parameters: ['any'], rest: 'any', call: sliceOf }],
  ['print', { ...anything, call: sprint }],
  ['println', { ...anything, call: (args) => `${args.map(formatValue).join(' ')}\n` }],
  [
    'printf',
    {
      parameters: ['string'],
      rest: 'any',
      call: ([format, ...args]) => sprintf(typeof format === 'string' ? format : '', args),
    },
  ],
  ['html', { ...anything, call: (args) => escapeHtml(textOf(args)) }],
  ['js', { ...anything, call: (args) => escapeScript(textOf(args)) }],
  ['urlquery', { ...anything, call: (args) => escapeQuery(textOf(args)) }],
  [
    'eq',
    {
      parameters: ['any'],
      rest: 'any',
      call([first, ...others]) {
        if (others.length === 0) throw new Error('missing argument for comparison');
        return others.some((other) => isEqual(first, other));
      },
    },
  ],
  ['ne', compare((a, b) => !isEqual(a, b))],
  ['lt', compare(isLess)],
  ['le', compare((a, b) => isLess(a, b) || isEqual(a, b))],
  ['gt', compare((a, b) => !(isLess(a, b) || isEqual(a, b)))],
  ['ge', compare((a, b) => !isLess(a, b))],
]);
