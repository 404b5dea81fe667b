/** The bounds of the store, each with its reason. */

/** Prometheus' number: the cost of decoding a chunk and of its header balance about here. */
export const CHUNK_SAMPLES_MAX = 120;

/**
 * The first chunk of a series takes between this and the maximum, by its number. Series that
 * begin together would otherwise close all their chunks in the same second for ever, and all be
 * nearly full at the same time: spread over (nearly) a whole chunk they are half full together.
 */
export const FIRST_CHUNK_SAMPLES_MIN = 8;

/** A chunk's length is 16 bits on disk. */
export const CHUNK_BYTES_MAX = 0xffff;

/**
 * A chunk of histograms is closed at this many bytes, Prometheus' number, when it has as many
 * samples; at the larger one in any case, so that one more of the largest still fits.
 */
export const HISTOGRAM_CHUNK_BYTES = 1024;
export const HISTOGRAM_CHUNK_SAMPLES_MIN = 10;
export const HISTOGRAM_CHUNK_BYTES_MAX = 40 * 1024;

/**
 * Buckets and bounds of a histogram. An exponential one of the finest schema covers five powers of
 * ten with this many; each takes 27 bytes at most as the first of its chunk, whose length is 16 bits.
 */
export const HISTOGRAM_BUCKETS_MAX = 2_000;

/** A bucket, a span or a bound takes at most this much of a chunk. */
export const HISTOGRAM_BUCKET_BYTES_MAX = 12;

/** Numbers of buckets are 32 bits in every format; sums of a few stay exact. */
export const SPAN_OFFSET_MAX = 2 ** 31;

/** Counts up to here are stored as integers: changes of changes of differences stay below 2^53. */
export const HISTOGRAM_INTEGER_MAX = 2 ** 49;

/** No chunk crosses a multiple of this, so that retention deletes whole files. */
export const WINDOW_MS = 2 * 3_600_000;

/** How long after its end a window still takes late samples before its file is sealed. */
export const WINDOW_GRACE_MS = 15 * 60_000;

/** Offsets in chunk files are 32 bits; a cut well before that keeps a file easy to copy. */
export const CHUNK_FILE_BYTES_MAX = 1024 * 1024 * 1024;

/** Files that take chunks at the same time; more only come of samples out of many windows. */
export const ACTIVE_FILES_MAX = 8;

/**
 * Slabs of 8 MiB, so 4 GiB: seven times what SERIES_MAX series take. Only chunks that cannot be
 * written to files get there, and appends are refused before the machine is out of memory.
 */
export const SLABS_MAX = 512;

/** About 1 KiB of memory each, so 2 GiB; a typo in a label must not take the machine down. */
export const SERIES_MAX = 2_000_000;

/** Three quarters and half of it: whoever goes wrong leaves room for all others. */
export const SERIES_MAX_PER_JOB = 1_500_000;
export const SERIES_MAX_PER_METRIC = 1_000_000;

/** Jobs and metrics over their budget that are remembered; a message names a few of them. */
export const OFFENDERS_MAX = 100;

/** Series of an offender that are looked at for the label with the most values: some 10 ms. */
export const OFFENDER_SERIES_LOOKED_AT = 20_000;

/** Numbers of series are 32 bits and never come back. */
export const SERIES_ID_MAX = 0xffff_fff0;

/** More labels than any sane exporter has; the count is one byte on disk. */
export const LABELS_PER_SERIES_MAX = 255;

/** A name or value in UTF-16 units; Kubernetes annotations, the longest seen, stay below. */
export const LABEL_TEXT_MAX = 64 * 1024;

/** Entries of one append, so that one record of the log stays below RECORD_BYTES_MAX. */
export const BATCH_SAMPLES_MAX = 1_000_000;

/**
 * Series in a section of a checkpoint, which is one record and one write: few, because samples wait
 * meanwhile, and many, because each section brings the label pairs that its series use.
 */
export const SECTION_SERIES_MAX = 4096;
/** Words of open chunks after which a section ends: it is to be no larger than some MiB. */
export const SECTION_WORDS_MAX = 1024 * 1024;

/** A length above this in the log is damage, not data. */
export const RECORD_BYTES_MAX = 64 * 1024 * 1024;

/** Times beyond are refused; zigzag coding needs one bit, float64 holds 53. */
export const TIME_MS_MAX = 2 ** 52;

/** How far ahead of the clock a sample may be: clocks of a fleet differ by minutes, not hours. */
export const FUTURE_MS_MAX = 3_600_000;

/** A segment is read whole at start, so it bounds the memory of replay. */
export const WAL_SEGMENT_BYTES = 16 * 1024 * 1024;

