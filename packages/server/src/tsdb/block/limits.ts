/** The bounds of blocks, each with its reason. */

/** Prometheus begins another file of chunks here; readers of 32-bit offsets depend on it. */
export const SEGMENT_BYTES_MAX = 512 * 1024 * 1024;

/** Files of chunks in one block: 2 TiB, more than any month of one machine. */
export const SEGMENTS_MAX = 4096;

/** One chunk. Ours are below 3 KiB; 65,535 samples of other programs' at 77 bits stay below. */
export const CHUNK_DATA_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Chunks of a window are made one up to here: at a scrape each 15 s a window's five are two then, and
 * a query for some minutes decodes a few microseconds more.
 */
export const CHAINED_SAMPLES_MAX = 300;

/** Columns of times that the reader of a block keeps: those of some hundred targets. */
export const TIMES_KEPT_BYTES = 512 * 1024;

/** Chunks are collected up to here for one write. */
export const WRITE_BUFFER_BYTES = 256 * 1024;

/** Every so manieth symbol and value of a label has its place in memory, as in Prometheus. */
export const SPARSE_STEP = 32;

/** A name or value in UTF-8; what Nines takes stays below (LABEL_TEXT_MAX in UTF-16 units). */
export const TEXT_BYTES_MAX = 1024 * 1024;

/** meta.json; with a thousand sources it has some 60 KiB. */
export const META_BYTES_MAX = 4 * 1024 * 1024;

/** Tombstones are read whole; this is some ten million of them. */
export const TOMBSTONES_BYTES_MAX = 256 * 1024 * 1024;

/** One pass over a table or a file of chunks reads this much at a time. */
export const STREAM_BYTES = 128 * 1024;

/** Decoded symbols kept for each open block: label sets of one selection share most of theirs. */
export const SYMBOLS_KEPT_MAX = 16 * 1024;

/** One series' entry in an index: a thousand labels and some ten thousand chunks. */
export const SERIES_BYTES_MAX = 16 * 1024 * 1024;

/** Blocks read through this much memory, beside the cache of chunk files. */
export const BLOCK_CACHE_BYTES = 32 * 1024 * 1024;

/** Files of blocks open at a time; systems allow 1024 and the server needs the rest. */
export const BLOCK_FILES_OPEN_MAX = 128;

/** The cache numbers 2^20 pages of 4 KiB in one file; an index of 20 million series stays below. */
export const BLOCK_FILE_BYTES_MAX = 4 * 1024 * 1024 * 1024;

/** Matching series remembered for selectors that come again: 4 MiB. */
export const MATCHES_KEPT_WORDS = 1024 * 1024;

/** Each level of blocks is so many times as long as the one before; Prometheus' number. */
export const COMPACTION_FACTOR = 3;

/** The longest block; retention deletes whole ones. */
export const COMPACTION_RANGE_MAX_MS = 31 * 86_400_000;

/** A block is rewritten when a larger share of its series has lost samples. */
export const TOMBSTONES_SHARE_MAX = 0.05;

/** A run of background work spends no more than this on blocks; the next one goes on. */
export const JOB_MS_PER_RUN = 400;

/** After a job failed (disk full), before the next try. */
export const JOB_RETRY_MS = 60_000;

/** Not even a query that seems to run still can be running; then files go all the same. */
export const RETIRED_KEPT_MAX_MS = 12 * 3_600_000;

/** Blocks that were taken out can be read by whoever has begun for so long: longer than queries run. */
export const RETIRED_KEPT_MS = 2 * 60_000;

/** Checking a block reads it in order; the cache helps with its index only. */
export const VERIFY_CACHE_BYTES = 4 * 1024 * 1024;

/** More faults of one block tell nothing more. */
export const VERIFY_FAULTS_MAX = 10;

/** Windows of a backfill that are written in one pass over its file: each has a file open. */
export const BACKFILL_WINDOWS_PER_PASS = 64;

/** Windows of one backfill: 45 years. Times that are spread wider are no times. */
export const BACKFILL_WINDOWS_MAX = 200_000;

/**
 * Samples past the retention wait for their aggregates no longer than work on blocks has failed for:
 * a disk that is full would stay so for ever.
 */
export const HELD_WHILE_FAILING_MS = 3 * 86_400_000;
