/** Bounds of probes. */

/** A file of blackbox_exporter has a dozen; each costs a few hundred bytes. */
export const MODULES_MAX = 1_000;

/** RE2 takes time linear in both; an expression of this length is a program. */
export const REGEXP_CHARS_MAX = 10_000;

/** A conversation of more steps is a test of a protocol, not a probe. */
export const STEPS_MAX = 100;

/** A probe without a timeout, asked for by nobody who says how long to wait; blackbox_exporter's. */
export const TIMEOUT_MS = 120_000;

/** What expressions look at is held in memory, and a page that people wait for is smaller. */
export const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** As many as blackbox_exporter and Go's client follow. */
export const REDIRECTS_MAX = 10;

/** Node's own default, said here so that a change of it does not change us. */
export const HEADER_BYTES_MAX = 16_384;

/** The longest line that Go's scanner, and so blackbox_exporter, takes. */
export const LINE_BYTES_MAX = 65_536;

/** Kept of a failure; an error page says what it is in its first lines. */
export const FIRST_BYTES_MAX = 1_024;
export const EVIDENCE_HEADERS_MAX = 40;
export const LOG_LINES_MAX = 200;
export const LOG_CHARS_MAX = 500;

/** A message over TCP has no more (RFC 1035, 4.2.2). */
export const DNS_BYTES_MAX = 65_535;
/** Pointers in a name; RFC 1035's 255 bytes hold no more labels. */
export const DNS_LABELS_MAX = 128;
/** Each record has at least 11 bytes. */
export const DNS_RECORDS_MAX = 6_000;

/** What `ping` prints for one packet is a fifth of this. */
export const PING_OUTPUT_CHARS_MAX = 8_192;

/** A file that a request carries. */
export const BODY_FILE_BYTES_MAX = 16 * 1024 * 1024;
