/** Bounds and times of alerts and their pages. */

/** The book's figure for the time to be at a keyboard; also the default wait of a step. */
export const STEP_WAIT_MS = 300_000;

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
