/** `nines lint`: what is wrong with rules that a server would take, and what rules have done. */
import { readFileSync } from 'node:fs';
import type { LintReport, LintRequest, LintSeverity } from '@nines/contract';
import { errorMessage } from '../platform/index.ts';
import {
  CLIENT_OPTIONS,
  type CliContext,
  type Command,
  type CommandInput,
  EXIT,
  type ExitCode,
  JSON_OPTION,
} from './command.ts';
import { formatLint, formatLintedRules } from './lint-text.ts';
import { formatQuality } from './rule-quality-text.ts';
import { CliError, connectServer } from './server-client.ts';

const RULES = 'rules';
/** What rules have done, instead of what is written. */
const QUALITY = 'quality';
/** From the gravest. */
const SEVERITIES: readonly LintSeverity[] = ['error', 'warning', 'note'];

export const lintCommand: Command = {
  name: 'lint',
  operands: 'rules|quality [FILE…]',
  words: [RULES, QUALITY],
  summary:
    'what is wrong with rules, by their text and by the series of a running server; without files, the rules in force; `quality`: which never fire, flap, or fire together',
  options: {
    offline: { type: 'boolean', summary: 'ask no server: only what the text says' },
    'fail-on': {
      type: 'string',
      value: 'SEVERITY',
      summary: 'exit with 1 from this severity on: error (default), warning or note',
    },
    days: { type: 'string', value: 'N', summary: 'of quality: how far back (default 30)' },
    costs: {
      type: 'boolean',
      summary: 'say of each rule what it reads and how many alerts it has',
    },
    ...CLIENT_OPTIONS,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [what, ...names] = input.operands;
    if (what === QUALITY && names.length === 0) return printQuality(input, context);
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

async function printQuality(input: CommandInput, context: CliContext): Promise<ExitCode> {
  const text = input.text('days');
  if (text !== undefined && !/^[1-9]\d{0,2}$/.test(text)) {
    throw new CliError(EXIT.usage, `--days: "${text}" is no number of days from 1 to 365`);
  }
  const { client } = connectServer(input, context);
  const query = text === undefined ? {} : { days: Number(text) };
  const quality = await client('getRuleQuality', { query });
  context.stdout(input.has('json') ? `${JSON.stringify(quality)}\n` : formatQuality(quality));
  return EXIT.ok;
}

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
