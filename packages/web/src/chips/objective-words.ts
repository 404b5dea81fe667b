/** What an objective's figures mean, in the same words wherever one is named. */
import type { SloSummary } from '@nines/contract';
import { formatDuration } from '../format/duration.ts';
import { formatCompact, formatCount, formatPercent, UNKNOWN } from '../format/number.ts';
import { formatObjective } from '../format/unit.ts';
import { viewerTime } from '../format/time.ts';
import type { Urgency } from '../kit/urgency.tsx';
import { t } from '../messages/translate.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Fewer events than this are shown with their fraction: 0.4 failures are allowed so far. */
const EXACT_FROM = 10;
/** Less is left than one would show, but it is not nothing. */
const LEFT_MIN = 0.001;

/**
 * How urgent an objective is. A budget that is gone within a day cannot wait for the morning; one
 * that is spent, or is being spent slowly, is work for the day.
 */
export function urgencyOf(slo: SloSummary, nowMs: number): Urgency {
  switch (slo.state) {
    case 'fine':
      return 'fine';
    case 'unmeasured':
      return 'log';
    case 'burning':
      return isGoneSoon(slo, nowMs) ? 'page' : 'ticket';
    case 'exhausted':
      return slo.burnRate !== null && slo.burnRate > 1 ? 'page' : 'ticket';
  }
}

function isGoneSoon({ exhaustedAt, budgetLeftRatio }: SloSummary, nowMs: number): boolean {
  if (budgetLeftRatio !== null && budgetLeftRatio <= 0) return true;
  return exhaustedAt !== null && exhaustedAt - nowMs < DAY_MS;
}

/** The share of the budget that is left: `18 %`, `−24 %`; a dash where nothing was counted. */
export function formatBudgetLeft(ratio: number | null): string {
  if (ratio === null) return UNKNOWN;
  if (ratio < 0) return `−${formatPercent(-ratio)}`;
  if (ratio > 0 && ratio < LEFT_MIN) return `<${formatPercent(LEFT_MIN)}`;
  return formatPercent(ratio);
}

/** What becomes of the budget at the present rate: `gone 05:40`, `lasts 19 d`, `on course`. */
export function describeFate(slo: SloSummary, nowMs: number): string {
  const { budgetLeftRatio, exhaustedAt } = slo;
  if (budgetLeftRatio === null) return t('objective.fate.unmeasured');
  if (budgetLeftRatio <= 0) return t('objective.fate.spent');
  if (exhaustedAt === null) return t('objective.fate.onCourse');
  const leftMs = exhaustedAt - nowMs;
  if (leftMs < DAY_MS) return t('objective.fate.gone', { time: viewerTime.clock(exhaustedAt) });
  return t('objective.fate.lasts', { duration: formatDays(leftMs) });
}

/** `2,113 of 6,500 allowed failures`. */
export function describeCounts(slo: SloSummary): string {
  if (slo.totalCount === 0) return t('objective.counts.none');
  return t('objective.counts', {
    bad: formatEvents(slo.badCount),
    budget: formatEvents(slo.budgetCount),
  });
}

/** `22×`: how many times as fast as allowed. */
export function formatBurnRate(burnRate: number | null): string {
  if (burnRate === null) return UNKNOWN;
  const rounded = burnRate >= 10 ? Math.round(burnRate) : Number(burnRate.toPrecision(2));
  return `${formatCompact(rounded)}×`;
}

/** `99.9 % over 30 d`, `99.9 % a month`. */
export function describeTarget(slo: SloSummary): string {
  const objective = formatObjective(slo.objective);
  return slo.isCalendar
    ? t('objective.target.calendar', { objective, window: formatDays(slo.windowMs) })
    : t('objective.target', { objective, window: formatDays(slo.windowMs) });
}

/** Events; counts of a recorded expression may have fractions. */
export function formatEvents(count: number): string {
  return count < EXACT_FROM ? formatCompact(count) : formatCount(count);
}

/** Whole days where there are some: hours of a budget that lasts weeks are noise. */
export function formatDays(durationMs: number): string {
  const days = Math.floor(durationMs / DAY_MS);
  return formatDuration(days >= 2 ? days * DAY_MS : durationMs);
}
