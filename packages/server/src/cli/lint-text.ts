/** A lint as text: compilers' lines, so that editors can jump to them. */
import type { LintedRule, LintReport, LintSeverity } from '@nines/contract';
import { formatTable } from './table.ts';

/** A line for each finding, two below it with why and what to do, and the sum. */
export function formatLint(report: LintReport): string {
  const { findings, findingCount, silencedCount, unaskedCount, rules, hasFacts } = report;
  const blocks = findings.map(
    ({ file, line, column, severity, check, rule, message, reason, advice }) =>
      `${file}:${line}:${column}: ${severity}: ${rule === null ? '' : `${rule}: `}${message} [${check}]\n` +
      `    ${reason}\n    ${advice}\n`,
  );
  const counted = (severity: LintSeverity): number =>
    findings.filter((one) => one.severity === severity).length;
  const parts = [
    `${rules.length} rules`,
    `${counted('error')} errors`,
    `${counted('warning')} warnings`,
    `${counted('note')} notes`,
    ...(silencedCount > 0 ? [`${silencedCount} silenced`] : []),
    ...(findingCount > findings.length ? [`${findingCount - findings.length} more`] : []),
    ...(hasFacts ? [] : ['no series were asked']),
    ...(unaskedCount > 0 ? [`no time was left to ask the series of ${unaskedCount} rules`] : []),
  ];
  return `${blocks.join('')}${parts.join(', ')}\n`;
}

/** What each rule reads at an evaluation, and how many alerts it has now and at most. */
export function formatLintedRules({ rules }: LintReport): string {
  const header = ['RULE', 'SERIES', 'SAMPLES', 'NOW', 'AT MOST'];
  return `\n${formatTable([header, ...rules.map(rowOf)])}`;
}

function rowOf(rule: LintedRule): string[] {
  const { name, seriesCount, readSamples, resultCount, alertsMax } = rule;
  const counts = [seriesCount, readSamples, resultCount, alertsMax];
  return [name, ...counts.map((count) => (count === null ? '–' : String(count)))];
}