/** The log since the last checkpoint: four million samples, half a second of a restart. */
export const CHECKPOINT_WAL_BYTES = 16 * 1024 * 1024;

/** A quiet store still gets a checkpoint now and then, so that old segments go away. */
export const CHECKPOINT_INTERVAL_MS = 15 * 60_000;

/** After a failed checkpoint (disk full), before the next try. */
export const CHECKPOINT_RETRY_MS = 30_000;

/** Below this much free space appends are refused, so that records can still be written. */
export const RESERVE_BYTES = 64 * 1024 * 1024;

/** How long a figure of free space is trusted. */
export const FREE_SPACE_TRUSTED_MS = 1_000;

/**
 * After the store was opened, what can wait does: the start of a server is when everybody asks at
 * once, and what is read first is in no cache.
 */
export const START_REST_MS = 60_000;

/** Background work in a row, so that scrapes and queries between are not held up. */
export const MAINTAIN_SLICE_MS = 10;

/** Closed chunks wait for company up to this many or this long: one write for all of them. */
export const SPILL_CHUNKS_MIN = 512;
export const SPILL_WAIT_MS = 30_000;

/** Chunks in one write; at 250 bytes each about 256 KiB, and 2 ms of work. */
export const SPILL_BATCH_MAX = 1024;

/** A snapshot copies in blocks of this, about a millisecond of work each. */
export const COPY_BLOCK_BYTES = 1024 * 1024;

/** Hard links in a row; each takes some 20 µs. */
export const LINKS_PER_TURN = 64;

/** Blocks of chunk files kept in memory. */
export const CACHE_BYTES = 16 * 1024 * 1024;

/**
 * A page of the system's own cache. Chunks of one series lie far apart, so larger blocks mostly
 * hold what nobody asked for: with 16 KiB, twice the time for a metric of 400 series.
 */
export const CACHE_BLOCK_BYTES = 4 * 1024;

/** Files open for reading; systems allow 1024 and the server needs the rest. */
export const OPEN_FILES_MAX = 128;

/** Selectors whose matching series are remembered, and series in all of them: 4 MiB. */
export const MATCHES_KEPT_MAX = 1024;
export const MATCHES_SERIES_MAX = 1_048_576;

/**
 * Series whose labels stay in memory as objects, in each thread that reads: some 400 bytes apiece
 * with what is remembered along with them.
 */
export const LABELS_KEPT_MAX = 32_768;

/**
 * Series of which each thread that reads remembers where in a chunk it was (chunk-places.ts): 64
 * bytes apiece, once for windows and once for newest samples. As many as have their labels kept.
 */
export const PLACES_MAX = 32_768;

/** Memory for the ends of chunks in files (stored-tails.ts), in each thread that reads: 8 MiB. */
export const TAILS_WORDS_MAX = 2 * 1024 * 1024;

/** Series whose chunks are looked at ahead: 1 KiB each or less, so that the nearest caches hold all. */
export const SELECT_WARM = 64;

/** Series whose index is looked at in one go: less work than lies between two scrapes. */
export const SELECT_BLOCK = 512;

/** Series of a selection whose index is looked at for an estimate; the rest is extrapolated. */
export const ESTIMATE_SERIES_MAX = 256;

/** And of look-ups in the index of a file, each some 5 µs where it is not in the cache. */
export const ESTIMATE_LOOK_UPS_MAX = 1_024;

/** From this age on blocks are rarely looked at, and nothing more is added to them. */
export const DENSE_AFTER_MS = 86_400_000;

/** 15 days, Prometheus' default. */
export const RETENTION_MS = 15 * 86_400_000;

/**
 * Reads of one series that start over because its chunks went to a file meanwhile; they go every
 * half a minute, so a second time is rare already.
 */
export const MOVED_CHUNKS_TRIES_MAX = 100;

/** Copies in vain, or milliseconds of waiting for the writer, between two looks at the query's end. */
export const GUARD_TRIES_MAX = 64;

/**
 * Pairs of labels in one message to a reader that begins, about 3 ms of work each: between two of
 * them the event loop turns.
 */
export const PAIRS_PER_MESSAGE = 8_192;

/** Prometheus' default; at 300 bytes each 30 MB, once there are so many. */
export const EXEMPLARS_MAX = 100_000;

/** Names and values of an exemplar's labels together: OpenMetrics' bound. */
export const EXEMPLAR_CHARACTERS_MAX = 128;

/** Exemplars in one record of a checkpoint: some 60 kB, a millisecond. */
export const EXEMPLARS_PER_RECORD = 1_000;
