/** The bounds of what comes and goes by network, each with its reason. */

/** A packed body. Prometheus sends 2,000 samples, some 50 KiB; vmagent up to 8 MiB unpacked. */
export const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** The same unpacked: reading it holds up everything else, for a third of a second at most. */
export const UNPACKED_BYTES_MAX = 32 * 1024 * 1024;

/** Samples of one request: what a store takes at once (a batch of its log). */
export const REQUEST_SAMPLES_MAX = 1_000_000;

/** Reasons that an answer names one by one; the rest is counted. */
export const FAULTS_NAMED_MAX = 10;

/** Known series by the bytes of their labels: 40 bytes and the labels each. */
export const KNOWN_SERIES_MAX = 2_000_000;

/** Bytes of labels that are kept, for a million series of 250; beyond, all are learnt anew. */
export const KNOWN_BYTES_MAX = 256 * 1024 * 1024;

/** Metrics whose type, help and unit are remembered. */
export const METADATA_METRICS_MAX = 50_000;

/** A help text beyond this is cut: it is read by people. */
export const HELP_CHARS_MAX = 4 * 1024;

/** Characters of all labels of an exemplar together, as OpenMetrics bounds them. */
export const EXEMPLAR_CHARS_MAX = 128;

/** Distinct texts of one request: more than its samples could use for their labels. */
export const REQUEST_SYMBOLS_MAX = 500_000;

/** Texts that are known over requests, by number; a label has two. */
export const KNOWN_SYMBOLS_MAX = 2_000_000;

/** Labels of one series; the store takes 255. */
export const SERIES_LABELS_MAX = 256;

/** What waits to be sent, for all receivers together; a hundred million samples or so. */
export const SEND_LOG_BYTES_MAX = 2 * 1024 * 1024 * 1024;

/** The unit in which the oldest is given up, and after which series are said anew. */
export const SEND_SEGMENT_BYTES = 16 * 1024 * 1024;

/** Samples in one record of the log, so that a record fits into one read. */
export const SEND_RECORD_SAMPLES_MAX = 32_768;

/** What a receiver's queue reads at once: more than the longest record. */
export const SEND_READ_BYTES = 2 * 1024 * 1024;

/** A length beyond this in the log is damage, not data: labels of 64 KiB times 255. */
export const SEND_RECORD_BYTES_MAX = 20 * 1024 * 1024;

/** How far a queue may have come without noting it: as much is sent twice after a kill. */
export const SEND_CURSOR_INTERVAL_MS = 1_000;

/** Characters of a receiver's words that are logged, as Prometheus does. */
export const ANSWER_CHARS_MAX = 256;

/** The most that a receiver may ask us to wait: it may be wrong about the time. */
export const RETRY_AFTER_MS_MAX = 60_000;

/** Warnings about one receiver: one in this time, however often it refuses. */
export const SEND_WARNING_INTERVAL_MS = 60_000;

/** Lists within lists of an attribute's value; nobody writes labels that deep. */
export const OTLP_DEPTH_MAX = 8;

/** Selections in one remote read request; Prometheus sends one. */
export const READ_QUERIES_MAX = 16;

/** Samples of one answer, which is built in memory: 20 bytes each, some 40 MiB. */
export const READ_SAMPLES_MAX = 2_000_000;

/** Series of one answer that is in memory as a whole, labels of some 200 bytes included. */
export const READ_SERIES_MAX = 200_000;

/** Samples of one answer that is a stream: ten seconds of the server's time, in turns. */
export const READ_STREAM_SAMPLES_MAX = 20_000_000;

/** Chunks of one frame: what Prometheus puts into one, and a reader takes 50 MB. */
export const READ_FRAME_BYTES = 1024 * 1024;

/** Frames are written together until they are this long: most series have some hundred bytes. */
export const READ_WRITE_BYTES = 64 * 1024;

/** Samples that are written in a row before others have their turn, 40 chunks: some 3 ms. */
export const READ_SAMPLES_PER_TURN = 4_800;

/**
 * How far a stream runs ahead of its reader. Nearly every answer fits, so that the store is read in
 * one go: a reader that is slow must not find it changed by a compaction on its way.
 */
export const READ_AHEAD_BYTES = 64 * 1024 * 1024;

/** What one source answers to one selection, as it comes: some millions of samples. */
export const SOURCE_BYTES_MAX = 64 * 1024 * 1024;

/** The same unpacked. */
export const SOURCE_UNPACKED_BYTES_MAX = 256 * 1024 * 1024;

/** Series of one answer: each has its labels as texts, about 1 KiB. */
export const SOURCE_SERIES_MAX = 200_000;

/** Samples of one answer, 16 bytes each: an eighth of what a thread of queries may hold. */
export const SOURCE_SAMPLES_MAX = 16_000_000;

/**
 * Appends of one request in which series have floats and histograms by turns. A program that is
 * changed and changed back needs three; one that has both for ever is refused what is beyond.
 */
export const KIND_TURNS_MAX = 8;
