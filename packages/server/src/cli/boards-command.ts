import type { BoardFile, BoardFileList } from '@nines/contract';
import { CLIENT_OPTIONS, type Command, EXIT, JSON_OPTION } from './command.ts';
import { connectServer } from './server-client.ts';
import { formatTable } from './table.ts';

export const boardsCommand: Command = {
  name: 'boards',
  operands: '[NAME]',
  summary: 'list the boards that are in force, and their files; with a name, the panels of one',
  options: { ...CLIENT_OPTIONS, ...JSON_OPTION },
  async run(input, context) {
    const [name] = input.operands;
    if (input.operands.length > 1) {
      context.stderr('nines boards: give the name of one board, or none\n');
      return EXIT.usage;
    }
    const { client } = connectServer(input, context);
    if (name !== undefined) {
      const board = await client('getBoardFile', { params: { name } });
      context.stdout(input.has('json') ? `${JSON.stringify(board)}\n` : formatBoard(board));
      return EXIT.ok;
    }
    const list = await client('listBoardFiles', {});
    context.stdout(input.has('json') ? `${JSON.stringify(list)}\n` : formatList(list));
    return EXIT.ok;
  },
};

function formatList({ boards, folder }: BoardFileList): string {
  if (boards.length === 0) return `there are no boards in ${folder}\n`;
  const rows = boards.map(({ name, title, panelCount, file }) => [
    name,
    title,
    String(panelCount),
    file,
  ]);
  return formatTable([['NAME', 'TITLE', 'PANELS', 'FILE'], ...rows]);
}

function formatBoard({ title, description, file, variables, panels }: BoardFile): string {
  const head = `${title}${description === null ? '' : `: ${description}`}\n${file}\n`;
  const choices = variables.map(({ name, label, of, defaultValue, hasAll }) => [
    `$${name}`,
    label,
    of,
    defaultValue ?? (hasAll ? 'all' : 'the first'),
  ]);
  const rows = panels.flatMap(({ title: panel, kind, unit, queries }) =>
    queries.map(({ expression }, i) => [
      i === 0 ? panel : '',
      i === 0 ? kind : '',
      i === 0 ? (unit ?? '-') : '',
      expression.replaceAll(/\s+/g, ' '),
    ]),
  );
  return [
    head,
    ...(choices.length === 0
      ? []
      : [formatTable([['VARIABLE', 'LABEL', 'OF', 'DEFAULT'], ...choices])]),
    formatTable([['PANEL', 'KIND', 'UNIT', 'QUERY'], ...rows]),
  ].join('\n');
}
