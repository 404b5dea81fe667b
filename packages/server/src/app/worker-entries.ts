/** Where the entry files of threads are. */

/** The thread that writes the records. */
export const DATABASE_WORKER = new URL('./database-worker.ts', import.meta.url);

/** The threads that run queries. */
export const QUERY_WORKER = new URL('./query-worker.ts', import.meta.url);

/** Loads what threads load; outside of a thread it does nothing. */
export async function loadThreads(): Promise<void> {
  await Promise.all([import('./database-worker.ts'), import('./query-worker.ts')]);
}
