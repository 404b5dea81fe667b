/** Bounds of the whole program, and why each is what it is. */
import type { QueryLimits } from '../promql/index.ts';

/**
 * For what the server asks itself in its own thread: the board, golden signals, templates of
 * alerts. While such a query runs nothing else does; they read the last hours of a few series.
 */
export const OWN_QUERY_LIMITS: Partial<QueryLimits> = {
  readSamplesMax: 60_000_000,
  heldSamplesMax: 20_000_000,
  timeoutMs: 5_000,
};

/**
 * What a query may cost at most to be answered in the server's thread: 50,000 samples are some
 * 3 ms of reading, 5,000 series some 5 ms of JSON. Beyond that, sending it to a thread costs less
 * than everybody else's waiting.
 */
export const INLINE_SAMPLES_MAX = 50_000;
export const INLINE_SERIES_MAX = 5_000;
/** Postings and label values that finding its series may look at; 1 ms. */
export const INLINE_MATCH_WORK_MAX = 20_000;
/**
 * An estimate may be wrong: after this the query is given up and begins anew in a thread. Longer
 * than a small query takes on a machine that is busy with something else, since a thread for it
 * would be 37 MiB for minutes.
 */
export const INLINE_TIMEOUT_MS = 100;

/**
 * Of checkpoint and log together, from which on a thread of its own reads them at a start: some 60 ms
 * of work, the same as such a thread takes to start.
 */
export const READ_AHEAD_BYTES_MIN = 2 * 1024 * 1024;

/** Queries that wait for a thread; more means that they come faster than they are answered. */
export const QUERY_WAITING_MAX = 100;
/** Queries at once; each has a thread of 30 MiB and what it reads. */
export const QUERY_CONCURRENCY_MAX = 32;
/** Prometheus knows no bound; a query of an hour is one that should be a recording rule. */
export const QUERY_TIMEOUT_MS_MAX = 3_600_000;
/** From here on a query is logged where nothing is said: people wait for it. */
export const QUERY_SLOW_MS = 2_000;
/** Members of a scrape layer; each of them weighs all of them for every target it finds. */
export const SHARD_MEMBERS_MAX = 100;
/** Other servers that queries ask; each is asked for each selector of each query. */
export const SOURCES_MAX = 32;
/** How long a source may take: a page waits no longer for a part of its answer. */
export const SOURCE_TIMEOUT_MS = 10_000;
/** A source that has failed is left alone for this long: the panels of a board ask all at once. */
export const SOURCE_REST_MS = 5_000;
/** All answers of one query together, which wait in memory until the last has come. */
export const SOURCE_QUERY_BYTES_MAX = 256 * 1024 * 1024;
/** One list of names of a source, read in the server's thread: 100,000 names, some 50 ms. */
export const SOURCE_LIST_BYTES_MAX = 8 * 1024 * 1024;
/** All lists of one question together. */
export const SOURCE_LISTS_BYTES_MAX = 32 * 1024 * 1024;
/** Selectors of one query whose series are fetched; people write up to ten. */
export const SOURCE_SELECTIONS_MAX = 50;
/** Of what a source says when it refuses. */
export const SOURCE_ERROR_CHARS_MAX = 512;
/** Slow queries that are remembered. */
export const SLOW_QUERIES_KEPT = 100;
/** Of the text of a query where it is listed or logged. */
export const QUERY_TEXT_SHOWN_MAX = 2_000;
/** A thread without work is ended after this; a page that is open asks every 15 s or so. */
export const QUERY_THREAD_IDLE_MS = 60_000;
/** Loading its modules takes 0.2 s, and ten times that on a machine that is busy. */
export const QUERY_THREAD_START_MS = 15_000;
/** The evaluator looks every 65,536 samples; sorting a million series takes some seconds. */
export const QUERY_END_GRACE_MS = 5_000;
/** Label sets and text of answers; samples lie outside of it. Beyond, the thread ends alone. */
export const QUERY_THREAD_HEAP_MIB_MAX = 2_048;
/** Parsed texts that are kept: rules and boards ask the same again and again. */
export const PARSED_QUERIES_KEPT = 512;
/** The shop answers when what was asked has happened; an instance takes up to 15 s to start. */
export const DEMO_TIMEOUT_MS = 20_000;
/** Its state is a few hundred bytes. */
export const DEMO_ANSWER_BYTES_MAX = 64 * 1024;
/** It has four. */
export const DEMO_FAULTS_MAX = 100;
/** Names and patterns that queries of one day are on record for: 300 bytes each, once a day. */
export const QUERIED_NAMES_PER_DAY_MAX = 10_000;
/** Metrics that are held against what is read; the largest first, and few stores have more. */
export const METRICS_LOOKED_AT_MAX = 10_000;
/** Unused metrics that are listed; who drops these finds the others. */
export const UNUSED_METRICS_MAX = 100;

/** How far back a lint looks for labels and jobs of a selector: rules watch what is there now. */
export const LINT_RECENT_MS = 3_600_000;

/** Days within which a query that reads a recorded series counts as a use of it. */
export const LINT_USED_DAYS = 30;
