/** `nines test rules`: unit tests of rules, with promtool's verdicts, words and exit code. */
import { writeFileSync } from 'node:fs';
import { errorMessage } from '../platform/index.ts';
import {
  type CliContext,
  type Command,
  EXIT,
  JSON_OPTION,
  PROMETHEUS_OPTION,
  type RuleTestReport,
} from './command.ts';
import { CliError } from './server-client.ts';

const RULES = 'rules';

export const testCommand: Command = {
  name: 'test',
  operands: 'rules FILE…',
  words: [RULES],
  summary: "run unit tests of rules, in promtool's format",
  options: {
    run: {
      type: 'string',
      multiple: true,
      value: 'PATTERN',
      summary: 'only tests whose name has a match; may be given several times',
    },
    diff: { type: 'boolean', summary: 'show what differs, instead of both sides whole' },
    'ignore-unknown-fields': {
      type: 'boolean',
      summary: 'leave fields alone that no rule file has',
    },
    junit: { type: 'string', value: 'FILE', summary: 'write the results as JUnit XML, too' },
    ...PROMETHEUS_OPTION,
    ...JSON_OPTION,
  },
  async run(input, context) {
    const [what, ...files] = input.operands;
    if (what !== RULES || files.length === 0) {
      context.stderr('usage: nines test rules FILE…\n');
      return EXIT.usage;
    }
    const app = await context.loadApp();
    const reports = await app.testRules({
      files,
      patterns: input.texts('run'),
      ignoresUnknownFields: input.has('ignore-unknown-fields'),
      hasDiff: input.has('diff'),
      prometheus: input.text('prometheus'),
    });
    const junitFile = input.text('junit');
    if (junitFile !== undefined) writeResults(junitFile, await app.formatJunit(reports));
    if (input.has('json')) context.stdout(`${JSON.stringify({ files: reports.map(viewOf) })}\n`);
    else for (const report of reports) print(report, context);
    return reports.every(hasPassed) ? EXIT.ok : EXIT.failed;
  },
};

function writeResults(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(EXIT.failed, `cannot write the results: ${errorMessage(error)}`);
  }
}

function hasPassed({ faults, tests }: RuleTestReport): boolean {
  return faults.length === 0 && tests.every(({ failures }) => failures.length === 0);
}

function viewOf(report: RuleTestReport) {
  const { startedAtMs: _, ...view } = report;
  return { ...view, passed: hasPassed(report) };
}

/** To stdout and stderr as promtool does: what failed is no result. */
function print(report: RuleTestReport, { stdout, stderr }: CliContext): void {
  for (const warning of report.warnings) stderr(`  WARNING: ${warning}\n`);
  if (hasPassed(report)) {
    stdout('  SUCCESS\n\n');
    return;
  }
  stderr('  FAILED:\n');
  const failures = report.tests.flatMap((test) => test.failures.map(({ text }) => text));
  for (const text of [...report.faults, ...failures]) {
    stderr(`${text}\n`);
    stdout('\n');
  }
  stdout('\n');
}
