/** Bounds of the HTTP server, and why each is what it is. */

/** Our largest body is a query or a note; remote write comes with its own bound. */
export const BODY_BYTES_MAX = 1024 * 1024;
/** A client that sends its headers and body slower than this holds a socket for nothing. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than common proxies' 60 s, so that they, not we, close idle connections first. */
export const KEEP_ALIVE_TIMEOUT_MS = 75_000;
/** Open pages at once; each costs a socket and some kilobytes. */
export const EVENT_STREAMS_MAX = 500;
/** Readers of live notifications at once, as many as Prometheus has room for. */
export const NOTIFICATION_STREAMS_MAX = 16;
/** Proxies cut streams that are silent for 30 to 60 s. */
export const EVENT_HEARTBEAT_MS = 15_000;
/** A page that does not read its events is cut off and reconnects. */
export const EVENT_BUFFER_BYTES_MAX = 256 * 1024;
/** How long an open browser has to confirm that it shows a page, before it counts as not delivered. */
export const PAGE_CONFIRM_TIMEOUT_MS = 5_000;
/** How long the other open browsers are waited for once one has confirmed: the way over a bad line. */
export const PAGE_CONFIRM_GRACE_MS = 500;
/** 2,000 alerts with labels and a description each (`alerts/limits.ts`). */
export const ALERTS_BODY_BYTES_MAX = 8 * 1024 * 1024;
/** Series in one answer of /api/v1/series; more is a question for an index, not for JSON. */
export const SERIES_ANSWER_MAX = 200_000;
/** Results of one search: a list to choose from, not an export. */
export const SEARCH_LIMIT_MAX = 10_000;
/** Texts of one search; each is held against every name there is. */
export const SEARCH_TERMS_MAX = 16;
/** Longer than any name in the field; the time of a search grows with its square. */
export const SEARCH_TERM_LENGTH_MAX = 256;
