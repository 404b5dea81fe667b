/** Alertmanager's own configurations, good and bad: accepted and refused as amtool does. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readAlertmanagerConfig } from '../../packages/server/src/alertmanager/index.ts';
import { formatFault } from '../../packages/server/src/platform/index.ts';
import { findListedCase } from './listed-cases.ts';
import type { CaseResult, ConformanceSuite } from './suite.ts';

export const alertmanagerSuite: ConformanceSuite = {
  name: 'alertmanager',
  folders: ['alertmanager'],
  isCase: (path) => findListedCase(path) !== undefined,
  run: async (files) => files.map(runCase),
};

function runCase(file: string): CaseResult {
  const text = readFileSync(file, 'utf8');
  const { faults } = readAlertmanagerConfig({ text, file });
  const want = findListedCase(file)?.verdict;
  const got = faults.length === 0 ? 'accept' : 'refuse';
  const why = faults.length === 0 ? '' : `: ${formatFault(faults[0])}`;
  const failure = got === want ? undefined : `amtool: ${want}, Nines: ${got}${why}`;
  return { file, line: 0, name: basename(file), failure, groups: [] };
}
