/**
 * The data folder: one process each (folder-lock.ts). Who holds it is told from `server.json`, which
 * the holder leaves for commands.
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { readLocalServer } from '../cli/index.ts';
import { conflict, errorMessage, systemErrorCode, unavailable } from '../platform/index.ts';
import { openLock, takeLock } from './folder-lock.ts';

export interface DataFolder {
  /** Absolute. */
  readonly dir: string;
  release(): void;
}

/** Makes the folder where it is missing and takes its lock. */
export function openDataFolder(dataDir: string): DataFolder {
  return openFolder(dataDir, { subfolder: 'series', option: '--data' });
}

/** The same for a process that keeps records and no series. */
export function openRecordsFolder(recordsDir: string, option: string): DataFolder {
  return openFolder(recordsDir, { subfolder: '.', option });
}

function openFolder(
  dataDir: string,
  { subfolder, option }: { readonly subfolder: string; readonly option: string },
): DataFolder {
  const dir = resolve(dataDir);
  try {
    mkdirSync(join(dir, subfolder), { recursive: true, mode: 0o750 });
  } catch (cause) {
    const why = systemErrorCode(cause) ?? errorMessage(cause);
    const message = `cannot make the data folder ${dir}: ${why}; name another with ${option}`;
    throw unavailable('DATA_FOLDER_UNAVAILABLE', message, { cause });
  }
  const lock = lockFolder(dir, option);
  return { dir, release: () => lock.close() };
}

function openIn(dir: string, option: string): DatabaseSync {
  try {
    return openLock(dir);
  } catch (cause) {
    const why = errorMessage(cause);
    const message = `cannot write to the data folder ${dir}: ${why}; run as its owner, or name another with ${option}`;
    throw unavailable('DATA_FOLDER_UNAVAILABLE', message, { cause });
  }
}

function lockFolder(dir: string, option: string): DatabaseSync {
  const lock = openIn(dir, option);
  try {
    takeLock(lock);
    return lock;
  } catch (cause) {
    lock.close();
    const holder = readLocalServer(dir);
    const who =
      holder === undefined
        ? 'another process'
        : `process ${holder.processId}, which serves ${holder.url}`;
    const message = `the data folder ${dir} is in use by ${who}; stop it, or name another with ${option}`;
    throw conflict('DATA_FOLDER_IN_USE', message, { cause });
  }
}
