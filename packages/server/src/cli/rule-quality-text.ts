/** What is on record of rules, as text. */
import type { RuleQuality } from '@nines/contract';
import { formatDuration } from '../platform/index.ts';
import { formatTable } from './table.ts';

const COLUMNS = ['RULE', 'GROUP', 'FIRED', 'ACKNOWLEDGED', 'RETURNED', 'FIRING', 'REMARK'];

/** A row for each rule, and a line for each pair that fires together. */
export function formatQuality(quality: RuleQuality): string {
  const { rules, together, since } = quality;
  const rows = rules.map(
    ({ name, group, firedCount, acknowledgedCount, returnedCount, firingMs, isFlapping }) => [
      name,
      group,
      ...[firedCount, acknowledgedCount, returnedCount].map(String),
      firedCount === 0 ? '-' : formatDuration(Math.round(firingMs / 1000) * 1000),
      isFlapping ? 'flaps' : firedCount === 0 ? 'never fired' : '',
    ],
  );
  const pairs = together.map(
    ({ first, second, count }) =>
      `${first.name} and ${second.name} always fire together (${count} times)\n`,
  );
  return `since ${new Date(since).toISOString().slice(0, 10)}\n\n${formatTable([COLUMNS, ...rows])}${pairs.join('')}`;
}
