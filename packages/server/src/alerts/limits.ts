/** Bounds and times of alerts and their pages. */

/** The book's figure for the time to be at a keyboard; also the default wait of a step. */
export const STEP_WAIT_MS = 300_000;

/** Steps of a policy that are shown with their times, its repeats included. */
export const STEPS_SHOWN_MAX = 20;

/** How long a test page waits for somebody before it ends by itself. */
export const TEST_PAGE_MS = 300_000;

/** Test pages open at once: more would cover the page with them. */
export const TEST_PAGES_OPEN_MAX = 3;

/** Test pages that may be asked for within a minute: each writes to disk and rings in all browsers. */
export const TEST_PAGES_PER_MINUTE_MAX = 10;

/** How often browsers that were just opened may call for the pages that wait. */
export const BROWSER_CALL_MS = 1_000;

/** Alertmanager's `resolve_timeout`: how long an alert from outside holds that names no end. */
export const RESOLVE_TIMEOUT_MS = 300_000;

/**
 * How long an alert holds that an Alertmanager notified of: it says so once, and again after a
 * `repeat_interval` that may be as long as its own memory, five days by default.
 */
export const NOTIFIED_HOLDS_MS = 5 * 86_400_000;

/** Longer than anybody repeats; a sender whose clock is wrong must not keep an alert for years. */
export const HOLDS_MS_MAX = 7 * 86_400_000;

/** How often alerts that were not repeated are looked for. */
export const EXPIRY_EVERY_MS = 1_000;

/** Alerts in one request; Prometheus sends 256 at the most, an Alertmanager a group. */
export const RECEIVED_ALERTS_MAX = 2_000;

/** Alerts from outside that are open at once: all are in memory, and nobody reads as many. */
export const EXTERNAL_OPEN_MAX = 5_000;

/** As with targets: an alert with more labels is a mistake of whoever made it. */
export const EXTERNAL_LABELS_MAX = 64;
export const EXTERNAL_NAME_CHARS_MAX = 256;
export const EXTERNAL_VALUE_CHARS_MAX = 2_048;
/** A description is a page of text at the most. */
export const EXTERNAL_ANNOTATION_CHARS_MAX = 16_384;

/** Rows of one statement: engines bound its parameters, and an alert has 28 columns. */
export const ROWS_PER_STATEMENT = 200;

/** Below this a person cannot even have read the page. */
export const STEP_WAIT_MS_MIN = 10_000;

/** Beyond a day it is no escalation. */
export const STEP_WAIT_MS_MAX = 86_400_000;

/** More steps than there are people to ask. */
export const STEPS_MAX = 20;

/** How often a policy may be run through again. */
export const REPEATS_MAX = 10;

/** A team has a handful. */
export const POLICIES_MAX = 200;

/**
 * How long a person's word that an alert is over stands against the rule that still fires: long
 * enough for a fix to show in a rate over some minutes, short enough not to lose a night.
 */
export const REOPEN_AFTER_MS = 300_000;

/** Alerts decided and written in one transaction: each takes a few statements of its 1,000. */
export const CHANGES_PER_WRITE_MAX = 50;

/** Alerts whose deadlines one tick handles; the rest comes a tick later. */
export const CHANGES_PER_TICK_MAX = 500;

/** Deliveries under way at once. Each may hold a socket for ten seconds. */
export const IN_FLIGHT_MAX = 32;

/** Of these to one channel: a receiver that hangs must not take the others' places. */
export const IN_FLIGHT_PER_CHANNEL_MAX = 8;

/** Changes that may wait before a person's request is refused; at a millisecond each, seconds. */
export const WAITING_MAX = 5_000;

/** History kept for a database that is away; at this rate of events, hours of it. */
export const UNSAVED_ENTRIES_MAX = 20_000;

/** A database that is restarted is back before; whoever is paged for that learns to ignore it. */
export const RECORDS_AWAY_MS = 15_000;

/** Lists are for people; a program asks for one page after the other. */
export const LIST_LIMIT = 100;
export const LIST_LIMIT_MAX = 500;

/** Alerts that fired in a week and that matchers are held against: some 20 MiB of labels. */
export const FIRED_MAX = 20_000;

/** Alerts of which only the times are read, to judge rules: some 10 MiB; a year of 130 a day. */
export const FIRINGS_MAX = 50_000;

/** An alert that flaps for a week has some thousand entries; the newest tell its state. */
export const HISTORY_SHOWN_MAX = 2_000;
export const PAGES_SHOWN_MAX = 500;

/** A note is a sentence or two; the incident's document is elsewhere. */
export const NOTE_CHARS_MAX = 2_000;

/** More words say less; a report by tags would drown in them. */
export const TAGS_MAX = 20;
export const TAG_CHARS_MAX = 60;

/** Conditions that never fired are of use while a rule is being written. */
export const NEVER_FIRED_KEPT_MS = 7 * 86_400_000;

/** A year and a month, so that this quarter can be compared with the same one a year ago. */
export const RESOLVED_KEPT_MS = 400 * 86_400_000;

/** Old alerts removed in one transaction. */
export const PURGE_BATCH_MAX = 200;
export const PURGE_EVERY_MS = 3_600_000;

/** A step of the clock that people should know about: NTP slews smaller ones. */
export const CLOCK_JUMP_MS = 2_000;

/**
 * How long an internal alert of an earlier process waits to be raised again: whatever raises them
 * looks at least once a minute.
 */
export const INTERNAL_UNSEEN_MS = 180_000;

/** Rules whose firings are counted in one query, which names each; SQLite takes 1,000 terms of OR. */
export const RULES_COUNTED_MAX = 200;
