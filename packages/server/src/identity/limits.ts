/** The bounds of identity, each with its reason. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** NIST SP 800-63B asks for 8 at least; pages wake people, so two more. */
export const PASSWORD_CHARS_MIN = 10;

/** Longer ones are not typed by people, and the work to hash grows with them. */
export const PASSWORD_BYTES_MAX = 512;

/** A login is typed on a phone at night. */
export const NAME_CHARS_MAX = 64;

export const DISPLAY_NAME_CHARS_MAX = 100;

/** A browser's own words, shown in the list of sessions. */
export const USER_AGENT_CHARS_MAX = 200;

/** Longer than any address or token that we make; what is longer is not looked up. */
export const SECRET_CHARS_MAX = 200;

/** People on call look at the page at least once per rotation, which is a month at most. */
export const SESSION_IDLE_MS = 30 * DAY_MS;

/** Signing in four times a year is bearable, and ends what was forgotten on a lost laptop. */
export const SESSION_LIFETIME_MS = 90 * DAY_MS;

/** A person has a few devices; the oldest sessions beyond these end. */
export const SESSIONS_PER_USER_MAX = 50;

/** One working day to click it, wherever its reader lives. */
export const LINK_LIFETIME_MS = DAY_MS;

/** Each is one line of a list that a person looks through. */
export const TOKENS_PER_USER_MAX = 200;

/** A team, not a customer base; the list is shown whole. */
export const USERS_MAX = 10_000;

/** "Last used" is for finding what nobody uses; a write for each request would cost more than the request. */
export const TOUCH_INTERVAL_MS = MINUTE_MS;

/** Takes the look-up out of bursts; short, since another process may take a token back. */
export const CACHE_TTL_MS = 3 * SECOND_MS;

/** Some hundred bytes each; more people than this are not active within the time above. */
export const CACHE_ENTRIES_MAX = 1_000;

/** Each takes 19 MiB and one of libuv's four threads, which file access needs too. */
export const HASHES_AT_ONCE_MAX = 2;

/** At some 25 ms a hash the last in line waits under a second. */
export const HASHES_WAITING_MAX = 64;

/** Someone who mistypes gets through; guessing gets three tries a minute for one name… */
export const NAME_ATTEMPTS_BURST = 10;
export const NAME_ATTEMPT_EVERY_MS = 20 * SECOND_MS;

/** …and twelve a minute from one address, behind which a whole office may sit. */
export const ADDRESS_ATTEMPTS_BURST = 30;
export const ADDRESS_ATTEMPT_EVERY_MS = 5 * SECOND_MS;

/** Names and addresses remembered; the longest untouched are forgotten first. */
export const BUCKETS_MAX = 10_000;
