/**
 * The values that templates work on, as Go would type them.
 *
 * Go tells an int from a float64, and its templates refuse to compare the two, so an int is a
 * bigint here and a float64 a number. `null` is Go's missing value, printed as `<no value>`.
 */

export type BasicValue = string | number | bigint | boolean | null;

export type Value =
  | BasicValue
  | MapValue
  | ListValue
  | StructValue
  | TypedText
  | TimeValue
  | DurationValue;

/** What a value's own methods are: each for the value that it is asked of. */
export type Methods<Self extends Value> = ReadonlyMap<string, (self: Self) => TemplateFunction>;

export interface MapValue {
  readonly kind: 'map';
  /** Go's name of the type, for messages. */
  readonly type: string;
  readonly entries: ReadonlyMap<string, Value>;
  /** What a missing key answers. */
  readonly zero: Value;
  /** With a `String` among them, it is what the value prints as. */
  readonly methods?: Methods<MapValue>;
}

export interface ListValue {
  readonly kind: 'list';
  readonly type: string;
  readonly items: readonly Value[];
  readonly methods?: Methods<ListValue>;
}

/** A struct: asking for a field that it does not have is an error. */
export interface StructValue {
  readonly kind: 'struct';
  readonly type: string;
  readonly fields: ReadonlyMap<string, Value>;
}

/** A text of a type of its own, such as HTML that is safe as it is. */
export interface TypedText {
  readonly kind: 'text';
  readonly type: string;
  readonly text: string;
}

/** Types of texts that are HTML already, and of addresses that somebody vouches for. */
export const SAFE_HTML = 'template.HTML';
export const SAFE_URL = 'template.URL';

export interface TimeValue {
  readonly kind: 'time';
  /** Nanoseconds since 1970. */
  readonly nanos: bigint;
  /** How it is shown: a name of the IANA time zones; undefined: in UTC. */
  readonly zone?: string;
}

export interface DurationValue {
  readonly kind: 'duration';
  readonly nanos: bigint;
}

/** A map of texts, such as labels: a missing key is ''. */
export function createTextMap(entries: Iterable<readonly [string, string]>): MapValue {
  return { kind: 'map', type: 'map[string]string', entries: new Map(entries), zero: '' };
}

/** A map of anything: a missing key is no value. */
export function createAnyMap(entries: Iterable<readonly [string, Value]>): MapValue {
  return { kind: 'map', type: 'map[string]interface {}', entries: new Map(entries), zero: null };
}

/** Go's name of a value's type. */
export function typeName(value: Value): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'bigint') return 'int';
  if (typeof value === 'boolean') return 'bool';
  if (value === null) return 'nil';
  if (value.kind === 'time') return '*time.Time';
  if (value.kind === 'duration') return '*time.Duration';
  return value.type;
}

/** Whether `if`, `with`, `and`, `or` and `not` take a value for true. */
export function isTrue(value: Value): boolean {
  if (typeof value === 'string') return value !== '';
  // NaN is not zero, and so it is true.
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value === 'boolean') return value;
  if (value === null) return false;
  switch (value.kind) {
    case 'map':
      return value.entries.size > 0;
    case 'list':
      return value.items.length > 0;
    case 'struct':
    case 'time':
      return true;
    case 'text':
      return value.text !== '';
    case 'duration':
      return value.nanos !== 0n;
  }
}

/** The kinds of parameters that functions declare; `any` takes everything. */
export type ParameterType =
  | 'any'
  | 'string'
  | 'bool'
  | 'float64'
  | 'int'
  | 'duration'
  | 'time'
  | NamedType;

/** A type of the user's own: a pointer, a list or a map, by the names that Go has for it. */
export interface NamedType {
  /** The first is the parameter's own; values of the others can be given for it. */
  readonly names: readonly [string, ...string[]];
}

const PARAMETER_NAMES: Readonly<Record<Exclude<ParameterType, NamedType>, string>> = {
  any: 'interface {}',
  string: 'string',
  bool: 'bool',
  float64: 'float64',
  int: 'int',
  duration: 'time.Duration',
  time: 'time.Time',
};

/** Go's name of a parameter's type, for messages. */
export function parameterName(type: ParameterType): string {
  return typeof type === 'string' ? PARAMETER_NAMES[type] : type.names[0];
}

/** Whether a value can be given for a parameter. */
export function isAssignable(value: Value, type: ParameterType): boolean {
  if (typeof type !== 'string') return value === null || type.names.includes(typeName(value));
  switch (type) {
    case 'any':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'float64':
      return typeof value === 'number';
    case 'int':
      return typeof value === 'bigint';
    case 'duration':
    case 'time':
      return typeof value === 'object' && value !== null && value.kind === type;
  }
}

/**
 * A function: the types of its parameters, of the optional rest, and what it answers. What it may
 * ask of the world is its user's to say: `Environment`.
 */
export interface TemplateFunction<Environment = unknown> {
  readonly parameters: readonly ParameterType[];
  /** The type of any number of further arguments. */
  readonly rest?: ParameterType;
  /** Throws where it fails; the message becomes `error calling NAME: …`. */
  call(args: readonly Value[], environment: Environment): Value;
}

/** Functions by name. */
export type FunctionTable<Environment = unknown> = ReadonlyMap<
  string,
  TemplateFunction<Environment>
>;
