/** `nines rules`: the alerting rules in force, and those that are on probation. */
import type { RuleList, RuleProbation } from '@nines/contract';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

export const rulesCommand: Command = {
  name: 'rules',
  operands: '',
  summary: 'list the alerting rules in force, with their state and their probation',
  options: { ...CLIENT_OPTIONS, ...JSON_OPTION },
  async run(input, context) {
    if (input.operands.length > 0) {
      context.stderr('nines rules: takes no operand\n');
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    const list = await client('listRules', {});
    context.stdout(input.has('json') ? `${JSON.stringify(list)}\n` : formatList(list));
    return EXIT.ok;
  },
};

const COLUMNS = ['RULE', 'GROUP', 'STATE', 'ALERTS', 'PROBATION', 'FILE'];

function formatList({ rules }: RuleList): string {
  if (rules.length === 0) return 'no alerting rule is in force\n';
  const rows = rules.map(({ name, group, state, error, activeCount, probation, file }) => [
    name,
    group,
    error === null ? state : 'failing',
    String(activeCount),
    probation === null ? '-' : formatProbation(probation),
    file,
  ]);
  return formatTable([COLUMNS, ...rows]);
}

function formatProbation({ author, until, isOver, firedCount }: RuleProbation): string {
  const day = new Date(until).toISOString().slice(0, 10);
  const fired = `fired ${firedCount} time${firedCount === 1 ? '' : 's'}`;
  return `${author}, ${isOver ? 'over since' : 'until'} ${day}, ${fired}`;
}
