/**
 * Has the series of a data folder read while the modules of the server load.
 *
 * Both take about as long, and each keeps one processor busy. So where there is much to read, a thread
 * is started as the first thing of `nines serve`, and the server goes on with what it has read: the
 * series lie in shared memory. Whatever goes wrong there is left to the server, which reads the
 * folder itself as it would have without the thread, and says then what is wrong.
 *
 * Loaded before everything else: imports next to nothing.
 */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Log } from '../platform/index.ts';
import type { RecoveredStore } from '../tsdb/index.ts';
import { openLock, takeLock } from './folder-lock.ts';
import { READ_AHEAD_BYTES_MIN } from './limits.ts';
import type { ReadSeries } from './read-ahead-worker.ts';
import { READ_AHEAD_WORKER, THREAD_ARGUMENTS } from './worker-entries.ts';

/** The series of a data folder, as they are being read. */
export interface ReadAhead {
  /** The data folder, absolute; locked. */
  readonly dir: string;
  /** What was read, once; undefined where that is for the caller to do. */
  take(log: Log): Promise<RecoveredStore | undefined>;
  /** Ends the reading where it is not over, and releases the folder. */
  stop(): Promise<void>;
}

/**
 * Begins to read what a command line of `serve` will need. Undefined where there is little to read, or
 * somebody else has the folder.
 */
export function readAhead(args: readonly string[]): ReadAhead | undefined {
  // What is wrong with the other arguments is for the command to say.
  const options = { data: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true });
  const dir = resolve(typeof values.data === 'string' ? values.data : 'data');
  if (sizeOfSeries(join(dir, 'series')) < READ_AHEAD_BYTES_MIN) return undefined;
  const lock = lockFolder(dir);
  return lock === undefined ? undefined : startReading(dir, lock);
}

/** Bytes of checkpoint and log: what has to be read. */
function sizeOfSeries(dir: string): number {
  try {
    const log = readdirSync(join(dir, 'wal')).map((name) => join(dir, 'wal', name));
    const files = [join(dir, 'checkpoint'), ...log];
    const sizes = files.map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    // No folder of a server yet, or none that may be read: the server looks, and says so.
    return 0;
  }
}

function lockFolder(dir: string): DatabaseSync | undefined {
  let lock: DatabaseSync | undefined;
  try {
    lock = openLock(dir);
    takeLock(lock);
    return lock;
  } catch {
    // The server tries it as well, and says why it cannot.
    lock?.close();
    return undefined;
  }
}

function startReading(dir: string, lock: DatabaseSync): ReadAhead {
  // Let go of when it is taken: a promise that somebody still has would keep it.
  let read: ReadSeries | undefined;
  const { promise, resolve: settle } = Promise.withResolvers<void>();
  const worker = new Worker(READ_AHEAD_WORKER, {
    workerData: join(dir, 'series'),
    execArgv: [...THREAD_ARGUMENTS],
  });
  worker.once('message', (message: ReadSeries) => {
    read = message;
    settle();
  });
  worker.once('error', () => settle());
  worker.once('exit', () => settle());
  return {
    dir,
    async take(log) {
      await promise;
      const taken = read;
      read = undefined;
      for (const { level, message, fields } of taken?.lines ?? []) log[level](message, fields);
      return taken?.store;
    },
    async stop() {
      await worker.terminate();
      if (lock.isOpen) lock.close();
    },
  };
}
