/** Functions over ranges: counters, gauges, and windows that are too short for them. */
import { formatDuration } from '../platform/index.ts';
import type { CallNode, Expr, MatrixSelectorNode, SubqueryNode } from '../promql/index.ts';
import type { CheckContext, CheckRule, Finding, PlacedRule } from './model.ts';
import {
  formatSelector,
  listCalls,
  listSelectors,
  metricOf,
  someNode,
  type UsedSelector,
} from './selectors.ts';

/** Functions that take every decrease for a restart. */
const RATES: ReadonlySet<string> = new Set(['rate', 'irate', 'increase', 'resets']);
/** Functions that compare samples, and are wrong wherever a counter restarts. */
const SLOPES: ReadonlySet<string> = new Set(['delta', 'idelta', 'deriv', 'predict_linear']);
/** Functions that need two samples in their window. */
const PAIRS: ReadonlySet<string> = new Set([...RATES, ...SLOPES]);

/** Wrong function for the kind of the metric, or sums of counters before their rate. */
export const checkRate: CheckRule = (placed, context) =>
  listCalls(placed.expr).flatMap((call) => {
    const range = call.args.find(({ type }) => type === 'matrixSelector' || type === 'subquery');
    if (range?.type === 'matrixSelector') return checkKind(placed, call, { range, context });
    return range?.type === 'subquery' && RATES.has(call.name) ? checkSum(placed, call, range) : [];
  });

function checkKind(
  placed: PlacedRule,
  call: CallNode,
  { range, context }: { readonly range: MatrixSelectorNode; readonly context: CheckContext },
): readonly Finding[] {
  const metric = metricOf(range.selector);
  if (metric === undefined || !PAIRS.has(call.name)) return [];
  const place = placed.placeInExpression(call.span.start);
  const base = { check: 'promql/rate', ...place, placed, subjects: [metric] } as const;
  const recording = context.index.recordingOf(metric);
  if (recording !== undefined && RATES.has(call.name) && sumsCounters(recording.expr)) {
    const message = `${call.name}() of ${metric}, which sums counters (line ${recording.placeOf('expr').line})`;
    return [{ ...base, severity: 'error', message, ...SUM_FIRST }];
  }
  const type = typeOf(metric, context);
  if (type === 'gauge' && RATES.has(call.name)) {
    return [
      {
        ...base,
        severity: 'error',
        message: `${call.name}() of ${metric}, which is a gauge`,
        reason: 'every decrease is taken for a restart of a counter, and counted as an increase',
        advice: 'use delta() or deriv() for a gauge',
      },
    ];
  }
  if (type !== 'counter' || !SLOPES.has(call.name)) return [];
  return [
    {
      ...base,
      severity: 'warning',
      message: `${call.name}() of ${metric}, which is a counter`,
      reason: 'each restart of its program looks like a fall',
      advice: 'use rate() or increase() for a counter',
    },
  ];
}

const SUM_FIRST = {
  reason: 'when one of the counters restarts the sum falls, and the rate of all is counted anew',
  advice: 'take the rate of each counter first: sum(rate(x[5m]))',
};

function checkSum(placed: PlacedRule, call: CallNode, range: SubqueryNode): readonly Finding[] {
  if (!sumsCounters(range.operand)) return [];
  const place = placed.placeInExpression(call.span.start);
  const message = `${call.name}() of a sum`;
  return [{ check: 'promql/rate', severity: 'error', ...place, placed, message, ...SUM_FIRST }];
}

/** Whether counters are summed as they are, before any rate. */
function sumsCounters(expr: Expr): boolean {
  return someNode(
    expr,
    (node) =>
      node.type === 'aggregate' &&
      (node.operator === 'sum' || node.operator === 'avg') &&
      listSelectors(node.operand).some(
        ({ selector, range }) => range === undefined && looksLikeCounter(metricOf(selector)),
      ),
  );
}

function looksLikeCounter(metric: string | undefined): boolean {
  return metric?.endsWith('_total') === true;
}

/** The kind of a metric: by what targets say, else by its name. */
function typeOf(metric: string, { facts }: CheckContext): string | undefined {
  const type = facts.server?.typeOf(metric);
  if (type !== undefined && type !== 'unknown') return type;
  return looksLikeCounter(metric) ? 'counter' : undefined;
}

/** Windows in which there are too few samples for their function. */
export const checkWindow: CheckRule = (placed, { facts }) =>
  listSelectors(placed.expr).flatMap(({ selector, range, around }) => {
    const intervalMs = facts.server?.selectors.get(formatSelector(selector))?.intervalMs;
    const call = around.at(-1);
    if (range?.range.kind !== 'constant' || intervalMs === undefined || call?.type !== 'call') {
      return [];
    }
    const rangeMs = range.range.ms;
    const isPair = PAIRS.has(call.name);
    const neededMs = isPair ? 2 * intervalMs : intervalMs;
    const safeMs = isPair ? 4 * intervalMs : intervalMs;
    if (rangeMs >= safeMs) return [];
    const every = formatDuration(intervalMs);
    const isTooShort = rangeMs < neededMs;
    return [
      {
        check: 'promql/range',
        severity: isTooShort ? 'error' : 'warning',
        ...placed.placeInExpression(range.range.span.start),
        placed,
        message: `${call.name}() over ${formatDuration(rangeMs)} of series that come every ${every}`,
        reason: isTooShort
          ? `it needs ${isPair ? 'two samples' : 'a sample'} in its window, and mostly finds fewer`
          : 'one or two scrapes that fail leave it without an answer',
        advice: `look at ${formatDuration(safeMs)} or more`,
      },
    ];
  });

/** Aggregations and functions to which it makes no difference how high a counter stands. */
const BLIND: ReadonlySet<string> = new Set([
  'absent',
  'count',
  'group',
  'timestamp',
  'count_values',
  'limitk',
]);

/** Counters whose value is looked at, which is nothing but the age of a program. */
export const checkCounter: CheckRule = (placed, context) =>
  listSelectors(placed.expr).flatMap((used) => {
    const metric = metricOf(used.selector);
    if (metric === undefined || typeOf(metric, context) !== 'counter' || isBlind(used)) return [];
    return [
      {
        check: 'promql/counter',
        severity: 'warning',
        ...placed.placeInExpression(used.selector.span.start),
        placed,
        subjects: [metric],
        message: `${metric} is a counter, and its value is looked at as it stands`,
        reason: 'it only rises until its program restarts, so a limit on it holds for ever after',
        advice: `ask how fast it rises: rate(${metric}[5m]) or increase(${metric}[1h])`,
      },
    ];
  });

function isBlind({ range, around, selector }: UsedSelector): boolean {
  if (range !== undefined) return true;
  return around.some((node) => {
    if (node.type === 'call') return BLIND.has(node.name);
    if (node.type === 'aggregate') return BLIND.has(node.operator);
    if (node.type !== 'binary') return false;
    // What stands on the right of these is there or not, whatever its value.
    if (node.operator === 'and' || node.operator === 'unless') {
      return listSelectors(node.right).some((one) => one.selector === selector);
    }
    // `x - x offset 1h` is an increase by hand.
    return node.operator === '-' && isDifference(node.left, node.right);
  });
}

function isDifference(left: Expr, right: Expr): boolean {
  const metrics = [left, right].map((side) =>
    listSelectors(side)
      .map(({ selector }) => metricOf(selector))
      .join(),
  );
  return metrics[0] === metrics[1];
}
