/** `nines lint rules`: what is wrong with rules that a server would take. */
import { readFileSync } from 'node:fs';
import type { LintReport, LintRequest, LintSeverity } from '@nines/contract';
import { errorMessage } from '../platform/index.ts';
import {
  CLIENT_OPTIONS,
  type CliContext,
  type Command,
  type CommandInput,
  EXIT,
  JSON_OPTION,
} from './command.ts';
import { formatLint, formatLintedRules } from './lint-text.ts';
import { CliError, connectServer } from './server-client.ts';

const RULES = 'rules';
/** From the gravest. */
const SEVERITIES: readonly LintSeverity[] = ['error', 'warning', 'note'];

export const lintCommand: Command = {
  name: 'lint',
  operands: 'rules [FILE…]',
  words: [RULES],
  summary:
    'what is wrong with rules, by their text and by the series of a running server; without files, the rules in force',
  options: {
    offline: { type: 'boolean', summary: 'ask no server: only what the text says' },
    'fail-on': {
      type: 'string',
      value: 'SEVERITY',
      summary: 'exit with 1 from this severity on: error (default), warning or note',
    },
    costs: {
      type: 'boolean',
      summary: 'say of each rule what it reads and how many alerts it has',
    },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [what, ...names] = input.operands;
    const isOffline = input.has('offline');
    const failOn = SEVERITIES.indexOf(readSeverity(input.text('fail-on') ?? 'error'));
    if (what !== RULES || (isOffline && names.length === 0)) {
      context.stderr('usage: nines lint rules [FILE…]; offline, name at least one file\n');
      return EXIT.usage;
    }
    const report = await lint(names.map(readSource), input, context);
    if (input.has('json')) context.stdout(`${JSON.stringify(report)}\n`);
    else {
      context.stdout(formatLint(report));
      if (input.has('costs')) context.stdout(formatLintedRules(report));
    }
    const isFailed = report.findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= failOn);
    return isFailed ? EXIT.failed : EXIT.ok;
  },
};

function readSeverity(text: string): LintSeverity {
  const severity = SEVERITIES.find((one) => one === text);
  if (severity !== undefined) return severity;
  throw new CliError(EXIT.usage, `--fail-on: "${text}" is none of ${SEVERITIES.join(', ')}`);
}

function readSource(file: string): LintRequest['files'][number] {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new CliError(EXIT.failed, `cannot read the rules: ${errorMessage(error)}`);
  }
}

/** By the server; where none was named and none runs, by the text. */
async function lint(
  files: LintRequest['files'],
  input: CommandInput,
  context: CliContext,
): Promise<LintReport> {
  const byText = async () => (await context.loadApp()).lintFiles(files);
  if (input.has('offline')) return byText();
  try {
    const { client } = connectServer(input, context);
    if (files.length === 0) return await client('lintRulesInForce', {});
    return await client('lintRules', { body: { files } });
  } catch (error) {
    const isNamed = input.text('url') !== undefined || context.env.NINES_URL !== undefined;
    const isAway = error instanceof CliError && error.exitCode === EXIT.unreachable;
    if (isNamed || !isAway || files.length === 0) throw error;
    context.stderr(`no server runs here, so only the text is checked: ${error.message}\n`);
    return byText();
  }
}
