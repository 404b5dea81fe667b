/**
 * Prometheus' own configurations, good and bad: accepted and refused as promtool does.
 *
 * Only the file itself is judged: of the files that it names, those with jobs are read where they
 * are there, since two jobs of one name in two files are a mistake of the file that names both.
 */
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readConfig } from '../../packages/server/src/app/config.ts';
import type { ReadNamedFiles } from '../../packages/server/src/app/named-files.ts';
import { findListedCase } from './listed-cases.ts';
import type { CaseResult, ConformanceSuite } from './suite.ts';

/**
 * Three cases name this file, which the data lacks, and promtool had it when it judged them. What
 * they are about is the name of the one job in it.
 */
const ABSENT_FILE = 'scrape_config_files.good.yml';
const ABSENT_TEXT = 'scrape_configs: [{ job_name: prometheus }]';

export const configSuite: ConformanceSuite = {
  name: 'config',
  folders: ['prometheus-config'],
  isCase: (path) => findListedCase(path) !== undefined,
  run: async (files) => files.map(runCase),
};

function runCase(file: string): CaseResult {
  const { faults } = readConfig({
    text: readFileSync(file, 'utf8'),
    file,
    checkExpression: () => undefined,
    readNamed,
  });
  const want = findListedCase(file)?.verdict;
  const got = faults.length === 0 ? 'accept' : 'refuse';
  const why = faults.length === 0 ? '' : `: ${faults[0]}`;
  const failure = got === want ? undefined : `promtool: ${want}, Nines: ${got}${why}`;
  return { file, line: 0, name: basename(file), failure, groups: [] };
}

const readNamed: ReadNamedFiles = (value, { owner }) => {
  if (value?.path !== 'scrape_config_files') return [];
  return value.list().flatMap((item) => {
    const name = item.string();
    const file = join(dirname(owner ?? ''), name);
    if (existsSync(file)) return [{ file, text: readFileSync(file, 'utf8') }];
    return name === ABSENT_FILE ? [{ file, text: ABSENT_TEXT }] : [];
  });
};
