/** What the graphs of an objective show. */
import type { AlertSummary, BurnDown, SloDetail } from '@nines/contract';
import type { Mark } from '../graph/annotations.ts';
import type { GraphData } from '../graph/graph-data.ts';
import { t } from '../messages/translate.ts';

/** More words than this on a time axis cannot be read. */
const MARK_COUNT_MAX = 8;

/** The budget over time. A single line needs no name: the heading says what it is. */
export function budgetData(burnDown: BurnDown): GraphData {
  return lineOf(burnDown, burnDown.budgetLeft);
}

/** Failures within each step. */
export function failureData(burnDown: BurnDown): GraphData {
  return lineOf(burnDown, burnDown.bad);
}

/** The alerts that fired in that time, newest ones first where there are too many. */
export function alertMarks(
  alerts: readonly AlertSummary[],
  { fromMs, stepMs, bad }: BurnDown,
): readonly Mark[] {
  const toMs = fromMs + bad.length * stepMs;
  return alerts
    .flatMap(({ firedAt, output }) =>
      firedAt === null || firedAt < fromMs || firedAt > toMs ? [] : [{ firedAt, output }],
    )
    .toSorted((a, b) => b.firedAt - a.firedAt)
    .slice(0, MARK_COUNT_MAX)
    .map(({ firedAt, output }) => ({
      atMs: firedAt,
      label: t(`output.${output}`).toLowerCase(),
      isUrgent: output === 'page',
    }));
}

/** The alerts of one objective among those of its service. */
export function selectAlerts(
  alerts: readonly AlertSummary[],
  detail: SloDetail,
): readonly AlertSummary[] {
  const names = new Set(detail.alerts.map(({ name }) => name));
  return alerts.filter(
    ({ name, labels }) => names.has(name) && (labels['slo'] ?? detail.slo.name) === detail.slo.name,
  );
}

function lineOf(burnDown: BurnDown, values: readonly (number | null)[]): GraphData {
  const { fromMs, stepMs } = burnDown;
  return {
    // One step longer than there are points: the last step has a length too.
    grid: { fromMs, toMs: fromMs + values.length * stepMs, stepMs },
    times: values.map((_, index) => (fromMs + index * stepMs) / 1000),
    lines: [{ name: '', metric: {}, values }],
    others: [],
    hiddenCount: 0,
  };
}
