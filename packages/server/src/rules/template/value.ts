/**
 * The values that templates work on, as Go would type them.
 *
 * Go tells an int from a float64, and its templates refuse to compare the two, so an int is a
 * bigint here and a float64 a number. `null` is Go's missing value, printed as `<no value>`.
 */

export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | MapValue
  | ListValue
  | StructValue
  | TimeValue
  | DurationValue;

export interface MapValue {
  readonly kind: 'map';
  /** Go's name of the type, for messages. */
  readonly type: string;
  readonly entries: ReadonlyMap<string, Value>;
  /** What a missing key answers. */
  readonly zero: Value;
}

export interface ListValue {
  readonly kind: 'list';
  readonly type: string;
  readonly items: readonly Value[];
}

/** A struct: asking for a field that it does not have is an error. */
export interface StructValue {
  readonly kind: 'struct';
  readonly type: string;
  readonly fields: ReadonlyMap<string, Value>;
}

export interface TimeValue {
  readonly kind: 'time';
  /** Nanoseconds since 1970, UTC. */
  readonly nanos: bigint;
}

export interface DurationValue {
  readonly kind: 'duration';
  readonly nanos: bigint;
}

export const SAMPLE_TYPE = '*template.sample';
export const QUERY_RESULT_TYPE = 'template.queryResult';

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
  | 'sample'
  | 'queryResult';

/** Go's name of a parameter's type, for messages. */
export const PARAMETER_NAMES: Readonly<Record<ParameterType, string>> = {
  any: 'interface {}',
  string: 'string',
  bool: 'bool',
  float64: 'float64',
  int: 'int',
  duration: 'time.Duration',
  time: 'time.Time',
  sample: SAMPLE_TYPE,
  queryResult: QUERY_RESULT_TYPE,
};

/** Whether a value can be given for a parameter. */
export function isAssignable(value: Value, type: ParameterType): boolean {
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
    case 'sample':
    case 'queryResult':
      return value === null || typeName(value) === PARAMETER_NAMES[type];
    case 'duration':
    case 'time':
      return typeof value === 'object' && value !== null && value.kind === type;
  }
}
