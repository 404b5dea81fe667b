/** Where the entry files of threads are. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { underEachHeap } from './heap-growth.ts';

/** The thread that writes the records. */
export const DATABASE_WORKER = new URL('./database-worker.ts', import.meta.url);

/** The threads that run queries. */
export const QUERY_WORKER = new URL('./query-worker.ts', import.meta.url);

/**
 * Has threads load all that they ever load, so that the compile cache holds it. The cache has a
 * folder for each set of V8's flags.
 */
export async function loadThreads(): Promise<void> {
  await underEachHeap(async () => {
    // Without something to work on they end as soon as they are loaded.
    for (const entry of [DATABASE_WORKER, QUERY_WORKER]) await once(new Worker(entry), 'exit');
  });
}
