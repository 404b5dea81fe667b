/** The bounds of scraping, each with its reason. */

/**
 * The largest body that is read where `body_size_limit` says nothing. Prometheus has no bound
 * here; one target that streams for ever would then fill the memory before its timeout. The
 * largest real bodies (kube-state-metrics of big clusters) have about 50 MiB.
 */
export const BODY_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Bodies that unpack to at most this are unpacked on the main thread: it takes a few milliseconds
 * at the most, and for usual bodies a small part of what a turn of the thread pool costs.
 */
export const UNPACK_AT_ONCE_BYTES_MAX = 1024 * 1024;

/** Answers to other statuses are read up to here so that the connection can be used again. */
export const REFUSED_BODY_BYTES_MAX = 16 * 1024;

/** As Go's client, which Prometheus uses, and browsers have about the same. */
export const REDIRECTS_MAX = 10;

/** Connections kept open per host; a host that serves more targets than this opens new ones. */
export const IDLE_CONNECTIONS_PER_HOST_MAX = 8;

/** Secrets, certificates and the like; a file of another kind was named by mistake. */
export const SECRET_FILE_BYTES_MAX = 1024 * 1024;

/** An answer with a token: some kilobytes, even where it is signed and full of claims. */
export const TOKEN_BYTES_MAX = 1024 * 1024;

/** A token is renewed this long before it ends, as the clocks of two machines differ. */
export const TOKEN_EARLY_MS = 10_000;

/** A token is asked for anew after this at the latest, whatever its server promised. */
export const TOKEN_MS_MAX = 86_400_000;

/** Samples further ahead of our clock than this are dropped, as Prometheus does. */
export const AHEAD_MS_MAX = 10 * 60_000;

/**
 * A scrape that starts this close after its due time carries the due time, so that samples stand
 * at even distances and compress to almost nothing. At most one hundredth of the interval, too.
 */
export const ALIGN_TOLERANCE_MS_MAX = 20;

/**
 * Targets that share a slot of this length are scraped at once. 10,000 targets every 15 s are 14 in
 * a slot, some 5 ms of work; at short intervals a slot is shorter, so that load stays spread.
 */
export const SLOT_MS_MAX = 20;
export const SLOTS_PER_INTERVAL_MIN = 50;

/** Dropped targets that are kept for the targets page where `keep_dropped_targets` says nothing. */
export const DROPPED_TARGETS_KEPT_MAX = 100;

/** Targets of one job: each has a timer and a cache; more than this is a mistake in the config. */
export const TARGETS_PER_JOB_MAX = 100_000;

/** Removed targets that wait for their end-of-run markers; beyond it the oldest end at once. */
export const ENDING_TARGETS_MAX = 10_000;

/** Characters of offending input that an error message quotes. */
export const QUOTED_INPUT_MAX = 60;

/**
 * Characters of the expression of a relabelling rule. The longest useful ones list some thousand
 * names; compiling takes time and memory in proportion, and what a pattern may repeat and nest the
 * engine bounds itself.
 */
export const RELABEL_REGEX_CHARS_MAX = 64 * 1024;

/** Labels of one series as parsed; the store's own limit is far below. */
export const LABELS_PER_SERIES_MAX = 1024;

/** Rounds in which series that the store forgot are resolved again within one scrape. */
export const RESOLVE_ROUNDS_MAX = 2;

/** The longest delay that Node's timers keep; a longer one fires at once. */
export const TIMER_MS_MAX = 2 ** 31 - 1;

/** A new target is scraped within this time, not only when its place in the interval comes. */
export const FIRST_SCRAPE_WITHIN_MS = 2_000;

/** Characters of an exemplar's labels, names and values together (OpenMetrics 1.0). */
export const EXEMPLAR_CHARACTERS_MAX = 128;

/** Findings that a check of an exposition tells: nobody reads more before mending the first. */
export const CHECK_FINDINGS_MAX = 200;

/** A head of an answer; Node's own bound is 16 KiB, servers' are 8 to 64. */
export const HTTP_HEAD_BYTES_MAX = 64 * 1024;

/** The line with the size of a chunk, its extensions included. */
export const HTTP_CHUNK_LINE_BYTES_MAX = 4096;

/** What one read from a connection takes at most; as large as libuv's own buffers. */
export const HTTP_READ_BYTES = 64 * 1024;

/** Bodies' memory that is kept for the next ones: of usual size, and not more than is in use at once. */
export const IDLE_BODY_BYTES_MAX = 1024 * 1024;
export const IDLE_BODY_BUFFERS_MAX = 8;

/** One line of a file that is read piece by piece: every label as long as it may be, and more. */
export const STREAM_LINE_BYTES_MAX = 1024 * 1024;

/** Texts of series remembered while a file is read; then all are forgotten and found anew. */
export const STREAM_SERIES_TEXTS_MAX = 2_000_000;
