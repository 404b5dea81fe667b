/** Wires everything; what the command line needs of it. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { AppModule } from '../cli/index.ts';
import { loadSqliteEngine, openDatabase } from '../database/index.ts';
import { createIdentity } from '../identity/index.ts';
import {
  createSecureRandom,
  createSilentLog,
  createSystemClock,
  formatFaults,
  invalid,
  unavailable,
} from '../platform/index.ts';
import { DEFAULT_INTERVAL_MS, readRuleFile } from '../rules/index.ts';
import { openTsdb } from '../tsdb/index.ts';
import { checkFile, findConfigFile, loadConfig } from './config.ts';
import { formatReportLine } from './config-report.ts';
import { openDataFolder } from './data-folder.ts';
import { checkExpression } from './expression-check.ts';
import { loadFileFormat } from './file-format.ts';
import { reportFile } from './report-files.ts';
import { DATABASE_WORKER, loadThreads } from './worker-entries.ts';

export { inspect } from './inspect.ts';
export { serve } from './serve.ts';

/** Loads what a server does not load at once: its threads' modules and the engine of records. */
export const loadLater: AppModule['loadLater'] = async () => {
  await Promise.all([loadThreads(), loadSqliteEngine()]);
};

/** Opens the series of a data folder that no server runs on. */
export const openSeries: AppModule['openSeries'] = async (dataDir) => {
  const folder = openDataFolder(dataDir);
  const dir = join(folder.dir, 'series');
  // What is too old by some configuration is for the server to delete.
  const retentionMs = Infinity;
  try {
    const clock = createSystemClock();
    const tsdb = openTsdb({ dir, clock, log: createSilentLog(), retentionMs });
    const close = async (): Promise<void> => tsdb.close().finally(() => folder.release());
    return { tsdb, close };
  } catch (error) {
    folder.release();
    throw error;
  }
};

/** Holds a data folder that no server runs on; answers what gives it back. */
export const holdData: AppModule['holdData'] = async (dataDir) => {
  const folder = openDataFolder(dataDir);
  return () => folder.release();
};

/** Reads files as `nines serve` would; answers each fault as one line. */
export const checkFiles: AppModule['checkFiles'] = async (files, prometheus) => {
  const { rules } = await loadFileFormat(prometheus);
  return files.flatMap((file) => checkFile(file, rules));
};

/** Runs unit tests of rules. */
export const testRules: AppModule['testRules'] = async (options) => {
  const { runRuleTests } = await import('./rule-tests/run-rule-tests.ts');
  return runRuleTests(options, createSystemClock());
};

/** Reads a rule file as `nines serve` would. */
export const readRules: AppModule['readRules'] = (source) => {
  const { groups, faults } = readRuleFile({ ...source, checkExpression });
  return { groups, faults: formatFaults(faults) };
};

/** Looks at rule files by their text alone. */
export const lintFiles: AppModule['lintFiles'] = async (files) => {
  const { lintText } = await import('../lint/index.ts');
  const intervalMs = DEFAULT_INTERVAL_MS;
  return lintText(files, { checkExpression }, { intervalMs, nowMs: createSystemClock().now() });
};

/** What came of unit tests of rules, as JUnit XML. */
export const formatJunit: AppModule['formatJunit'] = async (reports) =>
  (await import('./rule-tests/junit.ts')).formatJunit(reports);

/** What becomes of each field of a file, in the order of the file. */
export const report: AppModule['report'] = async (kind, file, prometheus) => {
  const { rules } = await loadFileFormat(prometheus);
  const lines = await reportFile(kind, file, rules);
  return lines.map((line) => ({ ...line, text: formatReportLine(line) }));
};

/** Which receivers of an alertmanager.yml would get an alert. */
export const askAlertRoutes: AppModule['askAlertRoutes'] = async (file, labels) =>
  (await import('./alertmanager/ask-routes.ts')).askRoutes(file, labels);

/** Opens users and tokens of a data folder, whether or not a server runs on it. */
export const openIdentity: AppModule['openIdentity'] = async ({ configFile, dataDir }) => {
  const { config, faults } = loadConfig(findConfigFile(configFile), checkExpression);
  // With a fault it is not certain which records are meant, and these here may be others.
  if (faults.length > 0) {
    throw invalid('CONFIG_REFUSED', `the configuration has faults:\n${faults.join('\n')}`);
  }
  const { recordsUrl } = config;
  const path = join(resolve(dataDir), 'nines.db');
  if (recordsUrl === undefined && !existsSync(path)) {
    const message = `there is no ${path}; start the server once (nines serve), or name its folder with --data`;
    throw unavailable('DATA_FOLDER_UNAVAILABLE', message);
  }
  const clock = createSystemClock();
  const log = createSilentLog();
  const at = recordsUrl === undefined ? { file: path } : { url: recordsUrl };
  const database = await openDatabase({ at, writerEntry: DATABASE_WORKER, clock, log });
  const identity = createIdentity({ database, clock, random: createSecureRandom(), log });
  return { identity, close: async () => database.close() };
};
