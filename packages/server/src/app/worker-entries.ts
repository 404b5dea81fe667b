/** Where the entry files of threads are. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { underEachHeap } from './heap-growth.ts';

/** The thread that writes the records. */
export const DATABASE_WORKER = new URL('./database-worker.ts', import.meta.url);

/** The threads that run queries. */
export const QUERY_WORKER = new URL('./query-worker.ts', import.meta.url);

/** The thread that reads the series while the server's modules load. */
export const READ_AHEAD_WORKER = new URL('./read-ahead-worker.ts', import.meta.url);

/** How a thread is started whose modules are found as those of the program are (bin/imports.mjs). */
export const THREAD_ARGUMENTS: readonly string[] = [
  '--import',
  new URL('../../bin/thread.mjs', import.meta.url).href,
];

/**
 * Has threads load all that they ever load, so that the compile cache holds it. The cache has a
 * folder for each set of V8's flags.
 */
export async function loadThreads(): Promise<void> {
  await underEachHeap(async () => {
    // Without something to work on they end as soon as they are loaded.
    await once(new Worker(DATABASE_WORKER), 'exit');
    await once(new Worker(QUERY_WORKER, { execArgv: [...THREAD_ARGUMENTS] }), 'exit');
    await once(new Worker(READ_AHEAD_WORKER, { execArgv: [...THREAD_ARGUMENTS] }), 'exit');
  });
}
