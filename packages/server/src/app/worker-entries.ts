/** Where the entry files of threads are. */

/** The thread that writes the records. */
export const DATABASE_WORKER = new URL('./database-worker.ts', import.meta.url);

/** The threads that run queries. */
export const QUERY_WORKER = new URL('./query-worker.ts', import.meta.url);
