/** Bounds of the catalog. */

/** A selector that is longer is generated, and belongs into a recording rule's label instead. */
export const SELECTOR_CHARS_MAX = 4096;

/** Far beyond what a person can own; every lookup that misses the cache tries them in turn. */
export const SERVICES_MAX = 2000;

/** Label sets whose service is remembered: alerts and targets come again and again. */
export const CACHED_LOOKUPS_MAX = 10_000;
