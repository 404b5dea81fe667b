import { type Command, EXIT, JSON_OPTION } from './command.ts';

export const checkCommand: Command = {
  name: 'check',
  operands: 'FILE…',
  summary: 'check configuration and rule files; a line with its place for each fault',
  options: { ...JSON_OPTION },
  async run(input, context) {
    if (input.operands.length === 0) {
      context.stderr('nines check: name at least one file\n');
      return EXIT.usage;
    }
    const app = await context.loadApp();
    const faults = await app.checkFiles(input.operands);
    if (input.has('json')) context.stdout(`${JSON.stringify({ faults })}\n`);
    else if (faults.length > 0) context.stdout(`${faults.join('\n')}\n`);
    else context.stdout(`${input.operands.join(', ')}: no faults\n`);
    return faults.length > 0 ? EXIT.failed : EXIT.ok;
  },
};
