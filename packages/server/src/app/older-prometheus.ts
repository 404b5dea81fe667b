/**
 * What a release of Prometheus knows of rules, for people whose files must load there, too.
 *
 * We know the language of Prometheus 3.14 with all that stands behind feature flags. Here is which
 * release each part came with, and which are behind a flag, from Prometheus' changelog and from
 * its parser, release by release. A release counts without flags, as it starts.
 */
import { invalid } from '../platform/index.ts';
import {
  childrenOf,
  type DurationNode,
  type Expr,
  findPosition,
  listFunctions,
  parseExpr,
  type VectorSelectorNode,
} from '../promql/index.ts';
import type { CheckExpression, ExpressionFault } from '../rules/index.ts';
import { isPlainLabelName, quote } from '../series/index.ts';
import { checkExpression } from './expression-check.ts';
import type { FileFormat } from './file-format.ts';

/** A release by its first two numbers: `3.5`. */
export interface Release {
  readonly major: number;
  readonly minor: number;
}

/** Prometheus 2.54 took numbers for durations; what came before has another grammar. */
const OLDEST: Release = { major: 2, minor: 54 };
const UTF8_NAMES: Release = { major: 3, minor: 0 };

/** Reads `3.5`, `v3.5.3`; throws where it is no release, or one that is too old to be known. */
export function parseRelease(text: string): Release {
  const match = /^v?(\d{1,3})\.(\d{1,3})(?:\.\d+)?$/.exec(text);
  if (match === null) {
    throw invalid('PROMETHEUS_VERSION_INVALID', `not a version of Prometheus: ${quote(text)}`);
  }
  const release = { major: Number(match[1]), minor: Number(match[2]) };
  if (!isBefore(release, OLDEST)) return release;
  const message = `Prometheus ${text} is too old; ${formatRelease(OLDEST)} and later are known`;
  throw invalid('PROMETHEUS_VERSION_INVALID', message);
}

function isBefore(a: Release, b: Release): boolean {
  return a.major < b.major || (a.major === b.major && a.minor < b.minor);
}

function formatRelease({ major, minor }: Release): string {
  return `${major}.${minor}`;
}

/** What files may say that a release must load. */
export function createOlderFormat(release: Release): FileFormat {
  const lacks = (what: string, since: Release): string | undefined =>
    isBefore(release, since) ? describeNewer(what, release, since) : undefined;
  const testFields = TEST_FIELDS.flatMap(([field, since]) => {
    const why = lacks(field, since);
    return why === undefined ? [] : [[field, why] as const];
  });
  const absent = TEMPLATE_FUNCTIONS.filter(([, since]) => isBefore(release, since));
  return {
    rules: {
      checkExpression: createCheck(release),
      nameValidation: isBefore(release, UTF8_NAMES) ? 'legacy' : undefined,
      groupLabelsFault: lacks('labels of groups', { major: 3, minor: 0 }),
      absentFunctions: new Set(absent.map(([name]) => name)),
    },
    testFields: new Map(testFields),
  };
}

const TEST_FIELDS: readonly (readonly [field: string, since: Release])[] = [
  ['fuzzy_compare', { major: 3, minor: 5 }],
  ['start_timestamp', { major: 3, minor: 9 }],
];

const TEMPLATE_FUNCTIONS: readonly (readonly [name: string, since: Release])[] = [
  ['now', { major: 3, minor: 6 }],
  ['toDuration', { major: 3, minor: 6 }],
  ['urlQueryEscape', { major: 3, minor: 8 }],
];

function describeNewer(what: string, release: Release, since: Release): string {
  return `Prometheus ${formatRelease(release)} does not know ${what}, which came with ${formatRelease(since)}`;
}

/** Part of an expression that not every release takes. */
interface NewPart {
  readonly what: string;
  readonly since: Release;
  readonly offset: number;
  /** The feature flag that it is behind, and until which release. */
  readonly flag?: string | undefined;
  readonly flagUntil?: Release | undefined;
}

function createCheck(release: Release): CheckExpression {
  return (expression) => {
    const fault = checkExpression(expression);
    if (fault !== undefined) return fault;
    for (const part of listNewParts(parseExpr(expression), expression)) {
      const why = findRefusal(part, release);
      if (why !== undefined) return placeFault(expression, part.offset, why);
    }
    return undefined;
  };
}

function findRefusal(part: NewPart, release: Release): string | undefined {
  const { what, since, flag, flagUntil } = part;
  if (isBefore(release, since)) return describeNewer(what, release, since);
  const isBehind = flag !== undefined && (flagUntil === undefined || isBefore(release, flagUntil));
  if (!isBehind) return undefined;
  return `Prometheus ${formatRelease(release)} takes ${what} with --enable-feature=${flag} only`;
}

function placeFault(expression: string, offset: number, why: string): ExpressionFault {
  const { line, column } = findPosition(expression, offset);
  return { message: `${line}:${column}: ${why}`, offset };
}

/** All parts of an expression that came later than the oldest release, or stand behind a flag. */
function* listNewParts(expr: Expr, text: string): Generator<NewPart> {
  yield* partsOf(expr, text);
  for (const child of childrenOf(expr)) yield* listNewParts(child, text);
}

