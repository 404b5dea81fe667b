/**
 * Rule files accepted or refused, and unit tests of rules that pass or fail, as promtool does.
 *
 * The cases and promtool's verdicts stand in a `cases.json` beside the files. It was promtool 3.5
 * that judged, so we are asked what such a Prometheus takes; and files whose name says so are judged
 * with the names that there were before Prometheus 3, as the original judges them.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { checkFiles, testRules } from '../../packages/server/src/app/index.ts';
import { findListedCase } from './listed-cases.ts';
import type { CaseResult, ConformanceSuite } from './suite.ts';

export const rulesSuite: ConformanceSuite = {
  name: 'rules',
  folders: ['rulefmt', 'promtool', 'rules'],
  isCase: (path) => findListedCase(path) !== undefined,
  async run(files) {
    const results: CaseResult[] = [];
    for (const file of files) results.push(await runCase(file));
    return results;
  },
};

async function runCase(file: string): Promise<CaseResult> {
  const { verdict, kind } = findListedCase(file) ?? { verdict: 'none', kind: undefined };
  const faults = isUnitTest(file, kind)
    ? await runTests(file)
    : await checkFiles([file], releaseOf(file));
  const want = verdict === 'accept' || verdict === 'pass';
  const isGood = faults.length === 0;
  const why = isGood ? 'no fault' : faults[0];
  const failure = isGood === want ? undefined : `promtool: ${verdict}, Nines: ${why}`;
  return { file, line: 0, name: basename(file), failure, groups: [] };
}

function releaseOf(file: string): string {
  return basename(file).startsWith('legacy_validation_') ? '2.55' : '3.5';
}

/** A list of one kind does not name it, and the text does. */
function isUnitTest(file: string, kind: string | undefined): boolean {
  if (kind !== undefined) return kind === 'rule unit test';
  return /^tests:/m.test(readFileSync(file, 'utf8'));
}

async function runTests(file: string): Promise<readonly string[]> {
  const [report] = await testRules({
    files: [file],
    patterns: [],
    ignoresUnknownFields: false,
    hasDiff: false,
    prometheus: releaseOf(file),
  });
  const failures = report.tests.flatMap((test) => test.failures.map(({ text }) => text));
  return [...report.faults, ...failures];
}
