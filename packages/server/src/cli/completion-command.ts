import { type Command, EXIT } from './command.ts';
import { formatCompletion, SHELLS } from './completion.ts';

/** Builds the command that prints a script for a shell, from all commands, itself included. */
export function createCompletionCommand(commands: () => readonly Command[]): Command {
  return {
    name: 'completion',
    operands: SHELLS.join('|'),
    words: SHELLS,
    summary: 'print a script that completes commands and options in your shell',
    options: {},
    async run(input, context) {
      const [name, ...rest] = input.operands;
      const shell = SHELLS.find((one) => one === name);
      if (shell === undefined || rest.length > 0) {
        context.stderr(`usage: nines completion ${SHELLS.join('|')}\n`);
        return EXIT.usage;
      }
      context.stdout(formatCompletion(shell, commands()));
      return EXIT.ok;
    },
  };
}
