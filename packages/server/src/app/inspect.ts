/** What can be told of a data folder and its configuration from outside, whether or not it runs. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { AppModule } from '../cli/index.ts';
import { probeDatabase } from '../database/index.ts';
import { createSystemClock, errorMessage } from '../platform/index.ts';
import { findConfigFile, loadConfig } from './config.ts';
import { checkExpression } from './expression-check.ts';

/** Changes nothing, and waits for nobody who holds the folder. */
export const inspect: AppModule['inspect'] = async ({ configFile, dataDir }) => {
  const file = findConfigFile(configFile);
  const { config, faults } = loadConfig(file, checkExpression);
  const { recordsUrl } = config;
  const at =
    recordsUrl === undefined ? { file: join(resolve(dataDir), 'nines.db') } : { url: recordsUrl };
  const isThere = 'url' in at || existsSync(at.file);
  const engine = 'url' in at ? 'postgres' : 'sqlite';
  return {
    configFile: file,
    faults,
    isLocked: isLocked(resolve(dataDir)),
    records: isThere ? engine : 'none',
    recordsFault: isThere ? await findRecordsFault(at) : undefined,
  };
};

async function findRecordsFault(
  at: { readonly file: string } | { readonly url: string },
): Promise<string | undefined> {
  try {
    await probeDatabase(at, createSystemClock());
    return undefined;
  } catch (error) {
    return errorMessage(error);
  }
}

/** Whether a process holds the folder; the lock is tried for, and given back at once. */
function isLocked(dir: string): boolean {
  const file = join(dir, 'lock.db');
  if (!existsSync(file)) return false;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    lock.exec('BEGIN EXCLUSIVE; ROLLBACK');
    return false;
  } catch (error) {
    return /locked/.test(errorMessage(error));
  } finally {
    lock?.close();
  }
}
