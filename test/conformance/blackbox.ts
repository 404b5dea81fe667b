/**
 * blackbox_exporter's own configurations, good and bad: accepted and refused as their names say.
 *
 * The names are its own tests': `invalid-*` and `*-bad*` must be refused, the others load. Of these
 * a module may need what no probe here can do; that is not a fault of the file.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readModuleFile } from '../../packages/server/src/probe/index.ts';
import type { CaseResult, ConformanceSuite } from './suite.ts';

export const blackboxSuite: ConformanceSuite = {
  name: 'blackbox',
  folders: ['blackbox'],
  isCase: (path) => path.endsWith('.yml'),
  run: async (files) => files.map(runCase),
};

function runCase(file: string): CaseResult {
  const name = basename(file);
  const { faults } = readModuleFile({ text: readFileSync(file, 'utf8'), file });
  const want = /^invalid-|-bad\d*\.yml$/.test(name) ? 'refuse' : 'accept';
  const got = faults.length === 0 ? 'accept' : 'refuse';
  const why = faults.length === 0 ? '' : `: ${faults[0].message}`;
  const failure = got === want ? undefined : `blackbox_exporter: ${want}, Nines: ${got}${why}`;
  return { file, line: 0, name, failure, groups: [] };
}
