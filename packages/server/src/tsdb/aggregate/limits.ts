/** The bounds of aggregates, each with its reason. */

/**
 * Aggregates are made of a day at a time: every length of interval that is allowed divides it, and the
 * day's raw samples of one series are decoded in about a millisecond.
 */
export const PERIOD_MS = 86_400_000;

/** Blocks of aggregates are made one up to some two months, by threes from a day on. */
export const AGGREGATE_RANGES_MS = [1, 3, 9, 27, 81].map((days) => days * PERIOD_MS);

/** Whole numbers of samples in an interval: a day of one each millisecond stays below. */
export const SAMPLES_PER_INTERVAL_MAX = 2 ** 32;
