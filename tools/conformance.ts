/**
 * Runs a conformance suite: `npm run conformance -- SUITE [--verbose] [--json] [PATH…]`.
 *
 * Without paths it takes the data folder (NINES_CONFORMANCE, by default ../shared/conformance) and
 * holds the number of passed cases to the recorded floor, which may only rise. Exit codes: 0 fine,
 * 1 below the floor, 2 wrong usage, 3 no data.
 */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { alertmanagerSuite } from '../test/conformance/alertmanager.ts';
import { blackboxSuite } from '../test/conformance/blackbox.ts';
import { configSuite } from '../test/conformance/config.ts';
import { openmetricsSuite } from '../test/conformance/openmetrics.ts';
import { promqlSuite } from '../test/conformance/promql.ts';
import { rulesSuite } from '../test/conformance/rules.ts';
import type { CaseResult, ConformanceSuite } from '../test/conformance/suite.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FLOORS = join(ROOT, 'test/conformance/floors.json');
const SUITES: readonly ConformanceSuite[] = [
  alertmanagerSuite,
  blackboxSuite,
  configSuite,
  openmetricsSuite,
  promqlSuite,
  rulesSuite,
];

const USAGE = 2;
const NO_DATA = 3;

/** The floor of a suite over the default data; 0 where none is recorded. */
function readFloor(suite: string): number {
  const floors: unknown = JSON.parse(readFileSync(FLOORS, 'utf8'));
  if (typeof floors !== 'object' || floors === null) return 0;
  const floor: unknown = Object.entries(floors).find(([name]) => name === suite)?.[1];
  return typeof floor === 'number' ? floor : 0;
}

/** The case files among paths; folders are looked through. */
async function listCases(suite: ConformanceSuite, paths: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths) {
    if (!statSync(path).isDirectory()) {
      files.push(path);
      continue;
    }
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
    }
  }
  return [...new Set(files)].filter((file) => suite.isCase(file)).sort();
}

interface Tally {
  passed: number;
  failed: number;
}

function tally(results: readonly CaseResult[]): Tally {
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  return { passed: results.length - failed, failed };
}

function tallyBy(
  results: readonly CaseResult[],
  keysOf: (result: CaseResult) => readonly string[],
): Record<string, Tally> {
  const tallies: Record<string, Tally> = {};
  for (const result of results) {
    for (const key of keysOf(result)) {
      tallies[key] ??= { passed: 0, failed: 0 };
      if (result.failure === undefined) tallies[key].passed++;
      else tallies[key].failed++;
    }
  }
  return tallies;
}

function report(suite: string, results: readonly CaseResult[], isJson: boolean): void {
  const files = tallyBy(results, ({ file }) => [relative(process.cwd(), file)]);
  const groups = tallyBy(results, ({ groups: own }) => own);
  const total = tally(results);
  if (isJson) console.log(JSON.stringify({ suite, ...total, groups, files }));
  for (const [group, { passed, failed }] of Object.entries(groups)) {
    console.log(`${group}: ${passed} of ${passed + failed} passed`);
  }
  console.log(`${total.passed} passed, ${total.failed} failed`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { verbose: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const [name, ...given] = positionals;
  const suite = SUITES.find((one) => one.name === name);
  if (suite === undefined) {
    const known = SUITES.map((one) => one.name).join(', ');
    console.error(`usage: npm run conformance -- SUITE [--verbose] [--json] [PATH…]`);
    console.error(`SUITE is one of: ${known}`);
    return USAGE;
  }
  const data = process.env.NINES_CONFORMANCE ?? join(ROOT, '../shared/conformance');
  const paths =
    given.length > 0
      ? given.map((path) => resolve(path))
      : suite.folders.map((folder) => join(data, folder));
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) {
    console.error(`no conformance data: ${missing} does not exist (set NINES_CONFORMANCE)`);
    return NO_DATA;
  }
  const files = await listCases(suite, paths);
  if (files.length === 0) {
    console.error(`no conformance data: no case of "${suite.name}" in ${paths.join(', ')}`);
    return NO_DATA;
  }
  const results = await suite.run(files);
  if (values.verbose === true) {
    for (const { file, line, failure } of results) {
      if (failure !== undefined)
        console.error(`${relative(process.cwd(), file)}:${line}: ${failure}`);
    }
  }
  const floor = given.length > 0 ? 0 : readFloor(suite.name);
  const { passed } = tally(results);
  if (passed < floor) console.error(`below the floor: ${passed} passed, ${floor} are required`);
  report(suite.name, results, values.json === true);
  return passed < floor ? 1 : 0;
}

process.exitCode = await main();