function* partsOf(expr: Expr, text: string): Generator<NewPart> {
  const offset = expr.span.start;
  switch (expr.type) {
    case 'call':
      yield* functionParts(expr.name, offset);
      return;
    case 'aggregate':
      yield* nameParts(expr.grouping, offset);
      if (expr.operator !== 'limitk' && expr.operator !== 'limit_ratio') return;
      yield { what: `${expr.operator}()`, since: OLDEST, offset, flag: FUNCTIONS_FLAG };
      return;
    case 'binary':
      yield* binaryParts(expr);
      return;
    case 'matrixSelector':
      yield* durationParts(expr.range);
      return;
    case 'subquery':
      yield* durationParts(expr.range);
      yield* durationParts(expr.step);
      yield* durationParts(expr.offset);
      return;
    case 'vectorSelector':
      yield* selectorParts(expr, text);
      return;
    case 'number':
    case 'paren':
    case 'string':
    case 'unary':
      return;
  }
}

const FUNCTIONS_FLAG = 'promql-experimental-functions';

const FUNCTIONS_SINCE: ReadonlyMap<string, Release> = new Map([
  ['info', { major: 2, minor: 55 }],
  ['double_exponential_smoothing', { major: 3, minor: 0 }],
  ['ts_of_last_over_time', { major: 3, minor: 5 }],
  ['ts_of_max_over_time', { major: 3, minor: 5 }],
  ['ts_of_min_over_time', { major: 3, minor: 5 }],
  ['first_over_time', { major: 3, minor: 7 }],
  ['ts_of_first_over_time', { major: 3, minor: 7 }],
  ['histogram_quantiles', { major: 3, minor: 11 }],
  ['end', { major: 3, minor: 12 }],
  ['range', { major: 3, minor: 12 }],
  ['start', { major: 3, minor: 12 }],
  ['step', { major: 3, minor: 12 }],
  ['max_of', { major: 3, minor: 13 }],
  ['min_of', { major: 3, minor: 13 }],
  ['start_timestamp', { major: 3, minor: 14 }],
]);

/** Behind the flag of all functions until it was made one of the others. */
const STABLE_SINCE: ReadonlyMap<string, Release> = new Map([
  ['first_over_time', { major: 3, minor: 14 }],
]);

const EXPERIMENTAL: ReadonlySet<string> = new Set(
  listFunctions().flatMap(({ name, isExperimental }) => (isExperimental ? [name] : [])),
);

function* functionParts(name: string, offset: number): Generator<NewPart> {
  const flagUntil = STABLE_SINCE.get(name);
  const isBehind = flagUntil !== undefined || EXPERIMENTAL.has(name);
  const since = FUNCTIONS_SINCE.get(name) ?? OLDEST;
  const flag = isBehind ? FUNCTIONS_FLAG : undefined;
  yield { what: `${name}()`, since, offset, flag, flagUntil };
}

function* binaryParts(expr: Extract<Expr, { type: 'binary' }>): Generator<NewPart> {
  const { operator, matching, left } = expr;
  // The text between both sides has no place of its own; the left one ends where it begins.
  const offset = left.span.end;
  if (operator === '</' || operator === '>/') {
    yield { what: `the operator ${operator}`, since: { major: 3, minor: 11 }, offset };
  }
  if (matching === undefined) return;
  yield* nameParts([...matching.labels, ...matching.include], offset);
  if (matching.fillLeft === undefined && matching.fillRight === undefined) return;
  const flag = 'promql-binop-fill-modifiers';
  yield { what: 'fill()', since: { major: 3, minor: 10 }, offset, flag };
}

function* durationParts(duration: DurationNode | undefined): Generator<NewPart> {
  if (duration === undefined || duration.kind === 'constant') return;
  yield {
    what: 'expressions of durations',
    since: { major: 3, minor: 4 },
    offset: duration.span.start,
    flag: 'promql-duration-expr',
    flagUntil: { major: 3, minor: 14 },
  };
}

function* selectorParts(selector: VectorSelectorNode, text: string): Generator<NewPart> {
  const { extension, span, matchers, offset: back } = selector;
  const offset = span.start;
  yield* durationParts(back);
  yield* nameParts(
    matchers.map(({ name }) => name),
    offset,
  );
  if (hasQuotedName(text.slice(span.start, span.end))) {
    yield { what: 'names in quotes', since: UTF8_NAMES, offset };
  }
  if (extension === undefined) return;
  const flag = 'promql-extended-range-selectors';
  yield { what: extension, since: { major: 3, minor: 7 }, offset, flag };
}

function* nameParts(names: readonly string[], offset: number): Generator<NewPart> {
  const name = names.find((one) => !isPlainLabelName(one));
  if (name === undefined) return;
  yield { what: `names such as ${quote(name)}`, since: UTF8_NAMES, offset };
}

const LABEL_VALUES = /(?:=~|!~|!=|=)\s*(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)/g;

/** Whether quotes stand in a selector that are none of a value. */
function hasQuotedName(selector: string): boolean {
  return /["'`]/.test(selector.replaceAll(LABEL_VALUES, ''));
}
