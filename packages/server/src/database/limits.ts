/** The bounds of the record store, each with its reason. */

/** At 5,000 commits a second this is two seconds of work; more waiting means that the disk is stuck. */
export const PENDING_WRITES_MAX = 10_000;

/** A batch is one decision of one use case; the largest (a group of alerts) has some hundreds. */
export const BATCH_STATEMENTS_MAX = 1_000;

/** Beyond this a larger group gains nothing: 100 batches a commit already reach 195,000 rows/s. */
export const GROUP_BATCHES_MAX = 256;

/** Keeps one message to the worker, and so its memory, small. */
export const GROUP_STATEMENTS_MAX = 4_096;

/** A person at the browser waits no longer; what is queued by then is dropped, and said so. */
export const WRITE_TIMEOUT_MS = 10_000;

/** The check of a damaged or very large file may take a while; a hung disk must not hang us for ever. */
export const OPEN_TIMEOUT_MS = 60_000;

/** A clean stop has 5 s for everything. */
export const CLOSE_TIMEOUT_MS = 3_000;

/** How long SQLite waits for another process, such as `sqlite3` at the prompt, to end its write. */
export const BUSY_TIMEOUT_MS = 5_000;

/** Prepared statements kept per connection. Stores have a few dozen shapes of statements each. */
export const PREPARED_STATEMENTS_MAX = 256;

/** The log is folded back every 1,000 pages (4 MiB); after a burst its file shrinks to this. */
export const JOURNAL_BYTES_MAX = 32 * 1024 * 1024;

/** The writer holds prepared statements and one group at a time. */
export const WRITER_HEAP_MIB_MAX = 64;

/** A thread that copies a database holds nothing but SQLite's own pages, outside of the heap. */
export const BACKUP_HEAP_MIB_MAX = 32;

/** Two to the connection's core count is PostgreSQL's own advice; more only queue inside the server. */
export const POSTGRES_READERS_MAX = 4;

/** A server that is there answers within a second, also across a continent. */
export const POSTGRES_CONNECT_TIMEOUT_MS = 5_000;

/** A group that another process's transaction got in the way of is sent again; five times is beyond bad luck. */
export const POSTGRES_ATTEMPTS_MAX = 5;
