/** A backtest as people read it in a terminal. */
import type { Backtest, BacktestComparison, BacktestSide } from '@nines/contract';
import { formatDuration } from '../platform/index.ts';
import { formatDigits } from './signal-value.ts';
import { formatTable } from './table.ts';

/** Alerts that are named; more are counted. */
const LABEL_SETS_SHOWN = 10;

/** Writes a backtest: the rule, what it would have done, its alerts, and what to know of it. */
export function formatBacktest(backtest: Backtest): string {
  const { tested, inForce, comparison } = backtest;
  const parts = [
    `${tested.name}: ${tested.expression.trim().replaceAll(/\s+/g, ' ')}\n${formatRange(backtest)}\n`,
    formatTable(countRows(backtest)),
    formatLabelSets(tested),
    comparison === null ? '' : formatComparison(comparison),
    ...remarksOf(tested, inForce === null ? '' : 'the edited rule: '),
    ...(inForce === null ? [] : remarksOf(inForce, 'the rule in force: ')),
    formatGaps(backtest),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function formatRange({ fromMs, toMs, intervalMs, tested, timeZone }: Backtest): string {
  const range = `${formatTime(fromMs)} to ${formatTime(toMs)}`;
  const every = `${tested.evaluatedCount} evaluations, every ${formatDuration(intervalMs)}`;
  return `${range}, ${every}; nights of ${timeZone}`;
}

function countRows({ tested, inForce }: Backtest): readonly (readonly string[])[] {
  const sides = inForce === null ? [tested] : [tested, inForce];
  const row = (title: string, show: (side: BacktestSide) => string): readonly string[] => [
    title,
    ...sides.map(show),
  ];
  return [
    ...(inForce === null ? [] : [['', 'EDITED', 'IN FORCE']]),
    row('for', ({ forMs }) => formatDuration(forMs)),
    row('active', ({ pendingCount }) => String(pendingCount)),
    row('ended before firing', ({ droppedCount }) => String(droppedCount)),
    row('fired', ({ firingCount }) => String(firingCount)),
    row('resolved', ({ resolvedCount }) => String(resolvedCount)),
    row('pages', ({ pageCount }) => String(pageCount)),
    row('pages per week', ({ pagesPerWeek }) =>
      pagesPerWeek === null ? '-' : formatDigits(pagesPerWeek),
    ),
    row('pages at night', ({ nightPageCount }) => String(nightPageCount)),
    row('longest', ({ longestMs }) => (longestMs === null ? '-' : formatLength(longestMs))),
    row('firing at the start', ({ firingAtStart }) => String(firingAtStart)),
    row('firing at the end', ({ firingAtEnd }) => String(firingAtEnd)),
  ];
}

function formatLabelSets({ labelSets, labelSetCount }: BacktestSide): string {
  if (labelSets.length === 0) return '';
  const shown = labelSets.slice(0, LABEL_SETS_SHOWN);
  const rows = shown.map(({ labels, firingCount, firingMs }) => [
    String(firingCount),
    formatLength(firingMs),
    formatLabels(labels),
  ]);
  const more = labelSetCount - shown.length;
  const rest = more > 0 ? `and ${more} more\n` : '';
  return formatTable([['FIRED', 'FOR', 'LABELS'], ...rows]) + rest;
}

function formatLabels(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels)
    .filter(([name]) => name !== 'alertname')
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${parts.join(', ')}}`;
}

function formatComparison(comparison: BacktestComparison): string {
  const { bothCount, earlierCount, laterCount, medianShiftMs } = comparison;
  const shift =
    medianShiftMs === null || medianShiftMs === 0
      ? ''
      : `, half of them by ${formatLength(Math.abs(medianShiftMs))} ${medianShiftMs < 0 ? 'earlier' : 'later'} or more`;
  return (
    `fired under both ${bothCount} (earlier ${earlierCount}, later ${laterCount}${shift}), ` +
    `only edited ${comparison.onlyTestedCount}, only in force ${comparison.onlyInForceCount}\n`
  );
}

/** What keeps the counts from being all there is to know. */
function remarksOf(side: BacktestSide, who: string): readonly string[] {
  const remarks: string[] = [];
  const { evaluatedCount, evaluationCount, evaluatedToMs } = side;
  if (side.cutBy !== null) {
    const upTo = evaluatedToMs === null ? '' : `, up to ${formatTime(evaluatedToMs)}`;
    const why = side.cutBy === 'time' ? 'no time was left' : 'its alerts change too often';
    remarks.push(
      `cut: ${evaluatedCount} of ${evaluationCount} evaluations were done${upTo}; ${why}`,
    );
  }
  if (side.failedCount > 0) {
    remarks.push(`${side.failedCount} evaluations failed, the first with: ${side.failure ?? ''}`);
  }
  if (side.templateError !== null) remarks.push(`a label was not made: ${side.templateError}`);
  if (side.readsAlerts) {
    remarks.push('it reads ALERTS, which history has as the rules of then wrote them');
  }
  return remarks.map((remark) => `${who}${remark}\n`);
}

function formatGaps({ noData }: Backtest): string {
  if (noData === null || noData.length === 0) return '';
  const totalMs = noData.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const [first] = noData;
  const where = `${formatTime(first.fromMs)} to ${formatTime(first.toMs)}`;
  const rest = noData.length === 1 ? '' : ` and ${noData.length - 1} more`;
  return `no data for ${formatLength(totalMs)} of it: ${where}${rest}\n`;
}

function formatLength(lengthMs: number): string {
  return formatDuration(Math.round(lengthMs / 1000) * 1000);
}

function formatTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
