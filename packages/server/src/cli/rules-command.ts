/** `nines rules`: the alerting rules in force, and those that are on probation. */
import type { RuleList, RuleProbation } from '@nines/contract';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

export const rulesCommand: Command = {
  name: 'rules',
  operands: '[end-probation RULE]',
  words: ['end-probation'],
  summary: 'list the alerting rules in force, with their probation, and end it',
  options: {
    group: {
      type: 'string',
      value: 'NAME',
      summary: 'the group of the rule, where several have one of that name',
    },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [verb, rule, ...rest] = input.operands;
    if (
      rest.length > 0 ||
      (verb !== undefined && (verb !== 'end-probation' || rule === undefined))
    ) {
      context.stderr('nines rules: give nothing, or end-probation and the name of a rule\n');
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    if (rule !== undefined) {
      const group = input.text('group');
      const body = { rule, ...(group === undefined ? {} : { group }) };
      const change = await client('endProbation', { body });
      const told = `${rule} pages as other rules do; its line is gone from ${change.file}\n`;
      context.stdout(input.has('json') ? `${JSON.stringify(change)}\n` : told);
      return EXIT.ok;
    }
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
