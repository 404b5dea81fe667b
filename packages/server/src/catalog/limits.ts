/** Bounds of the catalog. */

/** A selector that is longer is generated, and belongs into a recording rule's label instead. */
export const SELECTOR_CHARS_MAX = 4096;

/** Far beyond what a person can own; every lookup that misses the cache tries them in turn. */
export const SERVICES_MAX = 2000;

/** Label sets whose service is remembered: alerts and targets come again and again. */
export const CACHED_LOOKUPS_MAX = 10_000;

/** A job that reports once an hour is still there. */
export const SEEN_MS = 3_600_000;

/** A service that is more jobs than this is told by its selectors. */
export const JOBS_SHOWN_MAX = 20;

/** Jobs without targets and without owner; whoever has more has a label that should not be one. */
export const PUSHED_JOBS_MAX = 500;

/** Each look-up takes some ten microseconds, or a millisecond where a selector has expressions. */
export const LOOKUPS_PER_TURN = 8;
