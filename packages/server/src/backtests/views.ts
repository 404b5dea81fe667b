/** What came of a rule as the contract has it. */
import type { BacktestPeriod, BacktestSide } from '@nines/contract';
import { parseExpr } from '../promql/index.ts';
import { labelsRecord } from '../series/index.ts';
import { readsAlerts } from './gaps.ts';
import { PERIODS_SHOWN } from './limits.ts';
import type { Period, Range, Tested } from './model.ts';

const WEEK_MS = 7 * 86_400_000;
/** From less than this nobody should speak of a week. */
const TOLD_FROM_MS = 3_600_000;

/** Shows what came of a rule; of the gaps nothing may be known. */
export function viewTested(
  { candidate, outcome, tally }: Tested,
  range: Range,
  gaps: readonly Range[] | undefined,
): BacktestSide {
  const { rule, place } = candidate;
  const toldMs = toldMsOf({ ...range, toMs: outcome.evaluatedToMs ?? range.fromMs }, gaps ?? []);
  return {
    name: rule.name,
    group: place?.group ?? null,
    file: place?.file ?? null,
    expression: rule.expression,
    forMs: rule.forMs,
    keepFiringForMs: rule.keepFiringForMs,
    labels: Object.fromEntries(rule.labels),
    evaluationCount: outcome.instantCount,
    evaluatedCount: outcome.evaluatedCount,
    evaluatedToMs: outcome.evaluatedToMs ?? null,
    cutBy: outcome.cutBy ?? null,
    failedCount: outcome.failedCount,
    failure: outcome.failure ?? null,
    templateError: outcome.templateError ?? null,
    readsAlerts: readsAlerts(parseExpr(rule.expression)),
    pendingCount: tally.pendingCount,
    droppedCount: tally.droppedCount,
    firingCount: tally.firingCount,
    resolvedCount: tally.resolvedCount,
    pageCount: tally.pageCount,
    pagesPerWeek: toldMs < TOLD_FROM_MS ? null : (tally.pageCount * WEEK_MS) / toldMs,
    nightPageCount: tally.nightPageCount,
    firingAtStart: tally.firingAtStart,
    firingAtEnd: tally.firingAtEnd,
    longestMs: tally.longestMs ?? null,
    firingMs: tally.firingMs,
    labelSets: tally.labelSets.map((one) => ({ ...one, labels: labelsRecord(one.labels) })),
    labelSetCount: tally.labelSetCount,
    periods: tally.periods.slice(-PERIODS_SHOWN).map(viewPeriod),
    periodCount: tally.periodCount,
  };
}

/** How much of what was evaluated has data. */
function toldMsOf(evaluated: Range, gaps: readonly Range[]): number {
  const lengthMs = evaluated.toMs - evaluated.fromMs;
  return gaps.reduce((leftMs, { fromMs, toMs }) => {
    const end = Math.min(toMs, evaluated.toMs);
    return leftMs - Math.max(0, end - Math.max(fromMs, evaluated.fromMs));
  }, lengthMs);
}

function viewPeriod({ labels, value, ...period }: Period): BacktestPeriod {
  return {
    labels: labelsRecord(labels),
    activeAt: period.activeAtMs,
    firedAt: period.firedAtMs,
    resolvedAt: period.resolvedAtMs ?? null,
    output: period.output,
    value: Number.isFinite(value) ? value : null,
  };
}
