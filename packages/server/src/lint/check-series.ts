/** Selectors that match nothing: the commonest reason why a rule never fires. */
import type { WhyCause } from '@nines/contract';
import { formatDuration } from '../platform/index.ts';
import type { BinaryNode, Expr } from '../promql/index.ts';
import type { CheckRule, Finding, PlacedRule, ServerFacts } from './model.ts';
import { formatSelector, listSelectors, metricOf, type UsedSelector, unwrap } from './selectors.ts';

/** Written by alerting rules themselves, while they are active. */
const ALERT_SERIES: ReadonlySet<string> = new Set(['ALERTS', 'ALERTS_FOR_STATE']);
const ABSENCES: ReadonlySet<string> = new Set(['absent', 'absent_over_time']);

/** A selector without series now: since when, or by which label. */
export const checkSeries: CheckRule = (placed, { facts, index }) => {
  const { server } = facts;
  if (server === undefined) return [];
  const seen = new Set<string>();
  return listSelectors(placed.expr).flatMap((used) => {
    const key = formatSelector(used.selector);
    const found = server.selectors.get(key);
    if (seen.has(key) || found?.seriesCount !== 0 || found.cause === undefined) return [];
    seen.add(key);
    const metric = metricOf(used.selector);
    if (isMeantToBeEmpty(used) || (metric !== undefined && ALERT_SERIES.has(metric))) return [];
    // It will have series once its own rule is in force; that one is checked by itself.
    if (metric !== undefined && index.recordingOf(metric) !== undefined) return [];
    return describeEmpty(placed, { used, key, metric, cause: found.cause, server, facts });
  });
};

/** `absent(x)`, `a unless x`, `x or vector(0)`: nothing is one of the answers that are expected. */
function isMeantToBeEmpty({ selector, around }: UsedSelector): boolean {
  return around.some((node) => {
    if (node.type === 'call') return ABSENCES.has(node.name);
    if (node.type !== 'binary') return false;
    const { operator, left, right } = node;
    if (operator === 'unless') return holds(right, selector);
    return operator === 'or' && holds(left, selector) && hasFallback(node);
  });
}

function holds(expr: Expr, selector: Expr): boolean {
  return listSelectors(expr).some((one) => one.selector === selector);
}

function hasFallback({ right }: BinaryNode): boolean {
  const bare = unwrap(right);
  return bare.type === 'call' && bare.name === 'vector';
}

interface Empty {
  readonly used: UsedSelector;
  readonly key: string;
  readonly metric: string | undefined;
  readonly cause: WhyCause;
  readonly server: ServerFacts;
  readonly facts: { readonly nowMs: number };
}

function describeEmpty(placed: PlacedRule, empty: Empty): readonly Finding[] {
  const { used, key, metric, cause } = empty;
  const place = placed.placeInExpression(used.selector.span.start);
  const subjects = metric === undefined ? [key] : [key, metric];
  const base = { check: 'promql/series', ...place, placed, subjects } as const;
  if (cause.kind === 'otherLabels') {
    const guilty = cause.without.map((one) => one.matcher).join(', ');
    return [
      {
        ...base,
        severity: 'warning',
        message: `no series matches ${key}, though ${cause.metric} has ${cause.seriesCount}`,
        reason:
          guilty === ''
            ? 'its matchers hold for some series each, but for none together'
            : `no series has ${guilty}, so this part gives nothing`,
        advice: 'correct the matcher; if such series come only with a fault, silence this check',
      },
    ];
  }
  if (cause.kind !== 'noSamples') return [];
  const { lastAt, searchedMs, target } = cause;
  if (lastAt === null) {
    const nearest = metric === undefined ? undefined : empty.server.nearestMetric(metric);
    return [
      {
        ...base,
        severity: 'error',
        message: `${key} has had no series within ${formatDuration(searchedMs)}`,
        reason: 'this part gives nothing, and nobody will notice',
        advice:
          nearest === undefined
            ? 'correct the name, or scrape what has it'
            : `did you mean ${nearest}?`,
      },
    ];
  }
  const ago = formatDuration(
    Math.max(1000, Math.floor((empty.facts.nowMs - lastAt) / 1000) * 1000),
  );
  const standing =
    target === null ? '' : `, from ${target.job} ${target.instance}, which is ${target.health}`;
  return [
    {
      ...base,
      severity: 'warning',
      message: `${key} has no series now; the last sample came ${ago} ago${standing}`,
      reason: 'this part gives nothing until it is back',
      advice:
        'look whether its target is still there; if the metric is gone for good, delete the rule',
    },
  ];
}
