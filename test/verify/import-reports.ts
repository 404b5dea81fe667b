/** What the reports on other programs' files are worth. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/run-step.ts';
import { auditImports } from '../conformance/import-reports.ts';
import { missing, type Verification } from './verification.ts';

export const importReports: Verification = {
  name: 'import-reports',
  promise:
    'every prometheus.yml, rule file, alertmanager.yml and blackbox.yml of the conformance data gets a report with a line for each of its fields, and an exit code that is the verdict of the program that the file is of',
  async run() {
    const data = process.env.NINES_CONFORMANCE ?? join(ROOT, '../shared/conformance');
    if (!existsSync(data)) return missing(`conformance data (${data})`);
    const { figures, misses } = await auditImports(data);
    return { isKept: misses.length === 0, figures, misses };
  },
};
