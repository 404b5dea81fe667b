/**
 * The functions of PromQL: what they take and what they give (Prometheus 3.14). What they do is
 * the evaluator's.
 */
import { assert } from '../platform/index.ts';
import type { ValueKind } from './ast.ts';

/** What a function takes and gives. */
export interface FunctionSignature {
  readonly name: string;
  /** Kinds of the arguments in order; any further ones are of the last kind. */
  readonly args: readonly ValueKind[];
  readonly argsMin: number;
  /** Infinity where there is no end. */
  readonly argsMax: number;
  readonly returns: ValueKind;
  /** Behind a feature flag in Prometheus; always on here. */
  readonly isExperimental: boolean;
}

interface Group {
  readonly args: readonly ValueKind[];
  /** All of `args`, where it is missing; so for `argsMax`. */
  readonly argsMin?: number;
  readonly argsMax?: number;
  readonly returns: ValueKind;
  readonly names: readonly string[];
}

const GROUPS: readonly Group[] = [
  {
    args: ['vector'],
    returns: 'vector',
    names: [
      'abs',
      'absent',
      'acos',
      'acosh',
      'asin',
      'asinh',
      'atan',
      'atanh',
      'ceil',
      'cos',
      'cosh',
      'deg',
      'exp',
      'floor',
      'histogram_avg',
      'histogram_count',
      'histogram_stddev',
      'histogram_stdvar',
      'histogram_sum',
      'ln',
      'log10',
      'log2',
      'rad',
      'sgn',
      'sin',
      'sinh',
      'sort',
      'sort_desc',
      'sqrt',
      'start_timestamp',
      'tan',
      'tanh',
      'timestamp',
    ],
  },
  {
    args: ['matrix'],
    returns: 'vector',
    names: [
      'absent_over_time',
      'avg_over_time',
      'changes',
      'count_over_time',
      'delta',
      'deriv',
      'first_over_time',
      'idelta',
      'increase',
      'irate',
      'last_over_time',
      'mad_over_time',
      'max_over_time',
      'min_over_time',
      'present_over_time',
      'rate',
      'resets',
      'stddev_over_time',
      'stdvar_over_time',
      'sum_over_time',
      'ts_of_first_over_time',
      'ts_of_last_over_time',
      'ts_of_max_over_time',
      'ts_of_min_over_time',
    ],
  },
  {
    args: ['vector'],
    argsMin: 0,
    argsMax: 1,
    returns: 'vector',
    names: [
      'day_of_month',
      'day_of_week',
      'day_of_year',
      'days_in_month',
      'hour',
      'minute',
      'month',
      'year',
    ],
  },
  {
    args: [],
    returns: 'scalar',
    names: ['end', 'pi', 'range', 'start', 'step', 'time'],
  },
  {
    args: ['scalar', 'scalar'],
    returns: 'scalar',
    names: ['max_of', 'min_of'],
  },
  {
    args: ['vector', 'scalar'],
    returns: 'vector',
    names: ['clamp_max', 'clamp_min'],
  },
  {
    args: ['vector', 'string'],
    argsMin: 1,
    argsMax: Infinity,
    returns: 'vector',
    names: ['sort_by_label', 'sort_by_label_desc'],
  },
  {
    args: ['matrix', 'scalar'],
    returns: 'vector',
    names: ['predict_linear'],
  },
  {
    args: ['matrix', 'scalar', 'scalar'],
    returns: 'vector',
    names: ['double_exponential_smoothing'],
  },
  {
    args: ['scalar'],
    returns: 'vector',
    names: ['vector'],
  },
  {
    args: ['scalar', 'matrix'],
    returns: 'vector',
    names: ['quantile_over_time'],
  },
  {
    args: ['scalar', 'scalar', 'vector'],
    returns: 'vector',
    names: ['histogram_fraction'],
  },
  {
    args: ['scalar', 'vector'],
    returns: 'vector',
    names: ['histogram_quantile'],
  },
  {
    args: ['vector'],
    returns: 'scalar',
    names: ['scalar'],
  },
  {
    args: ['vector', 'scalar'],
    argsMin: 1,
    argsMax: 2,
    returns: 'vector',
    names: ['round'],
  },
  {
    args: ['vector', 'scalar', 'scalar'],
    returns: 'vector',
    names: ['clamp'],
  },
  {
    args: ['vector', 'string', 'scalar', 'scalar'],
    argsMin: 3,
    argsMax: 12,
    returns: 'vector',
    names: ['histogram_quantiles'],
  },
  {
    args: ['vector', 'string', 'string', 'string'],
    argsMin: 3,
    argsMax: Infinity,
    returns: 'vector',
    names: ['label_join'],
  },
  {
    args: ['vector', 'string', 'string', 'string', 'string'],
    returns: 'vector',
    names: ['label_replace'],
  },
  {
    args: ['vector', 'vector'],
    argsMin: 1,
    argsMax: 2,
    returns: 'vector',
    names: ['info'],
  },
];

const EXPERIMENTAL: ReadonlySet<string> = new Set([
  'double_exponential_smoothing',
  'end',
  'histogram_quantiles',
  'info',
  'mad_over_time',
  'max_of',
  'min_of',
  'range',
  'sort_by_label',
  'sort_by_label_desc',
  'start',
  'start_timestamp',
  'step',
  'ts_of_first_over_time',
  'ts_of_last_over_time',
  'ts_of_max_over_time',
  'ts_of_min_over_time',
]);

const SIGNATURES: ReadonlyMap<string, FunctionSignature> = new Map(
  GROUPS.flatMap(createSignatures),
);

function createSignatures(group: Group): [string, FunctionSignature][] {
  const { args, argsMin = args.length, argsMax = args.length, returns } = group;
  return group.names.map((name) => {
    const isExperimental = EXPERIMENTAL.has(name);
    return [name, { name, args, argsMin, argsMax, returns, isExperimental }];
  });
}

/** The signature of a function; undefined where there is no such function. */
export function findFunction(name: string): FunctionSignature | undefined {
  return SIGNATURES.get(name);
}

/** The signature of a function that the parser let through. */
export function getFunction(name: string): FunctionSignature {
  const signature = SIGNATURES.get(name);
  assert(signature !== undefined, `call of unknown function ${name}`);
  return signature;
}

/** All functions in order of their names. */
export function listFunctions(): readonly FunctionSignature[] {
  return [...SIGNATURES.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
