/** Bounds of histograms that come from outside. */

/**
 * Buckets on one side, and spans, which may be of any length. Ten years' seconds in nanoseconds are
 * 59 powers of two, 15,000 buckets of the finest schema; more than this is 512 KiB per sample and a
 * mistake.
 */
export const BUCKETS_MAX = 65_536;

/**
 * The farthest index of a bucket from 0. The finest schema has 275,000 indexes to each side within
 * the range of floats; up to here, arithmetic on indexes stays within 32 bits.
 */
export const INDEX_MAX = 2 ** 30;

/** Values of one item of test notation, as in `{{…}}x100`; a larger count is a mistake. */
export const NOTATION_REPEAT_MAX = 100_000;

/** Buckets that one printed histogram may have, empty ones between its spans included. */
export const NOTATION_BUCKETS_MAX = 10_000;
