/** Bounds of delivery. */

/** PagerDuty, Slack and Opsgenie answer within 2 s; a receiver that needs more is not well. */
export const WEBHOOK_TIMEOUT_MS = 10_000;

/** A reason for a refusal fits into a line; the rest of an answer is not read. */
export const RESPONSE_CHARS_MAX = 4_096;

/** How much of an answer is put on record. */
export const QUOTED_CHARS_MAX = 200;

/** Node's own default, said here so that a change of it does not change us. */
export const RESPONSE_HEADER_BYTES_MAX = 16_384;

/** Open pages confirm within five seconds or never; beyond this the hub is stuck. */
export const BROWSER_TIMEOUT_MS = 8_000;

/** The first retry comes while the receiver of a rolling restart may just be back. */
export const RETRY_BASE_MS = 5_000;

/** A receiver that is back should not wait longer than this for its page. */
export const RETRY_MS_MAX = 300_000;

/** A receiver may ask for patience, but not put a page off until the morning. */
export const RETRY_AFTER_MS_MAX = 600_000;

/** With the delays above: about 20 minutes of trying. */
export const ATTEMPTS_MAX = 10;

/** A name stands in configuration, history and metrics. */
export const WEBHOOK_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/;

/** Each adds a time series or three, and each page goes to all of them by default. */
export const WEBHOOKS_MAX = 100;

/** A key of 4 KiB is no key. */
export const SECRET_BYTES_MAX = 4_096;
