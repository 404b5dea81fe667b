/**
 * Runs unit tests of rules in promtool's format, and comes to promtool's verdicts.
 *
 * A file is read, then the rules that it names; each of its tests runs in a store of its own.
 */
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { RE2JS } from 're2js';
import type { RuleTestOptions, RuleTestReport } from '../../cli/index.ts';
import {
  type Clock,
  errorMessage,
  type Fault,
  formatFaults,
  invalid,
} from '../../platform/index.ts';
import { loadReplayParts } from '../../promql/index.ts';
import {
  loadRuleTestParts,
  readRuleFile,
  type RuleGroup,
  type RuleTestFile,
} from '../../rules/index.ts';
import { readText } from '../named-files.ts';
import { type FileFormat, loadFileFormat } from '../file-format.ts';
import { formatFailure } from './failure-text.ts';
import { runRuleTest, type TestParts } from './run-rule-test.ts';

/** Runs all tests of some files, one after the other. */
export async function runRuleTests(
  options: RuleTestOptions,
  clock: Clock,
): Promise<readonly RuleTestReport[]> {
  const isAsked = compileNames(options.patterns);
  const format = await loadFileFormat(options.prometheus);
  const parts = { ...(await loadReplayParts()), ...(await loadRuleTestParts()), clock };
  const reports: RuleTestReport[] = [];
  for (const file of options.files)
    reports.push(await runFile(file, { options, isAsked, parts, format }));
  return reports;
}

/** Whether a name has a match of one of some patterns, in RE2's syntax; no patterns: any name. */
function compileNames(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => true;
  try {
    const regex = RE2JS.compile(patterns.join('|'));
    return (name) => regex.matcher(name).find();
  } catch (error) {
    throw invalid('RULE_TEST_PATTERN_INVALID', `--run is no pattern: ${errorMessage(error)}`);
  }
}

interface Context {
  readonly format: FileFormat;
  readonly options: RuleTestOptions;
  readonly isAsked: (name: string) => boolean;
  readonly parts: TestParts & Awaited<ReturnType<typeof loadRuleTestParts>>;
}

async function runFile(file: string, context: Context): Promise<RuleTestReport> {
  const { options, parts, isAsked, format } = context;
  const startedAtMs = parts.clock.now();
  const warnings: string[] = [];
  const refuse = (faults: readonly string[]): RuleTestReport => ({
    file,
    startedAtMs,
    warnings,
    faults,
    tests: [],
  });
  const text = readText(file);
  if (typeof text !== 'string') return refuse([text.fault]);
  const { content, faults } = parts.readRuleTestFile({
    text,
    file,
    refusedFields: format.testFields,
  });
  if (faults.length > 0) return refuse(formatFaults(faults));
  const asked = content.tests.flatMap((test, i) => (isAsked(test.name) ? [{ test, i }] : []));
  const tests: RuleTestReport['tests'][number][] = [];
  const rules = readRules(content, { file, options, format, warnings });
  // As in promtool, rules are not looked at where no test is to run.
  if (asked.length > 0 && rules.faults.length > 0) return refuse(formatFaults(rules.faults));
  for (const { test, i } of asked) {
    const failures = await runRuleTest(
      { ...content, test, groups: rules.groups, checkExpression: format.rules.checkExpression },
      parts,
    );
    const name = test.name === '' ? `unnamed#${i}` : test.name;
    tests.push({ name, failures: failures.map((one) => formatFailure(one, test, options)) });
  }
  return { file, startedAtMs, warnings, faults: [], tests };
}

interface NamedBy {
  /** The file of tests. */
  readonly file: string;
  readonly options: RuleTestOptions;
  readonly format: FileFormat;
  readonly warnings: string[];
}

/** The groups of all rule files, in the order of evaluation. */
function readRules(
  { ruleFiles, groupOrder }: RuleTestFile,
  { file, options, format, warnings }: NamedBy,
): { readonly groups: readonly RuleGroup[]; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const groups: RuleGroup[] = [];
  const { ignoresUnknownFields } = options;
  for (const { text: pattern, place } of ruleFiles) {
    const path = join(dirname(file), pattern);
    const found = globSync(path).sort();
    if (found.length === 0) warnings.push(`no file match pattern ${path}`);
    for (const ruleFile of found) {
      const text = readText(ruleFile);
      if (typeof text !== 'string') {
        faults.push({ ...place, message: text.fault });
        continue;
      }
      const read = readRuleFile({
        ...format.rules,
        text,
        file: ruleFile,
        ignoresUnknownFields,
      });
      groups.push(...read.groups);
      faults.push(...read.faults);
    }
  }
  // Groups that are not named come with the first, as in promtool, and keep the order of files.
  const rank = ({ name }: RuleGroup): number => Math.max(0, groupOrder.indexOf(name));
  return { groups: groups.toSorted((a, b) => rank(a) - rank(b)), faults };
}
