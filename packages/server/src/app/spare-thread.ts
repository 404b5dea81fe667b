/** Threads for queries that have no store yet. */
import { Worker } from 'node:worker_threads';
import { QUERY_THREAD_HEAP_MIB_MAX } from './limits.ts';
import { QUERY_THREAD } from './query-messages.ts';
import { THREAD_ARGUMENTS } from './worker-entries.ts';

/** Starts one; what it needs of the store is its first message. */
export function startThread(entry: URL): Worker {
  return new Worker(entry, {
    workerData: QUERY_THREAD,
    execArgv: [...THREAD_ARGUMENTS],
    resourceLimits: { maxOldGenerationSizeMb: QUERY_THREAD_HEAP_MIB_MAX },
  });
}

/** One that loads its modules while the series are read, so that the first query does not wait for it. */
export interface SpareThread {
  /** Gives it away, once; undefined where it is gone. */
  take(): Worker | undefined;
  /** Ends it, if nobody has taken it. */
  stop(): Promise<void>;
}

export function startSpareThread(entry: URL): SpareThread {
  const worker = startThread(entry);
  let left: Worker | undefined = worker;
  // Whoever needs one later starts it then, and hears why it cannot be.
  const forget = (): void => {
    left = undefined;
  };
  worker.once('error', forget);
  worker.once('exit', forget);
  return {
    take() {
      const taken = left;
      forget();
      return taken;
    },
    async stop() {
      await left?.terminate();
    },
  };
}
