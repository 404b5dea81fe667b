/** Bounds and times of silences. */

/** Beyond this a silence is one that somebody forgot: it is said, not refused. */
export const LONG_MS = 7 * 86_400_000;

/** How far back the preview looks: a week has every kind of day and night. */
export const PAST_MS = 7 * 86_400_000;

/** Alerts that a preview or a silence names; how many there are is said beside them. */
export const SHOWN_MAX = 50;

/** What an alert's history repeats of a comment; the silence has all of it. */
export const COMMENT_TOLD_CHARS_MAX = 300;

/** How long before its end people are reminded of a silence under which something fires. */
export const REMIND_MS = 30 * 60_000;

/** Silences that the reminder names. */
export const REMINDED_MAX = 5;

/** Silences that are over are kept a quarter of a year; what alerts say of them stays for longer. */
export const KEPT_MS = 90 * 86_400_000;

/** Changes that may wait for those before them; each takes a few milliseconds. */
export const WAITING_MAX = 200;

/** A label's name and value together; the contract bounds each, and a comment to less. */
export const TEXT_CHARS_MAX = 20_000;
