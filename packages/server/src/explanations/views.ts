/** What alerts' and rules' explanations have in common. */
import type { WhyRule, WhyTimer } from '@nines/contract';
import type { RuleInForce } from '../backtests/index.ts';

/** A rule as the contract shows it. */
export function viewRule({ group, rule }: RuleInForce): WhyRule {
  return {
    name: rule.name,
    group: group.name,
    file: group.file,
    expression: rule.expression,
    forMs: rule.forMs,
    keepFiringForMs: rule.keepFiringForMs,
    intervalMs: group.intervalMs,
    queryOffsetMs: group.queryOffsetMs,
    lastEvaluationAt: rule.lastEvaluationAt ?? null,
  };
}

/** The next first; what is due already is due now. */
export function sortTimers(timers: readonly WhyTimer[], nowMs: number): WhyTimer[] {
  return timers
    .map((timer) => ({ ...timer, at: Math.max(timer.at, nowMs) }))
    .toSorted((a, b) => a.at - b.at);
}
