/** The main thread's end of a copy: starts the thread, waits for its one answer. */
import { Worker } from 'node:worker_threads';
import { type AppError, errorMessage, unavailable } from '../platform/index.ts';
import type { BackupReply, BackupTask } from './backup-thread.ts';
import type { RecordsCopy } from './engine.ts';
import { BACKUP_HEAP_MIB_MAX } from './limits.ts';
import { createSqliteError } from './sqlite-error.ts';

export interface CopyOptions extends BackupTask {
  /** The entry file of the thread; `app` owns it. */
  readonly entry: URL;
  readonly signal: AbortSignal;
}

/** Copies a database in use and checks the copy. What an abort leaves in the file is of no use. */
export async function copySqlite(options: CopyOptions): Promise<RecordsCopy> {
  const { from, to, entry, signal } = options;
  const what = `cannot copy database "${from}" to "${to}"`;
  const fail = (why: string, cause?: unknown): AppError =>
    unavailable('DATABASE_BACKUP_FAILED', `${what}: ${why}`, { cause });
  if (signal.aborted) throw fail('it was called off');
  const task: BackupTask = { from, to };
  const worker = new Worker(entry, {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: BACKUP_HEAP_MIB_MAX },
  });
  const { promise, resolve, reject } = Promise.withResolvers<BackupReply>();
  const callOff = (): void => reject(fail('it was called off'));
  signal.addEventListener('abort', callOff, { once: true });
  worker.once('message', resolve);
  worker.once('error', (error) => reject(fail(errorMessage(error), error)));
  worker.once('exit', () => reject(fail('its thread ended')));
  try {
    const reply = await promise;
    if (reply.kind === 'refused') throw createSqliteError(reply.fault, what);
    if (reply.kind === 'damaged') throw fail(`the copy is damaged: ${reply.damage}`);
    return { rowsByTable: reply.rowsByTable };
  } finally {
    signal.removeEventListener('abort', callOff);
    await worker.terminate();
  }
}
