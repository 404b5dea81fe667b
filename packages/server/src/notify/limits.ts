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
export const CHANNEL_NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}$/;

/** Each adds a time series or three, and each page goes to all of them by default. */
export const WEBHOOKS_MAX = 100;

/** As for webhooks. */
export const EMAIL_LISTS_MAX = 100;

/** Beyond this it is a mailing list, which the mail server keeps better. */
export const RECIPIENTS_MAX = 50;

/** RFC 5321, 4.5.3.1.3: a path has 256 characters, its brackets included. */
export const ADDRESS_CHARS_MAX = 254;

export const MAILBOX_NAME_CHARS_MAX = 100;

/** Postfix makes strangers wait six seconds for its greeting; a server that needs more is not well. */
export const SMTP_CONNECT_TIMEOUT_MS = 10_000;

/** Content filters think about a mail before they take it. */
export const SMTP_SILENCE_MS_MAX = 20_000;

/** All together: the next attempt, or the next step, must not wait longer for this one. */
export const SMTP_TIMEOUT_MS = 30_000;

/** Replies are lines; a server that says more is none. */
export const SMTP_RESPONSE_BYTES_MAX = 65_536;

/** What a phone shows of a subject is a quarter of this. */
export const EMAIL_TITLE_CHARS_MAX = 150;

/** Two screens of a phone; the rest is behind the link. */
export const EMAIL_BODY_CHARS_MAX = 4_000;

/** Of one line of the table. */
export const EMAIL_FACT_CHARS_MAX = 1_000;

/** As many as fit into that line. */
export const EMAIL_LABELS_MAX = 50;

/** Longer ones do not survive mail programs. */
export const EMAIL_LINK_CHARS_MAX = 2_000;

/** Somebody who mends a channel tries again and again, but a script must not ring all phones. */
export const TESTS_PER_CHANNEL_MAX = 5;
export const TESTS_MS = 60_000;

/** How often the time of the last delivery is written down: people look at it by the day. */
export const PROOF_WRITE_EVERY_MS = 60_000;

/** Addresses of a list that are shown in one line. */
export const ADDRESSES_SHOWN_MAX = 3;

/** A key of 4 KiB is no key. */
export const SECRET_BYTES_MAX = 4_096;
