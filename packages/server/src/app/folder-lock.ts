/**
 * The lock of a data folder: SQLite's own file lock on an otherwise empty database. The kernel gives
 * it up when the process dies, however it dies, so there is no stale lock file and no guessing about
 * process ids.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A lock that is not taken yet. Throws where the folder cannot be written to. */
export function openLock(dir: string): DatabaseSync {
  return new DatabaseSync(join(dir, 'lock.db'), { timeout: 0 });
}

/** Takes it until it is closed. Throws where somebody else has it. */
export function takeLock(lock: DatabaseSync): void {
  lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
}
