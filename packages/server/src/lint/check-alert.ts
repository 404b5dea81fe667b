/** Alerting rules: whether they can be quiet, and for how long they wait. */
import { formatDuration } from '../platform/index.ts';
import type { BinaryNode, Expr } from '../promql/index.ts';
import { LONG_WINDOW_MS, PAGES_AT_ONCE } from './limits.ts';
import type {
  CheckContext,
  CheckRule,
  Finding,
  LintFacts,
  PlacedAlert,
  RuleIndex,
} from './model.ts';
import { outputOfRule } from './output.ts';
import { formatSelector, listCalls, listSelectors, metricOf, someNode } from './selectors.ts';

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=', '</', '>/']);
const ABSENCES: ReadonlySet<string> = new Set(['absent', 'absent_over_time']);

/** An alert fires for every element of its result: something must take elements away. */
export const checkComparison: CheckRule<PlacedAlert> = (placed) => {
  const { expr } = placed;
  // `vector(1)` is meant to fire for ever: a watchdog.
  if (listSelectors(expr).length === 0 || hasCondition(expr)) return [];
  const hasBool = someNode(expr, (node) => node.type === 'binary' && node.isBool);
  return [
    {
      check: 'alerts/comparison',
      severity: 'error',
      ...placed.placeOf('expr'),
      placed,
      message: hasBool
        ? 'its comparisons are bool, which answer 0 or 1 for every series'
        : 'nothing in it is a comparison',
      reason: 'it fires for as long as there is a series, whatever its value',
      advice: hasBool ? 'leave out bool, or add "== 1"' : 'hold it against a limit, such as "> 0"',
    },
  ];
};

/** Whether some part decides which elements are there. */
function hasCondition(expr: Expr): boolean {
  switch (expr.type) {
    case 'binary':
      return isCondition(expr);
    case 'paren':
      return hasCondition(expr.inner);
    case 'unary':
    case 'aggregate':
    case 'subquery':
      return hasCondition(expr.operand);
    case 'call':
      return ABSENCES.has(expr.name) || expr.args.some(hasCondition);
    // There only while an alert is.
    case 'vectorSelector':
      return metricOf(expr) === 'ALERTS';
    case 'matrixSelector':
    case 'number':
    case 'string':
      return false;
  }
}

function isCondition({ operator, isBool, left, right }: BinaryNode): boolean {
  if (operator === 'unless') return true;
  if (operator === 'or') return hasCondition(left) && hasCondition(right);
  if (COMPARISONS.has(operator) && !isBool) return true;
  return hasCondition(left) || hasCondition(right);
}

/** `for` that is missing where one bad evaluation would wake somebody, or that is too short. */
export const checkFor: CheckRule<PlacedAlert> = (placed, { facts, index }) => {
  const { rule, expr } = placed;
  const intervalMs = intervalOf(placed, facts);
  if (rule.forMs > 0 && rule.forMs < intervalMs) {
    return [
      {
        check: 'alerts/for',
        severity: 'warning',
        ...placed.placeOf('for'),
        placed,
        message: `"for" is ${formatDuration(rule.forMs)}, and the rule is evaluated every ${formatDuration(intervalMs)}`,
        reason: `it waits for the next evaluation, ${formatDuration(intervalMs)}, whatever it says`,
        advice: `wait for ${formatDuration(2 * intervalMs)} or more, or evaluate the group more often`,
      },
    ];
  }
  if (rule.forMs > 0 || outputOfRule(rule) !== 'page' || looksFar(expr, index.recordingOf))
    return [];
  return [
    {
      check: 'alerts/for',
      severity: 'warning',
      ...placed.placeOf('alert'),
      placed,
      message: 'it pages without "for"',
      reason: 'one bad evaluation, such as a scrape that came late, wakes somebody',
      advice: `add "for: ${formatDuration(Math.max(60_000, 2 * intervalMs))}", or look at a longer range`,
    },
  ];
};

/** Whether one bad scrape changes little: long windows, or what a recording rule has over one. */
function looksFar(expr: Expr, recordingOf: RuleIndex['recordingOf']): boolean {
  return listSelectors(expr).every(({ selector, range }) => {
    if (range !== undefined) {
      return range.range.kind === 'constant' && range.range.ms >= LONG_WINDOW_MS;
    }
    const metric = metricOf(selector) ?? '';
    const recording = recordingOf(metric);
    // By convention recorded names alone have a colon; what is recorded elsewhere is not known.
    if (recording === undefined) return metric.includes(':');
    // One level is looked through: recordings may read one another.
    return looksFar(recording.expr, () => undefined);
  });
}

/** `absent` holds after every restart, until the first scrape. */
export const checkAbsent: CheckRule<PlacedAlert> = (placed, { facts }) => {
  const call = listCalls(placed.expr).find(({ name }) => name === 'absent');
  if (call === undefined) return [];
  const [selector] = listSelectors(call);
  const known = selector && facts.server?.selectors.get(formatSelector(selector.selector));
  const everyMs = known?.intervalMs ?? intervalOf(placed, facts);
  if (placed.rule.forMs >= 2 * everyMs) return [];
  return [
    {
      check: 'alerts/absent',
      severity: 'warning',
      ...placed.placeOf(placed.rule.forMs > 0 ? 'for' : 'alert'),
      placed,
      message: `absent() without "for" of two intervals (${formatDuration(2 * everyMs)})`,
      reason: 'after a restart, and whenever a target moves, nothing is there for a moment',
      advice: `add "for: ${formatDuration(Math.max(60_000, 2 * everyMs))}"`,
    },
  ];
};

function intervalOf({ group }: PlacedAlert, facts: LintFacts): number {
  return group.intervalMs ?? facts.intervalMs;
}

/** How many alerts it would be, now and at most. */
export const checkCount: CheckRule<PlacedAlert> = (placed, context) => {
  const known = context.facts.server?.rules.get(placed);
  if (known === undefined) return [];
  const output = outputOfRule(placed.rule);
  return [
    ...describeNow(placed, context, known.resultCount ?? 0),
    ...(output === 'page' ? describeMost(placed, known.alertsMax ?? 0) : []),
  ];
};

function describeNow(
  placed: PlacedAlert,
  { facts }: CheckContext,
  count: number,
): readonly Finding[] {
  const active = facts.server?.inForce
    .flatMap(({ rules }) => rules)
    .find(
      ({ name, expression }) => name === placed.rule.name && expression === placed.rule.expression,
    );
  // What fires already is no news.
  if (count === 0 || (active?.alerts.length ?? 0) > 0) return [];
  const isPage = outputOfRule(placed.rule) === 'page';
  const alerts = count === 1 ? 'one alert' : `${count} alerts`;
  return [
    {
      check: 'alerts/count',
      severity: isPage ? 'warning' : 'note',
      ...placed.placeOf('expr'),
      placed,
      message: `its condition holds now: it would make ${alerts}`,
      reason: isPage
        ? 'they page as soon as "for" is over'
        : 'they are there as soon as "for" is over',
      advice: 'if that is not what you mean, backtest it with another limit',
    },
  ];
}

function describeMost(placed: PlacedAlert, count: number): readonly Finding[] {
  if (count < PAGES_AT_ONCE) return [];
  return [
    {
      check: 'alerts/count',
      severity: 'warning',
      ...placed.placeOf('expr'),
      placed,
      message: `it watches ${count} series one by one, and could page ${count} times at once`,
      reason: 'one fault behind all of them pages as often, and the page that matters is lost',
      advice: 'aggregate first (sum by (service)), page on the objective, and make this a ticket',
    },
  ];
}
