/**
 * The command line: `nines COMMAND …`. Offline commands use the modules below; commands that talk
 * to a server use the contract's client, as the page does.
 */
import { parseArgs } from 'node:util';
import { AppError, errorMessage } from '../platform/index.ts';
import { type CliContext, type Command, EXIT, type ExitCode } from './command.ts';
import { CliError } from './server-client.ts';
import { serveCommand } from './serve-command.ts';
import { formatTable } from './table.ts';
import { VERSION } from './version.ts';

export type {
  AlertmanagerClusterOptions,
  AlertmanagerRunOptions,
  AlertRoutes,
  AppModule,
  CliContext,
  Inspection,
  RouteLine,
  RuleTestFailure,
  RuleTestOptions,
  RuleTestReport,
  ServeOptions,
} from './command.ts';
export { EXIT, type ExitCode } from './command.ts';
export { type LocalServer, readLocalServer, writeLocalServer } from './local-server.ts';
export { VERSION } from './version.ts';

/** Runs one command line; answers the exit code. */
export async function runCli(argv: readonly string[], context: CliContext): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    context.stdout(formatHelp(await loadCommands()));
    return name === undefined ? EXIT.usage : EXIT.ok;
  }
  if (name === 'version' || name === '--version') {
    context.stdout(`nines ${VERSION}\n`);
    return EXIT.ok;
  }
  const command = await findCommand(name);
  if (command === undefined) {
    context.stderr(`nines: there is no command "${name}"; see nines help\n`);
    return EXIT.usage;
  }
  return runCommand(command, rest, context);
}

async function findCommand(name: string): Promise<Command | undefined> {
  if (name === serveCommand.name) return serveCommand;
  return (await loadCommands()).find((one) => one.name === name);
}

async function loadCommands(): Promise<readonly Command[]> {
  return (await import('./commands.ts')).COMMANDS;
}

async function runCommand(
  command: Command,
  argv: readonly string[],
  context: CliContext,
): Promise<ExitCode> {
  const parsed = parse(command, argv);
  if (typeof parsed === 'string') {
    context.stderr(`nines ${command.name}: ${parsed}\n\n${formatUsage(command)}`);
    return EXIT.usage;
  }
  if (parsed.values.help === true) {
    context.stdout(formatUsage(command));
    return EXIT.ok;
  }
  const input = {
    operands: parsed.positionals,
    text: (name: string) => {
      const value = parsed.values[name];
      return typeof value === 'string' ? value : undefined;
    },
    texts: (name: string) => {
      const value = parsed.values[name];
      return Array.isArray(value) ? value.map(String) : [];
    },
    has: (name: string) => parsed.values[name] === true,
  };
  try {
    return await command.run(input, context);
  } catch (error) {
    // A bug shows its stack; everything expected is one sentence.
    if (!(error instanceof CliError) && !(error instanceof AppError)) throw error;
    context.stderr(`nines ${command.name}: ${errorMessage(error)}\n`);
    return error instanceof CliError ? error.exitCode : EXIT.failed;
  }
}

type Parsed = ReturnType<typeof parseArgs>;

function parse(command: Command, argv: readonly string[]): Parsed | string {
  const options = { ...command.options, help: { type: 'boolean', summary: '' } as const };
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    // Node goes on with advice on "--" before operands, which none of ours needs.
    return errorMessage(error).split('. ')[0];
  }
}

function formatHelp(commands: readonly Command[]): string {
  const rows = commands
    .filter(({ summary }) => summary !== '')
    .map(({ name, operands, summary }) => [`  ${name}`, operands, summary] as const);
  const head = 'nines: the reliability loop as one program';
  return `${head}\n\n${formatTable(rows)}\nnines COMMAND --help tells the options.\n`;
}

function formatUsage(command: Command): string {
  const lines = Object.entries(command.options).map(([name, option]) => {
    const flag = option.value === undefined ? `--${name}` : `--${name} ${option.value}`;
    return `  ${flag.padEnd(24)}${option.summary}`;
  });
  const head = `usage: nines ${command.name} ${command.operands}`.trimEnd();
  return `${head}\n\n${command.summary}\n${lines.length > 0 ? `\n${lines.join('\n')}\n` : ''}`;
}
